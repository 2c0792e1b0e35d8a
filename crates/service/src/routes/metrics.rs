//! `GET /metrics`: the page that Prometheus reads.
//!
//! What is on it is declared in [`metrics`](crate::metrics).

use actix_web::{
    HttpResponse,
    http::header::{CONTENT_TYPE, HeaderValue},
    web::Data,
};

use crate::{
    error::{ApiError, InternalError},
    keys::Scope,
    openapi::tag,
    route::Route,
    state::Shared,
};

/// The text format that the page is in.
const TEXT_FORMAT: HeaderValue = HeaderValue::from_static("text/plain; version=0.0.4");

/// Every metric with its value of this moment.
#[utoipa::path(
    get,
    path = Route::Metrics.label(),
    operation_id = "getMetrics",
    tag = tag::HEALTH,
    security(("ApiKey" = [Scope::Metrics])),
    responses((
        status = 200,
        description = "The text format of Prometheus, 0.0.4.",
        body = String,
        content_type = "text/plain"
    )),
)]
pub(super) async fn metrics(state: Data<Shared>) -> Result<HttpResponse, ApiError> {
    let page = state.metrics.page().map_err(InternalError::from)?;
    Ok(HttpResponse::Ok().insert_header((CONTENT_TYPE, TEXT_FORMAT)).body(page))
}
