//! The URL map inside an application of somebody else: what scores, who may change it, and the page of metrics.
//!
//! Each group carries its own layers and its own state, so that nothing of the application around it is touched: not its
//! data, not its other routes, not what it answers where no route matches.

use actix_web::{
    dev::HttpServiceFactory,
    middleware::Condition,
    web::{Data, ServiceConfig},
};

use super::{admin, api, endpoint::get, inference, metrics};
use crate::{
    auth::RequireKey, config::MetricsAccess, keys::Scope, observe::Observe, route::Route,
    state::Shared,
};

/// Adds what scores: everything under `/api/v1` and `/v2` of where it is mounted.
pub(crate) fn mount_scoring(app: &mut ServiceConfig, state: &Data<Shared>) {
    let observe = || Observe::new(state.clone());
    // The longer prefix first: the first scope that fits is taken.
    app.service(admin(state).app_data(state.clone()).wrap(observe()))
        .service(api(state).app_data(state.clone()).wrap(observe()))
        .service(inference::health().app_data(state.clone()).wrap(observe()))
        .service(inference(state).app_data(state.clone()).wrap(observe()));
}

/// The page of metrics, at any path.
pub(crate) fn page_of_metrics(
    path: &str,
    state: &Data<Shared>,
    access: MetricsAccess,
) -> impl HttpServiceFactory + use<> {
    let key = RequireKey::new(state.clone(), Scope::Metrics);
    get(path, Route::Metrics, metrics::metrics)
        .app_data(state.clone())
        .wrap(Condition::new(access == MetricsAccess::Key, key))
        .wrap(Observe::new(state.clone()))
}
