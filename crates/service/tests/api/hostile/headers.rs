//! Heads that are HTTP and say something that they should not: of the body's kind, of the key, of what comes next.

use super::case::{Answer, Case};
use crate::{lead::lead, test_app::KEY};

const SCORE: &str = "/api/v1/score";

/// Kinds of a body that are not JSON.
const KINDS: [&str; 22] = [
    "text/plain",
    "text/json",
    "text/html; charset=utf-8",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/octet-stream",
    "application/xml",
    "application/jsonp",
    "application/json-seq",
    "application/jsonl",
    "application/json, text/plain",
    "application/+jsonx",
    "application",
    "application/",
    "/json",
    "/",
    "json",
    "*/*",
    "application json",
    "application/json/json",
    "image/svg+json",
    ";application/json",
];

/// Codings of a body, none of which is taken.
const CODINGS: [&str; 9] = [
    "gzip",
    "deflate",
    "br",
    "zstd",
    "gzip, identity",
    "identity, identity",
    "chunked",
    "x",
    "\"\"",
];

/// The rows.
pub(super) fn cases() -> Vec<Case> {
    let good = lead("x").to_string().into_bytes();
    let keyed = |lines: &str| format!("X-API-Key: {KEY}\r\n{lines}\r\n");
    let mut cases: Vec<Case> = Vec::new();
    for kind in KINDS {
        let lines = keyed(&format!("Content-Type: {kind}"));
        let not_json = Answer::Problem(415, "not-json");
        cases.push(Case::posted(format!("a body of {kind}"), SCORE, &lines, &good, not_json));
    }
    for path in ["/api/v1/score/batch", "/v2/models/b2b/infer"] {
        let lines = keyed("Content-Type: text/plain");
        let not_json = Answer::Problem(415, "not-json");
        cases.push(Case::posted(format!("a text for {path}"), path, &lines, b"[]", not_json));
    }
    for coding in CODINGS {
        let lines = keyed(&format!("Content-Encoding: {coding}"));
        let encoded = Answer::Problem(415, "encoded");
        cases.push(Case::posted(format!("a body in {coding}"), SCORE, &lines, &good, encoded));
    }
    cases.extend(keys());
    cases.extend(beside_the_point());
    cases
}

/// Keys that are none. There are fewer wrong ones than an address may try.
fn keys() -> Vec<Case> {
    let good = lead("x").to_string().into_bytes();
    let (missing, wrong) = (Answer::Problem(401, "key-missing"), Answer::Problem(401, "key-wrong"));
    let rows = [
        ("no key", String::new(), missing),
        ("an empty key", "X-API-Key:\r\n".to_owned(), missing),
        ("a key of blanks", "X-API-Key:    \r\n".to_owned(), missing),
        ("a key as another header", format!("Authorization: Bearer {KEY}\r\n"), missing),
        ("a key as a cookie", format!("Cookie: X-API-Key={KEY}\r\n"), missing),
        ("a key with an underscore", format!("X_API_Key: {KEY}\r\n"), missing),
        ("another key", "X-API-Key: no-such-key\r\n".to_owned(), wrong),
        ("a key and a blank in it", format!("X-API-Key: {KEY} {KEY}\r\n"), wrong),
        ("half a key", format!("X-API-Key: {}\r\n", &KEY[..KEY.len() / 2]), wrong),
        ("a key in capitals", format!("X-API-Key: {}\r\n", KEY.to_uppercase()), wrong),
        ("a key in quotes", format!("X-API-Key: \"{KEY}\"\r\n"), wrong),
        ("a key of 60,000 bytes", format!("X-API-Key: {}\r\n", "k".repeat(60_000)), wrong),
        (
            "a wrong key before the right one",
            format!("X-API-Key: x\r\nX-API-Key: {KEY}\r\n"),
            wrong,
        ),
        ("a list of keys", format!("X-API-Key: {KEY}, {KEY}\r\n"), wrong),
    ];
    let mut cases =
        rows.map(|(name, lines, answer)| Case::posted(name, SCORE, &lines, &good, answer)).to_vec();
    let head = format!("POST {SCORE} HTTP/1.1\r\nHost: x\r\nX-API-Key: ");
    let umlauts = [head.as_bytes(), b"\xc3\xa4\xff\r\nContent-Length: 0\r\n\r\n"].concat();
    cases.push(Case::raw("a key in umlauts", umlauts, wrong));
    let asked = format!("GET {SCORE}?X-API-Key={KEY} HTTP/1.1\r\nHost: x\r\n\r\n");
    cases.push(Case::raw("a key in the query", asked, missing));
    cases.push(Case::posted("no key and no JSON", SCORE, "", b"{", missing));
    cases.push(Case::posted("no key and too much", SCORE, "", &[b' '; 2_000], missing));
    cases
}

