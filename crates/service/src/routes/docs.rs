//! `GET /docs`: the description of this API, as it stands in the repository.
//!
//! Every error's `type` points here, at the heading of its name.

use actix_web::{
    HttpResponse,
    http::header::{CONTENT_TYPE, HeaderValue},
};

const MARKDOWN: HeaderValue = HeaderValue::from_static("text/markdown; charset=utf-8");

/// `docs/API.md`.
pub(super) async fn docs() -> HttpResponse {
    let page = include_str!("../../../../docs/API.md");
    HttpResponse::Ok().insert_header((CONTENT_TYPE, MARKDOWN)).body(page)
}
