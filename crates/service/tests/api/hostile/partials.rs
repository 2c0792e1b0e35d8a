//! Batches with `?mode=partial`: a bad lead costs itself, and what is no list costs all.

use super::case::{Answer, Case, leads};
use crate::lead::{lead, lead_text_with};

const PARTIAL: &str = "/api/v1/score/batch?mode=partial";

/// Elements that are no leads, between two that are.
const ELEMENTS: [(&str, &str, &str); 10] = [
    ("null", "null", "wrong_type"),
    ("minus zero", "-0", "wrong_type"),
    ("a number beyond a double", "1e400", "wrong_type"),
    ("a text", "\"\\ud83d\\ude00\"", "wrong_type"),
    ("a list", "[[[[]]]]", "wrong_type"),
    ("an empty lead", "{}", "missing"),
    ("an id that is null", "{\"lead_id\":null}", "wrong_type"),
    ("features twice", "{\"features\":{},\"features\":{}}", "duplicate"),
    ("an unknown member", "{\"constructor\":1}", "unknown_name"),
    ("a lead in a lead", "{\"lead_id\":{\"lead_id\":{}}}", "wrong_type"),
];

/// Bodies that are no list, and lists that end wrongly after good leads.
const NO_LIST: [(&str, &str, &str, &str); 10] = [
    ("nothing", "", "", "invalid_json"),
    ("an object", "{}", "", "wrong_type"),
    ("null", "null", "", "wrong_type"),
    ("a list without an end", "[", "", "invalid_json"),
    ("a comma at the end", "[", ",]", "invalid_json"),
    ("a brace at the end", "[", "}", "invalid_json"),
    ("two lists", "[", "][]", "invalid_json"),
    ("an element cut off", "[", ",{\"lead_id\":\"", "invalid_json"),
    ("a word that is none", "[", ",NaN]", "invalid_json"),
    ("half a surrogate", "[", ",\"\\ud800\"]", "invalid_json"),
];

/// The rows.
pub(super) fn cases() -> Vec<Case> {
    let good = lead("x").to_string();
    let mut cases: Vec<Case> = Vec::new();
    let mut between = |name: &str, element: &str, code| {
        let body = format!("[{good},{element},{good}]");
        let answer = Answer::Results(&["scored"], code, &["scored"]);
        cases.push(Case::post(format!("partial: {name}"), PARTIAL, body, answer));
    };
    for (name, element, code) in ELEMENTS {
        between(name, element, code);
    }
    between("a share of 1e400", &lead_text_with("bounce_rate", "1e400"), "not_finite");
    between("an id of 513 bytes", &lead(&"x".repeat(513)).to_string(), "too_long");
    for (name, start, end, code) in NO_LIST {
        let list = start == "[";
        let body = format!("{start}{}{end}", if list { &good } else { "" });
        cases.push(Case::post(format!("partial, no list: {name}"), PARTIAL, body, leads(code)));
    }
    let many = format!("[{}]", vec!["null"; 101].join(","));
    let too_long = Answer::Problem(400, "batch-too-long");
    cases.push(Case::post("partial: 101 nulls", PARTIAL, many, too_long));
    let deep = format!("[{good},{}", "[".repeat(200_000));
    cases.push(Case::post("partial: deep lists", PARTIAL, deep, leads("invalid_json")));
    let large = " ".repeat(1_048_577);
    let too_large = Answer::Problem(413, "body-too-large");
    cases.push(Case::post("partial: more than a megabyte", PARTIAL, large, too_large));
    cases
}
