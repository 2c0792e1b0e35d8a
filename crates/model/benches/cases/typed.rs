//! The yardstick of parsing: the typed `serde_json` structs that a service would write by hand.
//!
//! They check neither ranges nor defaults, and stop at the first fault.

use serde::Deserialize;

#[derive(Deserialize)]
#[expect(dead_code, reason = "only the parsing is measured")]
pub(crate) struct Typed<'a> {
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
