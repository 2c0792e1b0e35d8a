//! `POST /api/v1/score/stream`: leads in, one a line, and their scores out, one a line, for as long as leads come.
//!
//! The answer begins before the body has come in; what happens from then on is [`stream`](crate::stream)'s.

use actix_web::{HttpResponse, http::header::CONTENT_TYPE, web::Data};
use arc_swap::Guard;

use crate::{
    error::ApiError,
    keys::Scope,
    openapi::{answer, tag},
    request_id::RequestId,
    route::Route,
    state::Shared,
    stream::Answers,
    wire::{Explain, LinesBody, Query},
};

/// Scores leads as they come in, one a line, all by the model of the first moment.
#[utoipa::path(
    post,
    path = Route::Stream.label(),
    operation_id = "scoreStream",
    tag = tag::SCORING,
    params(Explain),
    request_body(
        content = String,
        content_type = "application/x-ndjson",
        description = "One lead a line, each as the schema `Lead` says. Blank lines are not answered."
    ),
    security(("ApiKey" = [Scope::Score])),
    responses((
        status = 200,
        description = "A line for each lead as it comes in, and a summary; the schema is that of the lines as a list.",
        body = Vec<answer::StreamLine>,
        content_type = "application/x-ndjson"
    )),
)]
pub(super) async fn score_stream(
    state: Data<Shared>,
    id: RequestId,
    query: Query,
    body: LinesBody,
) -> Result<HttpResponse, ApiError> {
    let model = Guard::into_inner(state.models.current());
    let reasons = query.reasons(model.scorer.schema().len())?;
    let answers = Answers::new(state, model, id, reasons, body);
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "application/x-ndjson"))
        // nginx would hold answers back until it has a buffer full of them.
        .insert_header(("X-Accel-Buffering", "no"))
        .body(answers))
}
