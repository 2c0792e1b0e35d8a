//! The URL map.
//!
//! [`mount`] reads as a table of contents: each line is a path, how it may be called, and who answers. Everything under
//! `/api/v1` asks for the key first.

mod admin;
mod batch;
mod challenger;
mod docs;
mod drift;
mod endpoint;
mod health;
mod metrics;
mod model;
mod resources;
mod root;
mod score;

use std::sync::Arc;

use actix_web::web::{self, ServiceConfig};

use self::endpoint::{get, post, unmatched};
use crate::{auth::RequireKey, config::ApiKeys, route::Route};

/// Adds every endpoint to an actix application whose data holds the service's state.
pub(crate) fn mount(app: &mut ServiceConfig, keys: Option<Arc<ApiKeys>>) {
    // Before the scope around it, which would answer for it.
    app.configure(|app| admin::mount(app, keys.clone()));
    let api = web::scope("/api/v1")
        .wrap(RequireKey::new(keys))
        .service(post("/score", Route::Score, score::score))
        .service(post("/score/batch", Route::Batch, batch::score_batch))
        .service(get("/model/info", Route::ModelInfo, model::info))
        .service(get("/model/features", Route::ModelFeatures, model::features))
        .service(get("/model/importance", Route::ModelImportance, model::importance))
        .service(get("/model/drift", Route::ModelDrift, drift::drift))
        .default_service(web::to(unmatched));
    app.service(api)
        .service(get("/health", Route::Health, health::health))
        .service(get("/health/ready", Route::Ready, health::ready))
        .service(get("/health/live", Route::Live, health::live))
        .service(get("/status", Route::Status, health::status))
        .service(get("/resources", Route::Resources, resources::resources))
        .service(get("/metrics", Route::Metrics, metrics::metrics))
        .service(get("/docs", Route::Docs, docs::docs))
        .service(get("/", Route::Root, root::root))
        .default_service(web::to(unmatched));
}
