//! `/health`, `/health/ready`, `/health/live` and `/status`: is it up, and should it get work.
//!
//! Alive means that the process answers; ready means that it wants more requests. A draining service is alive and not
//! ready. None of the four asks for a key.

use actix_web::{HttpResponse, web::Data};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{openapi::tag, route::Route, state::Shared, timestamp::Timestamp};

/// A state and when it was so.
#[derive(Serialize, ToSchema)]
struct Health {
    status: &'static str,
    timestamp: Timestamp,
}

/// Which model is ready.
#[derive(Serialize, ToSchema)]
struct Ready<'a> {
    status: &'static str,
    model_version: &'a str,
    timestamp: Timestamp,
}

/// How long the process has been up.
#[derive(Serialize, ToSchema)]
struct Live {
    status: &'static str,
    uptime_seconds: f64,
    timestamp: Timestamp,
}

/// A summary for people.
#[derive(Serialize, ToSchema)]
struct Status<'a> {
    status: &'static str,
    uptime_seconds: f64,
    model: Model<'a>,
    environment: Environment<'a>,
    timestamp: Timestamp,
}

/// The model that answers.
#[derive(Serialize, ToSchema)]
#[schema(as = ServedModel)]
struct Model<'a> {
    version: &'a str,
    loaded: bool,
    n_features: usize,
    endpoint_provider: &'static str,
}

/// What runs, and where.
#[derive(Serialize, ToSchema)]
struct Environment<'a> {
    service_version: &'static str,
    rust_version: &'static str,
    hostname: &'a str,
}

/// Whether the process answers.
#[utoipa::path(
    get,
    path = Route::Health.label(),
    operation_id = "getHealth",
    tag = tag::HEALTH,
    responses((status = 200, description = "It does.", body = Health)),
)]
pub(super) async fn health() -> HttpResponse {
    HttpResponse::Ok().json(Health { status: "healthy", timestamp: Timestamp::now() })
}

/// Whether the service wants requests: 503 from the moment it is told to stop.
#[utoipa::path(
    get,
    path = Route::Ready.label(),
    operation_id = "getReady",
    tag = tag::HEALTH,
    responses(
        (status = 200, description = "It does.", body = Ready<'_>),
        (status = 503, description = "It is leaving.", body = Health),
    ),
)]
pub(super) async fn ready(state: Data<Shared>) -> HttpResponse {
    if state.is_draining() {
        return HttpResponse::ServiceUnavailable()
            .json(Health { status: "draining", timestamp: Timestamp::now() });
    }
    let model = state.models.current();
    HttpResponse::Ok().json(Ready {
        status: "ready",
        model_version: model.version(),
        timestamp: Timestamp::now(),
    })
}

/// Whether the process should be left alone; true also while it drains.
#[utoipa::path(
    get,
    path = Route::Live.label(),
    operation_id = "getLive",
    tag = tag::HEALTH,
    responses((status = 200, description = "It should.", body = Live)),
)]
pub(super) async fn live(state: Data<Shared>) -> HttpResponse {
    HttpResponse::Ok().json(Live {
        status: "alive",
        uptime_seconds: state.uptime().as_secs_f64(),
        timestamp: Timestamp::now(),
    })
}

/// A summary for people.
#[utoipa::path(
    get,
    path = Route::Status.label(),
    operation_id = "getStatus",
    tag = tag::HEALTH,
    responses((status = 200, description = "The summary.", body = Status<'_>)),
)]
pub(super) async fn status(state: Data<Shared>) -> HttpResponse {
    let model = state.models.current();
    HttpResponse::Ok().json(Status {
        status: if state.is_draining() { "draining" } else { "operational" },
        uptime_seconds: state.uptime().as_secs_f64(),
        model: Model {
            version: model.version(),
            loaded: true,
            n_features: model.scorer.schema().len(),
            endpoint_provider: "local",
        },
        environment: Environment {
            service_version: env!("CARGO_PKG_VERSION"),
            rust_version: env!("CARGO_PKG_RUST_VERSION"),
            hostname: &state.hostname,
        },
        timestamp: Timestamp::now(),
    })
}
