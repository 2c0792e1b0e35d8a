//! `GET /resources`: what the machine and the process use.
//!
//! The figures are those of the sampler's last look, at most two seconds old; asking for them costs a worker nothing.

use actix_web::{HttpResponse, web::Data};

use crate::state::Shared;

/// The last sample.
pub(super) async fn resources(state: Data<Shared>) -> HttpResponse {
    HttpResponse::Ok().json(&**state.resources.current())
}
