//! `GET /`: what this is, and where to read on; a page for people who come with a browser.

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{HeaderValue, VARY},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::page;
use crate::{openapi::tag, route::Route, wire::API_VERSION};

/// What this is, and where to read on.
#[derive(Serialize, ToSchema)]
struct Root {
    service: &'static str,
    version: &'static str,
    docs: &'static str,
    health: &'static str,
}

/// Name, contract version and two addresses; for a browser the page.
#[utoipa::path(
    get,
    path = Route::Root.label(),
    operation_id = "getRoot",
    tag = tag::PAGES,
    responses((
        status = 200,
        description = "What this is.",
        content((Root = "application/json"), (String = "text/html"))
    )),
)]
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
