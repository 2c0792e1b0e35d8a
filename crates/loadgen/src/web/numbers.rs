//! The numbers as JSON: Locust's `/stats/requests`, `/exceptions`, `/tasks`, `/logs` and `/worker-count`.

use actix_web::HttpResponse;
use actix_web::http::header::{CONTENT_TYPE, HeaderValue};
use actix_web::web::{Bytes, Data};
use serde_json::json;

use super::event::blank_recording;
use super::requests::Requests;
use super::shared::Shared;
use crate::report::Ratios;
use crate::session::View;

/// The numbers of now, rendered once a second.
pub(super) async fn requests(shared: Data<Shared>) -> HttpResponse {
    as_json(shared.once("requests", rendered))
}

fn rendered(view: &View) -> Vec<u8> {
    let blank;
    let recording = match view.recording() {
        Some(recording) => recording,
        None => {
            blank = blank_recording(view);
            &blank
        }
    };
    let requests = Requests::of(recording, view.state.as_str(), view.users(), false);
    serde_json::to_vec(&requests).expect("numbers and texts are JSON")
}

/// None: a scenario is data, and has no code that could raise one.
pub(super) async fn exceptions() -> HttpResponse {
    HttpResponse::Ok().json(json!({ "exceptions": [] }))
}

/// What users do.
pub(super) async fn tasks(shared: Data<Shared>) -> HttpResponse {
    let view = shared.session.view();
    let is_running = view.users() > 0 || (view.target_users().is_none() && view.state.is_active());
    HttpResponse::Ok().json(Ratios::of(&view.plan.scenario, is_running))
}

/// The last lines of the log.
pub(super) async fn logs(shared: Data<Shared>) -> HttpResponse {
    let lines = shared.session.logs();
    let lines: Vec<&str> = lines.iter().map(|line| &**line).collect();
    HttpResponse::Ok().json(json!({ "master": lines, "workers": {} }))
}

/// None: this is no master.
pub(super) async fn worker_count() -> HttpResponse {
    HttpResponse::Ok().json(json!({ "worker_count": 0 }))
}

fn as_json(bytes: Bytes) -> HttpResponse {
    let kind = HeaderValue::from_static("application/json");
    HttpResponse::Ok().insert_header((CONTENT_TYPE, kind)).body(bytes)
}
