//! `POST /api/v1/admin/models/reload` and SIGHUP: another model takes over under traffic, or the old one stays.

use std::{
    collections::BTreeMap,
    fs,
    os::unix::fs::symlink,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use actix_web::rt;
use lead_model::{Artifact, Presence};
use serde_json::{Value, json};

use crate::{
    artifact::{Folder, bytes, probability, reshaped, shifted, version},
    lead::lead,
    startup::Running,
    test_app::{TestApp, client, model_path, problem},
};

const RELOAD: &str = "/api/v1/admin/models/reload";

/// A service of the file `model.json` in the folder.
fn serving(folder: &Folder) -> TestApp {
    let path = folder.file("model.json");
    TestApp::start_with(&["--model-path", path.to_str().expect("UTF-8")])
}

async fn reload(app: &TestApp) -> Value {
    let answer = app.post(RELOAD, &json!(null)).await;
    assert_eq!(answer.status(), 200);
    answer.json().await.expect("JSON")
}

async fn live_version(app: &TestApp) -> String {
    let answer: Value = app.post("/api/v1/score", &lead("x")).await.json().await.expect("JSON");
    answer["model"]["version"].as_str().expect("a version").to_owned()
}

/// What the clients of the load test saw.
#[derive(Default)]
struct Seen {
    over: AtomicBool,
    answers: AtomicUsize,
}

/// Scores until it is over, one lead and three in turn; returns how often each version answered.
async fn score_on(app: Arc<TestApp>, seen: Arc<Seen>, right: BTreeMap<String, f64>) -> [usize; 2] {
    let (single, batch) = (lead("x"), json!([lead("x"), lead("y"), lead("z")]));
    let mut answers = [0; 2];
    while !seen.over.load(Ordering::Relaxed) {
        for (path, body) in [("/api/v1/score", &single), ("/api/v1/score/batch", &batch)] {
            let answer = app.post(path, body).await;
            assert_eq!(answer.status(), 200);
            let answer: Value = answer.json().await.expect("JSON");
            let scores = answer.as_array().cloned().unwrap_or_else(|| vec![answer]);
            let version = scores[0]["model"]["version"].as_str().expect("a version");
            let expected = right.get(version).expect("one of the two");
            for score in &scores {
                assert_eq!(score["model"]["version"], version, "one request, one model");
                assert_eq!(score["score"]["raw_score"].as_f64(), Some(*expected), "{version}");
            }
            answers[usize::from(version == "1.1.0")] += 1;
            seen.answers.fetch_add(1, Ordering::Relaxed);
        }
    }
    answers
}

#[actix_web::test]
async fn a_hundred_reloads_under_load_fail_no_request_and_mix_no_models() {
    const RELOADS: usize = 100;
    const CLIENTS: usize = 4;
    let models = [shifted("1.0.0", 0.0), shifted("1.1.0", 0.75)];
    let right: BTreeMap<_, _> = models
        .iter()
        .map(|model| (model.version.clone(), probability(model, &lead("x"))))
        .collect();
    let folder = Folder::with(&models[0]);
    let app = Arc::new(serving(&folder));
    let seen = Arc::new(Seen::default());
    let clients: Vec<_> = (0..CLIENTS)
        .map(|_| rt::spawn(score_on(Arc::clone(&app), Arc::clone(&seen), right.clone())))
        .collect();
    for round in 1..=RELOADS {
        let next = &models[round % 2];
        folder.put("model.json", next);
        let before = seen.answers.load(Ordering::Relaxed);
        let answer = reload(&app).await;
        assert_eq!(answer["outcome"], "swapped", "{answer}");
        assert_eq!(answer["live"]["version"], next.version.as_str());
        // Traffic goes on between any two reloads, whatever the machine is busy with.
        while seen.answers.load(Ordering::Relaxed) < before + CLIENTS {
            rt::task::yield_now().await;
        }
    }
    seen.over.store(true, Ordering::Relaxed);
    let mut answers = [0; 2];
    for client in clients {
        let [old, new] = client.await.expect("no failed request");
        answers = [answers[0] + old, answers[1] + new];
    }
    assert!(answers.iter().all(|&count| count >= RELOADS), "{answers:?}");
    let swapped = app.metric("model_reloads_total{outcome=\"swapped\"}").await;
    assert_eq!(swapped, RELOADS as f64);
    let scored = r#"http_requests_total{endpoint="/api/v1/score",method="POST",status="200"}"#;
    let batches =
        r#"http_requests_total{endpoint="/api/v1/score/batch",method="POST",status="200"}"#;
    let counted = app.metric(scored).await + app.metric(batches).await;
    assert_eq!(counted, (answers[0] + answers[1]) as f64);
}

#[actix_web::test]
async fn a_file_that_did_not_change_is_unchanged_also_under_other_white_space() {
    let folder = Folder::with(&version("1.0.0"));
    let app = serving(&folder);
    let first = reload(&app).await;
    assert_eq!((&first["outcome"], &first["previous"]), (&json!("unchanged"), &json!(null)));
    let whole: Value = serde_json::from_slice(&bytes(&version("1.0.0"))).expect("JSON");
    folder.put_bytes("model.json", whole.to_string().as_bytes());
    let second = reload(&app).await;
    assert_eq!(second["outcome"], "unchanged");
    assert_eq!(second["live"]["loaded_at"], first["live"]["loaded_at"], "nothing was swapped");
    assert_eq!(app.metric("model_reloads_total{outcome=\"unchanged\"}").await, 2.0);
    assert_eq!(app.metric("model_reloads_total{outcome=\"swapped\"}").await, 0.0);
}

/// The bytes of a bad file, and the code that the answer gives it.
fn bad_files() -> Vec<(&'static str, Vec<u8>)> {
    let whole = bytes(&version("2.0.0"));
    let altered = String::from_utf8(whole.clone()).expect("UTF-8").replace("2.0.0", "2.0.1");
    let mut golden = version("2.0.0");
    golden.golden[1].log_odds += 1e-6;
    let mut unsound = version("2.0.0");
    unsound.training.importance.pop();
    let no_golden = Artifact { golden: Vec::new(), ..version("2.0.0") };
    vec![
        ("torn", whole[..whole.len() / 2].to_vec()),
        ("torn", whole[..whole.len() - 3].to_vec()),
        ("torn", Vec::new()),
        ("torn", b"{}".to_vec()),
        ("format", b"{\"format\": 99}".to_vec()),
        ("checksum", altered.into_bytes()),
        ("golden", bytes(&golden)),
        ("unsound", bytes(&unsound)),
        ("unsound", bytes(&no_golden)),
    ]
}

/// Reloads, and asserts that the answer names this fault of `model.json` and that version 1.0.0 still answers.
async fn refused(app: &TestApp, folder: &Folder, code: &str) {
    let body = problem(app.post(RELOAD, &json!(null)).await, 422).await;
    assert_eq!(body["type"], "/docs#model-refused");
    assert_eq!(body["errors"].as_array().map(Vec::len), Some(1), "{body}");
    let error = &body["errors"][0];
    assert_eq!((&error["pointer"], &error["code"]), (&json!("/files/model.json"), &json!(code)));
    assert!(error["detail"].as_str().is_some_and(|detail| detail.len() > 20), "{body}");
    assert!(!body.to_string().contains(folder.text()), "no path goes out: {body}");
    assert_eq!(live_version(app).await, "1.0.0");
}

#[actix_web::test]
async fn a_bad_file_leaves_the_old_model_serving_and_is_named_in_the_answer_and_a_metric() {
    let folder = Folder::with(&version("1.0.0"));
    let app = serving(&folder);
    let mut count = 0.0;
    for (code, bytes) in bad_files() {
        folder.put_bytes("model.json", &bytes);
        refused(&app, &folder, code).await;
        count += 1.0;
        assert_eq!(app.metric("model_reloads_total{outcome=\"refused\"}").await, count);
    }
    folder.take("model.json");
    refused(&app, &folder, "missing").await;
    // Reading from either would never end.
    symlink("/dev/zero", folder.file("model.json")).expect("a link");
    refused(&app, &folder, "not_a_file").await;
    folder.put("model.json", &version("2.0.0"));
    assert_eq!(reload(&app).await["outcome"], "swapped", "a good one is taken after all that");
    assert_eq!(live_version(&app).await, "2.0.0");
}

#[actix_web::test]
async fn a_model_that_would_refuse_leads_is_taken_only_by_force() {
    let folder = Folder::with(&version("1.0.0"));
    let app = serving(&folder);
    let stricter = reshaped("2.0.0", |feature| {
        if feature.name == "company_funding_total" {
            feature.presence = Presence::Required;
        }
    });
    folder.put("model.json", &stricter);
    let body = problem(app.post(RELOAD, &json!(null)).await, 409).await;
    assert_eq!(body["type"], "/docs#model-incompatible");
    assert_eq!(body["errors"].as_array().map(Vec::len), Some(1), "{body}");
    assert_eq!(body["errors"][0]["pointer"], "/features/company_funding_total");
    assert_eq!(body["errors"][0]["detail"], "became required");
    assert_eq!(live_version(&app).await, "1.0.0");
    assert_eq!(app.metric("model_reloads_total{outcome=\"refused\"}").await, 1.0);

    for (query, status) in [("?force=yes", 422), ("?force=", 422), ("?force=false", 409)] {
        assert_eq!(app.post(&format!("{RELOAD}{query}"), &json!(null)).await.status(), status);
    }
    let forced = app.post(&format!("{RELOAD}?force=true"), &json!(null)).await;
    assert_eq!(forced.status(), 200);
    assert_eq!(app.post("/api/v1/score", &lead("x")).await.status(), 422, "as was warned of");

    // The way back is wider: nothing to force.
    folder.put("model.json", &version("3.0.0"));
    assert_eq!(reload(&app).await["outcome"], "swapped");
}

#[actix_web::test]
async fn two_reloads_at_once_follow_one_another() {
    let folder = Folder::with(&version("1.0.0"));
    let app = Arc::new(serving(&folder));
    folder.put("model.json", &version("1.1.0"));
    let reloads: Vec<_> = (0..8)
        .map(|_| {
            let app = Arc::clone(&app);
            rt::spawn(async move { reload(&app).await["outcome"].clone() })
        })
        .collect();
    let mut swapped = 0;
    for reload in reloads {
        swapped += usize::from(reload.await.expect("an answer") == "swapped");
    }
    assert_eq!(swapped, 1, "the first takes it, and the others find it taken");
}

#[actix_web::test]
async fn the_metrics_show_one_live_model() {
    let folder = Folder::with(&version("1.0.0"));
    let app = serving(&folder);
    let started = app.metric("model_reload_timestamp_seconds").await;
    assert!(started > 1.7e9, "{started}");
    folder.put("model.json", &version("1.1.0"));
    let live = reload(&app).await["live"].clone();
    let page = app.get("/metrics").await.text().await.expect("text");
    let infos: Vec<_> = page.lines().filter(|line| line.starts_with("model_info{")).collect();
    let fingerprint = live["fingerprint"].as_str().expect("a fingerprint");
    let line =
        format!("model_info{{fingerprint=\"{fingerprint}\",name=\"b2b\",version=\"1.1.0\"}} 1");
    assert_eq!(infos, [line.as_str()]);
    let reloaded = app.metric("model_reload_timestamp_seconds").await;
    assert!(reloaded >= started);
    folder.put_bytes("model.json", b"torn");
    app.post(RELOAD, &json!(null)).await;
    assert_eq!(app.metric("model_reload_timestamp_seconds").await, reloaded, "that was no success");
    assert_eq!(app.metric("model_swaps_total{cause=\"reload\"}").await, 1.0);
}

#[actix_web::test]
async fn a_hangup_reloads_and_never_ends_the_service() {
    let folder = Folder::with(&version("1.0.0"));
    let path = folder.file("model.json");
    let path = path.to_str().expect("UTF-8");
    let mut service = Running::start(&["--port", "0"], &[("MODEL_PATH", path)]);
    let client = client();
    let get = |path: &'static str| {
        let answer = client.get(format!("{}{path}", service.address)).send();
        async move { answer.await.expect("an answer").text().await.expect("text") }
    };
    folder.put("model.json", &version("1.1.0"));
    service.signal("HUP");
    while !get("/health/ready").await.contains("\"model_version\":\"1.1.0\"") {}
    folder.put_bytes("model.json", b"torn");
    service.signal("HUP");
    while !get("/metrics").await.contains("model_reloads_total{outcome=\"refused\"} 1\n") {}
    assert!(get("/health/ready").await.contains("\"model_version\":\"1.1.0\""));
    // A burst of them may be heard as fewer; the service outlives it.
    fs::copy(model_path(), folder.file("model.json")).expect("copied");
    for _ in 0..20 {
        service.signal("HUP");
    }
    while !get("/health/ready").await.contains("\"model_version\":\"1.0.0\"") {}
    service.signal("TERM");
    let (code, _, stderr) = service.end();
    assert_eq!(code, Some(0), "{stderr}");
    let lines: Vec<Value> =
        stderr.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let said = |message: &str, level: &str| {
        lines.iter().filter(|line| line["message"] == message && line["level"] == level).count()
    };
    assert_eq!((said("model loaded", "INFO"), said("model swapped", "INFO")), (1, 2), "{stderr}");
    assert_eq!(said("model reload refused", "ERROR"), 1, "{stderr}");
}

#[actix_web::test]
async fn a_bad_file_beside_the_model_is_warned_of_at_the_start() {
    let folder = Folder::with(&version("1.0.0"));
    folder.put_bytes("half.json", b"{\"format\": 2, ");
    let mut service = Running::start(&["--port", "0"], &[("MODEL_PATH", folder.text())]);
    service.signal("TERM");
    let (code, _, stderr) = service.end();
    assert_eq!(code, Some(0), "{stderr}");
    let warning = stderr.lines().find(|line| line.contains("model refused")).expect("a warning");
    let warning: Value = serde_json::from_str(warning).expect("JSON");
    assert_eq!((&warning["level"], &warning["file"]), (&json!("WARN"), &json!("half.json")));
    assert!(warning["reason"].as_str().is_some_and(|reason| reason.contains("torn")), "{warning}");
}
