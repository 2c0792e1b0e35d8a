//! `GET /api/v1/model/{info,features,importance}`: what the service knows about its model.
//!
//! The bodies were written when the model was loaded (see [`models`](crate::models)); here they are only handed out.

use actix_web::{
    HttpResponse,
    http::header::ContentType,
    web::{Bytes, Data},
};

use crate::state::Shared;

/// Version, features and training figures.
pub(super) async fn info(state: Data<Shared>) -> HttpResponse {
    json(state.models.current().info.clone())
}

/// The features' names, in model order, and the schema.
pub(super) async fn features(state: Data<Shared>) -> HttpResponse {
    json(state.models.current().features.clone())
}

/// What each feature moves on average, the weightiest first.
pub(super) async fn importance(state: Data<Shared>) -> HttpResponse {
    json(state.models.current().importance.clone())
}

fn json(body: Bytes) -> HttpResponse {
    HttpResponse::Ok().insert_header(ContentType::json()).body(body)
}
