//! `/api/v1/admin/models`: which model answers, and how another one takes over.
//!
//! The handlers pass the wish on to the [`Library`](crate::models::Library), which works beside the threads that answer;
//! its answers are JSON as they are.

use actix_web::{
    HttpResponse,
    web::{self, Data, Path},
};

use super::{
    challenger,
    endpoint::{get, post, unmatched},
};
use crate::{
    error::ApiError,
    keys::Scope,
    models::{Listing, ModelChange},
    openapi::tag,
    route::Route,
    state::Shared,
    wire::{Forced, Query},
};

/// The endpoints of those who run the service.
pub(super) fn admin() -> actix_web::Scope {
    web::scope("/api/v1/admin")
        .service(get("/models", Route::AdminModels, models))
        .service(post("/models/reload", Route::AdminReload, reload))
        .service(post("/models/rollback", Route::AdminRollback, roll_back))
        .service(post("/models/{version}/activate", Route::AdminActivate, activate))
        .configure(challenger::mount)
        .default_service(web::to(unmatched))
}

/// Every model in memory and on the shelf, the highest version first.
///
/// The shelf is `MODEL_PATH`, which is looked at anew.
#[utoipa::path(
    get,
    path = Route::AdminModels.label(),
    operation_id = "listModels",
    tag = tag::ADMIN,
    security(("ApiKey" = [Scope::Admin])),
    responses((status = 200, description = "The models.", body = Listing)),
)]
pub(super) async fn models(state: Data<Shared>) -> Result<HttpResponse, ApiError> {
    Ok(HttpResponse::Ok().json(state.models.listing().await?))
}

/// Looks at the shelf again, and takes its highest version.
///
/// The shelf is `MODEL_PATH`.
#[utoipa::path(
    post,
    path = Route::AdminReload.label(),
    operation_id = "reloadModels",
    tag = tag::ADMIN,
    params(Forced),
    security(("ApiKey" = [Scope::Admin])),
    responses((status = 200, description = "The live model, the new one or the old one.", body = ModelChange<'_>)),
)]
pub(super) async fn reload(state: Data<Shared>, query: Query) -> Result<HttpResponse, ApiError> {
    Ok(HttpResponse::Ok().json(state.models.reload(query.force()?).await?))
}

/// Makes one version live.
#[utoipa::path(
    post,
    path = Route::AdminActivate.label(),
    operation_id = "activateModel",
    tag = tag::ADMIN,
    params(("version" = String, Path, description = "The version, or the fingerprint (`sha256:…`)."), Forced),
    security(("ApiKey" = [Scope::Admin])),
    responses((status = 200, description = "The live model.", body = ModelChange<'_>)),
)]
pub(super) async fn activate(
    state: Data<Shared>,
    version: Path<String>,
    query: Query,
) -> Result<HttpResponse, ApiError> {
    let change = state.models.activate(version.into_inner(), query.force()?).await?;
    Ok(HttpResponse::Ok().json(change))
}

/// Goes back to the model that was live before.
#[utoipa::path(
    post,
    path = Route::AdminRollback.label(),
    operation_id = "rollBackModel",
    tag = tag::ADMIN,
    security(("ApiKey" = [Scope::Admin])),
    responses((status = 200, description = "The live model.", body = ModelChange<'_>)),
)]
pub(super) async fn roll_back(state: Data<Shared>) -> Result<HttpResponse, ApiError> {
    Ok(HttpResponse::Ok().json(state.models.roll_back().await?))
}
