//! `POST /api/v1/score/batch`.

use serde_json::{Value, json};

use crate::{
    lead::{lead, lead_with, synthetic_leads},
    test_app::{TestApp, faults, problem, redacted},
};

const PATH: &str = "/api/v1/score/batch";

fn batch(count: usize) -> Value {
    (0..count).map(|index| lead(&format!("lead-{index}"))).collect()
}

#[actix_web::test]
async fn answers_come_in_the_order_of_the_leads_and_equal_single_answers() {
    let app = TestApp::start();
    let (_, leads): (Vec<_>, Vec<Value>) = synthetic_leads(30).into_iter().unzip();
    let answers: Vec<Value> = app.post(PATH, &json!(leads)).await.json().await.expect("JSON");
    assert_eq!(answers.len(), 30);
    for (lead, answer) in leads.iter().zip(&answers) {
        let single: Value = app.post("/api/v1/score", lead).await.json().await.expect("JSON");
        assert_eq!(answer["lead_id"], lead["lead_id"]);
        assert_eq!(answer["score"], single["score"]);
        assert_eq!(answer["model"], single["model"]);
    }
}

#[actix_web::test]
async fn all_answers_of_a_batch_carry_the_one_request_id() {
    let app = TestApp::start();
    let answer = app.post(PATH, &batch(3)).await;
    let id = answer.headers()["x-request-id"].to_str().expect("ASCII").to_owned();
    let answers: Vec<Value> = answer.json().await.expect("JSON");
    assert!(answers.iter().all(|answer| answer["request_id"] == id.as_str()));
}

#[actix_web::test]
async fn the_bodies_of_a_batch_read_as_the_contract_says() {
    let app = TestApp::start();
    let body = app.post(PATH, &batch(2)).await.text().await.expect("text");
    insta::assert_snapshot!(redacted(&body, &["request_id", "raw_score", "bucket", "tier"]));
}

#[actix_web::test]
async fn details_are_given_for_every_lead() {
    let app = TestApp::start();
    let answers: Vec<Value> = app
        .post(&format!("{PATH}?include_details=true"), &batch(3))
        .await
        .json()
        .await
        .expect("JSON");
    assert!(
        answers
            .iter()
            .all(|answer| answer["api_version"] == "1.0.0" && answer["timing"].is_object())
    );
}

#[actix_web::test]
async fn an_empty_batch_is_answered_with_an_empty_list() {
    let app = TestApp::start();
    let answer = app.post(PATH, &json!([])).await;
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.text().await.expect("text"), "[]");
}

#[actix_web::test]
async fn a_hundred_leads_are_scored_and_one_more_is_too_many() {
    let app = TestApp::start();
    let answers: Vec<Value> = app.post(PATH, &batch(100)).await.json().await.expect("JSON");
    assert_eq!(answers.len(), 100);
    let problem = problem(app.post(PATH, &batch(101)).await, 400).await;
    assert_eq!(problem["detail"], "Maximum 100 leads per batch request");
    assert_eq!(problem["type"], "/docs#batch-too-long");
}

#[actix_web::test]
async fn the_limit_is_checked_before_the_leads_are() {
    let app = TestApp::start_with(&["--max-batch", "2"]);
    let junk = json!([{}, 1, "x", null]);
    assert_eq!(
        problem(app.post(PATH, &junk).await, 400).await["detail"],
        "Maximum 2 leads per batch request"
    );
}

#[actix_web::test]
async fn every_bad_lead_of_a_batch_is_named_at_once() {
    let app = TestApp::start();
    let mut leads = batch(4);
    leads[1] = lead_with("bounce_rate", 3);
    leads[3] = lead_with("geographic_tier", "1");
    let problem = problem(app.post(PATH, &leads).await, 422).await;
    let expected = [
        ("/1/features/bounce_rate", "out_of_range"),
        ("/3/features/geographic_tier", "wrong_type"),
    ];
    let expected = expected.map(|(pointer, code)| (pointer.to_owned(), code.to_owned()));
    assert_eq!(faults(&problem), expected);
}

#[actix_web::test]
async fn a_body_that_is_no_list_is_refused() {
    let app = TestApp::start();
    for body in [lead("x"), json!(1), json!("x"), Value::Null] {
        let problem = problem(app.post(PATH, &body).await, 422).await;
        assert_eq!(faults(&problem).len(), 1, "{problem}");
    }
}
