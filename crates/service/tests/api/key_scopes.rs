//! What a key opens, and what is told to the one whose key does not.

use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::{
    key_file::{KeyFile, entry_with},
    lead::lead,
    test_app::{KEY, TestApp, problem},
};

const ADMIN: &str = "/api/v1/admin/nothing-here";
const SCORE: &str = "/api/v1/model/info";

async fn get(app: &TestApp, path: &str, key: &str) -> Response {
    app.anonymous(Method::GET, path).header("X-API-Key", key).send().await.expect("an answer")
}

fn with_scopes(scopes: &[&str]) -> Value {
    let name = scopes.join("-");
    entry_with(&name, &format!("{name}-key"), &json!({"scopes": scopes}))
}

#[actix_web::test]
async fn a_key_opens_what_its_scopes_say_and_nothing_else() {
    let file = KeyFile::of(&[
        with_scopes(&["score"]),
        with_scopes(&["admin"]),
        with_scopes(&["metrics"]),
        with_scopes(&["score", "admin", "metrics"]),
    ]);
    let typed = file.typed();
    let app = TestApp::start_with(&["--key-file", &typed, "--metrics-access", "key"]);
    // 404 is past the door.
    for (key, score, admin, metrics) in [
        ("score-key", 200, 403, 403),
        ("admin-key", 403, 404, 403),
        ("metrics-key", 403, 403, 200),
        ("score-admin-metrics-key", 200, 404, 200),
        (KEY, 200, 403, 200),
    ] {
        assert_eq!(get(&app, SCORE, key).await.status(), score, "{key}");
        assert_eq!(get(&app, ADMIN, key).await.status(), admin, "{key}");
        assert_eq!(get(&app, "/metrics", key).await.status(), metrics, "{key}");
    }
    assert_eq!(app.metric("auth_failures_total{reason=\"scope\"}").await, 7.0);
}

#[actix_web::test]
async fn a_missing_scope_is_named() {
    let app = TestApp::start();
    let refused = problem(get(&app, ADMIN, KEY).await, 403).await;
    assert_eq!(refused["type"], "/docs#scope-missing");
    assert_eq!(
        refused["detail"],
        "The API key does not have the scope admin, which this path asks for."
    );
}

#[actix_web::test]
async fn administering_needs_a_key_also_where_everyone_may_score() {
    let app = open_service(&[]);
    let scored = app.anonymous(Method::POST, "/api/v1/score").json(&lead("lead-1")).send().await;
    assert_eq!(scored.expect("an answer").status(), 200);
    for path in [ADMIN, "/api/v1/admin", "/api/v1/admin/"] {
        let refused = app.anonymous(Method::GET, path).send().await.expect("an answer");
        let refused = problem(refused, 401).await;
        let detail = refused["detail"].as_str().expect("a text");
        assert!(
            detail.contains("`lead-service keys new --id NAME --scopes admin --file keys.json`"),
            "{detail}"
        );
    }
    let refused = problem(get(&app, ADMIN, "any-key").await, 401).await;
    assert_eq!(refused["detail"], "Invalid API key");
}

#[actix_web::test]
async fn an_admin_key_of_the_configuration_opens_everything_and_closes_the_rest() {
    let app = open_service(&["--admin-api-keys", "the-admin-key"]);
    assert_eq!(get(&app, ADMIN, "the-admin-key").await.status(), 404);
    assert_eq!(get(&app, SCORE, "the-admin-key").await.status(), 200);
    let anonymous = app.anonymous(Method::GET, SCORE).send().await.expect("an answer");
    assert_eq!(anonymous.status(), 401, "a service that knows a key asks for one");
}

#[actix_web::test]
async fn metrics_are_public_until_a_key_is_asked_for() {
    let page = |app: TestApp| async move {
        app.anonymous(Method::GET, "/metrics").send().await.expect("an answer")
    };
    assert_eq!(page(TestApp::start()).await.status(), 200);
    let refused = page(TestApp::start_with(&["--metrics-access", "key"])).await;
    assert_eq!(refused.headers()["www-authenticate"], "ApiKey");
    let refused = problem(refused, 401).await;
    assert_eq!(refused["detail"], "API key required, with the scope metrics");
}

#[actix_web::test]
async fn the_log_has_the_client_and_never_the_key() {
    let file = KeyFile::of(&[entry_with("acme", "hidden-key-3b9e", &json!({}))]);
    let typed = file.typed();
    let app = TestApp::start_with(&["--key-file", &typed]);
    for (path, client) in [(SCORE, Some("acme")), (ADMIN, Some("acme")), ("/health", None)] {
        get(&app, path, "hidden-key-3b9e").await;
        let line = app.logged().pop().expect("a line");
        assert_eq!(line.get("client").and_then(Value::as_str), client, "{path}");
    }
    get(&app, SCORE, "unknown-key-3b9e").await;
    assert_eq!(app.logged().pop().expect("a line").get("client"), None);
    app.get(SCORE).await;
    assert_eq!(app.logged().pop().expect("a line")["client"], "API_KEYS/1");
    let log = app.log.text();
    assert!(!log.contains("3b9e") && !log.contains("sha256:") && !log.contains(KEY), "{log}");
}

#[actix_web::test]
async fn the_client_of_what_went_wrong_is_logged_at_a_higher_level_too() {
    let app = TestApp::start_with(&["--log-level", "warning"]);
    app.post("/api/v1/score", &lead("lead-1")).await;
    app.post("/api/v1/score", &json!({})).await;
    let lines = app.logged();
    assert_eq!(lines.len(), 1);
    assert_eq!((&lines[0]["status"], &lines[0]["client"]), (&json!(422), &json!("API_KEYS/1")));
}

/// A service without `API_KEYS`.
pub(crate) fn open_service(flags: &[&str]) -> TestApp {
    use clap::Parser;
    let model = crate::test_app::model_path();
    let model = model.to_str().expect("UTF-8");
    let typed = [&["lead-service", "--port", "0", "--model-path", model], flags].concat();
    let args = lead_service::Args::try_parse_from(typed).expect("right flags");
    TestApp::start_from(&lead_service::Config::try_from(args).expect("a right configuration"))
}
