//! Requests made of an operation's own examples.

use std::sync::LazyLock;

use lead_model::Artifact;
use reqwest::RequestBuilder;
use serde_json::json;

use crate::{
    artifact::committed,
    document::{Case, Operation},
    key_file::KeyFile,
    test_app::TestApp,
};

/// Sent with each request, so that every header of an answer has its occasion.
pub(super) const TRACE: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

/// The model that is served.
static MODEL: LazyLock<Artifact> = LazyLock::new(committed);

/// A service with these keys.
pub(super) fn start(keys: &KeyFile, flags: &[&str]) -> TestApp {
    let typed = keys.typed();
    let common = ["--key-file", &typed, "--metrics-access", "key", "--max-batch", "2"];
    TestApp::start_with(&[&common, flags].concat())
}

/// The key with this scope.
pub(super) fn key(scope: &str) -> String {
    format!("{scope}-key-of-the-contract")
}

/// The path of an operation that fits the media type which is wanted.
pub(super) fn filled(operation: Operation<'_>, media_type: Option<&str>) -> String {
    let file = match (operation.id(), media_type) {
        ("getPageFile", Some("text/css")) => "style.css",
        ("getPageFile", _) => "app.js",
        (_, Some("text/css")) => "swagger-ui.css",
        _ => "swagger-ui-bundle.js",
    };
    let path = operation.path.replace("{file}", file).replace("{name}", &MODEL.name);
    path.replace("{version}", &MODEL.version)
}

/// A request without a key and without a body.
pub(super) fn to(app: &TestApp, operation: Operation<'_>, path: &str) -> RequestBuilder {
    let method = operation.method.parse().expect("a method");
    app.anonymous(method, path).header("traceparent", TRACE)
}

/// The operation with its example, and without a key.
pub(super) fn bare(app: &TestApp, operation: Operation<'_>) -> RequestBuilder {
    let request = to(app, operation, &filled(operation, None));
    match operation.example() {
        Some((media_type, example)) => request.header("Content-Type", media_type).body(example),
        None => request,
    }
}

/// The operation as the document says that it is right, with a query or without.
pub(super) fn sound(app: &TestApp, case: &Case<'_>, query: &str) -> RequestBuilder {
    at(app, case, &(filled(case.operation, case.media_type) + query))
}

/// The same at any path.
pub(super) fn at(app: &TestApp, case: &Case<'_>, path: &str) -> RequestBuilder {
    let mut request = to(app, case.operation, path);
    if let Some(scope) = case.operation.scope() {
        request = request.header("X-API-Key", key(scope));
    }
    if let Some(media_type) = case.media_type {
        request = request.header("Accept", media_type);
    }
    match case.operation.example() {
        Some((media_type, example)) => request.header("Content-Type", media_type).body(example),
        None => request,
    }
}

/// The example with more leads than two.
pub(super) fn too_long(operation: Operation<'_>) -> String {
    let (_, example) = operation.example().expect("an example");
    let mut request: serde_json::Value = serde_json::from_str(&example).expect("JSON");
    if let Some(leads) = request.as_array() {
        return json!([leads[0], leads[0], leads[0]]).to_string();
    }
    let input = &mut request["inputs"][0];
    let row = input["data"].as_array().expect("data").clone();
    input["shape"][0] = 3.into();
    input["data"] = [&row[..], &row, &row].concat().into();
    request.to_string()
}
