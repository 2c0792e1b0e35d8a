//! `POST /api/v1/score/batch`: a list of leads in, their scores out in the same order.
//!
//! All or nothing: one bad lead refuses the batch, and the answer names every fault of every lead. The number of leads
//! is checked before any of them is parsed.

use std::time::Instant;

use actix_web::{HttpResponse, http::header::ContentType, web::Data};
use lead_model::Lead;

use crate::{
    error::{ApiError, InternalError},
    keys::Scope,
    openapi::tag,
    request_id::RequestId,
    route::Route,
    scoring,
    state::Shared,
    wire::{Answer, Body, Detailed, Details, scored_batch},
};

/// Scores a batch of leads.
#[utoipa::path(
    post,
    path = Route::Batch.label(),
    operation_id = "scoreBatch",
    tag = tag::SCORING,
    params(Details),
    request_body(content = ref("#/components/schemas/Batch"), content_type = "application/json"),
    security(("ApiKey" = [Scope::Score])),
    responses((status = 200, description = "What each lead scores, in the order of the leads.", body = Vec<Answer<'_>>)),
)]
pub(super) async fn score_batch(
    state: Data<Shared>,
    id: RequestId,
    details: Details,
    body: Body,
) -> Result<HttpResponse, ApiError> {
    let body = body.read(state.limits.batch_body_bytes).await?;
    let model = state.models.current();
    let started = Instant::now();
    let leads = Lead::batch_from_json(model.scorer.schema(), &body, state.limits.batch_items)?;
    let (scores, latency) = scoring::many(&state, &model, &leads, started)?;
    let detailed = Detailed::if_wanted(details, latency);
    let answer = scored_batch(id.as_str(), model.name(), &leads, &scores, detailed)
        .map_err(InternalError::from)?;
    Ok(HttpResponse::Ok().insert_header(ContentType::json()).body(answer))
}
