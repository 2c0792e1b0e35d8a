//! [`Document`]: what the handlers say of themselves, completed.

use lead_model::Artifact;
use serde_json::{Value, json};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        Components, ComponentsBuilder, InfoBuilder, OpenApi, Ref, RefOr, Required,
        path::Operation,
        schema::Schema as Component,
        security::{ApiKey, ApiKeyValue, SecurityScheme},
    },
};

use super::{
    example,
    failures::{Failure, Failures},
    header, lead, operation, tag,
};
use crate::{config::Limits, problem::Members, route::Route, wire::API_VERSION};

const ABOUT: &str = "Scores B2B leads. Every failure is an `application/problem+json` (RFC 9457). Every GET answers HEAD \
     as well; another method gets 405 with `Allow`, an unknown path 404. `GET /docs` with `Accept: text/markdown` says more.";

/// What a document depends on, besides the handlers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Document<'a> {
    /// The live model.
    pub(crate) model: &'a Artifact,
    pub(crate) limits: &'a Limits,
    /// Whether `/metrics` asks for a key.
    pub(crate) metrics_need_key: bool,
}

impl Document<'_> {
    /// Completes what the handlers say of themselves, and writes it as JSON.
    pub(crate) fn complete(&self, mut handlers: OpenApi) -> Vec<u8> {
        handlers.info = InfoBuilder::new()
            .title("Lead scoring")
            .version(API_VERSION)
            .description(Some(ABOUT))
            .build();
        handlers.tags = Some(tag::all());
        operation::add_versions(&mut handlers.paths);
        let failures = Failures::new();
        let mut components =
            ComponentsBuilder::from(handlers.components.take().unwrap_or_default())
                .schemas_from_iter(lead::components(&self.model.schema, self.limits.batch_items))
                .schemas_from_iter(problem(&failures))
                .security_scheme(operation::SECURITY, SecurityScheme::ApiKey(ApiKey::Header(key())))
                .build();
        components.headers.extend(header::components());
        components.parameters.extend(header::parameters());
        for (path, item) in &mut handlers.paths.paths {
            let route = operation::route(path);
            for operation in operation::of(item) {
                self.complete_operation(operation, route);
                for failure in failures.of(operation::facts(operation, route)) {
                    add(failure, operation, &mut components);
                }
            }
            item.parameters = Some(header::parameter_refs().map(RefOr::Ref).collect());
        }
        handlers.components = Some(components);
        serde_json::to_vec(&handlers).expect("strings and numbers are always JSON")
    }

    /// What an operation does not say of itself.
    fn complete_operation(&self, operation: &mut Operation, route: Route) {
        if route == Route::Metrics && !self.metrics_need_key {
            operation.security = None;
        }
        for answer in operation.responses.responses.values_mut() {
            if let RefOr::T(answer) = answer {
                header::add_usual(answer);
            }
        }
        operation::name(operation, self.model);
        operation::bound(operation, self.model);
        if let Some(RefOr::T(body)) = operation.request_body.as_mut() {
            // A stream may be empty.
            body.required =
                Some(if route == Route::Stream { Required::False } else { Required::True });
            for content in body.content.values_mut() {
                if let RefOr::T(content) = content {
                    content.example = self.example(route);
                }
            }
        }
    }

    fn example(&self, route: Route) -> Option<Value> {
        match route {
            Route::Score => Some(example::lead(&self.model.schema, "lead-1")),
            Route::Batch => Some(example::batch(&self.model.schema)),
            Route::Stream => Some(example::lines(&self.model.schema)),
            Route::Infer => Some(example::inference(&self.model.schema)),
            Route::Challenger => Some(json!({"version": self.model.version, "share": 0.1})),
            _ => None,
        }
    }
}

/// Adds a failure to an operation's answers: among the components, unless the status is told by the handler as well.
fn add(failure: Failure, operation: &mut Operation, components: &mut Components) {
    let Failure { status, name, answer } = failure;
    let answers = &mut operation.responses.responses;
    if let Some(RefOr::T(own)) = answers.get_mut(&status.to_string()) {
        own.content.extend(answer.content);
        own.headers.extend(answer.headers);
        return;
    }
    answers.insert(status.to_string(), Ref::from_response_name(&name).into());
    components.responses.insert(name, answer.into());
}

/// The schema of a failure, and those it is made of.
fn problem(failures: &Failures) -> Vec<(String, RefOr<Component>)> {
    let mut schemas = Vec::new();
    Members::schemas(&mut schemas);
    let mut problem = Members::schema();
    if let RefOr::T(Component::Object(object)) = &mut problem
        && let Some(RefOr::T(Component::Object(kind))) = object.properties.get_mut("type")
    {
        kind.enum_values = Some(failures.types().map(Value::from).collect());
    }
    schemas.push((Members::name().into_owned(), problem));
    schemas
}

fn key() -> ApiKeyValue {
    ApiKeyValue::with_description(
        "X-API-Key",
        "Checked before the body is read. The scopes that a key needs stand at each operation. A service without keys, \
         which listens on loopback only, asks for none where the scope is score.",
    )
}
