//! The synthetic world is stable, valid, correlated, and as likely to convert as it says.

use lead_model::{
    Lead, Schema,
    synth::{Example, Leads},
};

const ROWS: usize = 20_000;

fn examples() -> Vec<Example> {
    Leads::new(42).take(ROWS).collect()
}

fn column(examples: &[Example], feature: &str) -> Vec<f64> {
    let position = Schema::b2b().position(feature).unwrap();
    examples.iter().map(|example| example.lead.values()[position]).collect()
}

/// Correlation of ranks would need sorting; of logarithms it is enough for heavy tails.
fn correlation(examples: &[Example], a: &str, b: &str) -> f64 {
    let log = |feature| column(examples, feature).into_iter().map(f64::ln_1p).collect::<Vec<_>>();
    let (a, b) = (log(a), log(b));
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let (mean_a, mean_b) = (mean(&a), mean(&b));
    let sum = |f: &dyn Fn(f64, f64) -> f64| -> f64 {
        a.iter().zip(&b).map(|(x, y)| f(x - mean_a, y - mean_b)).sum()
    };
    sum(&|x, y| x * y) / (sum(&|x, _| x * x) * sum(&|_, y| y * y)).sqrt()
}

#[test]
fn the_first_leads_of_a_seed_never_change() {
    let schema = Schema::b2b();
    let mut text = String::new();
    for example in Leads::new(42).take(3) {
        let mut json = Vec::new();
        example.lead.write_json(&schema, &mut json);
        text.push_str(std::str::from_utf8(&json).unwrap());
        text.push_str(&format!(
            "\nconverted {}, probability {}\n",
            example.converted, example.probability
        ));
    }
    insta::assert_snapshot!(text);
    assert!(Leads::new(42).take(100).eq(Leads::new(42).take(100)));
    assert!(Leads::new(42).take(1).ne(Leads::new(43).take(1)));
}

#[test]
fn every_lead_passes_the_reader_unchanged() {
    let schema = Schema::b2b();
    let mut json = Vec::new();
    for example in examples() {
        json.clear();
        example.lead.write_json(&schema, &mut json);
        assert_eq!(Lead::from_json(&schema, &json).unwrap(), example.lead);
    }
}

#[test]
fn about_a_fifth_converts_and_as_often_as_stated() {
    let examples = examples();
    let share = examples.iter().filter(|example| example.converted).count() as f64 / ROWS as f64;
    assert!((0.17..0.23).contains(&share), "{share}");
    let stated = examples.iter().map(|example| example.probability).sum::<f64>() / ROWS as f64;
    // Three standard errors of a share of one fifth.
    assert!((share - stated).abs() < 3.0 * (0.16 / ROWS as f64).sqrt(), "{share} against {stated}");
}

#[test]
fn size_and_intent_show_in_what_they_drive() {
    let examples = examples();
    for (a, b, least) in [
        ("company_employee_count", "company_revenue", 0.8),
        ("company_employee_count", "subsidiary_count", 0.4),
        ("company_employee_count", "company_age_years", 0.2),
        ("website_visits_30d", "page_views_30d", 0.8),
        ("website_visits_30d", "pricing_page_visits", 0.4),
        ("pricing_page_visits", "demo_page_visits", 0.2),
        ("page_views_30d", "decision_maker_contacted", 0.1),
        ("budget_confirmed", "technical_evaluation_started", 0.1),
        ("email_open_rate", "email_click_rate", 0.6),
    ] {
        let found = correlation(&examples, a, b);
        assert!(found > least, "{a} and {b}: {found}");
    }
    let found = correlation(&examples, "website_visits_30d", "bounce_rate");
    let revenue = correlation(&examples, "company_revenue", "website_visits_30d");
    assert!(found.abs() < 0.9 && revenue.abs() < 0.05, "{found} {revenue}");
}

#[test]
fn every_category_occurs_in_training_as_in_serving() {
    let examples = examples();
    for (feature, categories) in [
        ("geographic_tier", vec![1.0, 2.0, 3.0]),
        ("product_tier_interest", vec![1.0, 2.0, 3.0]),
        ("deployment_preference", vec![0.0, 1.0, 2.0]),
    ] {
        let values = column(&examples, feature);
        for category in &categories {
            let share =
                values.iter().filter(|&value| value == category).count() as f64 / ROWS as f64;
            assert!(share > 0.05, "{feature} {category}: {share}");
        }
        assert!(values.iter().all(|value| categories.contains(value)));
    }
}

#[test]
fn a_lead_has_one_source_and_pages_hold_its_visits() {
    let examples = examples();
    let columns =
        ["paid_channel_source", "referral_source", "event_source"].map(|f| column(&examples, f));
    assert!((0..ROWS).all(|row| columns.iter().map(|column| column[row]).sum::<f64>() <= 1.0));
    assert!(columns.iter().all(|column| column.contains(&1.0)));
    let (visits, pages) =
        (column(&examples, "website_visits_30d"), column(&examples, "page_views_30d"));
    assert!(visits.iter().zip(&pages).all(|(visits, pages)| visits <= pages));
    let silent = visits.iter().filter(|&&visits| visits == 0.0).count() as f64 / ROWS as f64;
    assert!((0.12..0.4).contains(&silent), "{silent}");
}

#[test]
fn amounts_and_counts_have_heavy_tails() {
    let examples = examples();
    for feature in
        ["company_revenue", "company_funding_total", "page_views_30d", "social_media_engagement"]
    {
        let mut values = column(&examples, feature);
        values.retain(|&value| value > 0.0);
        values.sort_by(f64::total_cmp);
        let at = |share: f64| values[(share * values.len() as f64) as usize];
        assert!(at(0.99) > 6.0 * at(0.5), "{feature}: {} and {}", at(0.5), at(0.99));
    }
}
