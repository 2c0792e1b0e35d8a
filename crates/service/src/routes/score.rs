//! `POST /api/v1/score`: one lead in, one score out.
//!
//! The body is checked by the model crate, scored and counted by [`scoring`], and the answer written by
//! [`wire`](crate::wire).

use actix_web::{HttpResponse, http::header::ContentType, web::Data};

use crate::{
    error::ApiError,
    keys::Scope,
    openapi::{answer, tag},
    request_id::RequestId,
    route::Route,
    scoring,
    state::Shared,
    wire::{Body, Detailed, Details, Explain, Extras, Query, scored},
};

/// Scores one lead.
#[utoipa::path(
    post,
    path = Route::Score.label(),
    operation_id = "scoreLead",
    tag = tag::SCORING,
    params(Details, Explain),
    request_body(content = ref("#/components/schemas/Lead"), content_type = "application/json"),
    security(("ApiKey" = [Scope::Score])),
    responses((status = 200, description = "What the lead scores.", body = answer::ScoredLead)),
)]
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
