//! `/api/v1/admin/challenger`: a second model on live traffic, compared, promoted.
//!
//! The challenger scores on a thread of its own; a test asks until all leads are accounted for.

use std::{fs, time::Duration};

use actix_web::rt;
use lead_model::{Artifact, Lead, Score, Scorer, psi};
use reqwest::{Method, Response};
use serde_json::{Value, json};
use tempfile::tempdir;

use crate::{
    artifact::{committed, reduced, shifted, written},
    lead::{lead, synthetic_leads},
    test_app::{TestApp, model_path, problem},
};

const PATH: &str = "/api/v1/admin/challenger";

async fn call(app: &TestApp, method: Method, body: &Value) -> Response {
    app.request(method, PATH).json(body).send().await.expect("an answer")
}

async fn standing(app: &TestApp) -> Value {
    let answer = app.get(PATH).await;
    assert_eq!(answer.status(), 200);
    answer.json().await.expect("JSON")
}

/// The comparison once so many leads have been scored, dropped or found unreadable.
async fn settled(app: &TestApp, leads: u64) -> Value {
    loop {
        let standing = standing(app).await;
        let count = |name: &str| standing[name].as_u64().expect("a count");
        if count("leads") + count("dropped") + count("unreadable") >= leads {
            return standing;
        }
        rt::time::sleep(Duration::from_millis(2)).await;
    }
}

async fn score(app: &TestApp, leads: &[Value]) {
    for batch in leads.chunks(100) {
        assert_eq!(app.post("/api/v1/score/batch", &batch.into()).await.status(), 200);
    }
}

fn synthetic(count: usize) -> (Vec<Lead>, Vec<Value>) {
    synthetic_leads(count).into_iter().unzip()
}

fn scorer(artifact: Artifact) -> Scorer {
    Scorer::new(artifact).expect("a sound model")
}

fn scores(scorer: &Scorer, leads: &[Lead]) -> Vec<Score> {
    leads.iter().map(|lead| scorer.score(lead)).collect()
}

#[actix_web::test]
async fn the_comparison_is_that_of_both_models_over_the_same_leads() {
    let folder = tempdir().expect("a folder");
    let path = written(&shifted("2.0.0", 0.7), folder.path());
    let app = TestApp::start_with(&["--challenger-path", &path, "--challenger-share", "1"]);
    let (leads, bodies) = synthetic(450);
    score(&app, &bodies[..400]).await;
    for body in &bodies[400..] {
        app.post("/api/v1/score", body).await;
    }
    let found = settled(&app, 450).await;
    assert_eq!((&found["leads"], &found["dropped"]), (&json!(450), &json!(0)));
    assert_eq!((&found["unreadable"], &found["misfit"]), (&json!(0), &Value::Null));
    assert_eq!(found["challenger"]["version"], "2.0.0");
    assert_eq!(found["live"]["version"], "1.0.0");
    assert_eq!(found["share"], 1.0);

    let live = scorer(committed());
    let (live_scores, own) = (scores(&live, &leads), scores(&scorer(shifted("2", 0.7)), &leads));
    let pairs = || live_scores.iter().zip(&own);
    let mut differences: Vec<_> = pairs().map(|(a, b)| b.probability - a.probability).collect();
    let mean = differences.iter().sum::<f64>() / 450.0;
    differences.sort_by(f64::total_cmp);
    let difference = |name: &str| found["difference"][name].as_f64().expect("a number");
    assert!((difference("mean") - mean).abs() < 1e-9);
    // More log-odds are more probability for every lead.
    assert_eq!(difference("mean"), difference("mean_absolute"));
    assert!((difference("largest_absolute") - differences[449]).abs() < 1e-9);
    assert!((difference("p50") - differences[224]).abs() <= 0.000_501);
    assert!((difference("p95") - differences[427]).abs() <= 0.000_501);

    let mut tiers = [[0; 5]; 5];
    pairs().for_each(|(a, b)| tiers[a.tier as usize][b.tier as usize] += 1);
    assert_eq!(found["tiers"], json!({"names": ["A", "B", "C", "D", "E"], "leads": tiers}));
    let same = pairs().filter(|(a, b)| a.tier == b.tier).count();
    assert!((found["agreement"].as_f64().expect("a share") - same as f64 / 450.0).abs() < 1e-12);

    let reference = &live.artifact().reference.as_ref().expect("a reference").score;
    let bins = |scores: &[Score]| {
        let mut bins = vec![0; reference.counts.len()];
        scores.iter().for_each(|score| bins[reference.bin(score.probability)] += 1);
        bins
    };
    let index = psi(&bins(&live_scores), &bins(&own));
    assert!((found["psi"].as_f64().expect("an index") - index).abs() < 1e-12);
    assert!(index > 0.1, "a model that says something else: {index}");

    assert_eq!(app.metric("challenger_scored_total").await, 450.0);
    assert_eq!(app.metric("challenger_dropped_total").await, 0.0);
    assert_eq!(app.metric("challenger_errors_total").await, 0.0);
    assert_eq!(app.metric("challenger_score_difference_count").await, 450.0);
    assert!((app.metric("challenger_score_difference_mean").await - mean).abs() < 1e-9);
    assert!((app.metric("challenger_psi").await - index).abs() < 1e-9);
    assert_eq!(app.metric("challenger_share").await, 1.0);
    let info = "challenger_info{name=\"b2b_lead_score_v200\",version=\"2.0.0\"}";
    assert_eq!(app.metric(info).await, 1.0);
    for (from, row) in ["A", "B", "C", "D", "E"].into_iter().zip(tiers) {
        for (to, leads) in ["A", "B", "C", "D", "E"].into_iter().zip(row) {
            let series = format!("challenger_tier_flips_total{{from=\"{from}\",to=\"{to}\"}}");
            if from != to {
                assert_eq!(app.metric(&series).await, f64::from(leads), "{series}");
            }
        }
    }
}

