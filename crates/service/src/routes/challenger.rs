//! `/api/v1/admin/challenger`: a second model beside the live one: look, seat, dismiss, promote.
//!
//! The comparison itself is made in [`challenger`](crate::challenger). A challenger's file is loaded and verified away
//! from the workers; a bad one changes nothing.

use std::{path::PathBuf, sync::Arc};

use actix_web::{
    HttpResponse,
    web::{self, Data, ServiceConfig},
};
use lead_model::Tier;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::endpoint::{get, post, refused};
use crate::{
    challenger::{Contest, QUANTILES, Refusal, unloadable},
    config::ChallengerShare,
    error::{ApiError, InternalError},
    keys::Scope,
    models::{Live, ModelChange, ModelName, load},
    object::Object,
    openapi::tag,
    route::Route,
    state::Shared,
    timestamp::Timestamp,
    wire::Body,
};

/// What may be set, and how it is explained where something else was sent.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChallengerSettings)]
pub(super) struct Wish {
    /// A model file on the service's machine.
    #[schema(value_type = Option<String>)]
    path: Option<PathBuf>,
    /// Or a version, or a fingerprint, of `MODEL_PATH`.
    version: Option<String>,
    /// Share of the leads that it gets to see.
    #[schema(minimum = 0, maximum = 1)]
    share: Option<f64>,
}

const WISH: &str = "an object with path (a model file) or version (of MODEL_PATH), share (0 to 1), or one and share";

/// How the challenger stands beside the live model.
#[derive(Serialize, ToSchema)]
#[schema(as = Challenger)]
struct Report<'a> {
    challenger: ModelName<'a>,
    live: ModelName<'a>,
    /// Share of the leads that the challenger gets to see.
    #[schema(value_type = f64, minimum = 0, maximum = 1)]
    share: ChallengerShare,
    /// When the two were first compared.
    since: Timestamp,
    /// Leads that both have scored.
    leads: u64,
    /// Leads that found the queue full.
    dropped: u64,
    /// Leads that the challenger would have refused.
    unreadable: u64,
    /// Why it can read none.
    misfit: Option<String>,
    /// Share of the leads with the same tier; null without leads.
    #[schema(minimum = 0, maximum = 1)]
    agreement: Option<f64>,
    difference: Difference,
    /// Population stability index of the challenger's scores against the live model's.
    #[schema(minimum = 0)]
    psi: f64,
    /// The index that chance alone would give; null without leads.
    #[schema(value_type = Option<f64>)]
    chance_psi: f64,
    tiers: Tiers<'a>,
}

/// The challenger's probability less the live one's; null without leads.
#[derive(Serialize, ToSchema)]
#[schema(as = ChallengerDifference)]
struct Difference {
    mean: Option<f64>,
    mean_absolute: Option<f64>,
    largest_absolute: Option<f64>,
    p05: Option<f64>,
    p25: Option<f64>,
    p50: Option<f64>,
    p75: Option<f64>,
    p95: Option<f64>,
}

/// Leads by tier: a row for each of the live model, a column for each of the challenger.
#[derive(Serialize, ToSchema)]
#[schema(as = ChallengerTiers)]
struct Tiers<'a> {
    #[schema(value_type = Vec<String>)]
    names: [&'static str; Tier::ALL.len()],
    #[schema(value_type = Vec<Vec<u64>>)]
    leads: &'a [[u64; Tier::ALL.len()]; Tier::ALL.len()],
}

/// Adds the challenger's endpoints to the scope of those who run the service.
pub(super) fn mount(admin: &mut ServiceConfig) {
    let seat = get("/challenger", Route::Challenger, show)
        .route(web::put().to(seat))
        .route(web::delete().to(dismiss))
        .default_service(web::to(|| async { refused("GET, HEAD, PUT, DELETE") }));
    admin.service(seat).service(post("/challenger/promote", Route::Promote, promote));
}

/// How the challenger stands beside the live model.
#[utoipa::path(
    get,
    path = Route::Challenger.label(),
    operation_id = "getChallenger",
    tag = tag::ADMIN,
    security(("ApiKey" = [Scope::Admin])),
    responses((status = 200, description = "The comparison.", body = Report<'_>)),
)]
pub(super) async fn show(state: Data<Shared>) -> Result<HttpResponse, ApiError> {
    let contest = state.challenger.contest().ok_or(ApiError::NoChallenger)?;
    Ok(report(&contest, state.challenger.share()))
}

