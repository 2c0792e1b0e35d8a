//! `GET /metrics`: the page that Prometheus reads.
//!
//! What is on it is declared in [`metrics`](crate::metrics).

use actix_web::{
    HttpResponse,
    http::header::{CONTENT_TYPE, HeaderValue},
    web::Data,
};
use prometheus::proto::MetricFamily;

use crate::{
    error::{ApiError, InternalError},
    keys::Scope,
    metrics::{Contender, contest_families, drift_families},
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
    let page = state.metrics.page(made_now(&state)?).map_err(InternalError::from)?;
    Ok(HttpResponse::Ok().insert_header((CONTENT_TYPE, TEXT_FORMAT)).body(page))
}

/// What is not counted but computed when somebody asks.
fn made_now(state: &Shared) -> Result<Vec<MetricFamily>, InternalError> {
    let model = state.models.current();
    let watch = state.drift_window.and_then(|window| model.watch(window));
    let mut families = match watch {
        Some(watch) => drift_families(&watch.observe().drift)?,
        None => Vec::new(),
    };
    if let Some(contest) = state.challenger.contest() {
        let (standing, name) = (contest.standing(), contest.challenger().named());
        let comparison = &standing.comparison;
        families.extend(contest_families(&Contender {
            name: name.name,
            version: name.version,
            share: state.challenger.share().get(),
            mean_difference: comparison.mean(),
            psi: comparison.is_sure().then(|| comparison.psi()),
        })?);
    }
    Ok(families)
}