#[actix_web::test]
async fn without_a_challenger_there_is_nothing_to_see_and_nothing_is_scored_twice() {
    let app = TestApp::start();
    score(&app, &synthetic(20).1).await;
    let body = problem(app.get(PATH).await, 404).await;
    assert_eq!(body["type"], "/docs#no-challenger");
    problem(call(&app, Method::DELETE, &Value::Null).await, 404).await;
    problem(call(&app, Method::PUT, &json!({"share": 0.5})).await, 404).await;
    problem(app.post(&format!("{PATH}/promote"), &Value::Null).await, 404).await;
    let page = app.get("/metrics").await.text().await.expect("text");
    assert!(page.contains("\nchallenger_scored_total 0\n"), "{page}");
    assert!(!page.contains("challenger_info") && !page.contains("challenger_psi"), "{page}");
}

#[actix_web::test]
async fn a_challenger_is_seated_given_a_share_and_dismissed_while_the_service_runs() {
    let folder = tempdir().expect("a folder");
    let path = written(&shifted("2.0.0", 0.1), folder.path());
    let app = TestApp::start();
    let answer = call(&app, Method::PUT, &json!({"path": path, "share": 1})).await;
    assert_eq!(answer.status(), 200);
    let fresh: Value = answer.json().await.expect("JSON");
    assert_eq!((&fresh["leads"], &fresh["agreement"]), (&json!(0), &Value::Null));
    assert_eq!(fresh["difference"]["p50"], Value::Null);
    let bodies = synthetic(100).1;
    score(&app, &bodies).await;
    assert_eq!(settled(&app, 100).await["leads"], 100);

    // None of the leads from here on.
    assert_eq!(call(&app, Method::PUT, &json!({"share": 0})).await.status(), 200);
    score(&app, &bodies).await;
    // Nor is the share forgotten when another challenger takes the seat.
    call(&app, Method::PUT, &json!({"path": path})).await;
    assert_eq!(standing(&app).await["share"], 0.0);
    score(&app, &bodies).await;
    call(&app, Method::PUT, &json!({"share": 1})).await;
    score(&app, &bodies[..7]).await;
    assert_eq!(settled(&app, 7).await["leads"], 7);
    assert_eq!(app.metric("challenger_scored_total").await, 107.0);

    assert_eq!(call(&app, Method::DELETE, &Value::Null).await.status(), 204);
    for (method, status, count) in [("PUT", 200, 4.0), ("DELETE", 204, 1.0)] {
        let labels = format!("{{endpoint=\"{PATH}\",method=\"{method}\",status=\"{status}\"}}");
        assert_eq!(app.metric(&format!("http_requests_total{labels}")).await, count);
    }
    problem(app.get(PATH).await, 404).await;
    let page = app.get("/metrics").await.text().await.expect("text");
    assert!(!page.contains("\nchallenger_share "), "{page}");
    score(&app, &bodies).await;
    assert_eq!(app.metric("challenger_scored_total").await, 107.0);
}

#[actix_web::test]
async fn a_share_of_the_leads_is_drawn() {
    let folder = tempdir().expect("a folder");
    let path = written(&shifted("2.0.0", 0.1), folder.path());
    let app = TestApp::start_with(&["--challenger-path", &path, "--challenger-share", "0.5"]);
    let bodies = synthetic(1_000).1;
    score(&app, &bodies).await;
    // A thousand draws of one in two: eight standard deviations are 126.
    let found = settled(&app, 374).await;
    let leads = found["leads"].as_u64().expect("a count");
    assert!(leads <= 626, "{leads}");
}

