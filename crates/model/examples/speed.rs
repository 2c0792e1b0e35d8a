//! How long parsing and scoring take, against the obvious ways, in one run.
//!
//! ```console
//! $ cargo run --release -p lead-model --no-default-features --example speed
//! ```
//!
//! Parsing is compared with a typed `serde_json` parse of the same bodies, which checks neither ranges nor defaults;
//! scoring with a dot product of 50 weights and one sigmoid. Each figure is the best of several rounds, taken in turns.

use std::{hint::black_box, time::Instant};

use lead_model::{Lead, Schema, Scorer, synth::Leads};
use serde::Deserialize;

/// Enough that no branch predictor learns them by heart, few enough for the second-level cache.
const LEADS: usize = 500;
/// Rounds, of which the best counts: on a shared machine the others measure the neighbours.
const ROUNDS: usize = 300;

#[derive(Deserialize)]
#[expect(dead_code, reason = "only the parsing is measured")]
struct Typed<'a> {
    lead_id: &'a str,
    features: Features,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only the parsing is measured")]
struct Features {
    company_revenue: f64,
    company_employee_count: i64,
    company_age_years: f64,
    company_funding_total: f64,
    company_growth_rate: f64,
    industry_tech_score: f64,
    geographic_tier: i64,
    company_public_status: i64,
    parent_company_exists: i64,
    subsidiary_count: i64,
    website_visits_30d: i64,
    page_views_30d: i64,
    avg_session_duration_sec: f64,
    bounce_rate: f64,
    pricing_page_visits: i64,
    demo_page_visits: i64,
    documentation_views: i64,
    email_open_rate: f64,
    email_click_rate: f64,
    emails_received: i64,
    whitepaper_downloads: i64,
    webinar_attendance: i64,
    social_media_engagement: i64,
    customer_success_interactions: i64,
    support_ticket_count: i64,
    days_since_first_touch: f64,
    days_since_last_touch: f64,
    total_touchpoints: i64,
    multi_channel_engagement: i64,
    decision_maker_contacted: i64,
    champion_identified: i64,
    budget_confirmed: i64,
    timeline_confirmed: i64,
    competitor_evaluation: i64,
    technical_evaluation_started: i64,
    contract_reviewed: i64,
    security_questionnaire_completed: i64,
    roi_calculator_used: i64,
    custom_demo_requested: i64,
    integration_questions_asked: i64,
    lead_source_quality: f64,
    attribution_touchpoints: i64,
    paid_channel_source: i64,
    referral_source: i64,
    event_source: i64,
    product_tier_interest: i64,
    feature_requests_count: i64,
    use_case_alignment: f64,
    integration_requirements: i64,
    deployment_preference: i64,
}

/// A name, and the work of all leads once.
type Way<'a> = (&'a str, Box<dyn FnMut() + 'a>);

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let schema = Schema::b2b();
    let scorer = Scorer::load(&include_bytes!("../../../models/b2b-v1.json")[..])?;
    let leads: Vec<_> = Leads::new(1).take(LEADS).map(|example| example.lead).collect();
    let compact: Vec<_> = leads.iter().map(|lead| json(&schema, lead)).collect();
    let indented: Vec<_> = compact.iter().map(|body| indent(body)).collect();
    let mean = |bodies: &[Vec<u8>]| bodies.iter().map(Vec::len).sum::<usize>() / LEADS;
    print(&format!("bodies of {} and, indented, {} bytes", mean(&compact), mean(&indented)));
    let weights: Vec<_> = (0..schema.len()).map(|k| (k as f64 - 25.0) / 100.0).collect();
    let mut scores = Vec::with_capacity(LEADS);
    measure(vec![
        ("parse", Box::new(|| compact.iter().for_each(|body| parse(&schema, body)))),
        ("parse, typed serde_json", Box::new(|| compact.iter().for_each(|body| typed(body)))),
        ("parse indented", Box::new(|| indented.iter().for_each(|body| parse(&schema, body)))),
        (
            "parse indented, typed serde_json",
            Box::new(|| indented.iter().for_each(|body| typed(body))),
        ),
        ("score", Box::new(|| leads.iter().for_each(|lead| score(&scorer, lead)))),
        (
            "score_many",
            Box::new(|| {
                scores.clear();
                scorer.score_many(black_box(&leads), &mut scores);
                black_box(&scores);
            }),
        ),
        ("dot product and sigmoid", Box::new(|| leads.iter().for_each(|lead| dot(&weights, lead)))),
    ]);
    Ok(())
}

/// Prints the best time of each way.
fn measure(mut ways: Vec<Way<'_>>) {
    let mut best = vec![f64::INFINITY; ways.len()];
    for _ in 0..ROUNDS {
        for ((_, work), best) in ways.iter_mut().zip(&mut best) {
            let start = Instant::now();
            work();
            *best = best.min(start.elapsed().as_nanos() as f64 / LEADS as f64);
        }
    }
    for ((name, _), best) in ways.iter().zip(best) {
        print(&format!("{name:<34} {best:>8.1} ns per lead"));
    }
}

fn json(schema: &Schema, lead: &Lead) -> Vec<u8> {
    let mut json = Vec::new();
    lead.write_json(schema, &mut json);
    json
}

/// One member a line, as a person would send it.
fn indent(body: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(body).replace(',', ",\n    ").replace(':', ": ");
    text.into_bytes()
}

fn parse(schema: &Schema, body: &[u8]) {
    black_box(Lead::from_json(schema, black_box(body)).is_ok());
}

fn typed(body: &[u8]) {
    black_box(serde_json::from_slice::<Typed<'_>>(black_box(body)).is_ok());
}

fn score(scorer: &Scorer, lead: &Lead) {
    black_box(scorer.score(black_box(lead)));
}

fn dot(weights: &[f64], lead: &Lead) {
    let sum: f64 = black_box(lead).values().iter().zip(weights).map(|(x, w)| x * w).sum();
    black_box(1.0 / (1.0 + (-sum).exp()));
}

#[expect(clippy::print_stdout, reason = "the figures are what this program is for")]
fn print(line: &str) {
    println!("{line}");
}
