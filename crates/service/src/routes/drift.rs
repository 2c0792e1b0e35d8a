//! `GET /api/v1/model/drift`: whether the leads of the last while are still those the model was trained on.
//!
//! The counts are those of this process and of the model that answers now. What a shift is, the model crate says.

use actix_web::{HttpResponse, web::Data};
use lead_model::{Severity, Shift};
use serde::Serialize;

use crate::{drift::Observed, error::ApiError, models::ModelName, state::Shared};

#[derive(Serialize)]
struct Report<'a> {
    model: ModelName<'a>,
    window_seconds: u64,
    covered_seconds: f64,
    rows: u64,
    counted: u64,
    sampled_share: f64,
    verdict: Option<Severity>,
    score: &'a Shift,
    features: &'a [Shift],
}

/// How far the leads of the window have moved.
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
