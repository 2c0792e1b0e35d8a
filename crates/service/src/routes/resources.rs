//! `GET /resources`: what the machine and the process use.
//!
//! The figures are those of the sampler's last look, at most two seconds old; asking for them costs a worker nothing.

use actix_web::{HttpResponse, web::Data};

use crate::state::State;

/// The last sample.
pub(super) async fn resources(state: Data<State>) -> HttpResponse {
    HttpResponse::Ok().json(&**state.resources.current())
}
