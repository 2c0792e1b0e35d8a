//! The one id of a request: the caller's `X-Request-ID` if it is fit to repeat, otherwise a new one.
//!
//! [`RequestId`] is the same in the answer's header, in its body and in the log line. It names a request and proves
//! nothing; nobody is identified by it.

use std::future::{Ready, ready};

use actix_web::{
    FromRequest, HttpRequest,
    dev::Payload,
    http::header::{HeaderMap, HeaderName, HeaderValue},
    web::Bytes,
};
use uuid::{Uuid, fmt::Hyphenated};

use crate::error::ApiError;

/// The header that carries the id, in and out.
pub(crate) const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Longest id that is taken over, in characters; a trace id with a prefix fits several times.
const LONGEST: usize = 128;

/// An id of 1 to 128 harmless characters.
#[derive(Debug, Clone)]
pub(crate) struct RequestId(HeaderValue);

impl RequestId {
    /// Takes over the caller's id, or makes one (UUID version 4) where it is missing or not fit to repeat.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        match headers.get(&X_REQUEST_ID) {
            Some(given) if is_harmless(given.as_bytes()) => Self(given.clone()),
            _ => Self::new(),
        }
    }

    /// The same, and leaves it in the headers for [`RequestId::from_request`]: they have room, where the request's
    /// extensions would be allocated for it alone.
    pub(crate) fn give(headers: &mut HeaderMap) -> Self {
        let id = Self::of(headers);
        headers.insert(X_REQUEST_ID, id.to_header());
        id
    }

    fn new() -> Self {
        let mut text = [0; Hyphenated::LENGTH];
        Uuid::new_v4().hyphenated().encode_lower(&mut text);
        // An owned array is shared from the start; a copied text would be allocated once more by its first clone.
        let text = HeaderValue::from_maybe_shared(Bytes::from_owner(text));
        Self(text.expect("a UUID is visible ASCII"))
    }

    /// The id as text.
    pub(crate) fn as_str(&self) -> &str {
        self.0.to_str().expect("an id holds harmless ASCII only")
    }

    /// The id as a header's value.
    pub(crate) fn to_header(&self) -> HeaderValue {
        self.0.clone()
    }
}

/// Letters, digits and the marks of common id formats: nothing that could break a log line, a header or a shell.
fn is_harmless(id: &[u8]) -> bool {
    (1..=LONGEST).contains(&id.len()) && id.iter().all(|byte| HARMLESS[usize::from(*byte)])
}

/// Which bytes an id may hold, as a table: every id is looked at byte by byte.
const HARMLESS: [bool; 256] = {
    let mut harmless = [false; 256];
    let mut byte = 0;
    while byte < harmless.len() {
        harmless[byte] = (byte as u8).is_ascii_alphanumeric();
        byte += 1;
    }
    let marks = b"-_.:+/=@";
    let mut mark = 0;
    while mark < marks.len() {
        harmless[marks[mark] as usize] = true;
        mark += 1;
    }
    harmless
};

/// Handlers ask for the id that `observe` gave to the request.
impl FromRequest for RequestId {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self::of(request.headers())))
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{HeaderMap, HeaderValue};

    use super::{RequestId, X_REQUEST_ID};

    fn id_for(given: &[u8]) -> String {
        let mut headers = HeaderMap::new();
        headers.insert(X_REQUEST_ID, HeaderValue::from_bytes(given).expect("a header's value"));
        RequestId::of(&headers).as_str().to_owned()
    }

    #[test]
    fn a_harmless_id_is_taken_over() {
        let longest = "x".repeat(128);
        for given in ["7", "trace-1_2.3:4+5/6=@", &longest] {
            assert_eq!(id_for(given.as_bytes()), given);
        }
    }

    #[test]
    fn any_other_id_is_replaced_by_a_uuid() {
        let too_long = "x".repeat(129);
        for given in ["", " ", "a b", "a\"b", "{}", "<script>", &too_long] {
            let made = id_for(given.as_bytes());
            assert!(uuid::Uuid::parse_str(&made).is_ok(), "{given:?} became {made}");
        }
        assert!(uuid::Uuid::parse_str(&id_for(b"caf\xe9")).is_ok());
    }
}
