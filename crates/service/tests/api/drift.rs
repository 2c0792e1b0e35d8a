//! `GET /api/v1/model/drift` and the `model_drift_*` metrics.
//!
//! Fewer leads than a worker counts before it may begin to draw: every one is counted, and every figure is exact.

use actix_web::rt;
use lead_model::{Drift, Lead, Schema, Scorer, Tally};
use serde_json::{Value, json};

use crate::{
    lead::{lead, synthetic_leads},
    test_app::{TestApp, golden_path, model_path, problem},
};

/// Scores leads in batches of a hundred.
async fn score(app: &TestApp, leads: &[Value]) {
    for batch in leads.chunks(100) {
        assert_eq!(app.post("/api/v1/score/batch", &batch.into()).await.status(), 200);
    }
}

async fn report(app: &TestApp) -> Value {
    let answer = app.get("/api/v1/model/drift").await;
    assert_eq!(answer.status(), 200);
    answer.json().await.expect("JSON")
}

/// What the model crate finds in the same leads.
fn found(leads: &[Value]) -> Drift {
    let file = std::fs::read(model_path()).expect("the committed model");
    let scorer = Scorer::load(file.as_slice()).expect("it is sound");
    let reference = scorer.artifact().reference.as_ref().expect("it knows its training rows");
    let mut tally = Tally::new(reference, scorer.schema());
    for lead in leads {
        let lead = Lead::from_json(scorer.schema(), lead.to_string().as_bytes()).expect("a lead");
        tally.add(&lead, &scorer.score(&lead));
    }
    Drift::between(reference, &tally)
}

fn synthetic(count: usize) -> Vec<Value> {
    synthetic_leads(count).into_iter().map(|(_, body)| body).collect()
}

#[actix_web::test]
async fn the_report_is_what_the_model_crate_finds_in_the_same_leads() {
    let app = TestApp::start();
    let leads = synthetic(700);
    score(&app, &leads[..600]).await;
    for lead in &leads[600..] {
        app.post("/api/v1/score", lead).await;
    }
    // A lead that is refused is no lead.
    app.post("/api/v1/score", &json!({})).await;

    let (report, found) = (report(&app).await, found(&leads));
    assert_eq!((&report["rows"], &report["counted"]), (&json!(700), &json!(700)));
    assert_eq!((&report["sampled_share"], &report["window_seconds"]), (&json!(1.0), &json!(3_600)));
    assert_eq!(report["model"]["version"], "1.0.0");
    assert_eq!(report["verdict"], found.verdict().as_str());
    assert_eq!(report["score"], json!(found.score));
    assert_eq!(report["features"], json!(found.features));
    assert!(report["covered_seconds"].as_f64().expect("a number") > 0.0);
    assert_eq!(app.metric("model_drift_rows").await, 700.0);
    assert_eq!(app.metric("model_drift_sampled_total").await, 700.0);
    assert_eq!(app.metric("model_drift_skipped_total").await, 0.0);
    assert_eq!(app.metric("model_drift_score_psi").await, found.score.psi);
    for shift in &found.features {
        let series = |name: &str| format!("model_drift_{name}{{feature=\"{}\"}}", shift.of);
        assert_eq!(app.metric(&series("psi")).await, shift.psi);
        assert_eq!(app.metric(&series("missing_ratio")).await, shift.missing[1]);
        assert_eq!(app.metric(&series("outside_ratio")).await, shift.outside);
    }
}

