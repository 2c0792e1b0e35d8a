//! The body of a request: as a whole within a limit, or as it comes in.
//!
//! [`Body`] is JSON by its headers and is read only when the handler says how much it takes; [`LinesBody`] is NDJSON and is
//! read piece by piece. Parsing either is the model crate's.

use std::{
    future::{Ready, poll_fn, ready},
    pin::pin,
};

use actix_web::{
    FromRequest, HttpMessage, HttpRequest,
    body::{BodyStream, MessageBody},
    dev::Payload,
    http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HeaderValue},
    web::{Bytes, BytesMut},
};

use super::Patience;
use crate::error::ApiError;

/// A request's body that has not been read yet.
pub(crate) struct Body {
    request: HttpRequest,
    payload: Payload,
}

/// How much body came in chunks, without an announced length; left for `observe`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BodyBytes(pub(crate) u64);

impl Body {
    /// Reads the body, at most `limit` bytes.
    ///
    /// A body that announces more is refused unread; one that came in one piece is not copied.
    pub(crate) async fn read(self, limit: usize) -> Result<Bytes, ApiError> {
        let too_large = || ApiError::BodyTooLarge { limit };
        let announced = announced_length(&self.request)?;
        if announced.is_some_and(|length| length > limit as u64) {
            return Err(too_large());
        }
        let mut body = pin!(BodyStream::new(self.payload));
        let mut patience = Patience::in_all();
        let mut read = Bytes::new();
        let mut pieces = BytesMut::new();
        let mut next = poll_fn(|context| {
            patience.wait(&self.request, context, |context| body.as_mut().poll_next(context))
        });
        while let Some(piece) = (&mut next).await? {
            let piece = piece.map_err(|_| ApiError::BodyUnreadable)?;
            if read.len() + pieces.len() + piece.len() > limit {
                return Err(too_large());
            }
            if read.is_empty() && pieces.is_empty() {
                read = piece;
                continue;
            }
            if pieces.is_empty() {
                pieces.extend_from_slice(&std::mem::take(&mut read));
            }
            pieces.extend_from_slice(&piece);
        }
        let body = if pieces.is_empty() { read } else { pieces.freeze() };
        if announced.is_none() {
            self.request.extensions_mut().insert(BodyBytes(body.len() as u64));
        }
        Ok(body)
    }
}

impl FromRequest for Body {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    /// Checks the headers alone. A missing content type counts as JSON, as it always has.
    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let checked = check(request, is_json, ApiError::NotJson);
        ready(checked.map(|()| Self { request: request.clone(), payload: payload.take() }))
    }
}

/// A body of lines that is read as it comes in.
pub(crate) struct LinesBody {
    pub(crate) request: HttpRequest,
    pub(crate) payload: Payload,
}

impl FromRequest for LinesBody {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    /// Checks the headers alone. JSON is taken as well, because one lead is one line, and so is no content type.
    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let checked = check(request, |kind| is_lines(kind) || is_json(kind), ApiError::NotLines);
        ready(checked.map(|()| Self { request: request.clone(), payload: payload.take() }))
    }
}

/// Whether the headers promise a plain body of the right kind.
fn check(
    request: &HttpRequest,
    is_right: fn(&HeaderValue) -> bool,
    wrong: ApiError,
) -> Result<(), ApiError> {
    let headers = request.headers();
    if headers.get(CONTENT_TYPE).is_some_and(|kind| !is_right(kind)) {
        return Err(wrong);
    }
    if headers.get(CONTENT_ENCODING).is_some_and(|encoding| encoding != "identity") {
        return Err(ApiError::Encoded);
    }
    Ok(())
}

fn announced_length(request: &HttpRequest) -> Result<Option<u64>, ApiError> {
    let Some(length) = request.headers().get(CONTENT_LENGTH) else { return Ok(None) };
    let length = length.to_str().ok().and_then(|length| length.parse().ok());
    length.map(Some).ok_or(ApiError::BodyUnreadable)
}

/// `application/json` or a media type built on it (`application/ld+json`), with any parameters.
fn is_json(kind: &HeaderValue) -> bool {
    // What nearly everyone sends.
    if kind == "application/json" {
        return true;
    }
    let Some((top, sub)) = essence(kind).and_then(|essence| essence.split_once('/')) else {
        return false;
    };
    let suffix = sub.len().checked_sub("+json".len()).and_then(|start| sub.get(start..));
    top.eq_ignore_ascii_case("application")
        && (sub.eq_ignore_ascii_case("json")
            || suffix.is_some_and(|suffix| suffix.eq_ignore_ascii_case("+json")))
}

/// One of the names that NDJSON goes by, with any parameters.
fn is_lines(kind: &HeaderValue) -> bool {
    let names = ["application/x-ndjson", "application/ndjson", "application/jsonl"];
    essence(kind).is_some_and(|essence| names.iter().any(|name| essence.eq_ignore_ascii_case(name)))
}

/// A media type without its parameters.
fn essence(kind: &HeaderValue) -> Option<&str> {
    Some(kind.to_str().ok()?.split(';').next().unwrap_or_default().trim())
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::{is_json, is_lines};

    #[test]
    fn lines_are_told_by_their_media_type() {
        for lines in
            ["application/x-ndjson", "Application/NDJSON; charset=utf-8", "application/jsonl;"]
        {
            assert!(is_lines(&HeaderValue::from_static(lines)), "{lines}");
        }
        for other in ["application/json", "text/x-ndjson", "application/jsonlines", ""] {
            assert!(!is_lines(&HeaderValue::from_static(other)), "{other}");
        }
    }

    #[test]
    fn json_is_told_by_its_media_type() {
        for json in [
            "application/json",
            "Application/JSON; charset=utf-8",
            "application/ld+json",
            "application/json;",
        ] {
            assert!(is_json(&HeaderValue::from_static(json)), "{json}");
        }
        for other in [
            "text/plain",
            "",
            "json",
            "text/json",
            "application/jsonp",
            "application/x-www-form-urlencoded",
            "/",
        ] {
            assert!(!is_json(&HeaderValue::from_static(other)), "{other}");
        }
    }
}
