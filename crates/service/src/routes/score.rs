//! `POST /api/v1/score`: one lead in, one score out.
//!
//! The body is checked by the model crate, scored and counted by [`scoring`], and the answer written by
//! [`wire`](crate::wire).

use actix_web::{HttpResponse, http::header::ContentType, web::Data};

use crate::{
    error::ApiError,
    request_id::RequestId,
    scoring,
    state::Shared,
    wire::{Body, Detailed, Extras, Query, scored},
};

/// Scores one lead.
pub(super) async fn score(
    state: Data<Shared>,
    id: RequestId,
    query: Query,
    body: Body,
) -> Result<HttpResponse, ApiError> {
    let details = query.details()?;
    let body = body.read(state.limits.score_body_bytes).await?;
    let model = state.models.current();
    let reasons = query.reasons(model.scorer.schema().len())?;
    let one = scoring::one(&state, &model, &body)?;
    let extras = Extras { reasons, detailed: Detailed::if_wanted(details, one.latency) };
    let answer = scored(id.as_str(), &model, &one.lead, &one.score, extras);
    Ok(HttpResponse::Ok().insert_header(ContentType::json()).body(answer))
}
