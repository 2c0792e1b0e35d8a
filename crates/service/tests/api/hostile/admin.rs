//! The routes of those who run the service: without the scope, and with it and a hand that slips.

use super::case::{Answer, Case};
use crate::test_app::KEY;

/// A key that may administer, which the program under the table knows.
pub(super) const ADMIN_KEY: &str = "an-admin-key-that-slips-9c1e";

const SCOPE_MISSING: Answer = Answer::Problem(403, "scope-missing");
const KEY_MISSING: Answer = Answer::Problem(401, "key-missing");
const SETTINGS: Answer = Answer::Problem(422, "invalid-settings");
const REFUSED: Answer = Answer::Problem(422, "challenger-refused");
const UNKNOWN: Answer = Answer::Problem(404, "model-unknown");

/// What is no wish for a challenger, or one that cannot be met.
const WISHES: [(&str, &str, Answer); 24] = [
    ("nothing", "", SETTINGS),
    ("an open brace", "{", SETTINGS),
    ("a list", "[]", SETTINGS),
    ("null", "null", SETTINGS),
    ("an empty wish", "{}", SETTINGS),
    ("an unknown member", "{\"path\":\"x\",\"url\":\"http://evil.example/\"}", SETTINGS),
    ("a member twice", "{\"share\":0.1,\"share\":0.2}", SETTINGS),
    ("a path and a version", "{\"path\":\"x\",\"version\":\"1.0.0\"}", SETTINGS),
    ("a path that is a list", "{\"path\":[\"x\"]}", SETTINGS),
    ("a share of 2", "{\"share\":2}", SETTINGS),
    ("a share below nothing", "{\"share\":-1e-300}", SETTINGS),
    ("a share of 1e400", "{\"share\":1e400}", SETTINGS),
    ("a share of NaN", "{\"share\":NaN}", SETTINGS),
    ("a share in quotes", "{\"share\":\"0.1\"}", SETTINGS),
    ("a share for nobody", "{\"share\":0.1}", Answer::Problem(404, "no-challenger")),
    ("a file that is not there", "{\"path\":\"no/such/file.json\"}", REFUSED),
    ("no file name", "{\"path\":\"\"}", REFUSED),
    ("a folder", "{\"path\":\"/\"}", REFUSED),
    ("a file without an end", "{\"path\":\"/dev/zero\"}", REFUSED),
    ("a file that waits", "{\"path\":\"/dev/stdin\"}", REFUSED),
    ("a file that is no model", "{\"path\":\"/proc/self/status\"}", REFUSED),
    ("a path with a NUL", "{\"path\":\"a\\u0000b\"}", REFUSED),
    ("a version that there is not", "{\"version\":\"9.9.9\"}", UNKNOWN),
    ("a version of dots", "{\"version\":\"../../etc/passwd\"}", UNKNOWN),
];

/// What cannot be asked of models.
const ASKED: [(&str, &str, Answer); 18] = [
    ("GET", "/api/v1/admin/nothing", Answer::Problem(404, "not-found")),
    ("GET", "/api/v1/admin/models/..", Answer::Problem(404, "not-found")),
    ("POST", "/api/v1/admin/models", Answer::Problem(405, "method-not-allowed")),
    ("DELETE", "/api/v1/admin/models/reload", Answer::Problem(405, "method-not-allowed")),
    ("PATCH", "/api/v1/admin/challenger", Answer::Problem(405, "method-not-allowed")),
    ("GET", "/api/v1/admin/challenger", Answer::Problem(404, "no-challenger")),
    ("DELETE", "/api/v1/admin/challenger", Answer::Problem(404, "no-challenger")),
    ("POST", "/api/v1/admin/challenger/promote", Answer::Problem(404, "no-challenger")),
    ("POST", "/api/v1/admin/models/rollback", Answer::Problem(409, "no-previous-model")),
    ("POST", "/api/v1/admin/models/9.9.9/activate", UNKNOWN),
    ("POST", "/api/v1/admin/models/%00/activate", UNKNOWN),
    ("POST", "/api/v1/admin/models/%ff/activate", UNKNOWN),
    ("POST", "/api/v1/admin/models/%2e%2e/activate", UNKNOWN),
    ("POST", "/api/v1/admin/models/..%2f..%2fetc%2fpasswd/activate", UNKNOWN),
    ("POST", "/api/v1/admin/models/reload?force=1", Answer::Problem(422, "invalid-parameter")),
    ("POST", "/api/v1/admin/models/reload?force=", Answer::Problem(422, "invalid-parameter")),
    (
        "POST",
        "/api/v1/admin/models/9.9.9/activate?force=TRUE",
        Answer::Problem(422, "invalid-parameter"),
    ),
    ("GET", "/api/v1/score", SCOPE_MISSING),
];

/// The rows.
pub(super) fn cases() -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    let key = format!("X-API-Key: {ADMIN_KEY}\r\n");
    let challenger = "/api/v1/admin/challenger";
    for (name, body, answer) in WISHES {
        let case =
            Case::posted(format!("a wish: {name}"), challenger, &key, body.as_bytes(), answer);
        cases.push(case.by_method("PUT"));
    }
    for (method, path, answer) in ASKED {
        let head = format!("{method} {path} HTTP/1.1\r\nHost: x\r\n{key}\r\n");
        cases.push(Case::raw(format!("administration: {method} {path}"), head, answer));
    }
    let large = vec![b' '; 65_537];
    let too_large = Answer::Problem(413, "body-too-large");
    cases.push(
        Case::posted("a wish: too much", challenger, &key, &large, too_large).by_method("PUT"),
    );
    let lines = format!("{key}Content-Type: text/plain\r\n");
    let not_json = Answer::Problem(415, "not-json");
    cases
        .push(Case::posted("a wish: a text", challenger, &lines, b"{}", not_json).by_method("PUT"));
    cases.extend(outside());
    cases
}

/// With a key that may only score, and without one.
fn outside() -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    for (method, path) in [
        ("GET", "/api/v1/admin"),
        ("GET", "/api/v1/admin/"),
        ("GET", "/api/v1/admin/models"),
        ("POST", "/api/v1/admin/models/reload"),
        ("POST", "/api/v1/admin/models/1.0.0/activate"),
        ("PUT", "/api/v1/admin/challenger"),
        ("DELETE", "/api/v1/admin/nothing"),
    ] {
        let name = format!("administration with a key that scores: {method} {path}");
        cases.push(Case::bare(name, method, path, SCOPE_MISSING));
    }
    for (name, target) in [
        ("without a key", "/api/v1/admin/models/reload".to_owned()),
        ("by dots", "/api/v1/score/../admin/models".to_owned()),
        ("with its key in the query", format!("/api/v1/admin/models/reload?X-API-Key={KEY}")),
    ] {
        let head = format!("POST {target} HTTP/1.1\r\nHost: x\r\n\r\n");
        cases.push(Case::raw(format!("administration {name}"), head, KEY_MISSING));
    }
    cases
}
