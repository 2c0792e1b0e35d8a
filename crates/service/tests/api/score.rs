//! `POST /api/v1/score`.

use std::fs::File;

use lead_model::Scorer;
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    lead::{lead, lead_text_with, lead_with, lead_without, synthetic_leads},
    test_app::{TestApp, faults, model_path, problem, redacted},
};

const PATH: &str = "/api/v1/score";

/// Posts `body` and returns the faults of the 422 it must bring.
async fn faults_of(app: &TestApp, body: impl Into<Vec<u8>>) -> Vec<(String, String)> {
    faults(&problem(app.post_raw(PATH, body).await, 422).await)
}

fn fault(pointer: &str, code: &str) -> Vec<(String, String)> {
    vec![(pointer.to_owned(), code.to_owned())]
}

#[actix_web::test]
async fn the_short_answer_has_the_contracts_members_in_order() {
    let app = TestApp::start();
    let answer = app.post(PATH, &lead("lead-1")).await;
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["content-type"], "application/json");
    let body = answer.text().await.expect("text");
    insta::assert_snapshot!(redacted(&body, &["request_id", "raw_score", "bucket", "tier"]));
}

#[actix_web::test]
async fn the_detailed_answer_adds_ranking_timing_and_api_version() {
    let app = TestApp::start();
    for spelling in ["true", "1", "YES"] {
        let answer = app.post(&format!("{PATH}?include_details={spelling}"), &lead("lead-1")).await;
        let body = answer.text().await.expect("text");
        let body = redacted(&body, &["request_id", "raw_score", "bucket", "tier", "latency_ms"]);
        insta::assert_snapshot!("detailed_answer", body);
    }
    let answer = app.post(&format!("{PATH}?include_details=off"), &lead("lead-1")).await;
    assert!(!answer.text().await.expect("text").contains("timing"));
}

#[actix_web::test]
async fn the_latency_is_that_of_this_lead_and_not_rounded_away() {
    let app = TestApp::start();
    let answer: Value = app
        .post(&format!("{PATH}?include_details=1"), &lead("lead-1"))
        .await
        .json()
        .await
        .expect("JSON");
    let latency_ms = answer["timing"]["latency_ms"].as_f64().expect("a number");
    assert!(latency_ms > 0.0, "{answer}");
}

#[actix_web::test]
async fn a_score_on_the_wire_is_the_models_to_the_last_bit() {
    let app = TestApp::start();
    let scorer = Scorer::load(File::open(model_path()).expect("the model")).expect("a sound model");
    let mut tiers = Vec::new();
    for (lead, body) in synthetic_leads(50) {
        let score = scorer.score(&lead);
        let answer: Value = app.post(PATH, &body).await.json().await.expect("JSON");
        assert_eq!(answer["lead_id"], lead.id());
        assert_eq!(answer["score"]["raw_score"].as_f64(), Some(score.probability));
        assert_eq!(answer["score"]["bucket"], score.bucket.get());
        assert_eq!(answer["score"]["tier"], score.tier.as_str());
        tiers.push(score.tier);
    }
    tiers.dedup();
    assert!(tiers.len() > 5, "fifty leads should not all score the same");
}

#[actix_web::test]
async fn the_models_name_is_made_of_the_artifacts_name_and_version() {
    let app = TestApp::start();
    let answer: Value = app.post(PATH, &lead("lead-1")).await.json().await.expect("JSON");
    let artifact = Scorer::load(File::open(model_path()).expect("the model"))
        .expect("sound")
        .artifact()
        .clone();
    let name = format!("{}_lead_score_v{}", artifact.name, artifact.version.replace('.', ""));
    assert_eq!(answer["model"], json!({ "name": name, "version": artifact.version }));
}

#[actix_web::test]
async fn optional_features_may_be_left_out_and_whole_numbers_written_as_floats() {
    let app = TestApp::start();
    for body in
        [lead_without("pricing_page_visits"), lead_with("company_employee_count", 5.0), lead("")]
    {
        assert_eq!(app.post(PATH, &body).await.status(), 200, "{body}");
    }
}

#[actix_web::test]
async fn a_missing_content_type_counts_as_json() {
    let app = TestApp::start();
    let request = app.request(Method::POST, PATH).body(lead("lead-1").to_string());
    assert_eq!(request.send().await.expect("an answer").status(), 200);
}

#[actix_web::test]
async fn another_content_type_or_encoding_is_refused() {
    let app = TestApp::start();
    for (header, value, kind) in [
        ("Content-Type", "text/plain", "/docs#not-json"),
        ("Content-Type", "application/x-www-form-urlencoded", "/docs#not-json"),
        ("Content-Encoding", "gzip", "/docs#encoded"),
    ] {
        let request =
            app.request(Method::POST, PATH).header(header, value).body(lead("lead-1").to_string());
        let problem = problem(request.send().await.expect("an answer"), 415).await;
        assert_eq!(problem["type"], kind);
    }
}

