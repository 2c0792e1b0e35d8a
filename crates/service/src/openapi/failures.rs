//! Every way to fail, and which operations can fail so.
//!
//! Status, name, title, headers and body of each kind come from a sample of the error itself, so that they are what is
//! answered. Who meets which kind is one table here, which a new kind of error must enter.

use std::collections::BTreeMap;

use actix_web::{ResponseError, http::header::HeaderMap};
use lead_model::{Faults, Lead, Schema};
use serde_json::Value;
use utoipa::openapi::{
    AllOfBuilder, ContentBuilder, ObjectBuilder, Ref, RefOr, Response, ResponseBuilder, Type,
    example::ExampleBuilder,
};

use super::{header, operation::Facts};
use crate::{
    error::{ApiError, InternalError, Problem},
    keys::Scope,
    route::Route,
    wire::TensorFault,
};

/// What a problem of the HTTP library itself is called.
const OTHER: &str = "other";

/// Which operations can fail in one way.
enum Met {
    /// All of them.
    Everywhere,
    /// Those that ask for a key.
    Keyed,
    /// Those whose key takes from its rate, and that are shed when the service is full.
    Scoring,
    /// Those that read a body.
    Body,
    /// Those with query parameters.
    Query,
    /// These.
    On(&'static [Route]),
    /// None: there is no operation where this happens.
    Nowhere,
}

/// Each kind of error with a sample of it and who meets it. The match makes sure that none is left out.
macro_rules! kinds {
    ($($kind:pat, $sample:expr => $met:expr;)*) => {
        fn samples() -> Vec<ApiError> {
            use ApiError::*;
            vec![$($sample),*]
        }

        fn met(error: &ApiError) -> Met {
            use ApiError::*;
            match error {
                $($kind => $met,)*
            }
        }
    };
}

kinds! {
    KeyMissing(_), KeyMissing(Scope::Score) => Met::Keyed;
    KeyWrong, KeyWrong => Met::Keyed;
    ScopeMissing(_), ScopeMissing(Scope::Score) => Met::Keyed;
    WrongKeys { .. }, WrongKeys { retry_after_s: 6 } => Met::Keyed;
    RateLimited { .. }, RateLimited { retry_after_s: 1 } => Met::Scoring;
    TooBusy, TooBusy => Met::Scoring;
    InvalidLeads(_), InvalidLeads(faults()) => Met::On(&[Route::Score, Route::Batch]);
    InvalidTensors(_), InvalidTensors(vec![tensor_fault()]) => Met::On(&[Route::Infer]);
    NoSuchModel, NoSuchModel =>
        Met::On(&[Route::InferenceModel, Route::InferenceModelReady, Route::Infer]);
    InvalidParameter { .. }, InvalidParameter { name: "include_details", expected: "true or false" } =>
        Met::Query;
    BatchTooLong { .. }, BatchTooLong { limit: 100 } => Met::On(&[Route::Batch, Route::Infer]);
    BodyTooLarge { .. }, BodyTooLarge { limit: 65_536 } => Met::Body;
    BodyUnreadable, BodyUnreadable => Met::Body;
    BodyTimeout { .. }, BodyTimeout { seconds: 10.0 } => Met::Body;
    NotJson, NotJson => Met::Body;
    Encoded, Encoded => Met::Body;
    NotFound, NotFound => Met::On(&[Route::Page, Route::DocsFile]);
    MethodNotAllowed { .. }, MethodNotAllowed { allow: "POST" } => Met::Nowhere;
    Internal(_), Internal(InternalError::Panicked) => Met::Everywhere;
}

fn faults() -> Faults {
    Lead::from_json(&Schema::b2b(), br#"{"lead_id": 7}"#).expect_err("this is no lead")
}

fn tensor_fault() -> TensorFault {
    TensorFault {
        pointer: "/inputs/0/shape".to_owned(),
        code: "wrong_type",
        detail: "The shape must be [n, 50], a row per lead.".to_owned(),
    }
}

/// One way to fail.
struct Kind {
    status: u16,
    name: &'static str,
    title: &'static str,
    headers: HeaderMap,
    body: Value,
    met: Met,
}

impl Kind {
    fn of(sample: &ApiError) -> Self {
        let (status, name, title) = sample.row();
        let body = Problem::Ours(sample).body("52c9e1f0", Route::Score);
        Self {
            status: status.as_u16(),
            name,
            title,
            headers: sample.error_response().headers().clone(),
            body: serde_json::from_slice(&body).expect("a problem is JSON"),
            met: met(sample),
        }
    }

    fn is_met_by(&self, operation: Facts) -> bool {
        match self.met {
            Met::Everywhere => true,
            Met::Keyed => operation.scope.is_some(),
            Met::Scoring => operation.scope == Some(Scope::Score),
            Met::Body => operation.has_body,
            Met::Query => operation.has_query,
            Met::On(routes) => routes.contains(&operation.route),
            Met::Nowhere => false,
        }
    }
}

/// What an operation answers with one status where it fails.
pub(super) struct Failure {
    pub(super) status: u16,
    /// The name of the answer among the document's components.
    pub(super) name: String,
    pub(super) answer: Response,
}

/// Every way to fail.
pub(super) struct Failures(Vec<Kind>);

impl Failures {
    pub(super) fn new() -> Self {
        Self(samples().iter().map(Kind::of).collect())
    }

    /// The `type` of every problem.
    pub(super) fn types(&self) -> impl Iterator<Item = String> {
        let names = self.0.iter().map(|kind| kind.name).chain([OTHER]);
        names.map(|name| format!("/docs#{name}"))
    }

    /// How an operation can fail, by rising status.
    pub(super) fn of(&self, operation: Facts) -> Vec<Failure> {
        let mut by_status: BTreeMap<u16, Vec<&Kind>> = BTreeMap::new();
        for kind in self.0.iter().filter(|kind| kind.is_met_by(operation)) {
            by_status.entry(kind.status).or_default().push(kind);
        }
        let answers = by_status.into_iter().map(|(status, kinds)| {
            let names: Vec<_> = kinds.iter().map(|kind| kind.name).collect();
            Failure { status, name: names.join("."), answer: answer(&kinds) }
        });
        answers.collect()
    }
}

/// The answer that tells of one of these.
fn answer(kinds: &[&Kind]) -> Response {
    let titles: Vec<_> = kinds.iter().map(|kind| kind.title).collect();
    let types = kinds.iter().map(|kind| kind.body["type"].clone());
    let one_of_these = ObjectBuilder::new()
        .property("type", ObjectBuilder::new().schema_type(Type::String).enum_values(Some(types)))
        .build();
    let schema = AllOfBuilder::new().item(Ref::from_schema_name("Problem")).item(one_of_these);
    let examples = kinds.iter().map(|kind| {
        let example = ExampleBuilder::new().summary(kind.title).value(Some(kind.body.clone()));
        (kind.name, RefOr::T(example.build()))
    });
    let content = ContentBuilder::new().schema(Some(schema)).examples_from_iter(examples).build();
    let mut answer = ResponseBuilder::new()
        .description(format!("{}.", titles.join(", or: ")))
        .content("application/problem+json", content)
        .build();
    header::add_usual(&mut answer);
    for name in kinds.iter().flat_map(|kind| kind.headers.keys()) {
        header::add(&mut answer, name.as_str());
    }
    answer
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::Failures;

    #[test]
    fn every_problem_has_its_heading_in_the_document_and_every_heading_is_a_problem() {
        let document = include_str!("../../../../docs/API.md");
        let headings = document.lines().filter_map(|line| line.strip_prefix("#### "));
        let types: BTreeSet<_> = Failures::new().types().collect();
        assert_eq!(headings.map(|name| format!("/docs#{name}")).collect::<BTreeSet<_>>(), types);
    }
}
