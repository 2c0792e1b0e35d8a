//! Paths, queries and methods that there are not.

use super::case::{Answer, Case, leads};
use crate::{lead::lead, test_app::KEY};

const NOT_FOUND: Answer = Answer::Problem(404, "not-found");
const NO_SUCH_MODEL: Answer = Answer::Problem(404, "no-such-model");
const OTHER_METHOD: Answer = Answer::Problem(405, "method-not-allowed");
const BAD_QUERY: Answer = Answer::Problem(422, "invalid-parameter");
const KEY_MISSING: Answer = Answer::Problem(401, "key-missing");

/// Paths that lead nowhere, however they are written.
const PATHS: [&str; 37] = [
    "/nothing",
    "///health",
    "//evil.example/",
    "/\\evil.example/",
    "/.",
    "/..",
    "/../../etc/passwd",
    "/./health",
    "/health/..",
    "/health/../metrics",
    "/%2e%2e/%2e%2e/etc/passwd",
    "/%2e%2e%2fetc%2fpasswd",
    "/..%5c..%5cwindows",
    "/%252e%252e/",
    "/%c0%ae%c0%ae/",
    "/%",
    "/%zz",
    "/%0",
    "/%00",
    "/health%00",
    "/health%0d%0aX-Injected:%201",
    "/health%2fready",
    "/HEALTH",
    "/health;v=1",
    "/page/",
    "/page/../src/main.rs",
    "/page/..%2f..%2fCargo.toml",
    "/page/%2e%2e",
    "/page/style.css%00",
    "/page/STYLE.CSS",
    "/docs/../../etc/passwd",
    "/.git/config",
    "/.env",
    "/admin",
    "/cgi-bin/status?x",
    "/wp-login.php",
    "/api/v2/score",
];

/// The same behind the key.
const KEYED_PATHS: [&str; 12] = [
    "/api/v1",
    "/api/v1/",
    "/api/v1/..",
    "/api/v1/../../metrics",
    "/api/v1/score/%2e%2e/batch",
    "/api/v1/score%00",
    "/api/v1/score/batch/101",
    "/api/v1//score",
    "/api/v1/model/",
    "/api/v1/model/info/..",
    "/api/v1/model/%69nfo%2f",
    "/v2/models/b2b/versions/1.0.0/explain",
];

/// Names of models that there are not.
const MODELS: [&str; 8] = [
    "/v2/models/nobody",
    "/v2/models/%2e%2e",
    "/v2/models/..%2f..%2fetc%2fpasswd",
    "/v2/models/b2b%00",
    "/v2/models/B2B/ready",
    "/v2/models/%ff",
    "/v2/models/b2b/versions/0",
    "/v2/models/b2b/versions/%2e%2e/ready",
];

/// Queries that cannot be meant.
const QUERIES: [&str; 14] = [
    "include_details=",
    "include_details=2",
    "include_details=maybe",
    "include_details=true%20",
    "include_details=%00",
    "include_details=%ff",
    "include_details=null",
    "include_details=[]",
    "include_details",
    "include_details=1&include_details=x",
    "include_details=tru&x=1",
    "include%5fdetails=-1",
    "include_details=true;",
    "include_details=%74%72%75",
];

/// Queries of reasons and modes, with a path that has them.
const REASONS: [&str; 17] = [
    "/api/v1/score?explain=",
    "/api/v1/score?explain=0",
    "/api/v1/score?explain=-1",
    "/api/v1/score?explain=+1",
    "/api/v1/score?explain=%2b1",
    "/api/v1/score?explain=1.0",
    "/api/v1/score?explain=1e1",
    "/api/v1/score?explain=51",
    "/api/v1/score?explain=18446744073709551616",
    "/api/v1/score?explain=%31%30%30",
    "/api/v1/score?explain=%ef%bc%95",
    "/api/v1/score?explain=3&explain=all",
    "/api/v1/score/batch?explain=true",
    "/api/v1/score/batch?mode=",
    "/api/v1/score/batch?mode=PARTIAL",
    "/api/v1/score/batch?mode=partial&mode=lenient",
    "/api/v1/score/batch?mode=partial%00",
];

/// Methods and paths that do not go together.
const METHODS: [(&str, &str); 23] = [
    ("GET", "/api/v1/score"),
    ("PUT", "/api/v1/score"),
    ("PATCH", "/api/v1/score"),
    ("DELETE", "/api/v1/score/batch"),
    ("HEAD", "/api/v1/score"),
    ("HEAD", "/v2/models/b2b/infer"),
    ("OPTIONS", "/api/v1/score"),
    ("OPTIONS", "/health"),
    ("TRACE", "/health"),
    ("TRACE", "/api/v1/score"),
    ("POST", "/health"),
    ("POST", "/"),
    ("DELETE", "/metrics"),
    ("POST", "/api/v1/model/info"),
    ("POST", "/v2/models/b2b"),
    ("GET", "/v2/models/b2b/infer"),
    ("PROPFIND", "/"),
    ("LOCK", "/docs"),
    ("BREW", "/status"),
    ("get", "/health"),
    ("Post", "/api/v1/score"),
    ("X", "/resources"),
    ("M-SEARCH", "/page/style.css"),
];