/// Headers that change nothing about a request that is refused for its body.
fn beside_the_point() -> Vec<Case> {
    let no_json = Answer::Faults("invalid-leads", "invalid_json");
    let rows = [
        ("an id of 10,000 bytes", format!("X-Request-ID: {}", "i".repeat(10_000))),
        ("an id with a script", "X-Request-ID: <script>alert(1)</script>".to_owned()),
        ("an id with quotes", "X-Request-ID: \",\"level\":\"ERROR\"".to_owned()),
        ("an empty id", "X-Request-ID:".to_owned()),
        ("two ids", "X-Request-ID: a\r\nX-Request-ID: b".to_owned()),
        ("a trace of zeros", format!("traceparent: 00-{}-{}-00", "0".repeat(32), "0".repeat(16))),
        (
            "a trace of version ff",
            format!("traceparent: ff-{}-{}-01", "a".repeat(32), "b".repeat(16)),
        ),
        (
            "a trace in capitals",
            format!("traceparent: 00-{}-{}-01", "A".repeat(32), "B".repeat(16)),
        ),
        ("a trace of one byte", "traceparent: 0".to_owned()),
        ("a trace of 10,000 bytes", format!("traceparent: {}", "0".repeat(10_000))),
        ("a state of 10,000 bytes", format!("tracestate: {}", "a=b,".repeat(2_500))),
        ("a wish that there is not", "Expect: 200-ok".to_owned()),
        ("a wish for two things", "Expect: 100-continue, 100-continue".to_owned()),
        (
            "an upgrade to HTTP/2",
            "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk"
                .to_owned(),
        ),
        ("an upgrade to nothing", "Connection: upgrade\r\nUpgrade: x/1".to_owned()),
        ("a connection of nonsense", "Connection: ,,;=\"".to_owned()),
        ("ranges", "Range: bytes=0-1,0-1,0-1,0-1,0-1,0-1".to_owned()),
        ("another method in a header", "X-HTTP-Method-Override: DELETE".to_owned()),
        (
            "another path in a header",
            "X-Original-URL: /metrics\r\nX-Rewrite-URL: /metrics".to_owned(),
        ),
        (
            "another host in a header",
            "X-Forwarded-Host: evil.example\r\nForwarded: host=evil.example".to_owned(),
        ),
        ("4,000 addresses", format!("X-Forwarded-For: {}", "::1, ".repeat(4_000))),
        ("kinds without an end", format!("Accept: {}", "*/*;q=0.1,".repeat(4_000))),
        (
            "two kinds of a body",
            "Content-Type: application/json\r\nContent-Type: text/plain".to_owned(),
        ),
        ("an announced trailer", "TE: trailers\r\nTrailer: X-API-Key".to_owned()),
        ("bytes that are no ASCII", "X-Name: \u{fc}\u{df}".to_owned()),
        ("90 headers", vec!["X-Many: 1"; 90].join("\r\n")),
    ];
    let case = |(name, lines): (&str, String)| {
        let lines = format!("X-API-Key: {KEY}\r\n{lines}\r\n");
        Case::posted(format!("no JSON, with {name}"), SCORE, &lines, b"{", no_json)
    };
    rows.map(case).to_vec()
}
