//! `POST /api/v1/score/batch?mode=partial`.

use serde_json::{Value, json};

use crate::{
    lead::{lead, lead_with, lead_without},
    test_app::{TestApp, faults, problem, redacted},
};

const PATH: &str = "/api/v1/score/batch?mode=partial";

/// Two leads with four things between them that are wrong in different ways.
fn mixed() -> Value {
    let mut nameless = lead("");
    nameless["lead_id"] = json!(7);
    json!([
        lead("first"),
        lead_with("bounce_rate", 3),
        lead_without("company_revenue"),
        nameless,
        "no lead",
        lead("last"),
    ])
}

#[actix_web::test]
async fn every_lead_has_its_result_in_its_place() {
    let app = TestApp::start();
    let answer = app.post(PATH, &mixed()).await;
    assert_eq!(answer.status(), 200);
    let id = answer.headers()["x-request-id"].to_str().expect("ASCII").to_owned();
    let answer: Value = answer.json().await.expect("JSON");
    assert_eq!(answer["request_id"], id.as_str());
    assert_eq!(answer["summary"], json!({"total": 6, "scored": 2, "failed": 4}));
    let results = answer["results"].as_array().expect("a list");
    let column = |name| results.iter().map(|result| result[name].clone()).collect::<Value>();
    assert_eq!(column("index"), json!([0, 1, 2, 3, 4, 5]));
    assert_eq!(column("status"), json!([200, 422, 422, 422, 422, 200]));
    assert_eq!(column("lead_id"), json!(["first", "lead-1", "lead-1", null, null, "last"]));
    for result in results {
        let members = result.as_object().expect("an object");
        assert_ne!(members.contains_key("score"), members.contains_key("error"), "{result}");
        assert!(!members.values().any(Value::is_null), "{result}");
    }
}

#[actix_web::test]
async fn the_body_of_a_partial_batch_reads_as_documented() {
    let app = TestApp::start();
    let body = app.post(PATH, &mixed()).await.text().await.expect("text");
    insta::assert_snapshot!(redacted(&body, &["request_id", "raw_score", "bucket", "tier"]));
}

#[actix_web::test]
async fn scores_and_faults_are_those_of_single_answers() {
    let app = TestApp::start();
    let leads = mixed();
    let answer: Value = app.post(PATH, &leads).await.json().await.expect("JSON");
    for (index, lead) in leads.as_array().expect("a list").iter().enumerate() {
        let single = app.post("/api/v1/score", lead).await;
        let result = &answer["results"][index];
        assert_eq!(result["status"], single.status().as_u16());
        let single: Value = single.json().await.expect("JSON");
        assert_eq!(result["score"], single["score"]);
        assert_eq!(result["error"]["errors"], single["errors"]);
    }
}

#[actix_web::test]
async fn a_batch_of_bad_leads_or_of_none_is_answered_all_the_same() {
    let app = TestApp::start();
    for (leads, total) in [(json!([1, {}, []]), 3), (json!([]), 0)] {
        let answer = app.post(PATH, &leads).await;
        assert_eq!(answer.status(), 200);
        let answer: Value = answer.json().await.expect("JSON");
        assert_eq!(answer["summary"], json!({"total": total, "scored": 0, "failed": total}));
        assert_eq!(answer["results"].as_array().map(Vec::len), Some(total));
    }
}

#[actix_web::test]
async fn what_is_no_list_is_refused_as_a_whole() {
    let app = TestApp::start();
    for body in ["", "{}", "1", "[{}", "[{}]]", "[1,]"] {
        let problem = problem(app.post_raw(PATH, body).await, 422).await;
        assert_eq!(faults(&problem).len(), 1, "{problem}");
        assert_eq!(problem["errors"][0]["pointer"], "");
    }
}

#[actix_web::test]
async fn more_leads_than_the_limit_are_refused_before_one_is_looked_at() {
    let app = TestApp::start_with(&["--max-batch", "2"]);
    for leads in [json!([{}, {}, {}]), json!([1, 2, 3]), json!([lead("a"), lead("b"), lead("c")])] {
        let problem = problem(app.post(PATH, &leads).await, 400).await;
        assert_eq!(problem["detail"], "Maximum 2 leads per batch request");
    }
    assert_eq!(app.metric("model_batch_size_count").await, 0.0);
}

#[actix_web::test]
async fn details_are_given_once_and_tiers_with_every_score() {
    let app = TestApp::start();
    let path = format!("{PATH}&include_details=true");
    let answer: Value = app.post(&path, &mixed()).await.json().await.expect("JSON");
    assert_eq!(answer["api_version"], "1.0.0");
    assert!(answer["timing"]["latency_ms"].is_number());
    let results = answer["results"].as_array().expect("a list");
    for result in results.iter().filter(|result| result["status"] == 200) {
        assert!(result["score"]["ranking"]["tier_definition"]["A"].is_string(), "{result}");
    }
}

#[actix_web::test]
async fn only_what_was_scored_is_counted_as_predicted() {
    let app = TestApp::start();
    app.post(PATH, &mixed()).await;
    assert_eq!(app.metric("model_batch_size_sum").await, 2.0);
    let series = r#"model_prediction_buckets_count{endpoint_provider="local"}"#;
    assert_eq!(app.metric(series).await, 2.0);
}

#[actix_web::test]
async fn the_mode_is_strict_unless_asked_and_no_third_one() {
    let app = TestApp::start();
    for path in ["/api/v1/score/batch", "/api/v1/score/batch?mode=strict"] {
        problem(app.post(path, &mixed()).await, 422).await;
        let answers: Value = app.post(path, &json!([lead("a")])).await.json().await.expect("JSON");
        assert!(answers.is_array());
    }
    let odd = app.post("/api/v1/score/batch?mode=lenient", &json!([])).await;
    let odd = problem(odd, 422).await;
    assert_eq!(odd["type"], "/docs#invalid-parameter");
    assert_eq!(odd["errors"][0]["pointer"], "/query/mode");
    // It means nothing to a single lead.
    assert_eq!(app.post("/api/v1/score?mode=lenient", &lead("a")).await.status(), 200);
}
