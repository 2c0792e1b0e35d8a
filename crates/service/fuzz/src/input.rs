//! [`Input`]: bytes of the fuzzer, read as a request.
//!
//! Five bytes choose path, method and key, content type, framing, and a header; the first line after them goes into the
//! path or the query, the second one into the header, and the rest is the body. So each of them is reached within a few
//! mutations, and a body is JSON as it stands in the input. What no HTTP library would hand on is no input.

use actix_web::{
    http::{
        Method, Uri,
        header::{HeaderName, HeaderValue},
    },
    test::TestRequest,
    web::Bytes,
};

/// The key that the service knows.
pub const KEY: &str = "fuzz-key-0a1b2c3d4e5f";

/// Stands for two bytes `@@` wherever they are sent, and must come back nowhere but in a pointer.
pub const CANARY: &str = "canary0f3e8d71c2b94a65";

/// The scoring paths more than once, because they are what there is to break.
const PATHS: [&str; 22] = [
    "/api/v1/score",
    "/api/v1/score/batch",
    "/api/v1/score/stream",
    "/v2/models/b2b/infer",
    "/api/v1/score",
    "/api/v1/score/batch",
    "/api/v1/score/batch?mode=partial",
    "/api/v1/score/stream",
    "/v2/models/b2b/infer",
    "/v2/models/b2b/versions/1.0.0/infer",
    "/api/v1/score?include_details=1",
    "/api/v1/score?explain=3",
    "/api/v1/score/batch?explain=2",
    "/api/v1/model/info",
    "/api/v1/model/drift",
    "/api/v1/nothing/",
    "/api/v1/score/",
    "/api/v1/admin/models",
    "/v2",
    "/v2/models/b2b",
    "/v2/models/b2b/ready",
    "/v2/health/ready",
];

const METHODS: [Method; 8] = [
    Method::POST,
    Method::POST,
    Method::POST,
    Method::GET,
    Method::HEAD,
    Method::PUT,
    Method::OPTIONS,
    Method::TRACE,
];

const TYPES: [Option<&str>; 8] = [
    None,
    None,
    Some("application/json"),
    Some("application/x-ndjson"),
    Some("application/ld+json; charset=utf-8"),
    Some("text/plain"),
    Some("application/"),
    Some("multipart/form-data; boundary=x"),
];

/// Headers whose value is the input's second line.
const HEADERS: [&str; 12] = [
    "x-request-id",
    "traceparent",
    "tracestate",
    "content-type",
    "content-encoding",
    "content-length",
    "transfer-encoding",
    "accept",
    "x-api-key",
    "authorization",
    "origin",
    "host",
];

/// These are repeated in the answer, if they are harmless.
const REPEATED: [&str; 3] = ["x-request-id", "traceparent", "tracestate"];

/// Bytes that choose.
const CHOICES: usize = 5;

/// A request.
#[derive(Debug)]
pub struct Input {
    pub method: Method,
    pub uri: Uri,
    pub headers: Vec<(HeaderName, HeaderValue)>,
    /// The body, as it comes in.
    pub pieces: Vec<Bytes>,
    /// Whether the connection breaks after them.
    pub breaks: bool,
}

impl Input {
    /// Reads bytes; there is no request in some of them.
    pub fn read(data: &[u8]) -> Option<Self> {
        let (&[path, method, kind, framing, header], rest) = data.split_first_chunk::<CHOICES>()?;
        let (line, rest) = split_line(rest);
        let (value, body) = split_line(rest);
        let line = planted(line);

        let mut uri = PATHS[usize::from(path & 31) % PATHS.len()].as_bytes().to_vec();
        match path >> 6 {
            // Into the path, where there is no query yet.
            1 if !uri.contains(&b'?') => uri.extend_from_slice(&line),
            0 | 1 => {}
            _ => {
                uri.push(if uri.contains(&b'?') { b'&' } else { b'?' });
                uri.extend_from_slice(&line);
            }
        }
        let uri = Uri::try_from(uri.as_slice()).ok()?;

        let body = planted(body);
        let mut headers = Vec::new();
        let mut add = |name: &'static str, value: &[u8]| {
            if let Ok(value) = HeaderValue::from_bytes(value) {
                headers.push((HeaderName::from_static(name), value));
            }
        };
        if method & 0x18 != 0x18 {
            add("x-api-key", KEY.as_bytes());
        }
        if let Some(kind) = TYPES[usize::from(kind & 7)] {
            add("content-type", kind.as_bytes());
        }
        match framing & 7 {
            0..=2 => add("content-length", body.len().to_string().as_bytes()),
            3 => add("content-length", b"18446744073709551615"),
            4 => add("content-length", b"3"),
            _ => {}
        }
        if header & 1 == 1 {
            let name = HEADERS[usize::from(header >> 1) % HEADERS.len()];
            let repeated = REPEATED.contains(&name);
            add(name, &if repeated { value.to_vec() } else { planted(value) });
        }
        let method = METHODS[usize::from(method & 7)].clone();
        let breaks = framing & 0x88 == 0x88;
        Some(Self { method, uri, headers, pieces: pieces(&body, framing), breaks })
    }

    /// The request as actix would hand it on.
    pub fn head(&self) -> TestRequest {
        let start = TestRequest::default().method(self.method.clone()).uri(&self.uri.to_string());
        self.headers.iter().fold(start, |request, header| request.append_header(header.clone()))
    }
}

/// Where the body begins in an input that has one.
pub fn body_start(data: &[u8]) -> Option<usize> {
    let rest = data.get(CHOICES..)?;
    let mut ends = rest.iter().enumerate().filter(|(_, byte)| **byte == b'\n');
    ends.nth(1).map(|(place, _)| CHOICES + place + 1)
}

/// The body in one piece or in several.
fn pieces(body: &[u8], framing: u8) -> Vec<Bytes> {
    let length = match framing >> 4 {
        0..=7 => body.len(),
        some => usize::from(some - 7) * 37,
    };
    body.chunks(length.max(1)).map(Bytes::copy_from_slice).collect()
}

fn split_line(text: &[u8]) -> (&[u8], &[u8]) {
    match text.iter().position(|&byte| byte == b'\n') {
        Some(end) => (&text[..end], &text[end + 1..]),
        None => (text, &[]),
    }
}

/// The text with the canary in every place that is marked.
fn planted(text: &[u8]) -> Vec<u8> {
    let mut planted = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(place) = rest.windows(2).position(|pair| pair == b"@@") {
        planted.extend_from_slice(&rest[..place]);
        planted.extend_from_slice(CANARY.as_bytes());
        rest = &rest[place + 2..];
    }
    planted.extend_from_slice(rest);
    planted
}
