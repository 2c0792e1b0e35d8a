//! `GET /`: what this is, and where to read on.

use actix_web::HttpResponse;
use serde::Serialize;

use crate::wire::API_VERSION;

#[derive(Serialize)]
struct Root {
    service: &'static str,
    version: &'static str,
    docs: &'static str,
    health: &'static str,
}

/// Name, contract version and two addresses.
pub(super) async fn root() -> HttpResponse {
    HttpResponse::Ok().json(Root {
        service: "B2B Lead Scoring API",
        version: API_VERSION,
        docs: "/docs",
        health: "/health",
    })
}
