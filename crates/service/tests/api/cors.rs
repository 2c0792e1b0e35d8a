//! Other origins: kept out until they are named.

use std::collections::BTreeSet;

use reqwest::{Method, Response};

use crate::test_app::{TestApp, problem};

async fn from_origin(app: &TestApp, origin: &str) -> Response {
    app.request(Method::GET, "/api/v1/model/info")
        .header("Origin", origin)
        .send()
        .await
        .expect("an answer")
}

async fn preflight(app: &TestApp, origin: &str) -> Response {
    let request = app.anonymous(Method::OPTIONS, "/api/v1/score").header("Origin", origin);
    let request = request.header("Access-Control-Request-Method", "POST");
    request
        .header("Access-Control-Request-Headers", "x-api-key,content-type,traceparent,tracestate")
        .send()
        .await
        .expect("an answer")
}

fn allowed(response: &Response) -> Option<&str> {
    response
        .headers()
        .get("access-control-allow-origin")
        .map(|origin| origin.to_str().expect("ASCII"))
}

#[actix_web::test]
async fn nothing_is_said_about_origins_by_default() {
    let app = TestApp::start();
    let answer = from_origin(&app, "https://evil.example").await;
    assert_eq!(allowed(&answer), None);
    let answer = preflight(&app, "https://evil.example").await;
    assert_eq!((answer.status().as_u16(), allowed(&answer)), (401, None));
}

#[actix_web::test]
async fn a_named_origin_may_call_and_ask_first_without_a_key() {
    let app = TestApp::start_with(&["--cors-origins", "https://crm.example,http://localhost:3000"]);
    for origin in ["https://crm.example", "http://localhost:3000"] {
        assert_eq!(allowed(&from_origin(&app, origin).await), Some(origin));
        let answer = preflight(&app, origin).await;
        assert_eq!((answer.status().as_u16(), allowed(&answer)), (200, Some(origin)));
        assert!(answer.headers().get("access-control-allow-credentials").is_none());
    }
}

#[actix_web::test]
async fn any_other_origin_stays_out() {
    let app = TestApp::start_with(&["--cors-origins", "https://crm.example"]);
    for origin in
        ["https://evil.example", "https://crm.example.evil.example", "http://crm.example", "null"]
    {
        assert_eq!(allowed(&from_origin(&app, origin).await), None, "{origin}");
        let answer = preflight(&app, origin).await;
        assert_eq!(allowed(&answer), None, "{origin}");
        assert!(
            !problem(answer, 400).await.to_string().contains("evil"),
            "nothing that was sent is repeated"
        );
    }
}

#[actix_web::test]
async fn a_star_never_comes_with_credentials() {
    let app = TestApp::start_with(&["--cors-origins", "*"]);
    let answer = from_origin(&app, "https://evil.example").await;
    assert_eq!(allowed(&answer), Some("*"));
    assert!(answer.headers().get("access-control-allow-credentials").is_none());
}

#[actix_web::test]
async fn a_refusal_can_be_read_by_a_named_origin() {
    let app = TestApp::start_with(&["--cors-origins", "https://crm.example"]);
    let request =
        app.anonymous(Method::POST, "/api/v1/score").header("Origin", "https://crm.example");
    let answer = request.send().await.expect("an answer");
    assert_eq!((answer.status().as_u16(), allowed(&answer)), (401, Some("https://crm.example")));
    let exposed = answer.headers()["access-control-expose-headers"].to_str().expect("ASCII");
    let exposed: BTreeSet<&str> = exposed.split(", ").collect();
    assert_eq!(exposed, BTreeSet::from(["retry-after", "traceparent", "x-request-id"]));
}
