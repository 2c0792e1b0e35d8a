//! The table as a whole: every row is met, each says something of its own, and all answers are documented.

use std::collections::BTreeSet;

use super::{
    admin, batches, bodies,
    case::{Answer, Case},
    framing, headers, heads,
    house::House,
    leads, partials, streams, targets, tensors,
};

/// The document that callers read.
const DOCUMENT: &str = include_str!("../../../../../docs/API.md");

/// Meets a part of the table with a program of its own.
fn check(cases: &[Case]) {
    let house = House::start();
    let wrong: Vec<String> = cases
        .iter()
        .filter_map(|case| {
            let reason = house.meet(case).err()?;
            Some(format!("{}\n  expected {:?}\n  {reason}", case.name, case.answer))
        })
        .collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
    house.stays_unharmed();
}

/// Every part, by the subject of its file.
fn parts() -> [Vec<Case>; 11] {
    [
        bodies::cases(),
        leads::cases(),
        batches::cases(),
        partials::cases(),
        streams::cases(),
        tensors::cases(),
        framing::cases(),
        heads::cases(),
        headers::cases(),
        targets::cases(),
        admin::cases(),
    ]
}

#[test]
fn bodies_that_are_no_json_are_refused_as_such() {
    check(&bodies::cases());
}

#[test]
fn leads_with_faults_are_refused_with_their_code() {
    check(&leads::cases());
}

#[test]
fn hostile_batches_are_refused_as_documented() {
    check(&batches::cases());
}

#[test]
fn hostile_leads_of_a_partial_batch_cost_themselves() {
    check(&partials::cases());
}

#[test]
fn hostile_lines_of_a_stream_cost_themselves() {
    check(&streams::cases());
}

#[test]
fn hostile_administration_is_refused_as_documented() {
    check(&admin::cases());
}

#[test]
fn hostile_tensors_are_refused_as_documented() {
    check(&tensors::cases());
}

#[test]
fn bodies_that_are_framed_wrongly_are_refused_as_documented() {
    check(&framing::cases());
}

#[test]
fn heads_that_are_hardly_http_cost_their_connection_only() {
    check(&heads::cases());
}

#[test]
fn hostile_headers_are_refused_as_documented() {
    check(&headers::cases());
}

#[test]
fn hostile_paths_queries_and_methods_are_refused_as_documented() {
    check(&targets::cases());
}

#[test]
fn the_table_has_at_least_150_rows_and_no_row_twice() {
    let cases = parts().concat();
    let (mut names, mut requests) = (BTreeSet::new(), BTreeSet::new());
    for case in &cases {
        assert!(names.insert(&case.name), "a name twice: {}", case.name);
        assert!(requests.insert((&case.bytes, case.ends)), "a request twice: {}", case.name);
    }
    assert!(cases.len() >= 150, "{}", cases.len());
}

#[test]
fn every_answer_of_the_table_is_a_heading_of_the_document_with_its_status() {
    let mut missing = BTreeSet::new();
    for case in parts().concat() {
        let (status, name) = match case.answer {
            Answer::Problem(status, name) | Answer::Then(status, name, _) => (status, name),
            Answer::Faults(name, _) => (422, name),
            Answer::Broken(name) => (400, name),
            // Within a good answer, or without a body.
            Answer::Results(..) | Answer::Lines(..) | Answer::Cut | Answer::Empty(400 | 431) => {
                continue;
            }
            Answer::Empty(status) => (status, "an answer without a body"),
        };
        if !DOCUMENT.contains(&format!("\n#### {name}\n\n{status}. ")) {
            missing.insert((status, name));
        }
    }
    assert!(missing.is_empty(), "not in docs/API.md: {missing:?}");
}
