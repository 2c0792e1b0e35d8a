//! Bodies of `/api/v1/score` that are no JSON, or JSON of nothing that could be a lead.

use super::case::{Case, leads};
use crate::lead::lead;

const SCORE: &str = "/api/v1/score";

/// Texts that are no JSON.
pub(super) const NO_JSON: [(&str, &str); 48] = [
    ("nothing", ""),
    ("a blank", " "),
    ("a NUL", "\0"),
    ("an open brace", "{"),
    ("a closing brace", "}"),
    ("an open bracket", "["),
    ("a closing bracket", "]"),
    ("a minus", "-"),
    ("a quote", "\""),
    ("a brace and a bracket", "{]"),
    ("a bracket and a brace", "[}"),
    ("a name without a colon", "{\"\""),
    ("a colon without a value", "{\"\":"),
    ("a member cut after its name", "{\"lead_id\""),
    ("a member cut after its colon", "{\"lead_id\":"),
    ("a member without a value", "{\"lead_id\":}"),
    ("a comma before the first member", "{,\"lead_id\":\"x\"}"),
    ("a comma after the last member", "{\"lead_id\":\"x\",}"),
    ("members without a comma", "{\"lead_id\":\"x\" \"features\":{}}"),
    ("single quotes", "{'lead_id':'x'}"),
    ("a name without quotes", "{lead_id:1}"),
    ("features cut off", "{\"lead_id\":\"x\",\"features\":"),
    ("a byte order mark", "\u{feff}{\"lead_id\":\"x\",\"features\":{}}"),
    ("a comment of a line", "// comment\n{}"),
    ("a comment in the middle", "{/* comment */}"),
    ("two documents", "{}{}"),
    ("a document and a comma", "{},"),
    ("a document and a letter", "{\"a\":1}x"),
    ("two documents, a line each", "{}\n{}"),
    ("half a pair of surrogates", "{\"lead_id\":\"\\ud800\",\"features\":{}}"),
    ("the other half of a pair", "{\"lead_id\":\"\\udc00x\",\"features\":{}}"),
    ("an escape that is too short", "{\"lead_id\":\"\\u12\",\"features\":{}}"),
    ("an escape that there is not", "{\"lead_id\":\"\\x\",\"features\":{}}"),
    ("a line break in a text", "{\"lead_id\":\"a\nb\",\"features\":{}}"),
    ("a NUL in a text", "{\"lead_id\":\"a\0b\",\"features\":{}}"),
    ("a text without an end", "{\"lead_id\":\"x"),
    ("a zero before a number", "01"),
    ("a point without digits", "1."),
    ("digits of a point alone", ".1"),
    ("an exponent without digits", "1e"),
    ("hexadecimal", "0x10"),
    ("underscores in a number", "1_000"),
    ("a plus", "+1"),
    ("the word NaN", "NaN"),
    ("the word Infinity", "Infinity"),
    ("the word undefined", "undefined"),
    ("XML", "<xml/>"),
    ("a form", "a=b&c=d"),
];

/// JSON that is no lead, with what it lacks or is instead.
const NO_LEAD: [(&str, &str, &str); 14] = [
    ("null", "null", "wrong_type"),
    ("true", "true", "wrong_type"),
    ("zero", "0", "wrong_type"),
    ("minus zero", "-0", "wrong_type"),
    ("a text", "\"x\"", "wrong_type"),
    ("an empty list", "[]", "wrong_type"),
    ("an empty object", "{}", "missing"),
    ("a number too large for a double", "1e400", "wrong_type"),
    ("no features in it", "{\"lead_id\":\"x\",\"features\":{}}", "missing"),
    ("features as a list", "{\"lead_id\":\"x\",\"features\":[]}", "wrong_type"),
    ("features as null", "{\"lead_id\":\"x\",\"features\":null}", "wrong_type"),
    ("no id but null", "{\"lead_id\":null,\"features\":{}}", "wrong_type"),
    ("an id that is a number", "{\"lead_id\":1e999,\"features\":{}}", "wrong_type"),
    ("an id in a list", "{\"lead_id\":[\"x\"],\"features\":{}}", "wrong_type"),
];

/// Bytes that are no text, in a body that is JSON but for them.
const NO_UTF8: [(&str, &[u8]); 6] = [
    ("a lone continuation byte", b"\x80"),
    ("a byte that UTF-8 has not", b"\xff"),
    ("an overlong slash", b"\xc0\xaf"),
    ("an encoded surrogate", b"\xed\xa0\x80"),
    ("a character beyond the last", b"\xf4\x90\x80\x80"),
    ("a character cut in half", b"\xe2\x82"),
];

/// The rows.
pub(super) fn cases() -> Vec<Case> {
    let no_json = leads("invalid_json");
    let mut cases: Vec<Case> = Vec::new();
    for (name, body) in NO_JSON {
        cases.push(Case::post(format!("body: {name}"), SCORE, body, no_json));
    }
    for (name, body, code) in NO_LEAD {
        cases.push(Case::post(format!("no lead: {name}"), SCORE, body, leads(code)));
    }
    for (name, bytes) in NO_UTF8 {
        let body = [b"{\"lead_id\":\"", bytes, b"\",\"features\":{}}"].concat();
        cases.push(Case::post(format!("body: {name}"), SCORE, body, no_json));
    }
    let whole = lead("x").to_string();
    for end in [whole.len() / 3, whole.len() / 2, whole.len() - 1] {
        cases.push(Case::post(format!("cut after {end} bytes"), SCORE, &whole[..end], no_json));
    }
    let wide: Vec<u8> = whole.bytes().flat_map(|byte| [byte, 0]).collect();
    cases.push(Case::post("UTF-16", SCORE, [b"\xff\xfe", &wide[..]].concat(), no_json));
    for (name, part, times) in [
        ("deep lists", "[", 50_000),
        ("deep objects", "{\"a\":", 10_000),
        ("deep objects and lists", "{\"features\":[", 4_000),
        ("nothing but commas", ",", 60_000),
        ("nothing but quotes", "\"", 60_001),
        ("nothing but backslashes", "\\", 60_000),
        ("digits without an end", "9", 60_000),
    ] {
        // Digits alone are a number, however many.
        let answer = if part == "9" { leads("wrong_type") } else { no_json };
        cases.push(Case::post(format!("body: {name}"), SCORE, part.repeat(times), answer));
    }
    cases.push(Case::post("deep and closed", SCORE, "[".repeat(300) + &"]".repeat(300), no_json));
    cases
}