/// Seats another challenger, or changes how much the present one gets to see.
#[utoipa::path(
    put,
    path = Route::Challenger.label(),
    operation_id = "putChallenger",
    tag = tag::ADMIN,
    request_body(content = Wish, description = "`path` or `version`, `share`, or one and `share`."),
    security(("ApiKey" = [Scope::Admin])),
    responses((status = 200, description = "The comparison, which begins anew with another challenger.", body = Report<'_>)),
)]
pub(super) async fn seat(state: Data<Shared>, body: Body) -> Result<HttpResponse, ApiError> {
    let body = body.read(state.limits.score_body_bytes).await?;
    let refused = || ApiError::InvalidSettings { expected: WISH };
    let Object(wish) = serde_json::from_slice::<Object<Wish>>(&body).map_err(|_| refused())?;
    let share =
        wish.share.map(|share| ChallengerShare::new(share).ok_or_else(refused)).transpose()?;
    let challenger = match (wish.path, wish.version) {
        (None, None) => None,
        (Some(path), None) => Some(Arc::new(loaded(path).await?)),
        (None, Some(version)) => Some(state.models.fetch(version).await?),
        (Some(_), Some(_)) => return Err(refused()),
    };
    match (challenger, share) {
        (Some(challenger), share) => {
            state.challenger.take(Arc::clone(&state.models.current()), challenger, share)?;
        }
        (None, Some(share)) if state.challenger.give(share) => {}
        (None, Some(_)) => return Err(ApiError::NoChallenger),
        (None, None) => return Err(refused()),
    }
    tracing::info!(share = state.challenger.share().get(), "challenger set");
    show(state).await
}

/// Sends the challenger away; what was compared goes with it.
#[utoipa::path(
    delete,
    path = Route::Challenger.label(),
    operation_id = "deleteChallenger",
    tag = tag::ADMIN,
    security(("ApiKey" = [Scope::Admin])),
    responses((status = 204, description = "It is gone.")),
)]
pub(super) async fn dismiss(state: Data<Shared>) -> Result<HttpResponse, ApiError> {
    let contest = state.challenger.contest().ok_or(ApiError::NoChallenger)?;
    if !state.challenger.leave(&contest) {
        return Err(ApiError::NoChallenger);
    }
    tracing::info!(version = contest.challenger().version(), "challenger dismissed");
    Ok(HttpResponse::NoContent().finish())
}

/// Makes the challenger the live model; the comparison is over.
///
/// One that would refuse leads which the live model takes stays where it is.
#[utoipa::path(
    post,
    path = Route::Promote.label(),
    operation_id = "promoteChallenger",
    tag = tag::ADMIN,
    security(("ApiKey" = [Scope::Admin])),
    responses((status = 200, description = "The live model.", body = ModelChange<'_>)),
)]
pub(super) async fn promote(state: Data<Shared>) -> Result<HttpResponse, ApiError> {
    let contest = state.challenger.contest().ok_or(ApiError::NoChallenger)?;
    let change = state.models.promote(Arc::clone(contest.challenger())).await?;
    state.challenger.leave(&contest);
    Ok(HttpResponse::Ok().json(change))
}

/// A model from any file, verified beside the threads that answer.
async fn loaded(path: PathBuf) -> Result<Live, ApiError> {
    let loaded = web::block(move || load(&path)).await.map_err(|_| InternalError::Models)?;
    loaded.map_err(|error| ApiError::ChallengerRefused(unloadable(&error)))
}

fn report(contest: &Contest, share: ChallengerShare) -> HttpResponse {
    let standing = contest.standing();
    let comparison = &standing.comparison;
    let [p05, p25, p50, p75, p95] = QUANTILES.map(|share| comparison.quantile(share));
    HttpResponse::Ok().json(Report {
        challenger: contest.challenger().named(),
        live: standing.live.named(),
        share,
        since: standing.since,
        leads: comparison.leads(),
        dropped: contest.dropped(),
        unreadable: standing.unreadable,
        misfit: standing.misfit.as_ref().map(ToString::to_string),
        agreement: comparison.agreement(),
        difference: Difference {
            mean: comparison.mean(),
            mean_absolute: comparison.mean_absolute(),
            largest_absolute: comparison.largest(),
            p05,
            p25,
            p50,
            p75,
            p95,
        },
        psi: comparison.psi(),
        chance_psi: comparison.chance_psi(),
        tiers: Tiers { names: Tier::ALL.map(Tier::as_str), leads: comparison.tiers() },
    })
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Misfit(misfit) => Self::ChallengerRefused(misfit.to_string()),
            Refusal::Thread(source) => InternalError::Thread(source).into(),
        }
    }
}
