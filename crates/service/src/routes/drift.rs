//! `GET /api/v1/model/drift`: whether the leads of the last while are still those the model was trained on.
//!
//! The counts are those of this process and of the model that answers now. What a shift is, the model crate says.

use actix_web::{HttpResponse, web::Data};
use lead_model::{Severity, Shift};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    drift::Observed,
    error::ApiError,
    keys::Scope,
    models::ModelName,
    openapi::{answer, tag},
    route::Route,
    state::Shared,
};

/// How far the leads of a while have moved from those of the training.
#[derive(Serialize, ToSchema)]
#[schema(as = ModelDrift)]
struct Report<'a> {
    model: ModelName<'a>,
    /// How far back the counts may reach.
    window_seconds: u64,
    /// How far back they do.
    #[schema(minimum = 0)]
    covered_seconds: f64,
    /// Leads that the counts stand for.
    rows: u64,
    /// Leads that were counted.
    counted: u64,
    /// The one divided by the other.
    #[schema(minimum = 0, maximum = 1)]
    sampled_share: f64,
    /// The worst one of those below; null while too few leads were counted for any.
    #[schema(value_type = Option<answer::Severity>)]
    verdict: Option<Severity>,
    #[schema(value_type = answer::Shift)]
    score: &'a Shift,
    #[schema(value_type = Vec<answer::Shift>)]
    features: &'a [Shift],
}

/// How far the leads of the last while have moved from those that the model was trained on.
#[utoipa::path(
    get,
    path = Route::ModelDrift.label(),
    operation_id = "getModelDrift",
    tag = tag::MODEL,
    security(("ApiKey" = [Scope::Score])),
    responses((status = 200, description = "Each feature and the score.", body = Report<'_>)),
)]
pub(super) async fn drift(state: Data<Shared>) -> Result<HttpResponse, ApiError> {
    let window = state.drift_window.ok_or(ApiError::DriftOff)?;
    let model = state.models.current();
    let watch = model.watch(window).ok_or(ApiError::NoReference)?;
    let Observed { drift, counted, covered } = watch.observe();
    let mut shifts = drift.features.iter().chain([&drift.score]);
    Ok(HttpResponse::Ok().json(Report {
        model: model.named(),
        window_seconds: window.as_secs(),
        covered_seconds: covered.as_secs_f64(),
        rows: drift.rows,
        counted,
        sampled_share: if drift.rows == 0 { 1.0 } else { counted as f64 / drift.rows as f64 },
        verdict: shifts.any(|shift| shift.note.is_none()).then(|| drift.verdict()),
        score: &drift.score,
        features: &drift.features,
    }))
}
