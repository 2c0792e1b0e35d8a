//! The built-in schema of B2B leads: 50 features in five groups, as one table.
//!
//! Names, order, types, ranges, and defaults are the HTTP contract's; meanings, units, and phrases are ours. The
//! contract leaves integers open upwards; here they end at [`INTEGER_LIMIT`](super::INTEGER_LIMIT).

use super::{Feature, Kind, Presence};
use Kind::{Category, Flag, Integer, Real};
use Presence::{Default, Required};

/// The column that names a lead where nobody says another.
#[cfg(feature = "train")]
pub(crate) const ID_COLUMN: &str = "lead_id";

/// One line of the table: name, kind, range, presence, meaning, unit, phrase.
type Row = (&'static str, Kind, (f64, f64), Presence, &'static str, &'static str, &'static str);

/// The open end of a range.
const OPEN: f64 = f64::INFINITY;
/// Any finite number.
const ANY: (f64, f64) = (-OPEN, OPEN);
/// Zero or more.
const COUNT: (f64, f64) = (0.0, OPEN);
/// One or more.
const POSITIVE: (f64, f64) = (1.0, OPEN);
/// A share, or no and yes.
const UNIT: (f64, f64) = (0.0, 1.0);
/// A default of nothing.
const ZERO: Presence = Default(0.0);

#[rustfmt::skip]
const FIRMOGRAPHICS: &[Row] = &[
    ("company_revenue", Real, COUNT, Required, "Annual revenue of the company", "USD", "has a yearly revenue of {n} USD"),
    ("company_employee_count", Integer, POSITIVE, Required, "People the company employs", "employees", "employs {n} people"),
    ("company_age_years", Real, COUNT, Required, "Years since the company was founded", "years", "is {n} years old"),
    ("company_funding_total", Real, COUNT, ZERO, "Capital raised so far", "USD", "has raised {n} USD"),
    ("company_growth_rate", Real, ANY, Required, "Growth of revenue over the last year, 0.2 for 20 %", "per year", "grew by a rate of {n} last year"),
    ("industry_tech_score", Real, UNIT, Required, "How technology-minded the company's industry is", "score 0-1", "works in an industry with technology score {n}"),
    ("geographic_tier", Category, (1.0, 3.0), Required, "Market of the head office: 1 core, 2 growth, 3 other", "", "sits in a tier-{n} market"),
    ("company_public_status", Flag, UNIT, Required, "Whether the company is listed", "", "is listed on a stock exchange"),
    ("parent_company_exists", Flag, UNIT, Required, "Whether another company owns it", "", "belongs to a parent company"),
    ("subsidiary_count", Integer, COUNT, ZERO, "Companies it owns", "companies", "owns {n} subsidiaries"),
];

#[rustfmt::skip]
const ENGAGEMENT: &[Row] = &[
    ("website_visits_30d", Integer, COUNT, Required, "Visits to the website in the last 30 days", "visits", "visited the website {n} times in 30 days"),
    ("page_views_30d", Integer, COUNT, Required, "Pages viewed in the last 30 days", "pages", "viewed {n} pages in 30 days"),
    ("avg_session_duration_sec", Real, COUNT, Required, "Mean length of a website session", "seconds", "stayed {n} seconds a session"),
    ("bounce_rate", Real, UNIT, Required, "Share of sessions that saw one page only", "share", "left after one page in a share {n} of sessions"),
    ("pricing_page_visits", Integer, COUNT, ZERO, "Visits to the pricing page", "visits", "visited the pricing page {n} times"),
    ("demo_page_visits", Integer, COUNT, ZERO, "Visits to the demo page", "visits", "visited the demo page {n} times"),
    ("documentation_views", Integer, COUNT, ZERO, "Pages of documentation read", "pages", "read {n} pages of documentation"),
    ("email_open_rate", Real, UNIT, ZERO, "Share of received emails that were opened", "share", "opened a share {n} of our emails"),
    ("email_click_rate", Real, UNIT, ZERO, "Share of received emails with a click", "share", "clicked in a share {n} of our emails"),
    ("emails_received", Integer, COUNT, ZERO, "Marketing emails received", "emails", "received {n} emails"),
    ("whitepaper_downloads", Integer, COUNT, ZERO, "White papers downloaded", "downloads", "downloaded {n} white papers"),
    ("webinar_attendance", Integer, COUNT, ZERO, "Webinars attended", "webinars", "attended {n} webinars"),
    ("social_media_engagement", Integer, COUNT, ZERO, "Reactions to our posts on social media", "reactions", "reacted {n} times on social media"),
    ("customer_success_interactions", Integer, COUNT, ZERO, "Conversations with customer success", "conversations", "talked to customer success {n} times"),
    ("support_ticket_count", Integer, COUNT, ZERO, "Support tickets opened, for example in a trial", "tickets", "opened {n} support tickets"),
];

