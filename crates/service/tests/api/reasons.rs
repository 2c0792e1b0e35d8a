//! `?explain=N`: why a lead has its score.

use lead_model::{Lead, Schema, Scorer};
use serde_json::{Value, json};

use crate::{
    lead::{lead, lead_with, synthetic_leads},
    test_app::{TestApp, model_path, problem},
};

fn scorer() -> Scorer {
    Scorer::load(std::fs::File::open(model_path()).expect("the committed model")).expect("verified")
}

/// The reasons as the model crate gives them.
fn expected(scorer: &Scorer, lead: &Value, count: usize) -> Value {
    let lead = Lead::from_json(&Schema::b2b(), lead.to_string().as_bytes()).expect("a lead");
    let why = scorer.explain(&lead);
    json!({
        "base_probability": why.base_probability,
        "base_log_odds": why.base_log_odds,
        "log_odds": why.log_odds,
        "imputed": why.imputed,
        "positive": why.positive(count).collect::<Vec<_>>(),
        "negative": why.negative(count).collect::<Vec<_>>(),
    })
}

#[actix_web::test]
async fn every_endpoint_that_scores_gives_the_models_reasons() {
    let (app, scorer) = (TestApp::start(), scorer());
    let (_, leads): (Vec<_>, Vec<Value>) = synthetic_leads(3).into_iter().unzip();
    for count in [1, 3, 50] {
        let query = format!("explain={count}");
        let expected: Vec<_> = leads.iter().map(|lead| expected(&scorer, lead, count)).collect();
        let path = format!("/api/v1/score?{query}");
        let single: Value = app.post(&path, &leads[0]).await.json().await.expect("JSON");
        assert_eq!(single["reasons"], expected[0]);
        let path = format!("/api/v1/score/batch?{query}");
        let batch: Vec<Value> = app.post(&path, &json!(leads)).await.json().await.expect("JSON");
        let partial: Value = app
            .post(&format!("{path}&mode=partial"), &json!(leads))
            .await
            .json()
            .await
            .expect("JSON");
        let lines: Vec<_> = leads.iter().map(Value::to_string).collect();
        let stream = app.post_raw(&format!("/api/v1/score/stream?{query}"), lines.join("\n")).await;
        let stream = stream.text().await.expect("text");
        let mut stream =
            stream.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
        for (index, expected) in expected.iter().enumerate() {
            assert_eq!(&batch[index]["reasons"], expected);
            assert_eq!(&partial["results"][index]["reasons"], expected);
            assert_eq!(&stream.next().expect("a line")["reasons"], expected);
        }
    }
}

#[actix_web::test]
async fn an_answer_with_reasons_reads_as_documented() {
    let app = TestApp::start();
    let answer = app.post("/api/v1/score?explain=2", &lead("x")).await.text().await.expect("text");
    let (_, told) = answer.split_once("\"lead_id\"").expect("an id");
    insta::assert_snapshot!(told);
}

#[actix_web::test]
async fn reasons_are_not_told_unless_asked_for() {
    let app = TestApp::start();
    let answer: Value = app.post("/api/v1/score", &lead("x")).await.json().await.expect("JSON");
    assert!(answer.get("reasons").is_none());
}

#[actix_web::test]
async fn reasons_stand_between_score_and_details() {
    let app = TestApp::start();
    let path = "/api/v1/score?explain=1&include_details=1";
    let answer = app.post(path, &lead("x")).await.text().await.expect("text");
    let place = |member: &str| answer.find(&format!("\"{member}\":")).expect(member);
    assert!(place("score") < place("reasons") && place("reasons") < place("timing"), "{answer}");
}

#[actix_web::test]
async fn as_many_as_there_are_features_may_be_asked_for_and_no_more() {
    let app = TestApp::start();
    let paths = ["/api/v1/score", "/api/v1/score/batch", "/api/v1/score/stream"];
    for path in paths {
        for odd in ["0", "51", "-1", "", "all", "1.0"] {
            let body = if path.ends_with("batch") { json!([lead("x")]) } else { lead("x") };
            let answer = app.post(&format!("{path}?explain={odd}"), &body).await;
            let problem = problem(answer, 422).await;
            assert_eq!(problem["type"], "/docs#invalid-parameter");
            assert_eq!(problem["errors"][0]["pointer"], "/query/explain");
        }
    }
    // A bad lead has faults and no reasons.
    problem(app.post("/api/v1/score?explain=3", &lead_with("bounce_rate", 2)).await, 422).await;
}
