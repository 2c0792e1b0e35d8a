//! Every way to fail, and which operations can fail so.
//!
//! Status, name, title, headers and body of each kind come from a sample of the error itself, so that they are what is
//! answered. Who meets which kind is one table here, which a new kind of error must enter.

use std::{collections::BTreeMap, path::PathBuf};

use actix_web::{ResponseError, http::header::HeaderMap};
use lead_model::{Breach, Faults, Lead, ModelError, Schema};
use serde_json::Value;
use utoipa::openapi::{
    AllOfBuilder, ContentBuilder, ObjectBuilder, Ref, RefOr, Response, ResponseBuilder, Type,
    example::ExampleBuilder,
};

use super::{header, operation::Facts};
use crate::{
    error::{ApiError, InternalError},
    keys::Scope,
    models::{Claim, LibraryError, LoadError},
    problem::Problem,
    route::Route,
    tensor_fault::TensorFault,
};

/// What a problem of the HTTP library itself is called.
const OTHER: &str = "other";

/// Whether an operation can fail in one way.
type Met = fn(Facts) -> bool;

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
    KeyMissing(_), KeyMissing(Scope::Score) => |at| at.scope.is_some();
    KeyWrong, KeyWrong => |at| at.scope.is_some();
    ScopeMissing(_), ScopeMissing(Scope::Score) => |at| at.scope.is_some();
    WrongKeys { .. }, WrongKeys { retry_after_s: 6 } => |at| at.scope.is_some();
    // Only those who ask for scores take from their key's rate, and are shed when the service is full.
    RateLimited { .. }, RateLimited { retry_after_s: 1 } => |at| at.scope == Some(Scope::Score);
    TooBusy, TooBusy => |at| at.scope == Some(Scope::Score);
    InvalidLeads(_), InvalidLeads(faults()) => |at| at.is(&[Route::Score, Route::Batch]);
    InvalidTensors(_), InvalidTensors(vec![tensor_fault()]) => |at| at.is(&[Route::Infer]);
    NoSuchModel, NoSuchModel =>
        |at| at.is(&[Route::InferenceModel, Route::InferenceModelReady, Route::Infer]);
    InvalidParameter { .. }, InvalidParameter { name: "include_details", expected: "true or false" } =>
        |at| at.has_query;
    BatchTooLong { .. }, BatchTooLong { limit: 100 } => |at| at.is(&[Route::Batch, Route::Infer]);
    // A stream is answered before its body has come in.
    BodyTooLarge { .. }, BodyTooLarge { limit: 65_536 } => |at| at.has_body && !at.is(&[Route::Stream]);
    BodyUnreadable, BodyUnreadable => |at| at.has_body && !at.is(&[Route::Stream]);
    BodyTimeout { .. }, BodyTimeout { seconds: 10.0 } => |at| at.has_body && !at.is(&[Route::Stream]);
    NotJson, NotJson => |at| at.has_body && !at.is(&[Route::Stream]);
    NotLines, NotLines => |at| at.is(&[Route::Stream]);
    Encoded, Encoded => |at| at.has_body;
    NoReference, NoReference => |at| at.is(&[Route::ModelDrift]);
    DriftOff, DriftOff => |at| at.is(&[Route::ModelDrift]);
    NoChallenger, NoChallenger => |at| at.is(&[Route::Challenger, Route::Promote]);
    ChallengerRefused(_), ChallengerRefused("the file is gone; put it back".to_owned()) => Facts::seats;
    InvalidSettings { .. }, InvalidSettings { expected: "an object with path, version or share" } =>
        Facts::seats;
    NotFound, NotFound => |at| at.is(&[Route::Page, Route::DocsFile]);
    MethodNotAllowed { .. }, MethodNotAllowed { allow: "POST" } => |_| false;
    Internal(_), Internal(InternalError::Panicked) => |_| true;
    Model(LibraryError::Refused(_)), Model(LibraryError::Refused(vec![altered()])) =>
        |at| at.is(&[Route::AdminReload, Route::AdminActivate]) || at.seats();
    Model(LibraryError::Empty(_)), Model(LibraryError::Empty(PathBuf::new())) =>
        |at| at.is(&[Route::AdminReload]);
    Model(LibraryError::Incompatible { .. }), Model(incompatible()) =>
        |at| at.is(&[Route::AdminReload, Route::AdminActivate, Route::Promote]);
    Model(LibraryError::Twice(_)), Model(LibraryError::Twice(claims())) => |at| at.is(&[Route::AdminReload]);
    Model(LibraryError::Names(_)), Model(LibraryError::Names(claims())) => |at| at.is(&[Route::AdminReload]);
    Model(LibraryError::Ambiguous), Model(LibraryError::Ambiguous) =>
        |at| at.is(&[Route::AdminActivate]) || at.seats();
    Model(LibraryError::Unknown), Model(LibraryError::Unknown) =>
        |at| at.is(&[Route::AdminActivate]) || at.seats();
    Model(LibraryError::NoPrevious), Model(LibraryError::NoPrevious) => |at| at.is(&[Route::AdminRollback]);
    // Answered as an internal error, which everyone may meet.
    Model(LibraryError::Interrupted), Model(LibraryError::Interrupted) => |_| false;
}

fn altered() -> LoadError {
    let (stored, computed) = ("sha256:5f0c".to_owned(), "sha256:81d2".to_owned());
    LoadError::Refused {
        path: "b2b-v2.json".into(),
        source: ModelError::Checksum { stored, computed },
    }
}

fn incompatible() -> LibraryError {
    let (version, live) = ("2.0.0".to_owned(), "1.0.0".to_owned());
    let breach = Breach { feature: "bounce_rate".to_owned(), what: "is required now" };
    LibraryError::Incompatible { version, live, breaches: vec![breach] }
}

fn claims() -> Box<[Claim; 2]> {
    let claim = |version: &str| Claim {
        name: "b2b".to_owned(),
        version: version.to_owned(),
        file: format!("b2b-v{version}.json"),
    };
    Box::new(["2.0", "2.0.0"].map(claim))
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

/// One way to fail. Errors of one name are one way.
struct Kind {
    status: u16,
    name: &'static str,
    title: &'static str,
    headers: HeaderMap,
    body: Value,
    met: Vec<Met>,
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
            met: vec![met(sample)],
        }
    }

    fn is_met_at(&self, operation: Facts) -> bool {
        self.met.iter().any(|met| met(operation))
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
        let mut kinds: Vec<Kind> = Vec::new();
        for sample in samples() {
            let kind = Kind::of(&sample);
            match kinds.iter_mut().find(|known| known.name == kind.name) {
                Some(known) => known.met.extend(kind.met),
                None => kinds.push(kind),
            }
        }
        Self(kinds)
    }

    /// The `type` of every problem.
    pub(super) fn types(&self) -> impl Iterator<Item = String> {
        let names = self.0.iter().map(|kind| kind.name).chain([OTHER]);
        names.map(|name| format!("/docs#{name}"))
    }

    /// How an operation can fail, by rising status.
    pub(super) fn of(&self, operation: Facts) -> Vec<Failure> {
        let mut by_status: BTreeMap<u16, Vec<&Kind>> = BTreeMap::new();
        for kind in self.0.iter().filter(|kind| kind.is_met_at(operation)) {
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
