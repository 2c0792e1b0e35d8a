//! Request lines and heads that are hardly HTTP, or too much of it.

use super::case::{Answer, Case};
use crate::test_app::KEY;

/// What is no HTTP, refused by the HTTP library.
const NO_HTTP: Answer = Answer::Empty(400);

/// Heads that are refused before any handler is asked.
const HEADS: [(&str, &[u8]); 45] = [
    ("nonsense", b"nonsense\r\n\r\n"),
    ("a NUL", b"\0\r\n\r\n"),
    ("the start of TLS", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n"),
    ("SSH", b"SSH-2.0-client\r\n\r\n"),
    ("SMTP", b"EHLO example.org\r\n\r\n"),
    ("a JSON document", b"{\"lead_id\":\"x\"}\r\n\r\n"),
    ("an answer", b"HTTP/1.1 200 OK\r\nHost: x\r\n\r\n"),
    ("HTTP/0.9", b"GET /health\r\n\r\n"),
    ("the preface of HTTP/2 in clear", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    ("HTTP/9.9", b"GET / HTTP/9.9\r\nHost: x\r\n\r\n"),
    ("HTTP/2.0", b"GET / HTTP/2.0\r\nHost: x\r\n\r\n"),
    ("HTTP/1.2", b"GET / HTTP/1.2\r\nHost: x\r\n\r\n"),
    ("HTTP/11", b"GET / HTTP/11\r\nHost: x\r\n\r\n"),
    ("a version in small letters", b"GET / http/1.1\r\nHost: x\r\n\r\n"),
    ("no version in it", b"GET / \r\nHost: x\r\n\r\n"),
    ("another protocol", b"GET / RTSP/1.0\r\nHost: x\r\n\r\n"),
    ("words after the version", b"GET / HTTP/1.1 x\r\nHost: x\r\n\r\n"),
    ("two blanks in the line", b"GET  / HTTP/1.1\r\nHost: x\r\n\r\n"),
    ("a tab in the line", b"GET\t/ HTTP/1.1\r\nHost: x\r\n\r\n"),
    ("a blank before the line", b" GET / HTTP/1.1\r\nHost: x\r\n\r\n"),
    ("a blank in the path", b"GET /a b HTTP/1.1\r\nHost: x\r\n\r\n"),
    ("a NUL in the path", b"GET /\0 HTTP/1.1\r\nHost: x\r\n\r\n"),
    ("a bare CR in the line", b"GET /\r HTTP/1.1\r\nHost: x\r\n\r\n"),
    ("a path of dots", b"GET ../health HTTP/1.1\r\nHost: x\r\n\r\n"),
    ("a path in umlauts", b"GET /\xff\xfe HTTP/1.1\r\nHost: x\r\n\r\n"),
    ("no path in it", b"GET HTTP/1.1\r\nHost: x\r\n\r\n"),
    ("no method in it", b"/health HTTP/1.1\r\nHost: x\r\n\r\n"),
    ("a method with a colon", b"G:T / HTTP/1.1\r\nHost: x\r\n\r\n"),
    ("a method in brackets", b"[GET] / HTTP/1.1\r\nHost: x\r\n\r\n"),
    ("a method with a NUL", b"GE\0T / HTTP/1.1\r\nHost: x\r\n\r\n"),
    ("a method of marks alone", b"!#$%&'*+-.^_`|~ / HTTP/1.1\r\nHost: x\r\n\r\n"),
    ("no host", b"GET / HTTP/1.1\r\n\r\n"),
    ("two hosts", b"GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n"),
    ("the same host twice", b"GET / HTTP/1.1\r\nHost: x\r\nhost: x\r\n\r\n"),
    ("a blank before the host's colon", b"GET / HTTP/1.1\r\nHost : x\r\n\r\n"),
    ("a host over two lines", b"GET / HTTP/1.1\r\nHost: x\r\n y\r\n\r\n"),
    ("a header without a name", b"GET / HTTP/1.1\r\nHost: x\r\n: y\r\n\r\n"),
    ("a header without a colon", b"GET / HTTP/1.1\r\nHost: x\r\nHeader\r\n\r\n"),
    ("a header with a blank in its name", b"GET / HTTP/1.1\r\nHost: x\r\nX Y: z\r\n\r\n"),
    ("a header with a NUL", b"GET / HTTP/1.1\r\nHost: x\r\nX: a\0b\r\n\r\n"),
    ("a header with a bell", b"GET / HTTP/1.1\r\nHost: x\r\nX: \x07\r\n\r\n"),
    ("a header with a bare CR", b"GET / HTTP/1.1\r\nHost: x\r\nX: a\rY: b\r\n\r\n"),
    ("a header in umlauts", b"GET / HTTP/1.1\r\nHost: x\r\n\xc3\xa4: y\r\n\r\n"),
    ("a header in braces", b"GET / HTTP/1.1\r\nHost: x\r\n{X}: y\r\n\r\n"),
    ("a header before any line", b"Host: x\r\n\r\n"),
];

/// The rows.
pub(super) fn cases() -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    for (name, head) in HEADS {
        cases.push(Case::raw(format!("head: {name}"), head, NO_HTTP));
    }
    // Of exactly the size at which the service stops reading, so that nothing is unread when it closes.
    let full = |start: &str| {
        let filler = "x".repeat(131_072 - start.len());
        [start, &filler].concat()
    };
    let too_large = Answer::Empty(431);
    for (name, start) in [
        ("a path without an end", "GET /"),
        ("a query without an end", "GET /health?"),
        ("a method without an end", "X"),
        ("a value without an end", "GET / HTTP/1.1\r\nHost: x\r\nX: "),
        ("a key without an end", "POST /api/v1/score HTTP/1.1\r\nHost: x\r\nX-API-Key: "),
        ("a name without an end", "GET / HTTP/1.1\r\nHost: x\r\nx"),
    ] {
        cases.push(Case::raw(format!("head: {name}"), full(start), too_large));
    }
    let many = |lines: usize| "X-Many: 1\r\n".repeat(lines);
    cases.extend([
        Case::raw(
            "97 headers",
            format!("GET / HTTP/1.1\r\nHost: x\r\n{}\r\n", many(96)),
            too_large,
        ),
        Case::raw(
            "1,000 headers",
            format!("GET / HTTP/1.1\r\nHost: x\r\n{}\r\n", many(1_000)),
            too_large,
        ),
        Case::raw(
            "a good request and then nonsense",
            format!("GET /nothing HTTP/1.1\r\nHost: x\r\nX-API-Key: {KEY}\r\n\r\nnonsense\r\n\r\n"),
            Answer::Then(404, "not-found", 400),
        ),
        Case::raw(
            "a refused request and then HTTP/2",
            "GET /api/v1/nothing HTTP/1.1\r\nHost: x\r\n\r\nPRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            Answer::Then(401, "key-missing", 400),
        ),
    ]);
    cases
}
