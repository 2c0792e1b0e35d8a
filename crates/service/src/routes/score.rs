//! `POST /api/v1/score`: one lead in, one score out.
//!
//! [`score`] parses, asks the model, and answers. The body is checked by the model crate, the answer written by
//! [`wire`](crate::wire).

use std::time::Instant;

use actix_web::{HttpResponse, http::header::ContentType, web::Data};
use lead_model::{Lead, Score};

use crate::{
    error::{ApiError, InternalError},
    request_id::RequestId,
    state::State,
    wire::{Body, Detailed, Details, scored},
};

/// Scores one lead.
pub(super) async fn score(
    state: Data<State>,
    id: RequestId,
    details: Details,
    body: Body,
) -> Result<HttpResponse, ApiError> {
    let body = body.read(state.limits.score_body_bytes).await?;
    let model = state.model.current();
    let started = Instant::now();
    let lead = Lead::from_json(model.scorer.schema(), &body)?;
    let score = model.scorer.score(&lead);
    let latency = started.elapsed();
    check_finite(&state, std::slice::from_ref(&score))?;
    state.metrics.predictions.observe(&score, latency);
    let answer =
        scored(id.as_str(), model.name(), &lead, &score, Detailed::if_wanted(details, latency))
            .map_err(InternalError::from)?;
    Ok(HttpResponse::Ok().insert_header(ContentType::json()).body(answer))
}

/// A score that is no number would be written as `null`; it is better not to answer than to answer that.
pub(super) fn check_finite(state: &State, scores: &[Score]) -> Result<(), InternalError> {
    if scores.iter().all(|score| score.probability.is_finite()) {
        return Ok(());
    }
    state.metrics.predictions.observe_not_finite();
    Err(InternalError::ScoreNotFinite)
}
