//! `GET /`: what this is, and where to read on; a page for people who come with a browser.

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{HeaderValue, VARY},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::page;
use crate::wire::API_VERSION;

/// What this is, and where to read on.
#[derive(Serialize, ToSchema)]
struct Root {
    service: &'static str,
    version: &'static str,
    docs: &'static str,
    health: &'static str,
}

/// The page, or name, contract version and two addresses.
pub(super) async fn root(request: HttpRequest) -> HttpResponse {
    if page::is_wanted(request.headers()) {
        return page::page();
    }
    HttpResponse::Ok().insert_header((VARY, HeaderValue::from_static("Accept"))).json(Root {
        service: "B2B Lead Scoring API",
        version: API_VERSION,
        docs: "/docs",
        health: "/health",
    })
}
