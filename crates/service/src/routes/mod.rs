//! The URL map.
//!
//! [`mount`] reads as a table of contents: each line is a path, how it may be called, and who answers. Everything under
//! `/api/v1` asks for the key first, and for the scope that belongs to its group; what needs the scope score may be shed.

mod admin;
mod batch;
mod challenger;
mod docs;
mod drift;
mod embedded;
mod endpoint;
mod health;
mod inference;
mod layered;
mod metrics;
mod model;
mod openapi;
mod page;
mod resources;
mod root;
mod score;
mod stream;

pub(crate) use self::embedded::{mount_scoring, page_of_metrics};

use actix_web::{
    middleware::Condition,
    web::{self, Data, ServiceConfig},
};

use self::{
    endpoint::{get, post, unmatched},
    layered::Layered,
};
use crate::{
    auth::RequireKey, config::MetricsAccess, keys::Scope, route::Route, shed::Shed, state::Shared,
};

/// Adds every endpoint to an actix application whose data holds the service's state.
pub(crate) fn mount(app: &mut ServiceConfig, state: &Data<Shared>, metrics: MetricsAccess) {
    let key = |scope| RequireKey::new(state.clone(), scope);
    let metrics_key = Condition::new(metrics == MetricsAccess::Key, key(Scope::Metrics));
    // The longer prefix first: the first scope that fits is taken.
    app.service(admin(state))
        .service(api(state))
        .service(inference::health())
        .service(inference(state))
        .service(get("/health", Route::Health, health::health))
        .service(get("/health/ready", Route::Ready, health::ready))
        .service(get("/health/live", Route::Live, health::live))
        .service(get("/status", Route::Status, health::status))
        .service(get("/resources", Route::Resources, resources::resources))
        .service(get("/metrics", Route::Metrics, metrics::metrics).wrap(metrics_key))
        .service(get("/openapi.json", Route::OpenApi, openapi::openapi).app_data(metrics))
        .service(get("/docs", Route::Docs, docs::docs))
        .service(get("/docs/{file}", Route::DocsFile, docs::asset))
        .service(get("/page/{file}", Route::Page, page::asset))
        .service(get("/", Route::Root, root::root))
        .default_service(web::to(unmatched));
}

/// Which model scores, and which one may come after it.
fn admin(state: &Data<Shared>) -> actix_web::Scope<impl Layered> {
    admin::admin().wrap(RequireKey::new(state.clone(), Scope::Admin))
}

/// Leads, and the model that scores them.
fn api(state: &Data<Shared>) -> actix_web::Scope<impl Layered> {
    web::scope("/api/v1")
        .wrap(RequireKey::new(state.clone(), Scope::Score))
        .wrap(Shed::new(state))
        .service(post("/score", Route::Score, score::score))
        .service(post("/score/batch", Route::Batch, batch::score_batch))
        .service(post("/score/stream", Route::Stream, stream::score_stream))
        .service(get("/model/info", Route::ModelInfo, model::info))
        .service(get("/model/features", Route::ModelFeatures, model::features))
        .service(get("/model/importance", Route::ModelImportance, model::importance))
        .service(get("/model/drift", Route::ModelDrift, drift::drift))
        .default_service(web::to(unmatched))
}

/// The same in the words of the Open Inference Protocol.
fn inference(state: &Data<Shared>) -> actix_web::Scope<impl Layered> {
    let key = RequireKey::new(state.clone(), Scope::Score);
    inference::models().wrap(key).wrap(Shed::new(state))
}
