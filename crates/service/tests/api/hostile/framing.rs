//! Bodies that are framed wrongly: where two programs would disagree where a request ends, a third one could be put.

use super::case::{Answer, Case};
use crate::test_app::KEY;

/// What is no HTTP, refused by the HTTP library.
const NO_HTTP: Answer = Answer::Empty(400);

/// Header lines that say how long the body is, and what follows the head. All are refused before any handler is asked.
const LINES: [(&str, &str, &str); 30] = [
    ("a negative length", "Content-Length: -1", ""),
    ("a length with a plus", "Content-Length: +5", "12345"),
    ("no length in it", "Content-Length:", ""),
    ("a length in words", "Content-Length: five", "12345"),
    ("a hexadecimal length", "Content-Length: 0x5", "12345"),
    ("a length with a fraction", "Content-Length: 5.0", "12345"),
    ("a length with an exponent", "Content-Length: 5e0", "12345"),
    ("a length beyond 64 bits", "Content-Length: 18446744073709551616", ""),
    ("a length of 400 digits", "Content-Length: 9999999999999999999999999999999999999999", ""),
    ("two lengths in a line", "Content-Length: 5, 5", "12345"),
    ("a blank in the length", "Content-Length: 1 2", "12345"),
    ("two lengths", "Content-Length: 5\r\nContent-Length: 6", "123456"),
    ("the same length twice", "Content-Length: 5\r\nContent-Length: 5", "12345"),
    ("a length without its colon", "Content-Length 5", "12345"),
    ("a blank before the colon", "Content-Length : 5", "12345"),
    ("length and chunks", "Content-Length: 5\r\nTransfer-Encoding: chunked", "0\r\n\r\n"),
    ("chunks and length", "Transfer-Encoding: chunked\r\nContent-Length: 5", "0\r\n\r\n"),
    (
        "a request hidden behind chunks",
        "Content-Length: 4\r\nTransfer-Encoding: chunked",
        "0\r\n\r\nGET /health HTTP/1.1\r\nHost: x\r\n\r\n",
    ),
    ("chunks twice", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", "0\r\n\r\n"),
    ("chunks and something else", "Transfer-Encoding: gzip, chunked", "0\r\n\r\n"),
    ("chunks before something else", "Transfer-Encoding: chunked, gzip", "0\r\n\r\n"),
    ("identity", "Transfer-Encoding: identity", ""),
    (
        "identity, then chunks",
        "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked",
        "0\r\n\r\n",
    ),
    ("a coding that there is not", "Transfer-Encoding: cow", ""),
    ("nearly chunks", "Transfer-Encoding: xchunked", "0\r\n\r\n"),
    ("chunks in quotes", "Transfer-Encoding: \"chunked\"", "0\r\n\r\n"),
    ("no coding in it", "Transfer-Encoding:", ""),
    ("a tab before the colon", "Transfer-Encoding\t: chunked", "0\r\n\r\n"),
    ("chunks over two lines", "Transfer-Encoding:\r\n chunked", "0\r\n\r\n"),
    ("a bare CR in the line", "Transfer-Encoding: chunked\rX: y", "0\r\n\r\n"),
];

/// Chunks that are none, of a body that was begun.
const CHUNKS: [(&str, &str); 16] = [
    ("no size", "zz\r\n"),
    ("an empty size", "\r\n{}\r\n0\r\n\r\n"),
    ("a negative size", "-1\r\n{}\r\n0\r\n\r\n"),
    ("a size with a plus", "+2\r\n{}\r\n0\r\n\r\n"),
    ("a size with a prefix", "0x2\r\n{}\r\n0\r\n\r\n"),
    ("a size with an underscore", "1_0\r\n{}\r\n0\r\n\r\n"),
    ("a blank before the size", " 2\r\n{}\r\n0\r\n\r\n"),
    ("a blank in the size", "1 0\r\n{}\r\n0\r\n\r\n"),
    ("a size beyond 64 bits", "10000000000000000\r\n{}"),
    ("a line feed alone after the size", "2\n{}\r\n0\r\n\r\n"),
    ("a size that is too small", "1\r\n{}\r\n0\r\n\r\n"),
    ("a size that is too large", "3\r\n{}\r\n0\r\n\r\n"),
    ("nothing after the chunk", "2\r\n{}0\r\n\r\n"),
    ("a NUL in an extension", "2;a=\0\r\n{}\r\n0\r\n\r\n"),
    ("a CR in an extension", "2;a\rb\r\n{}\r\n0\r\n\r\n"),
    ("the second size broken", "2\r\n{}\r\nzz\r\n"),
];

/// The rows.
pub(super) fn cases() -> Vec<Case> {
    let head = |lines: &str| {
        format!("POST /api/v1/score HTTP/1.1\r\nHost: x\r\nX-API-Key: {KEY}\r\n{lines}\r\n\r\n")
    };
    let mut cases: Vec<Case> = Vec::new();
    for (name, lines, body) in LINES {
        cases.push(Case::raw(format!("framing: {name}"), head(lines) + body, NO_HTTP));
    }
    let chunked = head("Transfer-Encoding: chunked");
    for (name, chunks) in CHUNKS {
        let answer = Answer::Broken("body-unreadable");
        cases.push(Case::raw(format!("chunks: {name}"), chunked.clone() + chunks, answer));
    }
    let unreadable = Answer::Problem(400, "body-unreadable");
    let too_large = Answer::Problem(413, "body-too-large");
    cases.extend([
        Case::raw("a body that ends early", head("Content-Length: 10") + "{}", unreadable).and_ends(),
        Case::raw("no body where one was announced", head("Content-Length: 10"), unreadable).and_ends(),
        Case::raw("chunks that end early", chunked.clone() + "2\r\n{", unreadable).and_ends(),
        Case::raw("no chunk at all", chunked.clone(), unreadable).and_ends(),
        Case::raw("the last chunk missing", chunked.clone() + "2\r\n{}\r\n", unreadable).and_ends(),
        Case::raw("the largest length", head("Content-Length: 18446744073709551615"), too_large),
        Case::raw("a gigabyte announced", head("Content-Length: 1073741824"), too_large),
        Case::raw("a gigabyte, asked for first", head("Expect: 100-continue\r\nContent-Length: 1073741824"), too_large),
        Case::raw("chunks that grow too large", chunked.clone() + "10001\r\n" + &" ".repeat(0x10001), too_large),
        Case::raw(
            "a length in a request of HTTP/1.0 that has none",
            format!("POST /api/v1/score HTTP/1.0\r\nX-API-Key: {KEY}\r\n\r\n{{}}"),
            NO_HTTP,
        ),
        Case::raw(
            "chunks in HTTP/1.0",
            format!("POST /api/v1/score HTTP/1.0\r\nX-API-Key: {KEY}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
            NO_HTTP,
        ),
    ]);
    cases
}
