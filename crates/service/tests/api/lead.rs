//! Leads for tests: one that is right, and small changes to it.

use lead_model::{Lead, Schema, synth::Leads};
use serde_json::{Value, json};

/// A lead with the 23 required features and two optional ones.
pub(crate) fn lead(id: &str) -> Value {
    json!({
        "lead_id": id,
        "features": {
            "company_revenue": 4_500_000.0,
            "company_employee_count": 85,
            "company_age_years": 7.5,
            "company_growth_rate": 0.18,
            "industry_tech_score": 0.7,
            "geographic_tier": 1,
            "company_public_status": 0,
            "parent_company_exists": 0,
            "website_visits_30d": 24,
            "page_views_30d": 96,
            "avg_session_duration_sec": 210.5,
            "bounce_rate": 0.32,
            "pricing_page_visits": 3,
            "demo_page_visits": 2,
            "days_since_first_touch": 41.0,
            "days_since_last_touch": 2.0,
            "total_touchpoints": 14,
            "multi_channel_engagement": 1,
            "decision_maker_contacted": 1,
            "lead_source_quality": 0.8,
            "attribution_touchpoints": 5,
            "paid_channel_source": 0,
            "product_tier_interest": 3,
            "use_case_alignment": 0.9,
            "deployment_preference": 0
        }
    })
}

/// The same lead with one feature set.
pub(crate) fn lead_with(feature: &str, value: impl Into<Value>) -> Value {
    let mut lead = lead("lead-1");
    lead["features"][feature] = value.into();
    lead
}

/// The same lead without one feature.
pub(crate) fn lead_without(feature: &str) -> Value {
    let mut lead = lead("lead-1");
    lead["features"].as_object_mut().expect("an object").remove(feature);
    lead
}

/// The lead as text, with the value of `feature` replaced by `literal`, which need not be JSON.
pub(crate) fn lead_text_with(feature: &str, literal: &str) -> String {
    let marked = lead_with(feature, "@").to_string();
    marked.replace(&format!("\"{feature}\":\"@\""), &format!("\"{feature}\":{literal}"))
}

/// Leads of the synthetic world, as the load generator sends them.
pub(crate) fn synthetic_leads(count: usize) -> Vec<(Lead, Value)> {
    let schema = Schema::b2b();
    let examples = Leads::new(7).take(count);
    examples
        .map(|example| {
            let mut body = Vec::new();
            example.lead.write_json(&schema, &mut body);
            (example.lead, serde_json::from_slice(&body).expect("JSON"))
        })
        .collect()
}
