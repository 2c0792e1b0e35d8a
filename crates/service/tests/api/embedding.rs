//! The scoring routes inside an application of somebody else.

use actix_web::{
    App, Error, HttpResponse,
    body::{MessageBody, to_bytes},
    dev::{Service, ServiceFactory, ServiceRequest, ServiceResponse},
    http::{StatusCode, header::HeaderMap},
    test::{TestRequest, init_service},
    web::{self, Data},
};
use clap::Parser;
use lead_service::{Args, Config, Journal, State, configure};
use serde_json::{Value, json};

use crate::{
    lead::lead,
    test_app::{KEY, Log, model_path},
};

/// What the host's own routes share, under the type that ours must not get in the way of.
#[derive(Debug)]
struct Owned(&'static str);

/// The state of the routes, and their log.
fn state(flags: &[&str]) -> (State, Log) {
    let model = model_path();
    let typed = ["host", "--api-keys", KEY, "--model-path", model.to_str().expect("a UTF-8 path")];
    let args = Args::try_parse_from(typed.into_iter().chain(flags.iter().copied()))
        .expect("flags of a test are right");
    let config = Config::try_from(args).expect("so is their meaning");
    let log = Log::default();
    let journal = Journal::start(config.log_level, log.clone()).expect("a thread");
    (State::new(&config, journal).expect("the committed model"), log)
}

/// A host with a page, data and a 404 of its own, which mounts the routes and their metrics.
fn host(
    state: State,
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody>,
        Error = Error,
        InitError = (),
    >,
> {
    App::new()
        .app_data(Data::new(Owned("the host's data")))
        .route("/", web::get().to(|data: Data<Owned>| async move { data.0 }))
        .route("/api/v2/score", web::post().to(|| async { "the host scores as well" }))
        .service(state.metrics("/internal/metrics"))
        .configure(|app| configure(app, state))
        .default_service(web::to(|| async { HttpResponse::NotFound().body("the host's 404") }))
}

/// Status, headers and body of an answer.
async fn read<B: MessageBody>(
    answer: Result<ServiceResponse<B>, Error>,
) -> (StatusCode, HeaderMap, String) {
    let answer = answer.expect("an answer");
    let (status, headers) = (answer.status(), answer.headers().clone());
    let Ok(body) = to_bytes(answer.into_body()).await else { panic!("a body that ends early") };
    (status, headers, String::from_utf8(body.to_vec()).expect("UTF-8"))
}

/// A header of an answer that has it.
fn of<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).expect("the header").to_str().expect("ASCII")
}

fn scoring(body: &Value) -> TestRequest {
    TestRequest::post().uri("/api/v1/score").insert_header(("X-API-Key", KEY)).set_json(body)
}

#[actix_web::test]
async fn what_the_host_answers_is_not_touched() {
    let (state, log) = state(&[]);
    let host = init_service(host(state.clone())).await;
    for (request, status, expected) in [
        (TestRequest::get().uri("/"), 200, "the host's data"),
        (TestRequest::post().uri("/api/v2/score"), 200, "the host scores as well"),
        (TestRequest::get().uri("/health"), 404, "the host's 404"),
        (TestRequest::get().uri("/metrics"), 404, "the host's 404"),
        (TestRequest::post().uri("/"), 404, "the host's 404"),
    ] {
        let (given, headers, body) = read(host.call(request.to_request()).await).await;
        assert_eq!((given.as_u16(), body.as_str()), (status, expected));
        assert!(!headers.contains_key("x-request-id"), "{headers:?}");
    }
    state.finish();
    assert_eq!(log.text(), "");
}

