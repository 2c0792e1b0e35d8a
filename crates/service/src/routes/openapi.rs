//! `GET /openapi.json`: the description of this API, for programs.
//!
//! The handlers are listed here, in the order they are shown; [`openapi`](crate::openapi) completes what they say of
//! themselves. It is written once for each model, when somebody asks for the first time.

use actix_web::{HttpRequest, HttpResponse, http::header::ContentType, web::Data};
use utoipa::OpenApi;

use super::{
    admin, batch, challenger, docs, drift, health, inference, metrics, model, page, resources,
    root, score, stream,
};
use crate::{
    config::MetricsAccess,
    openapi::{Document, tag},
    route::Route,
    state::Shared,
};

#[derive(OpenApi)]
#[openapi(paths(
    score::score,
    batch::score_batch,
    stream::score_stream,
    model::info,
    model::features,
    model::importance,
    drift::drift,
    inference::server,
    inference::live,
    inference::ready,
    inference::describe,
    inference::model_ready,
    inference::infer,
    admin::models,
    admin::reload,
    admin::activate,
    admin::roll_back,
    challenger::show,
    challenger::seat,
    challenger::dismiss,
    challenger::promote,
    health::health,
    health::ready,
    health::live,
    health::status,
    resources::resources,
    metrics::metrics,
    root::root,
    page::asset,
    docs::docs,
    docs::asset,
    openapi,
))]
struct Handlers;

/// This description.
#[utoipa::path(
    get,
    path = Route::OpenApi.label(),
    operation_id = "getOpenApi",
    tag = tag::PAGES,
    responses((status = 200, description = "OpenAPI 3.1, with the schema of the live model.", body = Object)),
)]
pub(super) async fn openapi(request: HttpRequest, state: Data<Shared>) -> HttpResponse {
    let access = request.app_data::<MetricsAccess>().copied();
    let body = state.models.current().document(|model| {
        let document = Document {
            model,
            limits: &state.limits,
            metrics_need_key: access == Some(MetricsAccess::Key),
        };
        document.complete(Handlers::openapi())
    });
    HttpResponse::Ok().insert_header(ContentType::json()).body(body)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use utoipa::OpenApi;

    use super::Handlers;
    use crate::route::Route;

    #[test]
    fn every_endpoint_describes_itself_and_nothing_else_does() {
        let described = Handlers::openapi().paths.paths;
        let described: BTreeSet<_> = described.keys().map(String::as_str).collect();
        let endpoints: BTreeSet<_> = Route::ENDPOINTS.into_iter().map(Route::label).collect();
        assert_eq!(endpoints.len(), Route::ENDPOINTS.len(), "none is there twice");
        assert_eq!(described, endpoints);
    }
}
