//! The yardstick of `cargo xtask bench service`: what scoring a lead over HTTP costs with nothing around it.
//!
//! A handler as one would write it in an afternoon: serde derives the lead, fifty weights are multiplied, and the answer
//! has the members of `POST /api/v1/score`. It checks no range, fills in no default, knows no key, counts nothing and
//! logs nothing. The service must be about as fast with all of that.

use std::{
    io::{self, Write},
    net::{Ipv4Addr, SocketAddr},
};

use actix_web::{App, HttpResponse, HttpServer, web};
use clap::Parser;
use serde::{Deserialize, Serialize};
use uuid::{Uuid, fmt::Hyphenated};

/// Serves `POST /api/v1/score` and nothing else.
#[derive(Debug, Parser)]
struct Args {
    /// TCP port of the loopback address; 0 takes a free one
    #[arg(long, default_value_t = 0)]
    port: u16,

    /// Worker threads
    #[arg(long, default_value_t = 1)]
    workers: usize,
}

#[actix_web::main]
async fn main() -> io::Result<()> {
    let args = Args::parse();
    let server = HttpServer::new(|| App::new().route("/api/v1/score", web::post().to(score)));
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, args.port));
    let server = server.workers(args.workers).bind(address)?;
    if let Some(address) = server.addrs().first() {
        writeln!(io::stdout(), "bare listening on http://{address}")?;
    }
    server.run().await
}

async fn score(lead: web::Json<Lead>) -> HttpResponse {
    let products =
        lead.features.row().into_iter().zip(WEIGHTS).map(|(value, weight)| value * weight);
    let log_odds: f64 = products.sum();
    let mut id = [0; Hyphenated::LENGTH];
    HttpResponse::Ok().json(Answer {
        request_id: Uuid::new_v4().hyphenated().encode_lower(&mut id),
        model: Model { name: "bare_lead_score_v100", version: "1.0.0" },
        lead_id: &lead.lead_id,
        score: Score { raw_score: 1.0 / (1.0 + (-log_odds).exp()), bucket: 3, tier: "C" },
    })
}

#[derive(Deserialize)]
struct Lead {
    lead_id: String,
    features: Features,
}

#[derive(Serialize)]
struct Answer<'a> {
    request_id: &'a str,
    model: Model,
    lead_id: &'a str,
    score: Score,
}

#[derive(Serialize)]
struct Model {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct Score {
    raw_score: f64,
    bucket: u8,
    tier: &'static str,
}

/// Fifty made-up weights: small enough that no lead's score is quite 0 or 1.
const WEIGHTS: [f64; 50] = {
    let mut weights = [0.0; 50];
    let mut index = 0;
    while index < weights.len() {
        weights[index] = (index as f64 - 24.5) * 1e-9;
        index += 1;
    }
    weights
};

/// Declares the lead's features with their types, and how they become a row.
macro_rules! features {
    ($($name:ident: $kind:ty,)+) => {
        #[derive(Deserialize)]
        struct Features {
            $($name: $kind,)+
        }

        impl Features {
            fn row(&self) -> [f64; 50] {
                [$(self.$name as f64,)+]
            }
        }
    };
}

features! {
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