#[actix_web::test]
async fn the_mounted_routes_score_and_refuse_as_they_do_at_home() {
    let (state, log) = state(&["--max-score-bytes", "2000"]);
    let host = init_service(host(state.clone())).await;
    let (status, headers, body) =
        read(host.call(scoring(&lead("in-house")).to_request()).await).await;
    assert_eq!(status, 200);
    let answer: Value = serde_json::from_str(&body).expect("JSON");
    assert_eq!(answer["lead_id"], "in-house");
    assert_eq!(answer["request_id"], of(&headers, "x-request-id"));

    let long = json!({"lead_id": "x".repeat(3000), "features": {}});
    for (request, status, name) in [
        (TestRequest::post().uri("/api/v1/score"), 401, "key-missing"),
        (scoring(&json!({})), 422, "invalid-leads"),
        (scoring(&long), 413, "body-too-large"),
        (
            TestRequest::get().uri("/api/v1/nothing").insert_header(("X-API-Key", KEY)),
            404,
            "not-found",
        ),
        (
            TestRequest::get().uri("/api/v1/score").insert_header(("X-API-Key", KEY)),
            405,
            "method-not-allowed",
        ),
    ] {
        let (given, headers, body) = read(host.call(request.to_request()).await).await;
        assert_eq!(given, status, "{body}");
        assert_eq!(of(&headers, "content-type"), "application/problem+json");
        let problem: Value = serde_json::from_str(&body).expect("JSON");
        assert_eq!(problem["type"], format!("/docs#{name}"));
        assert_eq!(problem["request_id"], of(&headers, "x-request-id"));
    }
    state.finish();
    assert_eq!(log.text().matches("\"message\":\"request\"").count(), 6, "{}", log.text());
}

#[actix_web::test]
async fn the_mounted_routes_are_counted_on_a_page_of_the_hosts_choice() {
    let (state, ..) = state(&[]);
    let host = init_service(host(state)).await;
    read(host.call(scoring(&lead("x")).to_request()).await).await;
    read(host.call(TestRequest::get().uri("/").to_request()).await).await;
    let (status, _, page) =
        read(host.call(TestRequest::get().uri("/internal/metrics").to_request()).await).await;
    assert_eq!(status, 200);
    let series = r#"http_requests_total{endpoint="/api/v1/score",method="POST",status="200"} 1"#;
    assert!(page.contains(series), "{page}");
    assert_eq!(page.matches("\nhttp_requests_total{").count(), 1, "{page}");
}

#[actix_web::test]
async fn the_page_of_metrics_asks_for_a_key_where_it_is_told_to() {
    let (state, ..) = state(&["--metrics-access", "key"]);
    let host = init_service(host(state)).await;
    let (status, _, body) =
        read(host.call(TestRequest::get().uri("/internal/metrics").to_request()).await).await;
    assert_eq!(status, 401);
    assert!(body.contains("/docs#key-missing"), "{body}");
}

#[actix_web::test]
async fn the_routes_work_inside_a_scope_of_the_host_and_in_other_words() {
    let (state, ..) = state(&[]);
    let scope = web::scope("/crm").configure(|app| configure(app, state.clone()));
    let host = init_service(App::new().service(scope)).await;
    let (status, ..) =
        read(host.call(scoring(&lead("x")).uri("/crm/api/v1/score").to_request()).await).await;
    assert_eq!(status, 200);
    let (status, headers, _) =
        read(host.call(scoring(&lead("x")).uri("/crm/api/v1/score/").to_request()).await).await;
    assert_eq!((status.as_u16(), of(&headers, "location")), (307, "/crm/api/v1/score"));
    let (status, ..) =
        read(host.call(TestRequest::get().uri("/crm/v2/health/ready").to_request()).await).await;
    assert_eq!(status, 200);
    state.reload().await;
    let page = init_service(App::new().service(state.metrics("/page"))).await;
    let (_, _, page) = read(page.call(TestRequest::get().uri("/page").to_request()).await).await;
    assert!(page.contains("\nmodel_reloads_total{outcome=\"unchanged\"} 1\n"), "{page}");
    state.start_draining();
    let (status, _, body) =
        read(host.call(TestRequest::get().uri("/crm/v2/health/ready").to_request()).await).await;
    assert_eq!((status.as_u16(), body.as_str()), (503, r#"{"ready":false}"#));
    let (status, headers, _) =
        read(host.call(TestRequest::get().uri("/api/v1/model/info").to_request()).await).await;
    assert_eq!((status.as_u16(), headers.contains_key("x-request-id")), (404, false));
}