#[actix_web::test]
async fn a_fault_is_named_by_its_place_and_kind() {
    let app = TestApp::start();
    for (body, pointer, code) in [
        (lead_without("company_revenue"), "/features/company_revenue", "missing"),
        (
            lead_with("company_employee_count", 0),
            "/features/company_employee_count",
            "out_of_range",
        ),
        (lead_with("bounce_rate", 1.01), "/features/bounce_rate", "out_of_range"),
        (
            lead_with("company_employee_count", 5.5),
            "/features/company_employee_count",
            "wrong_type",
        ),
        (lead_with("bounce_rate", Value::Null), "/features/bounce_rate", "wrong_type"),
        (
            lead_with("pricing_page_visits", Value::Null),
            "/features/pricing_page_visits",
            "wrong_type",
        ),
        (json!({ "features": lead("x")["features"] }), "/lead_id", "missing"),
        (json!({ "lead_id": "x" }), "/features", "missing"),
    ] {
        assert_eq!(faults_of(&app, body.to_string()).await, fault(pointer, code), "{body}");
    }
    let mut numbered = lead("x");
    numbered["lead_id"] = json!(17);
    assert_eq!(faults_of(&app, numbered.to_string()).await, fault("/lead_id", "wrong_type"));
}

/// Chapter 20 of the contract: what the predecessor let pass or answered with 500.
#[actix_web::test]
async fn what_hides_a_clients_bug_is_a_fault_now() {
    let app = TestApp::start();
    for (literal, code) in [
        ("\"0.5\"", "wrong_type"),
        ("true", "wrong_type"),
        ("1e400", "not_finite"),
        ("-1e400", "not_finite"),
        (&"9".repeat(400), "not_finite"),
    ] {
        let body = lead_text_with("company_growth_rate", literal);
        assert_eq!(
            faults_of(&app, body).await,
            fault("/features/company_growth_rate", code),
            "{literal}"
        );
    }
    for literal in ["NaN", "Infinity", "-Infinity", "nan"] {
        let body = lead_text_with("company_growth_rate", literal);
        assert_eq!(faults_of(&app, body).await[0].1, "invalid_json", "{literal}");
    }
    let unknown = lead_with("pricing_page_visit", 3);
    assert_eq!(
        faults_of(&app, unknown.to_string()).await,
        fault("/features/pricing_page_visit", "unknown_name")
    );
    let twice = lead("x").to_string().replacen(
        "\"bounce_rate\":",
        "\"bounce_rate\":0.1,\"bounce_rate\":",
        1,
    );
    assert_eq!(faults_of(&app, twice).await, fault("/features/bounce_rate", "duplicate"));
}

#[actix_web::test]
async fn every_fault_of_a_lead_is_reported_at_once() {
    let app = TestApp::start();
    let mut body = lead("lead-1");
    body["features"] = json!({ "bounce_rate": 2, "geographic_tier": "1" });
    let found = faults_of(&app, body.to_string()).await;
    assert!(found.contains(&("/features/bounce_rate".to_owned(), "out_of_range".to_owned())));
    assert!(found.contains(&("/features/geographic_tier".to_owned(), "wrong_type".to_owned())));
    assert_eq!(found.iter().filter(|(_, code)| code == "missing").count(), 21, "{found:?}");
    assert_eq!(found.len(), 23);
}

#[actix_web::test]
async fn a_body_that_is_no_json_is_one_fault() {
    let app = TestApp::start();
    for body in ["", " ", "{", "not json", "{\"lead_id\": \"x\",}", "[1,2", "\u{feff}{}"] {
        let found = faults_of(&app, body).await;
        assert_eq!(found.len(), 1, "{body:?}: {found:?}");
        assert_eq!(found[0].1, "invalid_json", "{body:?}");
    }
}

#[actix_web::test]
async fn the_body_of_a_422_reads_well() {
    let app = TestApp::start();
    let request = app.request(Method::POST, PATH).header("X-Request-ID", "r-1");
    let mut body = lead_with("bounce_rate", 2);
    body["features"].as_object_mut().expect("an object").remove("company_revenue");
    let answer = request.json(&body).send().await.expect("an answer").text().await.expect("text");
    insta::assert_snapshot!(answer);
}

#[actix_web::test]
async fn an_odd_query_parameter_is_refused_with_its_place() {
    let app = TestApp::start();
    let answer = app.post(&format!("{PATH}?include_details=maybe"), &lead("lead-1")).await;
    let problem = problem(answer, 422).await;
    assert_eq!(faults(&problem), fault("/query/include_details", "wrong_type"));
    assert!(!problem.to_string().contains("maybe"));
}

#[actix_web::test]
async fn no_value_of_the_input_is_ever_repeated() {
    let app = TestApp::start();
    let marker = "secret-7731";
    let mut bodies = vec![
        lead_with("bounce_rate", marker).to_string(),
        lead_text_with("bounce_rate", "77318877318"),
        format!("{{\"lead_id\": \"{marker}\", \"features\": {{}}}}"),
        format!("{{\"lead_id\": \"{marker}"),
        format!("{marker}"),
        json!({ "lead_id": { marker: marker }, "features": [marker] }).to_string(),
    ];
    bodies.push(lead(&marker.repeat(1_000)).to_string());
    for body in bodies {
        let answer = app.post_raw(PATH, body.clone()).await;
        assert_eq!(answer.status(), 422, "{body:.80}");
        let text = answer.text().await.expect("text");
        assert!(!text.contains(marker) && !text.contains("77318877318"), "{text}");
    }
    assert!(!app.log.text().contains(marker));
}
