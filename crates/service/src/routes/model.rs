//! `GET /api/v1/model/{info,features,importance}`: what the service knows about its model.
//!
//! The bodies were written when the model was loaded (see [`models`](crate::models)); here they are only handed out.

use actix_web::{
    HttpResponse,
    http::header::ContentType,
    web::{Bytes, Data},
};

use crate::{
    keys::Scope,
    models::{Features, Importance, Info},
    openapi::tag,
    route::Route,
    state::Shared,
};

/// Version, features and training figures.
#[utoipa::path(
    get,
    path = Route::ModelInfo.label(),
    operation_id = "getModelInfo",
    tag = tag::MODEL,
    security(("ApiKey" = [Scope::Score])),
    responses((status = 200, description = "What is known of the live model.", body = Info<'_>)),
)]
pub(super) async fn info(state: Data<Shared>) -> HttpResponse {
    json(state.models.current().info.clone())
}

/// The features' names, in model order, and the schema.
#[utoipa::path(
    get,
    path = Route::ModelFeatures.label(),
    operation_id = "getModelFeatures",
    tag = tag::MODEL,
    security(("ApiKey" = [Scope::Score])),
    responses((status = 200, description = "What a lead consists of.", body = Features<'_>)),
)]
pub(super) async fn features(state: Data<Shared>) -> HttpResponse {
    json(state.models.current().features.clone())
}

/// What each feature moves on average, the weightiest first.
#[utoipa::path(
    get,
    path = Route::ModelImportance.label(),
    operation_id = "getModelImportance",
    tag = tag::MODEL,
    security(("ApiKey" = [Scope::Score])),
    responses((status = 200, description = "The weights.", body = Importance<'_>)),
)]
pub(super) async fn importance(state: Data<Shared>) -> HttpResponse {
    json(state.models.current().importance.clone())
}

fn json(body: Bytes) -> HttpResponse {
    HttpResponse::Ok().insert_header(ContentType::json()).body(body)
}
