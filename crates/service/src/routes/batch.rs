//! `POST /api/v1/score/batch`: a list of leads in, their scores out in the same order.
//!
//! All or nothing: one bad lead refuses the batch, and the answer names every fault of every lead. With `mode=partial` a
//! bad lead has an error in its place instead. Either way the leads are counted before one of them is parsed.

use std::time::Instant;

use actix_web::{HttpResponse, http::header::ContentType, web::Data};
use lead_model::{Faults, Lead};

use crate::{
    error::ApiError,
    keys::Scope,
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
    let (schema, limit) = (model.scorer.schema(), state.limits.batch_items);
    let reasons = query.reasons(schema.len())?;
    let started = Instant::now();
    let (leads, refused) = match mode {
        Mode::Strict => (Lead::batch_from_json(schema, &body, limit)?, None),
        Mode::Partial => {
            let (leads, refused) = parted(Lead::each_from_json(schema, &body, limit)?);
            (leads, Some(refused))
        }
    };
    let (scores, latency) = scoring::many(&state, &model, &leads, started)?;
    let extras = Extras { reasons, detailed: Detailed::if_wanted(details, latency) };
    let answer = match refused {
        None => scored_batch(id.as_str(), &model, &leads, &scores, extras),
        Some(refused) => judged_batch(id.as_str(), &model, &refused, (&leads, &scores), extras),
    };
    Ok(HttpResponse::Ok().insert_header(ContentType::json()).body(answer))
}

/// The leads that can be scored, and for each one of the batch its faults, if it has any.
fn parted(each: Vec<Result<Lead, Faults>>) -> (Vec<Lead>, Vec<Option<Faults>>) {
    let mut leads = Vec::with_capacity(each.len());
    let refused = each.into_iter().map(|lead| lead.map(|lead| leads.push(lead)).err()).collect();
    (leads, refused)
}
