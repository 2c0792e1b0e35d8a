//! `POST /api/v1/score/batch`: a list of leads in, their scores out in the same order.
//!
//! All or nothing: one bad lead refuses the batch, and the answer names every fault of every lead. With `mode=partial` a
//! bad lead has an error in its place instead. Either way the leads are counted before one of them is parsed.

use std::time::{Duration, Instant};

use actix_web::{HttpResponse, http::header::ContentType, web::Data};
use lead_model::Lead;

use crate::{
    error::ApiError,
    keys::Scope,
    models::Live,
    openapi::{answer, tag},
    request_id::RequestId,
    route::Route,
    scoring,
    state::Shared,
    wire::{Body, Detailed, Details, Explain, Extras, Mode, Query, judged_batch, scored_batch},
};

/// Scores a batch of leads.
#[utoipa::path(
    post,
    path = Route::Batch.label(),
    operation_id = "scoreBatch",
    tag = tag::SCORING,
    params(Details, Explain, Mode),
    request_body(content = ref("#/components/schemas/Batch"), content_type = "application/json"),
    security(("ApiKey" = [Scope::Score])),
    responses((status = 200, description = "What each lead scores, in the order of the leads.", body = answer::BatchAnswer)),
)]
pub(super) async fn score_batch(
    state: Data<Shared>,
    id: RequestId,
    query: Query,
    body: Body,
) -> Result<HttpResponse, ApiError> {
    let (details, mode) = (query.details()?, query.mode()?);
    let body = body.read(state.limits.batch_body_bytes).await?;
    let model = state.models.current();
    let reasons = query.reasons(model.scorer.schema().len())?;
    let extras = |latency| Extras { reasons, detailed: Detailed::if_wanted(details, latency) };
    let answer = match mode {
        Mode::Strict => strict(&state, &model, id.as_str(), &body, extras),
        Mode::Partial => partial(&state, &model, id.as_str(), &body, extras),
    };
    Ok(HttpResponse::Ok().insert_header(ContentType::json()).body(answer?))
}

/// All leads, or none.
fn strict(
    state: &Shared,
    model: &Live,
    id: &str,
    body: &[u8],
    extras: impl Fn(Duration) -> Extras,
) -> Result<Vec<u8>, ApiError> {
    let started = Instant::now();
    let leads = Lead::batch_from_json(model.scorer.schema(), body, state.limits.batch_items)?;
    let (scores, latency) = scoring::many(state, model, &leads, started)?;
    Ok(scored_batch(id, model, &leads, &scores, extras(latency)))
}

/// Each lead by itself.
fn partial(
    state: &Shared,
    model: &Live,
    id: &str,
    body: &[u8],
    extras: impl Fn(Duration) -> Extras,
) -> Result<Vec<u8>, ApiError> {
    let started = Instant::now();
    let each = Lead::each_from_json(model.scorer.schema(), body, state.limits.batch_items)?;
    let mut leads = Vec::with_capacity(each.len());
    let refused: Vec<_> =
        each.into_iter().map(|lead| lead.map(|lead| leads.push(lead)).err()).collect();
    let (scores, latency) = scoring::many(state, model, &leads, started)?;
    Ok(judged_batch(id, model, &refused, (&leads, &scores), extras(latency)))
}
