//! [`Answer`]: an answer however it was got, held against what the document says of it.

use reqwest::{Response, header::HeaderValue};
use serde_json::Value;

use crate::document::{Case, Document, Operation, PROBLEM};

/// The media type of a stream.
pub(super) const LINES: &str = "application/x-ndjson";

/// An answer, however it was got.
pub(super) struct Answer {
    status: u16,
    headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
}

impl Answer {
    pub(super) async fn of(response: Response) -> Self {
        let text = |value: &HeaderValue| value.to_str().expect("ASCII").to_owned();
        let headers = response.headers().iter();
        Self {
            status: response.status().as_u16(),
            headers: headers.map(|(name, value)| (name.to_string(), text(value))).collect(),
            body: response.bytes().await.expect("a body").to_vec(),
        }
    }

    pub(super) fn parse(text: &str) -> Self {
        let (head, body) = text.split_once("\r\n\r\n").expect("a head");
        let headers = head.lines().skip(1).filter_map(|line| line.split_once(": "));
        Self {
            status: head[9..12].parse().expect("a status"),
            headers: headers.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
            body: body.as_bytes().to_vec(),
        }
    }

    fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        headers.find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| &**value)
    }

    fn media_type(&self) -> Option<&str> {
        Some(self.header("content-type")?.split(';').next()?.trim())
    }

    /// The body as a schema sees it; lines as a list.
    pub(super) fn value(&self) -> Value {
        match self.media_type() {
            Some("application/json" | PROBLEM) => serde_json::from_slice(&self.body).expect("JSON"),
            Some(LINES) => {
                let lines = serde_json::Deserializer::from_slice(&self.body).into_iter::<Value>();
                lines.map(|line| line.expect("every line is JSON")).collect()
            }
            // Swagger UI's files are packed.
            _ => String::from_utf8_lossy(&self.body).into(),
        }
    }

    /// Holds it against what is documented.
    pub(super) fn check(&self, document: &Document, case: &Case<'_>) {
        let Operation { method, path, .. } = case.operation;
        let what =
            format!("{method} {path} {} {:?}", case.status, case.problem.or(case.media_type));
        let body = self.value();
        assert_eq!(self.status, case.status, "{what}: {body:.300}");
        assert_eq!(self.media_type(), case.media_type, "{what}");
        if let Some(problem) = case.problem {
            assert_eq!(body["type"], format!("/docs#{problem}"), "{what}");
        }
        // A service that drains shares its status with problems, but not all of their headers.
        let drains = case.status == 503 && case.problem.is_none();
        for header in Document::headers(case).filter(|_| !drains) {
            assert!(self.header(header).is_some(), "{what} has no {header}");
        }
        if let Some(validator) = document.validator(case) {
            let faults = validator.iter_errors(&body);
            let faults = faults.map(|fault| format!("{}: {fault:.200}", fault.instance_path()));
            let faults: Vec<_> = faults.collect();
            assert!(faults.is_empty(), "{what}: {faults:#?}");
        }
    }
}
