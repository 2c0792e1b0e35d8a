//! What can be read off an operation as its handler describes it.

use lead_model::Artifact;
use utoipa::{
    Number,
    openapi::{
        PathItem, Paths, RefOr, Required,
        path::{Operation, Parameter, ParameterBuilder, ParameterIn},
        schema::Schema,
        security::SecurityRequirement,
    },
};

use crate::{keys::Scope, route::Route, wire::Explain};

/// The name of the security scheme, as handlers write it.
pub(super) const SECURITY: &str = "ApiKey";

/// Where a version may stand in a path of the Open Inference Protocol, and what stands there.
const MODEL: &str = "/v2/models/{name}";
const VERSION: &str = "/versions/{version}";

/// What the failures of an operation follow from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Facts {
    pub(super) route: Route,
    /// What its key must be allowed to do, if it asks for one.
    pub(super) scope: Option<Scope>,
    pub(super) has_body: bool,
    pub(super) has_query: bool,
}

impl Facts {
    /// Whether it is the operation at one of these routes.
    pub(super) fn is(self, routes: &[Route]) -> bool {
        routes.contains(&self.route)
    }

    /// Whether it seats a challenger.
    pub(super) fn seats(self) -> bool {
        self.route == Route::Challenger && self.has_body
    }
}

pub(super) fn facts(operation: &Operation, route: Route) -> Facts {
    let asks = |scope: &Scope| {
        let requirement = SecurityRequirement::new(SECURITY, [scope.as_str()]);
        operation.security.iter().flatten().any(|asked| *asked == requirement)
    };
    let in_query = |parameter: &RefOr<Parameter>| match parameter {
        RefOr::T(parameter) => matches!(parameter.parameter_in, ParameterIn::Query),
        RefOr::Ref(_) => false,
    };
    Facts {
        route,
        scope: Scope::ALL.into_iter().find(asks),
        has_body: operation.request_body.is_some(),
        has_query: operation.parameters.iter().flatten().any(in_query),
    }
}

/// The operations at a path.
pub(super) fn of(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    let PathItem { get, post, put, delete, .. } = item;
    [get, post, put, delete].into_iter().flatten()
}

/// The route that has this path.
pub(super) fn route(path: &str) -> Route {
    let path = path.replace(VERSION, "");
    let route = Route::ENDPOINTS.into_iter().find(|route| route.label() == path);
    route.expect("the path of a handler is the label of its route")
}

/// Adds the paths that name a version of a model beside those that do not.
pub(super) fn add_versions(paths: &mut Paths) {
    let plain = paths.paths.iter().filter(|(path, _)| path.starts_with(MODEL));
    let versioned: Vec<_> = plain
        .map(|(path, item)| {
            (path.replace(MODEL, &format!("{MODEL}{VERSION}")), with_version(item.clone()))
        })
        .collect();
    paths.paths.extend(versioned);
}

/// Gives the parameters that name a model the live one as an example.
pub(super) fn name(operation: &mut Operation, model: &Artifact) {
    for parameter in operation.parameters.iter_mut().flatten() {
        let RefOr::T(known) = parameter else { continue };
        let example = match (&known.parameter_in, known.name.as_str()) {
            (ParameterIn::Path, "name") => &model.name,
            (ParameterIn::Path, "version") => &model.version,
            _ => continue,
        };
        let named = ParameterBuilder::from(known.clone()).example(Some(example.as_str().into()));
        *parameter = named.build().into();
    }
}

/// Says of the number of reasons that there are no more than features.
pub(super) fn bound(operation: &mut Operation, model: &Artifact) {
    for parameter in operation.parameters.iter_mut().flatten() {
        if let RefOr::T(known) = parameter
            && known.name == Explain::NAME
            && let Some(RefOr::T(Schema::Object(schema))) = &mut known.schema
        {
            schema.maximum = Some(Number::UInt(model.schema.len()));
        }
    }
}

fn with_version(mut item: PathItem) -> PathItem {
    for operation in of(&mut item) {
        if let Some(id) = &mut operation.operation_id {
            id.push_str("OfVersion");
        }
        let version = ParameterBuilder::new()
            .name("version")
            .parameter_in(ParameterIn::Path)
            .required(Required::True)
            .description(Some("The version of the model."))
            .schema(Some(<String as utoipa::PartialSchema>::schema()));
        operation.parameters.get_or_insert_default().push(version.build().into());
    }
    item
}