#[rustfmt::skip]
const BEHAVIOURAL: &[Row] = &[
    ("days_since_first_touch", Real, COUNT, Required, "Days since the first contact", "days", "has been known for {n} days"),
    ("days_since_last_touch", Real, COUNT, Required, "Days since the latest contact", "days", "was last in contact {n} days ago"),
    ("total_touchpoints", Integer, POSITIVE, Required, "Contacts of any kind so far", "contacts", "had {n} contacts with us"),
    ("multi_channel_engagement", Flag, UNIT, Required, "Whether contacts came through more than one channel", "", "came through several channels"),
    ("decision_maker_contacted", Flag, UNIT, Required, "Whether a decision maker was reached", "", "has a decision maker in contact"),
    ("champion_identified", Flag, UNIT, ZERO, "Whether somebody inside argues for us", "", "has a champion for us"),
    ("budget_confirmed", Flag, UNIT, ZERO, "Whether a budget was confirmed", "", "has confirmed a budget"),
    ("timeline_confirmed", Flag, UNIT, ZERO, "Whether a date to buy was confirmed", "", "has confirmed a timeline"),
    ("competitor_evaluation", Flag, UNIT, ZERO, "Whether competitors are being evaluated too", "", "evaluates a competitor too"),
    ("technical_evaluation_started", Flag, UNIT, ZERO, "Whether a technical evaluation has begun", "", "has started a technical evaluation"),
    ("contract_reviewed", Flag, UNIT, ZERO, "Whether the contract has been reviewed", "", "has reviewed the contract"),
    ("security_questionnaire_completed", Flag, UNIT, ZERO, "Whether the security questionnaire is complete", "", "has completed the security questionnaire"),
    ("roi_calculator_used", Flag, UNIT, ZERO, "Whether the return-on-investment calculator was used", "", "used the return-on-investment calculator"),
    ("custom_demo_requested", Flag, UNIT, ZERO, "Whether a demo of its own was asked for", "", "asked for a custom demo"),
    ("integration_questions_asked", Integer, COUNT, ZERO, "Questions about integration", "questions", "asked {n} questions about integration"),
];

#[rustfmt::skip]
const ATTRIBUTION: &[Row] = &[
    ("lead_source_quality", Real, UNIT, Required, "How well leads of this source have converted", "score 0-1", "came from a source of quality {n}"),
    ("attribution_touchpoints", Integer, POSITIVE, Required, "Contacts that attribution credits", "contacts", "has {n} credited contacts"),
    ("paid_channel_source", Flag, UNIT, Required, "Whether a paid channel brought the lead", "", "came through a paid channel"),
    ("referral_source", Flag, UNIT, ZERO, "Whether a referral brought the lead", "", "was referred to us"),
    ("event_source", Flag, UNIT, ZERO, "Whether an event brought the lead", "", "came from an event"),
];

#[rustfmt::skip]
const PRODUCT: &[Row] = &[
    ("product_tier_interest", Category, (1.0, 3.0), Required, "Product tier asked about: 1 basic, 2 team, 3 enterprise", "", "is interested in product tier {n}"),
    ("feature_requests_count", Integer, COUNT, ZERO, "Features asked for", "requests", "asked for {n} features"),
    ("use_case_alignment", Real, UNIT, Required, "How well the use case fits the product", "score 0-1", "has a use case that fits to a degree of {n}"),
    ("integration_requirements", Integer, COUNT, ZERO, "Integrations the lead needs", "integrations", "needs {n} integrations"),
    ("deployment_preference", Category, (0.0, 2.0), Required, "Wanted deployment: 0 cloud, 1 hybrid, 2 on premises", "", "prefers deployment kind {n}"),
];

/// The five groups in order.
const GROUPS: [(&str, &[Row]); 5] = [
    ("firmographics", FIRMOGRAPHICS),
    ("engagement", ENGAGEMENT),
    ("behavioural", BEHAVIOURAL),
    ("attribution", ATTRIBUTION),
    ("product", PRODUCT),
];

/// The table as features, in the contract's order.
pub(super) fn features() -> Vec<Feature> {
    GROUPS.iter().flat_map(|(group, rows)| rows.iter().map(|row| feature(group, row))).collect()
}

fn feature(group: &str, row: &Row) -> Feature {
    let &(name, kind, (min, max), presence, meaning, unit, phrase) = row;
    Feature {
        name: name.to_owned(),
        group: group.to_owned(),
        kind,
        min: Some(min).filter(|min| min.is_finite()),
        max: match (max.is_finite(), kind) {
            (true, _) => Some(max),
            (false, Real) => None,
            (false, _) => Some(super::INTEGER_LIMIT),
        },
        presence,
        levels: Vec::new(),
        missing: Vec::new(),
        decimal: None,
        meaning: meaning.to_owned(),
        unit: Some(unit).filter(|unit| !unit.is_empty()).map(str::to_owned),
        phrase: phrase.to_owned(),
        denial: denial(name).map(str::to_owned),
    }
}

/// How a reason names a flag that is 0.
fn denial(name: &str) -> Option<&'static str> {
    Some(match name {
        "company_public_status" => "is not listed on a stock exchange",
        "parent_company_exists" => "belongs to no parent company",
        "multi_channel_engagement" => "came through one channel only",
        "decision_maker_contacted" => "has no decision maker in contact",
        "champion_identified" => "has no champion for us yet",
        "budget_confirmed" => "has not confirmed a budget",
        "timeline_confirmed" => "has not confirmed a timeline",
        "competitor_evaluation" => "evaluates no competitor",
        "technical_evaluation_started" => "has not started a technical evaluation",
        "contract_reviewed" => "has not reviewed the contract",
        "security_questionnaire_completed" => "has not completed the security questionnaire",
        "roi_calculator_used" => "has not used the return-on-investment calculator",
        "custom_demo_requested" => "has not asked for a custom demo",
        "paid_channel_source" => "came through no paid channel",
        "referral_source" => "was not referred to us",
        "event_source" => "came from no event",
        _ => return None,
    })
}
