//! `GET /resources`: what the machine and the process use.
//!
//! The figures are those of the sampler's last look, at most two seconds old; asking for them costs a worker nothing.

use actix_web::{HttpResponse, web::Data};

use crate::{openapi::tag, resources::Sample, route::Route, state::Shared};

/// What the machine and the process use, by the last sample.
#[utoipa::path(
    get,
    path = Route::Resources.label(),
    operation_id = "getResources",
    tag = tag::HEALTH,
    responses((status = 200, description = "The last sample.", body = Sample)),
)]
pub(super) async fn resources(state: Data<Shared>) -> HttpResponse {
    HttpResponse::Ok().json(&**state.resources.current())
}