#[actix_web::test]
async fn a_feature_that_moved_is_to_be_acted_upon_and_no_other() {
    let app = TestApp::start();
    let mut leads = synthetic(900);
    let moved = "avg_session_duration_sec";
    for lead in &mut leads {
        let value = &mut lead["features"][moved];
        // Longer than any session of the training rows.
        *value = (value.as_f64().unwrap_or(0.0) + 100_000.0).into();
    }
    score(&app, &leads).await;
    let report = report(&app).await;
    assert_eq!(report["verdict"], "act");
    for shift in report["features"].as_array().expect("a list") {
        let (verdict, outside) = if shift["of"] == moved { ("act", 1.0) } else { ("steady", 0.0) };
        assert_eq!((&shift["verdict"], &shift["note"]), (&json!(verdict), &Value::Null), "{shift}");
        // Among 900 leads a few lie beyond all rows of another sample.
        assert!((shift["outside"].as_f64().expect("a share") - outside).abs() < 0.01, "{shift}");
    }
    assert!(app.metric(&format!("model_drift_psi{{feature=\"{moved}\"}}")).await > 0.25);
    assert!(app.metric("model_drift_psi{feature=\"bounce_rate\"}").await < 0.1);
}

#[actix_web::test]
async fn few_leads_have_no_verdict_and_no_gauge() {
    let app = TestApp::start();
    let none = report(&app).await;
    assert_eq!((&none["rows"], &none["verdict"]), (&json!(0), &Value::Null));
    assert_eq!(none["score"]["note"], "no lead was counted");

    score(&app, &synthetic(20)).await;
    let few = report(&app).await;
    assert_eq!((&few["rows"], &few["verdict"]), (&json!(20), &Value::Null));
    let note = few["score"]["note"].as_str().expect("a note");
    assert!(note.starts_with("too few leads"), "{note}");
    let page = app.get("/metrics").await.text().await.expect("text");
    assert!(page.contains("\nmodel_drift_rows 20\n"), "{page}");
    for name in ["psi", "score_psi", "missing_ratio", "outside_ratio"] {
        assert!(!page.contains(&format!("\nmodel_drift_{name}")), "{name}");
    }
}

#[actix_web::test]
async fn every_lead_of_many_clients_is_counted_or_said_to_be_skipped() {
    let app = std::sync::Arc::new(TestApp::start());
    let clients: Vec<_> = (0..8)
        .map(|_| {
            let app = std::sync::Arc::clone(&app);
            rt::spawn(async move {
                for _ in 0..20 {
                    app.post("/api/v1/score", &lead("x")).await;
                    app.post("/api/v1/score/batch", &json!([lead("y"), lead("z")])).await;
                    report(&app).await;
                }
            })
        })
        .collect();
    for client in clients {
        client.await.expect("no panic");
    }
    let sampled = app.metric("model_drift_sampled_total").await;
    assert_eq!(report(&app).await["counted"].as_f64(), Some(sampled));
    assert_eq!(sampled + app.metric("model_drift_skipped_total").await, 480.0);
}

#[actix_web::test]
async fn a_model_that_does_not_know_its_training_rows_says_so() {
    let app = TestApp::start_with(&["--model-path", &golden_path("format-1.json")]);
    let body = problem(app.get("/api/v1/model/drift").await, 404).await;
    assert_eq!(body["type"], "/docs#no-drift");
    let page = app.get("/metrics").await.text().await.expect("text");
    assert!(!page.contains("model_drift_rows"), "{page}");
}

#[actix_web::test]
async fn a_window_of_nothing_switches_drift_off() {
    let app = TestApp::start_with(&["--drift-window", "0"]);
    score(&app, &synthetic(5)).await;
    let body = problem(app.get("/api/v1/model/drift").await, 404).await;
    assert_eq!(body["detail"], "Drift is not measured: DRIFT_WINDOW is 0.");
    assert_eq!(app.metric("model_drift_sampled_total").await, 0.0);
}

#[actix_web::test]
async fn the_report_asks_for_a_key_and_is_named_in_metrics() {
    let app = TestApp::start();
    let anonymous = app.anonymous(reqwest::Method::GET, "/api/v1/model/drift");
    problem(anonymous.send().await.expect("an answer"), 401).await;
    report(&app).await;
    let labels = "{endpoint=\"/api/v1/model/drift\",method=\"GET\",status=\"200\"}";
    assert_eq!(app.metric(&format!("http_requests_total{labels}")).await, 1.0);
    assert_eq!(report(&app).await["features"].as_array().map(Vec::len), Some(Schema::b2b().len()));
}
