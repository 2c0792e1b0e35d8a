//! The headers that answers bear, and those that every request may.

use utoipa::openapi::{
    Header, HeaderBuilder, ObjectBuilder, Ref, RefOr, Required, Response, Type,
    path::{Parameter, ParameterBuilder, ParameterIn},
};

const REQUEST_ID: &str = "X-Request-ID";
const TRACE: &str = "traceparent";

/// An answer's headers: name, type, and what it says.
const ANSWERED: [(&str, Type, &str); 4] = [
    (REQUEST_ID, Type::String, "The id of the request, the same in the body and in the log."),
    (
        TRACE,
        Type::String,
        "The trace with the id of our span; where a `traceparent` came in, or spans are exported.",
    ),
    ("Retry-After", Type::Integer, "Seconds until another try may succeed."),
    ("WWW-Authenticate", Type::String, "`ApiKey`: send a key as `X-API-Key`."),
];

/// The answers' headers, as components.
pub(super) fn components() -> impl Iterator<Item = (String, RefOr<Header>)> {
    ANSWERED.into_iter().map(|(name, kind, description)| {
        let schema = ObjectBuilder::new().schema_type(kind);
        let header = HeaderBuilder::new().schema(Some(schema)).description(Some(description));
        (name.to_owned(), header.build().into())
    })
}

/// The request's headers, as components.
pub(super) fn parameters() -> [(String, RefOr<Parameter>); 2] {
    [
        (
            REQUEST_ID,
            "An id of 1 to 128 letters, digits and `- _ . : + / = @` is taken over; anything else is replaced.",
        ),
        (
            TRACE,
            "W3C Trace Context: a valid trace is continued; in place of anything else a new one begins.",
        ),
    ]
    .map(|(name, description)| {
        let header = ParameterBuilder::new()
            .name(name)
            .parameter_in(ParameterIn::Header)
            .required(Required::False)
            .description(Some(description))
            .schema(Some(ObjectBuilder::new().schema_type(Type::String)));
        (name.to_owned(), header.build().into())
    })
}

/// What stands at a path for the request's headers.
pub(super) fn parameter_refs() -> impl Iterator<Item = Ref> {
    parameters().into_iter().map(|(name, _)| Ref::new(format!("#/components/parameters/{name}")))
}

/// Adds a header to an answer, in any spelling; none that is not described.
pub(super) fn add(response: &mut Response, name: &str) {
    let known = ANSWERED.iter().find(|(known, ..)| known.eq_ignore_ascii_case(name));
    let (name, ..) = known.expect("every header of an answer is described here");
    let header = Ref::new(format!("#/components/headers/{name}"));
    response.headers.insert((*name).to_owned(), RefOr::Ref(header));
}

/// Adds what every answer bears.
pub(super) fn add_usual(response: &mut Response) {
    add(response, REQUEST_ID);
    add(response, TRACE);
}
