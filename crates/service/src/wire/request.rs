//! What a handler asks of a request: its body within a limit, and whether details are wanted.
//!
//! [`Body`] is JSON by its headers and is read only when the handler says how much it takes; parsing it is the model
//! crate's. [`Details`] is the query parameter `include_details`.

use std::{
    future::{Ready, poll_fn, ready},
    pin::pin,
};

use actix_web::{
    FromRequest, HttpMessage, HttpRequest,
    body::{BodyStream, MessageBody},
    dev::Payload,
    http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HeaderValue},
    web::{self, Bytes, BytesMut},
};

use utoipa::{
    IntoParams,
    openapi::{
        ObjectBuilder, Required, Type,
        path::{Parameter, ParameterBuilder, ParameterIn},
    },
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
        let mut patience = Patience::in_all(&self.request);
        let mut read = Bytes::new();
        let mut pieces = BytesMut::new();
        let mut next =
            poll_fn(|context| patience.wait(context, |context| body.as_mut().poll_next(context)));
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
        let headers = request.headers();
        if headers.get(CONTENT_TYPE).is_some_and(|kind| !is_json(kind)) {
            return ready(Err(ApiError::NotJson));
        }
        if headers.get(CONTENT_ENCODING).is_some_and(|encoding| encoding != "identity") {
            return ready(Err(ApiError::Encoded));
        }
        ready(Ok(Self { request: request.clone(), payload: payload.take() }))
    }
}

fn announced_length(request: &HttpRequest) -> Result<Option<u64>, ApiError> {
    let Some(length) = request.headers().get(CONTENT_LENGTH) else { return Ok(None) };
    let length = length.to_str().ok().and_then(|length| length.parse().ok());
    length.map(Some).ok_or(ApiError::BodyUnreadable)
}

/// `application/json` or a media type built on it (`application/ld+json`), with any parameters.
fn is_json(kind: &HeaderValue) -> bool {
    let Ok(kind) = kind.to_str() else { return false };
    let essence = kind.split(';').next().unwrap_or_default().trim();
    let Some((top, sub)) = essence.split_once('/') else { return false };
    let suffix = sub.len().checked_sub("+json".len()).and_then(|start| sub.get(start..));
    top.eq_ignore_ascii_case("application")
        && (sub.eq_ignore_ascii_case("json")
            || suffix.is_some_and(|suffix| suffix.eq_ignore_ascii_case("+json")))
}

/// Whether the caller asked for `include_details`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Details {
    /// The short answer.
    Omitted,
    /// Tier definitions, timing and API version as well.
    Included,
}

impl Details {
    const NAME: &'static str = "include_details";
    const EXPECTED: &'static str = "one of true, false, 1, 0, yes, no, on, off, t, f, y, n";

    fn parse(query: &str) -> Result<Self, ApiError> {
        let refused = || ApiError::InvalidParameter { name: Self::NAME, expected: Self::EXPECTED };
        if query.is_empty() {
            return Ok(Self::Omitted);
        }
        let pairs = web::Query::<Vec<(String, String)>>::from_query(query)
            .map_err(|_| refused())?
            .into_inner();
        // The last one wins where it is given twice, as it always has.
        let Some((_, typed)) = pairs.iter().rev().find(|(name, _)| name == Self::NAME) else {
            return Ok(Self::Omitted);
        };
        match typed.to_ascii_lowercase().as_str() {
            "true" | "1" | "yes" | "on" | "t" | "y" => Ok(Self::Included),
            "false" | "0" | "no" | "off" | "f" | "n" => Ok(Self::Omitted),
            _ => Err(refused()),
        }
    }
}

/// As it stands in the description of the API.
impl IntoParams for Details {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let spellings = Self::EXPECTED.trim_start_matches("one of ").split(", ");
        let schema = ObjectBuilder::new()
            .schema_type(Type::String)
            .pattern(Some(in_any_case(spellings.clone())))
            .examples(spellings);
        let parameter = ParameterBuilder::new()
            .name(Self::NAME)
            .parameter_in(ParameterIn::Query)
            .required(Required::False)
            .description(Some(
                "Whether the answer has tier definitions, timing and API version as well.",
            ))
            .schema(Some(schema.default(Some("false".into()))));
        vec![parameter.build()]
    }
}

/// A pattern that these words match, whichever of their letters are capitals.
fn in_any_case<'a>(words: impl Iterator<Item = &'a str>) -> String {
    let words: Vec<String> = words
        .map(|word| {
            let letters = word.chars().map(|letter| match letter.to_ascii_uppercase() {
                capital if capital == letter => letter.to_string(),
                capital => format!("[{letter}{capital}]"),
            });
            letters.collect()
        })
        .collect();
    format!("^({})$", words.join("|"))
}

impl FromRequest for Details {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::parse(request.query_string()))
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::{Details, is_json};

    #[test]
    fn include_details_takes_every_spelling_in_any_case() {
        for yes in ["true", "1", "yes", "on", "t", "y", "TRUE", "Yes", "oN"] {
            assert_eq!(
                Details::parse(&format!("include_details={yes}")).ok(),
                Some(Details::Included),
                "{yes}"
            );
        }
        for no in ["false", "0", "no", "off", "f", "n", "FALSE", "No", "oFF"] {
            assert_eq!(
                Details::parse(&format!("include_details={no}")).ok(),
                Some(Details::Omitted),
                "{no}"
            );
        }
        for odd in ["", "2", "maybe", "tru", "true ", "null", "%ff"] {
            assert!(Details::parse(&format!("include_details={odd}")).is_err(), "{odd:?}");
        }
    }

    #[test]
    fn a_pattern_tells_words_in_any_case() {
        assert_eq!(super::in_any_case(["on", "1"].into_iter()), "^([oO][nN]|1)$");
    }

    #[test]
    fn other_parameters_are_ignored_and_the_last_spelling_wins() {
        assert_eq!(Details::parse("").ok(), Some(Details::Omitted));
        assert_eq!(Details::parse("x=1&include_details=t&y").ok(), Some(Details::Included));
        assert_eq!(Details::parse("include%5Fdetails=%74rue").ok(), Some(Details::Included));
        assert_eq!(
            Details::parse("include_details=1&include_details=0").ok(),
            Some(Details::Omitted)
        );
        assert!(Details::parse("include_details").is_err());
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
