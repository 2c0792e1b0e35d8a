//! `/api/v1/admin/challenger`: a second model beside the live one: look, seat, dismiss, promote.
//!
//! The comparison itself is made in [`challenger`](crate::challenger). A challenger's file is loaded and verified away
//! from the workers; a bad one changes nothing.

use std::{path::PathBuf, sync::Arc};

use actix_web::{
    HttpResponse,
    web::{self, Data},
};
use lead_model::Tier;
use serde::{Deserialize, Serialize};

use crate::{
    challenger::{Contest, QUANTILES, Refusal},
    config::Share,
    error::{ApiError, InternalError},
    models::{Live, ModelName},
    state::Shared,
    timestamp::Timestamp,
    wire::Body,
};

/// What may be set, and how it is explained where something else was sent.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wish {
    path: Option<PathBuf>,
    share: Option<f64>,
}

const WISH: &str = "an object with path (a model file), share (0 to 1), or both";

#[derive(Serialize)]
struct Report<'a> {
    challenger: ModelName<'a>,
    live: ModelName<'a>,
    share: Share,
    since: Timestamp,
    leads: u64,
    dropped: u64,
    unreadable: u64,
    misfit: Option<String>,
    agreement: Option<f64>,
    difference: Difference,
    psi: f64,
    chance_psi: f64,
    tiers: Tiers<'a>,
}

/// The challenger's probability less the live one's.
#[derive(Serialize)]
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
#[derive(Serialize)]
struct Tiers<'a> {
    names: [&'static str; Tier::ALL.len()],
    leads: &'a [[u64; Tier::ALL.len()]; Tier::ALL.len()],
}

#[derive(Serialize)]
struct Promoted<'a> {
    live: ModelName<'a>,
    previous: ModelName<'a>,
}

/// How the challenger stands.
pub(super) async fn show(state: Data<Shared>) -> Result<HttpResponse, ApiError> {
    let contest = state.challenger.contest().ok_or(ApiError::NoChallenger)?;
    Ok(report(&contest, state.challenger.share()))
}

/// Seats another challenger, or changes how much the present one gets to see.
pub(super) async fn seat(state: Data<Shared>, body: Body) -> Result<HttpResponse, ApiError> {
    let body = body.read(state.limits.score_body_bytes).await?;
    let refused = || ApiError::InvalidSettings { expected: WISH };
    let Wish { path, share } = serde_json::from_slice(&body).map_err(|_| refused())?;
    let share = share.map(|share| Share::new(share).ok_or_else(refused)).transpose()?;
    match (path, share) {
        (None, None) => return Err(refused()),
        (None, Some(share)) if state.challenger.give(share) => {}
        (None, Some(_)) => return Err(ApiError::NoChallenger),
        (Some(path), share) => {
            let loaded = web::block(move || Live::load(&path)).await;
            let challenger = loaded
                .map_err(|_| InternalError::Interrupted)?
                .map_err(|error| ApiError::ChallengerRefused(error.reason()))?;
            let live = Arc::clone(&state.models.current());
            state.challenger.take(live, Arc::new(challenger), share)?;
        }
    }
    tracing::info!(share = state.challenger.share().get(), "challenger set");
    show(state).await
}

/// Sends the challenger away; what was compared goes with it.
pub(super) async fn dismiss(state: Data<Shared>) -> Result<HttpResponse, ApiError> {
    state.challenger.leave().ok_or(ApiError::NoChallenger)?;
    tracing::info!("challenger dismissed");
    Ok(HttpResponse::NoContent().finish())
}

/// Makes the challenger the live model; the comparison is over.
pub(super) async fn promote(state: Data<Shared>) -> Result<HttpResponse, ApiError> {
    let contest = state.challenger.leave().ok_or(ApiError::NoChallenger)?;
    let promoted = contest.challenger();
    let previous = state.models.install(Arc::clone(promoted));
    tracing::info!(
        version = promoted.version(),
        previous = previous.version(),
        "challenger promoted"
    );
    Ok(HttpResponse::Ok().json(Promoted { live: promoted.name(), previous: previous.name() }))
}

fn report(contest: &Contest, share: Share) -> HttpResponse {
    let standing = contest.standing();
    let comparison = &standing.comparison;
    let [p05, p25, p50, p75, p95] = QUANTILES.map(|share| comparison.quantile(share));
    HttpResponse::Ok().json(Report {
        challenger: contest.challenger().name(),
        live: standing.live.name(),
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
