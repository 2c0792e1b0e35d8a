//! Bodies of `/api/v1/score/batch`: everything that a single lead can be, and what a list can be besides.

use super::{
    bodies::NO_JSON,
    case::{Answer, Case, leads},
};
use crate::lead::{lead, lead_text_with};

const BATCH: &str = "/api/v1/score/batch";

/// Bodies that are no list of leads.
const NO_BATCH: [(&str, &str, &str); 17] = [
    ("nothing", "", "invalid_json"),
    ("an open bracket", "[", "invalid_json"),
    ("a comma alone", "[,]", "invalid_json"),
    ("a comma at the end", "[{},]", "invalid_json"),
    ("two lists", "[][]", "invalid_json"),
    ("a list and a letter", "[]x", "invalid_json"),
    ("a byte order mark", "\u{feff}[]", "invalid_json"),
    ("an object", "{}", "wrong_type"),
    ("an object with a list", "{\"leads\":[]}", "wrong_type"),
    ("null", "null", "wrong_type"),
    ("a number", "-0", "wrong_type"),
    ("a text", "\"[]\"", "wrong_type"),
    ("a list of null", "[null]", "wrong_type"),
    ("a list of lists", "[[]]", "wrong_type"),
    ("a list of numbers", "[1e400]", "wrong_type"),
    ("a list of words", "[NaN]", "invalid_json"),
    ("a list of empty leads", "[{},{}]", "missing"),
];

/// The rows.
pub(super) fn cases() -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    for (name, body, code) in NO_BATCH {
        cases.push(Case::post(format!("batch: {name}"), BATCH, body, leads(code)));
    }
    for (name, body) in NO_JSON.into_iter().filter(|(_, body)| !body.is_empty() && *body != "[") {
        cases.push(Case::post(
            format!("batch, no JSON: {name}"),
            BATCH,
            body,
            leads("invalid_json"),
        ));
    }
    let good = lead("x").to_string();
    for (literal, code) in [
        ("1e400", "not_finite"),
        ("-1", "out_of_range"),
        ("NaN", "invalid_json"),
        ("\"1\"", "wrong_type"),
        ("[[[[]]]]", "wrong_type"),
    ] {
        let body = format!("[{good},{}]", lead_text_with("bounce_rate", literal));
        cases.push(Case::post(format!("batch: one lead with {literal}"), BATCH, body, leads(code)));
    }
    let too_long = Answer::Problem(400, "batch-too-long");
    let too_large = Answer::Problem(413, "body-too-large");
    for (name, body, answer) in [
        ("101 leads", format!("[{}]", vec![good.as_str(); 101].join(",")), too_long),
        ("101 nulls", format!("[{}]", vec!["null"; 101].join(",")), too_long),
        ("100,000 zeros", format!("[{}]", vec!["0"; 100_000].join(",")), too_long),
        ("cut in the second lead", format!("[{good},{}", &good[..100]), leads("invalid_json")),
        ("deep lists", "[".repeat(200_000), leads("invalid_json")),
        ("deep objects", "[{\"features\":".repeat(20_000), leads("invalid_json")),
        ("more than a megabyte", " ".repeat(1_048_577), too_large),
        (
            "100 leads with 20 faults each",
            format!("[{}]", vec!["{\"lead_id\":1}"; 100].join(",")),
            leads("missing"),
        ),
    ] {
        cases.push(Case::post(format!("batch: {name}"), BATCH, body, answer));
    }
    cases
}
