//! [`Case`]: a hostile request, and what must come back.

use crate::test_app::KEY;

/// Bytes to send on a connection of their own.
#[derive(Debug, Clone)]
pub(super) struct Case {
    pub(super) name: String,
    pub(super) bytes: Vec<u8>,
    /// Whether the client ends its side of the connection after them.
    pub(super) ends: bool,
    pub(super) answer: Answer,
}

/// What must come back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    /// A problem of this status and name.
    Problem(u16, &'static str),
    /// The same as 422, with a fault of this code among its errors.
    Faults(&'static str, &'static str),
    /// No HTTP: this status without a body from the HTTP library, and the end of the connection.
    Empty(u16),
    /// The same, with the problem of the request that the broken body belonged to.
    Broken(&'static str),
    /// 200 with results in order: each `scored`, or refused as 422 with a fault of its code.
    Results(&'static [&'static str], &'static str, &'static [&'static str]),
    /// 200 with lines in order, each the same, and a last one that counts them.
    Lines(&'static [&'static str], &'static str, &'static [&'static str]),
    /// 200 with a line that is scored, and a last one that says that not all came; then the end of the connection.
    Cut,
    /// A problem, and then an empty answer of this status to what follows.
    Then(u16, &'static str, u16),
}

/// No lead, or one with faults.
pub(super) const fn leads(code: &'static str) -> Answer {
    Answer::Faults("invalid-leads", code)
}

impl Case {
    /// A request as it is.
    pub(super) fn raw(name: impl Into<String>, bytes: impl Into<Vec<u8>>, answer: Answer) -> Self {
        Self { name: name.into(), bytes: bytes.into(), ends: false, answer }
    }

    /// A POST of this body with the key.
    pub(super) fn post(
        name: impl Into<String>,
        path: &str,
        body: impl AsRef<[u8]>,
        answer: Answer,
    ) -> Self {
        Self::posted(name, path, &format!("X-API-Key: {KEY}\r\n"), body.as_ref(), answer)
    }

    /// A POST of this body with these header lines, and a right `Content-Length`.
    pub(super) fn posted(
        name: impl Into<String>,
        path: &str,
        lines: &str,
        body: &[u8],
        answer: Answer,
    ) -> Self {
        let length = body.len();
        let head =
            format!("POST {path} HTTP/1.1\r\nHost: x\r\n{lines}Content-Length: {length}\r\n\r\n");
        Self::raw(name, [head.as_bytes(), body].concat(), answer)
    }

    /// A request with the key and no body.
    pub(super) fn bare(
        name: impl Into<String>,
        method: &str,
        target: &str,
        answer: Answer,
    ) -> Self {
        let head = format!("{method} {target} HTTP/1.1\r\nHost: x\r\nX-API-Key: {KEY}\r\n\r\n");
        Self::raw(name, head, answer)
    }

    /// The same from a client that hangs up its side.
    pub(super) fn and_ends(self) -> Self {
        Self { ends: true, ..self }
    }

    /// The same with another method.
    pub(super) fn by_method(self, method: &str) -> Self {
        let rest = self.bytes.strip_prefix(b"POST").expect("it was a POST");
        Self { bytes: [method.as_bytes(), rest].concat(), ..self }
    }

    /// Whether the answer has no body because of the request's method.
    pub(super) fn is_head(&self) -> bool {
        self.bytes.starts_with(b"HEAD ")
    }
}
