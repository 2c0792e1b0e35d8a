//! `/api/v1/admin/models`: which model answers, and how another one takes over.
//!
//! The handlers pass the wish on to the [`Library`](crate::models::Library), which works beside the threads that answer;
//! its answers are JSON as they are.

use actix_web::{
    FromRequest, HttpRequest, HttpResponse,
    dev::Payload,
    web::{self, Data, Path},
};
use utoipa::IntoParams;

use super::{
    challenger,
    endpoint::{get, post, unmatched},
};
use crate::{
    error::ApiError,
    keys::Scope,
    models::{Force, Listing, ModelChange},
    openapi::tag,
    route::Route,
    state::Shared,
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
pub(super) async fn reload(
    state: Data<Shared>,
    Forced(force): Forced,
) -> Result<HttpResponse, ApiError> {
    Ok(HttpResponse::Ok().json(state.models.reload(force).await?))
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
    Forced(force): Forced,
) -> Result<HttpResponse, ApiError> {
    Ok(HttpResponse::Ok().json(state.models.activate(version.into_inner(), force).await?))
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

/// The query parameter `force`.
#[derive(IntoParams)]
#[into_params(names("force"), parameter_in = Query)]
pub(super) struct Forced(
    /// Whether a model is wanted also if it refuses leads that the live one takes, or was passed over.
    #[param(value_type = bool, required = false, default = false)]
    Force,
);

impl FromRequest for Forced {
    type Error = ApiError;
    type Future = std::future::Ready<Result<Self, ApiError>>;

    /// Takes `true` and `false` only: what is meant by another word should not be guessed where it matters.
    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let refused = || ApiError::InvalidParameter { name: "force", expected: "true or false" };
        let query = request.query_string();
        let pairs = web::Query::<Vec<(String, String)>>::from_query(query).map_err(|_| refused());
        std::future::ready(pairs.and_then(|pairs| {
            let typed = pairs.iter().rev().find(|(name, _)| name == "force");
            match typed.map(|(_, typed)| typed.as_str()) {
                None | Some("false") => Ok(Self(Force::No)),
                Some("true") => Ok(Self(Force::Yes)),
                Some(_) => Err(refused()),
            }
        }))
    }
}
