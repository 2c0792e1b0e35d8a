//! Leads whose members are not as they should be, and one fault of each kind that there is.

use super::case::{Answer, Case, leads};
use crate::lead::{lead, lead_text_with, lead_with};

const SCORE: &str = "/api/v1/score";

/// Literals for a share, which lies between 0 and 1.
const LITERALS: [(&str, &str); 34] = [
    ("-", "invalid_json"),
    ("+1", "invalid_json"),
    ("01", "invalid_json"),
    ("-01", "invalid_json"),
    ("1.", "invalid_json"),
    (".5", "invalid_json"),
    ("1,5", "invalid_json"),
    ("1 2", "invalid_json"),
    ("", "invalid_json"),
    ("0x1", "invalid_json"),
    ("0b1", "invalid_json"),
    ("1e", "invalid_json"),
    ("1e+", "invalid_json"),
    ("1e-400x", "invalid_json"),
    ("1.5.2", "invalid_json"),
    ("--1", "invalid_json"),
    ("NaN", "invalid_json"),
    ("nan", "invalid_json"),
    ("-NaN", "invalid_json"),
    ("Infinity", "invalid_json"),
    ("-Infinity", "invalid_json"),
    ("inf", "invalid_json"),
    ("True", "invalid_json"),
    ("1e400", "not_finite"),
    ("-1e400", "not_finite"),
    ("1e999999999999999999999", "not_finite"),
    ("-1", "out_of_range"),
    ("1.0000000000000002", "out_of_range"),
    ("-5e-324", "out_of_range"),
    ("\"0.5\"", "wrong_type"),
    ("true", "wrong_type"),
    ("null", "wrong_type"),
    ("[0.5]", "wrong_type"),
    ("{\"value\":0.5}", "wrong_type"),
];

/// The rows.
pub(super) fn cases() -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    for (literal, code) in LITERALS {
        let body = lead_text_with("bounce_rate", literal);
        cases.push(Case::post(format!("a share of {literal:?}"), SCORE, body, leads(code)));
    }
    let long = [
        ("400 digits", "9".repeat(400), "not_finite"),
        ("60,000 digits", "1".repeat(60_000), "not_finite"),
        ("-0 with a digit at the very end", format!("-0.{}1", "0".repeat(300)), "out_of_range"),
        ("deep lists for a number", "[".repeat(10_000), "invalid_json"),
        ("deep objects for a number", "{\"a\":".repeat(10_000), "invalid_json"),
        ("a long text for a number", format!("\"{}\"", "x".repeat(60_000)), "wrong_type"),
    ];
    for (name, literal, code) in long {
        cases.push(Case::post(name, SCORE, lead_text_with("bounce_rate", &literal), leads(code)));
    }
    let counted = lead_text_with("website_visits_30d", "2.5");
    cases.push(Case::post("a count with a fraction", SCORE, counted, leads("wrong_type")));
    cases.extend(members());
    cases.extend(ids());
    cases
}

/// Members that are missing, too many, or twice there.
fn members() -> Vec<Case> {
    let whole = format!("{{\"lead_id\":\"x\",\"features\":{}}}", lead("x")["features"]);
    let open = whole.strip_suffix("}}").expect("the features are last");
    let many: String = (0..2_000).map(|number| format!(",\"nobody_{number}\":1")).collect();
    let rows = [
        ("a feature twice", format!("{open},\"bounce_rate\":0.5}}}}"), "duplicate"),
        (
            "a feature twice, once escaped",
            format!("{open},\"bounce\\u005frate\":0.5}}}}"),
            "duplicate",
        ),
        ("the id twice", format!("{open}}},\"lead_id\":\"y\"}}"), "duplicate"),
        ("the features twice", format!("{open}}},\"features\":{{}}}}"), "duplicate"),
        ("an unknown feature", format!("{open},\"bounce rate\":0.5}}}}"), "unknown_name"),
        ("an unknown member", format!("{open}}},\"__proto__\":{{}}}}"), "unknown_name"),
        ("a feature without a name", format!("{open},\"\":0.5}}}}"), "unknown_name"),
        (
            "a name of 30,000 bytes",
            format!("{open},\"{}\":1}}}}", "n".repeat(30_000)),
            "unknown_name",
        ),
        ("2,000 unknown features", format!("{open}{many}}}}}"), "unknown_name"),
        ("a name in other letters", format!("{open},\"Bounce_Rate\":0.5}}}}"), "unknown_name"),
        ("a lead in a list", format!("[{whole}]"), "wrong_type"),
        ("a lead in a text", serde_json::json!(whole).to_string(), "wrong_type"),
        ("a lead in a lead", format!("{{\"lead\":{whole}}}"), "unknown_name"),
    ];
    let case = |(name, body, code): (&str, String, &'static str)| {
        Case::post(name, SCORE, body, leads(code))
    };
    rows.map(case).to_vec()
}

/// Ids that are too long, and bodies that are.
fn ids() -> Vec<Case> {
    let too_large = Answer::Problem(413, "body-too-large");
    vec![
        Case::post(
            "an id of 513 bytes",
            SCORE,
            lead(&"x".repeat(513)).to_string(),
            leads("too_long"),
        ),
        Case::post(
            "an id of 257 umlauts",
            SCORE,
            lead(&"ü".repeat(257)).to_string(),
            leads("too_long"),
        ),
        Case::post(
            "an id of 20,000 bytes",
            SCORE,
            lead(&"x".repeat(20_000)).to_string(),
            leads("too_long"),
        ),
        Case::post(
            "an id of 70,000 bytes",
            SCORE,
            lead(&"x".repeat(70_000)).to_string(),
            too_large,
        ),
        Case::post("65,537 blanks", SCORE, " ".repeat(65_537), too_large),
        Case::post(
            "a number out of range",
            SCORE,
            lead_with("geographic_tier", 9).to_string(),
            leads("out_of_range"),
        ),
    ]
}
