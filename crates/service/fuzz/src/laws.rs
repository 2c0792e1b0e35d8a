//! What must hold of every answer, whatever was asked.
//!
//! - It has a status that is documented for its problem, never one of the service's own failures.
//! - It comes to its end, also where the request breaks off.
//! - A failure is a whole problem, and repeats nothing of what was sent but the name of an unknown member in a pointer.
//! - A success is JSON, or JSON line by line, and every score in it is one.
//! - Afterwards nothing is in flight, and nothing has failed or panicked.

use std::{collections::HashMap, sync::LazyLock};

use actix_web::http::{StatusCode, header::HeaderMap};
use serde_json::Value;

use crate::input::{CANARY, Input};

/// The document that callers read.
const DOCUMENT: &str = include_str!("../../../../docs/API.md");

/// The status of every documented problem.
static PROBLEMS: LazyLock<HashMap<&str, u16>> = LazyLock::new(|| {
    let sections = DOCUMENT.split("\n#### ").skip(1);
    let problem = |section: &'static str| {
        let (name, text) = section.split_once('\n')?;
        Some((name, text.trim_start().get(..3)?.parse().ok()?))
    };
    sections.filter_map(problem).collect()
});

/// An answer as a client sees it.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The body as text.
    fn text(&self) -> &str {
        str::from_utf8(&self.body).expect("answers are UTF-8")
    }
}

/// Holds an answer to the laws.
///
/// # Panics
/// If it breaks one.
pub fn check_answer(input: &Input, answer: &Answer) {
    if !is_ours(input.uri.path()) {
        assert!(answer.status == 404 && answer.headers.is_empty(), "{input:?}\n{answer:?}");
        return;
    }
    assert!(!answer.header("x-request-id").is_empty(), "no id: {answer:?}");
    match answer.status.as_u16() {
        200 => check_success(answer),
        307 => {
            let path = answer.header("location").split('?').next().unwrap_or_default();
            assert!(is_ours(path), "{answer:?}");
        }
        400..=499 => check_problem(answer),
        _ => panic!("{input:?}\n{answer:?}"),
    }
}

/// Whether a path lies below what was mounted; all others belong to the application around it.
fn is_ours(path: &str) -> bool {
    let below = |base| {
        path.strip_prefix(base).is_some_and(|rest| matches!(rest.as_bytes(), [] | [b'/', ..]))
    };
    below("/api/v1") || below("/v2")
}

/// A problem, as documented, in which nothing is repeated.
fn check_problem(answer: &Answer) {
    assert_eq!(answer.header("content-type"), "application/problem+json", "{answer:?}");
    let problem: Value = serde_json::from_str(answer.text()).expect("a problem is JSON");
    let name = problem["type"].as_str().and_then(|kind| kind.strip_prefix("/docs#"));
    let name = name.expect("a problem has a type of ours");
    assert_eq!(PROBLEMS.get(name), Some(&answer.status.as_u16()), "{name} is not documented so");
    assert_eq!(problem["status"], answer.status.as_u16());
    assert_eq!(problem["request_id"], answer.header("x-request-id"));
    for member in ["title", "detail"] {
        assert!(problem[member].as_str().is_some_and(|text| !text.is_empty()), "{problem}");
    }
    for header in &answer.headers {
        assert!(!header.1.as_bytes().windows(CANARY.len()).any(|part| part == CANARY.as_bytes()));
    }
    check_silence(&problem);
}

/// Nothing that was sent is in there, but the names of members in pointers.
fn check_silence(value: &Value) {
    match value {
        Value::String(text) => assert!(!text.contains(CANARY), "repeated: {text}"),
        Value::Array(items) => items.iter().for_each(check_silence),
        Value::Object(members) => {
            for (_, value) in members.iter().filter(|(name, _)| *name != "pointer") {
                check_silence(value);
            }
        }
        _ => {}
    }
}

/// JSON whose scores are scores, and whose errors repeat nothing either.
fn check_success(answer: &Answer) {
    match answer.header("content-type") {
        "application/json" => check_scores(&parsed(answer.text())),
        "application/x-ndjson" => {
            answer.text().lines().for_each(|line| check_scores(&parsed(line)))
        }
        kind => panic!("an answer of the type {kind}"),
    }
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// Every score in there is a probability with its bucket and tier.
fn check_scores(value: &Value) {
    match value {
        Value::Array(items) => items.iter().for_each(check_scores),
        Value::Object(members) => {
            for (name, value) in members {
                match name.as_str() {
                    "error" => check_silence(value),
                    "raw_score" => check_probability(value),
                    "bucket" if value.is_number() => {
                        assert!((1..=5).contains(&value.as_u64().expect("a whole number")));
                    }
                    "data" if members.get("name").is_some_and(|name| name == "probability") => {
                        value.as_array().expect("a list").iter().for_each(check_probability);
                    }
                    _ => check_scores(value),
                }
            }
        }
        _ => {}
    }
}

fn check_probability(value: &Value) {
    let probability = value.as_f64().expect("a probability is a number");
    assert!((0.0..=1.0).contains(&probability), "{probability}");
}

/// Holds the page of metrics to the laws, between two requests.
///
/// # Panics
/// If something is still in flight, has failed, or has panicked.
pub fn check_metrics(page: &Answer) {
    let value = |series: &str| {
        let line =
            page.text().lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
        line.and_then(|value| value.parse::<f64>().ok())
    };
    // The one that asks is in flight itself.
    assert_eq!(value("http_requests_active"), Some(1.0), "{}", page.text());
    assert_eq!(value("http_panics_total"), Some(0.0));
    let errors = page.text().lines().filter(|line| line.starts_with("http_errors_total{"));
    errors.for_each(|line| assert!(line.ends_with(" 0"), "{line}"));
}
