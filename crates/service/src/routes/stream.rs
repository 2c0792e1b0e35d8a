//! `POST /api/v1/score/stream`: leads in, one a line, and their scores out, one a line, for as long as leads come.
//!
//! The answer begins before the body has come in; what happens from then on is [`stream`](crate::stream)'s.

use actix_web::{HttpResponse, http::header::CONTENT_TYPE, web::Data};
use arc_swap::Guard;

use crate::{
    error::ApiError,
    request_id::RequestId,
    state::Shared,
    stream::Answers,
    wire::{LinesBody, Query},
};

/// Begins to score a stream of leads, all by the model of this moment.
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
