//! `POST /api/v1/score`: one lead in, one score out.
//!
//! The body is checked by the model crate, scored and counted by [`scoring`], and the answer written by
//! [`wire`](crate::wire).

use actix_web::{HttpResponse, http::header::ContentType, web::Data};

use crate::{
    error::{ApiError, InternalError},
    keys::Scope,
    openapi::tag,
    request_id::RequestId,
    route::Route,
    scoring,
    state::Shared,
    wire::{Answer, Body, Detailed, Details, scored},
};

/// Scores one lead.
#[utoipa::path(
    post,
    path = Route::Score.label(),
    operation_id = "scoreLead",
    tag = tag::SCORING,
    params(Details),
    request_body(content = ref("#/components/schemas/Lead"), content_type = "application/json"),
    security(("ApiKey" = [Scope::Score])),
    responses((status = 200, description = "What the lead scores.", body = Answer<'_>)),
)]
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
