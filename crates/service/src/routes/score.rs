//! `POST /api/v1/score`: one lead in, one score out.
//!
//! The body is checked by the model crate, scored and counted by [`scoring`], and the answer written by
//! [`wire`](crate::wire).

use actix_web::{HttpResponse, http::header::ContentType, web::Data};

use crate::{
    error::{ApiError, InternalError},
    request_id::RequestId,
    scoring,
    state::Shared,
    wire::{Body, Detailed, Details, scored},
};

/// Scores one lead.
pub(super) async fn score(
    state: Data<Shared>,
    id: RequestId,
    details: Details,
    body: Body,
) -> Result<HttpResponse, ApiError> {
    let body = body.read(state.limits.score_body_bytes).await?;
    let model = state.models.current();
    let one = scoring::one(&state, &model, &body)?;
    let detailed = Detailed::if_wanted(details, one.latency);
    let answer = scored(id.as_str(), model.name(), &one.lead, &one.score, detailed)
        .map_err(InternalError::from)?;
    Ok(HttpResponse::Ok().insert_header(ContentType::json()).body(answer))
}