/// The rows.
pub(super) fn cases() -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    for path in PATHS.into_iter().chain(KEYED_PATHS) {
        cases.push(Case::bare(format!("nothing at {path}"), "GET", path, NOT_FOUND));
    }
    for path in MODELS {
        cases.push(Case::bare(format!("no model at {path}"), "GET", path, NO_SUCH_MODEL));
    }
    for query in QUERIES {
        for path in ["/api/v1/score", "/api/v1/score/batch"] {
            let target = format!("{path}?{query}");
            let body = lead("x").to_string();
            cases.push(Case::post(target.clone(), &target, body, BAD_QUERY));
        }
    }
    for target in REASONS {
        let body = lead("x").to_string();
        let body = if target.contains("batch") { format!("[{body}]") } else { body };
        cases.push(Case::post(target, target, body, BAD_QUERY));
    }
    for (method, path) in METHODS {
        cases.push(Case::bare(format!("{method} of {path}"), method, path, OTHER_METHOD));
    }
    cases.extend(forms());
    cases
}

/// Targets in forms that are not a path, and long ones.
fn forms() -> Vec<Case> {
    let long = "x".repeat(60_000);
    let key = format!("X-API-Key: {KEY}\r\n");
    vec![
        Case::bare("a path without its slash", "GET", "health", NOT_FOUND),
        Case::bare("an asterisk", "OPTIONS", "*", NOT_FOUND),
        Case::bare("an asterisk to get", "GET", "*", NOT_FOUND),
        Case::bare("a whole address of nothing", "GET", "http://evil.example/nothing", NOT_FOUND),
        Case::bare(
            "a whole address with a user",
            "GET",
            "http://a:b@evil.example/nothing",
            NOT_FOUND,
        ),
        Case::bare("a tunnel", "CONNECT", "evil.example:443", NOT_FOUND),
        Case::bare("a tunnel to a path", "CONNECT", "/health", OTHER_METHOD),
        Case::bare("a path of 60,000 bytes", "GET", &format!("/{long}"), NOT_FOUND),
        Case::bare("20,000 segments", "GET", &"/a".repeat(20_000), NOT_FOUND),
        Case::bare("20,000 slashes", "GET", &"/".repeat(20_000), NOT_FOUND),
        Case::bare("a model of 60,000 bytes", "GET", &format!("/v2/models/{long}"), NO_SUCH_MODEL),
        Case::post(
            "a value of 60,000 bytes",
            &format!("/api/v1/score?include_details={long}"),
            "{}",
            BAD_QUERY,
        ),
        Case::post(
            "20,000 parameters",
            &format!("/api/v1/score?{}", "a&".repeat(20_000)),
            "{",
            leads("invalid_json"),
        ),
        Case::posted("a HEAD with a body", "/nothing", &key, b"{}", NOT_FOUND).by_method("HEAD"),
        Case::posted("a GET with a body", "/api/v1/score", &key, b"{}", OTHER_METHOD)
            .by_method("GET"),
        Case::posted("an OPTIONS with a body", "/api/v1/score", &key, b"{}", OTHER_METHOD)
            .by_method("OPTIONS"),
        Case::raw(
            "a preflight, where no origin is named",
            "OPTIONS /api/v1/score HTTP/1.1\r\nHost: x\r\nOrigin: https://evil.example\r\n\
             Access-Control-Request-Method: POST\r\n\r\n",
            KEY_MISSING,
        ),
        Case::raw(
            "HTTP/1.0 without a host, and nothing there",
            "GET /nothing HTTP/1.0\r\n\r\n",
            NOT_FOUND,
        ),
        Case::raw("HTTP/1.0 without a key", "GET /api/v1/model/info HTTP/1.0\r\n\r\n", KEY_MISSING),
        Case::raw(
            "a host that is none",
            "GET /nothing HTTP/1.1\r\nHost: a b<>\"\\\r\n\r\n",
            NOT_FOUND,
        ),
        Case::raw("an empty host", "GET /nothing HTTP/1.1\r\nHost:\r\n\r\n", NOT_FOUND),
        Case::raw("line feeds alone", "GET /nothing HTTP/1.1\nHost: x\n\n", NOT_FOUND),
        Case::raw(
            "blank lines before it",
            "\r\n\r\nGET /nothing HTTP/1.1\r\nHost: x\r\n\r\n",
            NOT_FOUND,
        ),
    ]
}