#[actix_web::test]
async fn the_challenger_becomes_the_live_model_in_one_call() {
    let folder = tempdir().expect("a folder");
    let artifact = shifted("2.0.0", 1.5);
    let path = written(&artifact, folder.path());
    let app = TestApp::start_with(&["--challenger-path", &path, "--challenger-share", "1"]);
    let (leads, bodies) = synthetic(10);
    score(&app, &bodies).await;
    settled(&app, 10).await;
    assert_eq!(app.metric("model_drift_rows").await, 10.0);

    let answer = app.post(&format!("{PATH}/promote"), &Value::Null).await;
    assert_eq!(answer.status(), 200);
    let promoted: Value = answer.json().await.expect("JSON");
    assert_eq!(
        (&promoted["outcome"], &promoted["live"]["version"]),
        (&json!("swapped"), &json!("2.0.0"))
    );
    assert_eq!(promoted["previous"]["version"], "1.0.0");
    problem(app.get(PATH).await, 404).await;
    let expected = scores(&scorer(artifact), &leads);
    for (body, expected) in bodies.iter().zip(expected).take(3) {
        let answer: Value = app.post("/api/v1/score", body).await.json().await.expect("JSON");
        assert_eq!(answer["model"]["version"], "2.0.0");
        let raw = answer["score"]["raw_score"].as_f64().expect("a probability");
        assert!((raw - expected.probability).abs() < 1e-6, "{answer}");
    }
    // The leads of the model before do not count for this one, and nobody scores them twice any more.
    assert_eq!(app.metric("model_drift_rows").await, 3.0);
    assert_eq!(app.metric("challenger_scored_total").await, 10.0);

    let rolled_back = app.post("/api/v1/admin/models/rollback", &Value::Null).await;
    let back: Value = rolled_back.json().await.expect("JSON");
    assert_eq!(back["live"]["version"], "1.0.0");
    assert_eq!(app.metric("model_drift_rows").await, 10.0, "it goes on where it was");
}

#[actix_web::test]
async fn a_challenger_of_the_same_content_changes_nothing_when_it_is_promoted() {
    let folder = tempdir().expect("a folder");
    let path = written(&committed(), folder.path());
    let app = TestApp::start_with(&["--challenger-path", &path]);
    let answer = app.post(&format!("{PATH}/promote"), &Value::Null).await;
    let promoted: Value = answer.json().await.expect("JSON");
    assert_eq!(promoted["outcome"], "unchanged");
    assert_eq!(promoted["live"]["file"], "b2b-v1.json", "the one that serves: {promoted}");
    problem(app.get(PATH).await, 404).await;
}

#[actix_web::test]
async fn a_version_of_the_model_directory_is_seated_and_compared_anew_when_another_comes_live() {
    let folder = tempdir().expect("a folder");
    for artifact in [shifted("1.0.0", 0.0), shifted("2.0.0", 0.5), shifted("3.0.0", 1.0)] {
        written(&artifact, folder.path());
    }
    let app = TestApp::start_with(&["--model-path", folder.path().to_str().expect("UTF-8")]);
    let body = json!({"version": "1.0.0", "share": 1});
    assert_eq!(call(&app, Method::PUT, &body).await.status(), 200);
    let bodies = synthetic(30).1;
    score(&app, &bodies).await;
    let first = settled(&app, 30).await;
    assert_eq!(first["live"]["version"], "3.0.0");
    assert!(first["difference"]["mean"].as_f64().expect("a number") < 0.0);

    app.post("/api/v1/admin/models/2.0.0/activate", &Value::Null).await;
    score(&app, &bodies[..5]).await;
    let second = loop {
        let standing = standing(&app).await;
        if standing["live"]["version"] == "2.0.0" && standing["leads"] == 5 {
            break standing;
        }
        rt::time::sleep(Duration::from_millis(2)).await;
    };
    let mean = |standing: &Value| standing["difference"]["mean"].as_f64().expect("a number");
    assert!(mean(&first) < mean(&second) && mean(&second) < 0.0);

    let unknown = call(&app, Method::PUT, &json!({"version": "9.9.9"})).await;
    assert_eq!(problem(unknown, 404).await["type"], "/docs#model-unknown");
}

#[actix_web::test]
async fn a_challenger_that_would_refuse_leads_is_not_promoted_and_stays() {
    let folder = tempdir().expect("a folder");
    let small = written(&reduced("2.0.0", |name| name != "bounce_rate"), folder.path());
    let app = TestApp::start_with(&["--challenger-path", &small]);
    let answer = app.post(&format!("{PATH}/promote"), &Value::Null).await;
    assert_eq!(problem(answer, 409).await["type"], "/docs#model-incompatible");
    assert_eq!(standing(&app).await["challenger"]["version"], "2.0.0");
    assert_eq!(standing(&app).await["live"]["version"], "1.0.0");
}

