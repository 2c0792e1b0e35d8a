//! Bodies of `/api/v1/score/stream`: a bad line costs itself, a bad body the rest of itself.

use super::case::{Answer, Case};
use crate::{
    lead::{lead, lead_text_with},
    test_app::KEY,
};

const STREAM: &str = "/api/v1/score/stream";

/// Lines that are no leads, between two that are; each is answered by the code beside it.
const LINES: [(&str, &[u8], &str); 18] = [
    ("an open brace", b"{", "invalid_json"),
    ("a closing bracket", b"]", "invalid_json"),
    ("a NUL", b"\0", "invalid_json"),
    ("a byte order mark", b"\xef\xbb\xbf{}", "invalid_json"),
    ("no UTF-8", b"\xff\xfe", "invalid_json"),
    ("a surrogate in UTF-8", b"{\"lead_id\":\"\xed\xa0\x80\"}", "invalid_json"),
    ("a carriage return in the middle", b"{}\r{}", "invalid_json"),
    ("two leads", b"{}{}", "invalid_json"),
    ("a comma", b"{},", "invalid_json"),
    ("a vertical tab", b"\x0b", "invalid_json"),
    ("the word NaN", b"NaN", "invalid_json"),
    ("a record separator", b"\x1e{}", "invalid_json"),
    ("an event of a browser", b"data: {}", "invalid_json"),
    ("null", b"null", "wrong_type"),
    ("a list", b"[]", "wrong_type"),
    ("a number beyond a double", b"1e400", "wrong_type"),
    ("an empty lead", b"{}", "missing"),
    ("an id twice", b"{\"lead_id\":\"a\",\"lead_id\":\"b\"}", "duplicate"),
];

/// The rows.
pub(super) fn cases() -> Vec<Case> {
    let good = lead("x").to_string();
    let between = |line: &[u8]| [good.as_bytes(), b"\n", line, b"\n", good.as_bytes()].concat();
    let mut cases: Vec<Case> = Vec::new();
    for (name, line, code) in LINES {
        let answer = Answer::Lines(&["scored"], code, &["scored"]);
        cases.push(Case::post(format!("a line of {name}"), STREAM, between(line), answer));
    }
    for (name, line, code) in [
        ("a share of 1e400", lead_text_with("bounce_rate", "1e400"), "not_finite"),
        ("a share of 400 digits", lead_text_with("bounce_rate", &"9".repeat(400)), "not_finite"),
        ("a share of -1", lead_text_with("bounce_rate", "-1"), "out_of_range"),
        ("deep lists", "[".repeat(60_000), "invalid_json"),
        ("deep objects", "{\"a\":".repeat(10_000), "invalid_json"),
        ("70,000 bytes", "x".repeat(70_000), "too_long"),
        ("a megabyte", " ".repeat(1_000_000), "too_long"),
        ("an id of 513 bytes", lead(&"x".repeat(513)).to_string(), "too_long"),
    ] {
        let answer = Answer::Lines(&["scored"], code, &["scored"]);
        cases.push(Case::post(
            format!("a line of {name}"),
            STREAM,
            between(line.as_bytes()),
            answer,
        ));
    }
    let list = format!("[{good},\n{good}]");
    let in_pieces = Answer::Lines(&["invalid_json"], "invalid_json", &[]);
    cases.push(Case::post("a list over two lines", STREAM, list, in_pieces));
    cases.extend(refused(good.as_bytes()));
    cases.extend(cut(&good));
    cases
}

/// Streams that do not begin.
fn refused(good: &[u8]) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    for kind in ["text/plain", "text/csv", "application/x-www-form-urlencoded", "ndjson", "/"] {
        let lines = format!("X-API-Key: {KEY}\r\nContent-Type: {kind}\r\n");
        let answer = Answer::Problem(415, "not-lines");
        cases.push(Case::posted(format!("a stream of {kind}"), STREAM, &lines, good, answer));
    }
    let gzip = format!("X-API-Key: {KEY}\r\nContent-Encoding: gzip\r\n");
    let encoded = Answer::Problem(415, "encoded");
    cases.push(Case::posted("a stream in gzip", STREAM, &gzip, good, encoded));
    let missing = Answer::Problem(401, "key-missing");
    cases.push(Case::posted("a stream without a key", STREAM, "", good, missing));
    let no_reasons = Answer::Problem(422, "invalid-parameter");
    let target = format!("{STREAM}?explain=0");
    cases.push(Case::post("a stream without a reason", &target, good, no_reasons));
    cases.push(Case::bare(
        "GET of a stream",
        "GET",
        STREAM,
        Answer::Problem(405, "method-not-allowed"),
    ));
    cases
}

/// Streams that break off: what has come in is answered, and the last line says that it was not all.
fn cut(good: &str) -> Vec<Case> {
    let head = |framing: &str| {
        format!("POST {STREAM} HTTP/1.1\r\nHost: x\r\nX-API-Key: {KEY}\r\n{framing}\r\n\r\n")
    };
    let chunk = format!("{:x}\r\n{good}\n\r\n", good.len() + 1);
    let chunked = head("Transfer-Encoding: chunked") + &chunk;
    let short = head("Content-Length: 100000") + good + "\n";
    vec![
        Case::raw("a stream whose chunks break", chunked.clone() + "zz\r\n", Answer::Cut),
        Case::raw("a stream whose chunks end", chunked, Answer::Cut).and_ends(),
        Case::raw("a stream that ends early", short, Answer::Cut).and_ends(),
    ]
}
