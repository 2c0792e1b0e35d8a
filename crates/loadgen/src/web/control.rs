//! `/stop` and `/stats/reset`: by POST as in today's Locust, and by GET as in that of before 2026.
//!
//! Both answer when it is done, so that a script that asks for the numbers next finds them as they are to be.

use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::web::Data;
use serde_json::json;
use tokio::time::timeout;

use super::shared::Shared;
use crate::session::View;

/// How long a reset may take: a run begins anew with a second, and shows it at its end.
const RESET_TAKES: Duration = Duration::from_secs(5);

/// Ends the run, and answers when it is over: its requests in flight may end as the stop timeout allows, unless this is asked
/// once more.
pub(super) async fn stop(shared: Data<Shared>) -> HttpResponse {
    shared.session.stop();
    until(&shared, |view| !view.state.is_active()).await;
    HttpResponse::Ok().json(json!({ "message": "Test stopped", "success": true }))
}

/// Forgets what was counted.
pub(super) async fn reset(shared: Data<Shared>) -> HttpResponse {
    let forgotten = |view: &View| view.recording().map(|recording| recording.times_forgotten());
    let before = forgotten(&shared.session.view());
    shared.session.reset();
    let is_done = |view: &View| !view.state.is_active() || forgotten(view) != before;
    // Where it takes longer it will be done all the same.
    let _done = timeout(RESET_TAKES, until(&shared, is_done)).await;
    HttpResponse::Ok().content_type("text/html; charset=utf-8").body("ok")
}

/// Waits for a view.
async fn until(shared: &Shared, mut is_so: impl FnMut(&View) -> bool) {
    let mut changed = shared.session.changed();
    let mut closing = shared.closing.clone();
    while !is_so(&shared.session.view()) {
        tokio::select! {
            gone = changed.changed() => if gone.is_err() { return },
            _ = closing.wait_for(|closing| *closing) => return,
        }
    }
}