#[actix_web::test]
async fn a_challenger_of_fewer_features_finds_its_own_among_those_of_the_lead() {
    let folder = tempdir().expect("a folder");
    let keep = |name: &str| !name.starts_with("company_") && name != "bounce_rate";
    let small = reduced("2.0.0", keep);
    let path = written(&small, folder.path());
    let app = TestApp::start_with(&["--challenger-path", &path, "--challenger-share", "1"]);
    let (leads, mut bodies) = synthetic(60);
    score(&app, &bodies).await;
    let found = settled(&app, 60).await;

    // What the small model says when it reads the leads itself.
    let (live, small) = (scorer(committed()), scorer(small));
    let total: f64 = leads.iter().zip(&mut bodies).fold(0.0, |sum, (lead, body)| {
        body["features"].as_object_mut().expect("an object").retain(|name, _| keep(name));
        let own = Lead::from_json(small.schema(), body.to_string().as_bytes()).expect("a lead");
        sum + small.score(&own).probability - live.score(lead).probability
    });
    let mean = found["difference"]["mean"].as_f64().expect("a number");
    assert!((mean - total / 60.0).abs() < 1e-9, "{mean} {total}");
    assert!(mean != 0.0);
}

#[actix_web::test]
async fn what_cannot_be_compared_is_refused_and_changes_nothing() {
    let folder = tempdir().expect("a folder");
    let good = written(&shifted("2.0.0", 0.1), folder.path());
    let small = written(&reduced("1.5.0", |name| name != "bounce_rate"), folder.path());
    let torn = folder.path().join("torn.json");
    let whole = fs::read(model_path()).expect("the committed model");
    fs::write(&torn, &whole[..whole.len() / 2]).expect("a file");
    let torn = torn.to_str().expect("UTF-8");

    // A live model of fewer features, which the committed one cannot make do with.
    let app = TestApp::start_with(&["--model-path", &small, "--challenger-path", &small]);
    let other = folder.path().join("other.json");
    fs::write(&other, r#"{"format": 2, "model": "password"}"#).expect("a file");
    for (path, reason) in [
        (good.as_str(), "bounce_rate"),
        (torn, "torn"),
        (other.to_str().expect("UTF-8"), "not a model at line 1 column"),
        ("/nothing/there.json", "no file"),
    ] {
        let body = problem(call(&app, Method::PUT, &json!({"path": path})).await, 422).await;
        assert_eq!(body["type"], "/docs#challenger-refused");
        let detail = body["detail"].as_str().expect("text");
        assert!(detail.contains(reason) && !detail.contains(path), "{detail}");
        assert!(!detail.contains("password"), "nothing of the file: {detail}");
    }
    assert_eq!(standing(&app).await["challenger"]["version"], "1.5.0");
    for body in [
        json!({}),
        json!({"share": 2}),
        json!({"share": "all"}),
        json!({"part": 0.1}),
        json!({"path": "a", "version": "b"}),
    ] {
        let body = problem(call(&app, Method::PUT, &body).await, 422).await;
        assert_eq!(body["type"], "/docs#invalid-settings");
    }
    assert_eq!(app.post("/api/v1/score", &lead("x")).await.status(), 422, "bounce_rate is unknown");
}

#[actix_web::test]
async fn settings_in_a_list_instead_of_an_object_are_refused() {
    let app = TestApp::start();
    let settings = json!({"path": model_path(), "share": 0.5});
    assert_eq!(call(&app, Method::PUT, &settings).await.status(), 200);
    for list in [json!([null, null, 0.25]), json!([model_path(), null, 0.25]), json!([settings])] {
        problem(call(&app, Method::PUT, &list).await, 422).await;
    }
    assert_eq!(standing(&app).await["share"], 0.5);
}

#[actix_web::test]
async fn the_challenger_asks_for_a_key() {
    let app = TestApp::start();
    for (method, path) in [
        (Method::GET, PATH.to_owned()),
        (Method::PUT, PATH.to_owned()),
        (Method::DELETE, PATH.to_owned()),
        (Method::POST, format!("{PATH}/promote")),
    ] {
        problem(app.anonymous(method, &path).send().await.expect("an answer"), 401).await;
    }
    let answer = call(&app, Method::PATCH, &Value::Null).await;
    assert_eq!(answer.headers()["allow"], "GET, HEAD, PUT, DELETE");
    problem(answer, 405).await;
}
