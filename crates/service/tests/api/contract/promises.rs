//! The document's promises, one by one.

use std::collections::BTreeSet;

use futures_util::stream;
use reqwest::{Body, Method};
use serde_json::json;

use super::{
    answered::Answer,
    asked::{filled, sound, start},
    stages::{Stages, keys},
};
use crate::{
    document::{Case, Document},
    lead::lead,
    test_app::TestApp,
};

/// What can only be provoked from inside: a panic (`routes/endpoint.rs` has the test), and a file that becomes another one
/// between two looks at it (`models/shelf.rs` has that).
fn is_from_inside(case: &Case<'_>) -> bool {
    match case.problem {
        Some("internal") => true,
        Some("model-refused") => case.operation.id() != "reloadModels",
        _ => false,
    }
}

/// The right answer of an operation.
fn answer_of<'a>(document: &'a Document, id: &str) -> Case<'a> {
    let operation = document.operations().find(|operation| operation.id() == id);
    let cases = document.cases(operation.expect("an operation"));
    cases.into_iter().find(|case| case.status == 200).expect("an answer")
}

#[actix_web::test]
async fn every_documented_answer_is_given_and_is_as_documented() {
    let stages = Stages::set().await;
    let document = Document::of(&stages.usual).await;
    let mut provoked = 0;
    for operation in document.operations() {
        for case in document.cases(operation).iter().filter(|case| !is_from_inside(case)) {
            stages.answer(case).await.check(&document, case);
            provoked += 1;
        }
    }
    assert!(provoked > 200, "{provoked}");
}

#[actix_web::test]
async fn what_a_query_adds_to_an_answer_is_documented_too() {
    let app = start(&keys(), &[]);
    let document = Document::of(&app).await;
    let (good, bad) = (lead("good"), json!({"lead_id": "bad"}));
    let batch = |of: [&serde_json::Value; 2]| json!(of).to_string();
    let table = [
        ("scoreLead", "?include_details=true", good.to_string(), "ranking"),
        ("scoreLead", "?explain=3", good.to_string(), "reasons"),
        ("scoreBatch", "?include_details=yes&explain=1", batch([&good, &good]), "reasons"),
        ("scoreBatch", "?mode=partial", batch([&good, &bad]), "summary"),
        ("scoreBatch", "?mode=partial", batch([&bad, &json!(7)]), "422"),
        (
            "scoreBatch",
            "?mode=partial&explain=50&include_details=on",
            batch([&bad, &good]),
            "imputed",
        ),
        ("scoreStream", "?explain=2", format!("{good}\n\n{bad}\n7\n"), "reasons"),
    ];
    for (id, query, body, adds) in table {
        let case = answer_of(&document, id);
        let request = sound(&app, &case, query).body(body);
        let answer = Answer::of(request.send().await.expect("an answer")).await;
        answer.check(&document, &case);
        let text = String::from_utf8(answer.body).expect("UTF-8");
        assert!(text.contains(adds), "{id}{query} has no {adds}: {text:.300}");
    }
}

#[actix_web::test]
async fn every_documented_parameter_of_a_query_refuses_what_is_not_documented() {
    let app = start(&keys(), &[]);
    let document = Document::of(&app).await;
    let mut names = BTreeSet::new();
    for operation in document.operations() {
        let cases = document.cases(operation);
        let refused = cases.iter().find(|case| case.problem == Some("invalid-parameter"));
        for name in operation.queries() {
            let case = refused.expect("a documented failure");
            let request = sound(&app, case, &format!("?{name}=maybe"));
            Answer::of(request.send().await.expect("an answer")).await.check(&document, case);
            names.insert(name);
        }
    }
    assert_eq!(names, BTreeSet::from(["explain", "force", "include_details", "mode"]));
}

#[actix_web::test]
async fn a_stream_that_is_not_read_to_its_end_ends_as_documented() {
    let app = start(&keys(), &["--body-timeout", "0.3"]);
    let document = Document::of(&app).await;
    let case = answer_of(&document, "scoreStream");
    let line = Ok::<_, std::io::Error>(format!("{}\n", lead("first")));
    // A body that goes on and never comes.
    let body = stream::select(stream::iter([line]), stream::pending());
    let request = sound(&app, &case, "").body(Body::wrap_stream(body));
    let answer = Answer::of(request.send().await.expect("an answer")).await;
    answer.check(&document, &case);
    let summary = &answer.value()[1]["summary"];
    assert_eq!(summary["complete"], false);
    assert!(summary["detail"].is_string(), "{summary}");
}

#[actix_web::test]
async fn every_path_takes_the_documented_methods_and_no_other() {
    let stages = TestApp::start();
    let document = Document::of(&stages).await;
    let paths: BTreeSet<_> = document.operations().map(|operation| operation.path).collect();
    for path in paths {
        let at: Vec<_> = document.operations().filter(|operation| operation.path == path).collect();
        let mut documented: BTreeSet<_> = at.iter().map(|operation| operation.method).collect();
        if documented.contains("GET") {
            documented.insert("HEAD");
        }
        let answer = stages.request(Method::PATCH, &filled(at[0], None)).send().await;
        let answer = answer.expect("an answer");
        assert_eq!(answer.status(), 405, "{path}");
        let allow = answer.headers()["allow"].to_str().expect("ASCII").to_owned();
        assert_eq!(allow.split(", ").collect::<BTreeSet<_>>(), documented, "{path}");
    }
}
