//! `POST /swarm`: starts a run, or changes the one that goes on, as Locust does.
//!
//! Whatever is wrong is told with status 200, as Locust tells it; beside its members an answer then names the fields, and says
//! where a yes is needed for a target that may be somebody else's.

use std::collections::BTreeMap;

use actix_web::http::header::{CONTENT_TYPE, HeaderMap};
use actix_web::web::{Bytes, Data, Payload, Query, block};
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;

use super::form::{Fault, Fields, wish};
use super::guard::say;
use super::sent;
use super::shared::Shared;
use crate::cli::parse_time_span;
use crate::errand::HeadlessError;
use crate::plan::Origin;
use crate::safety::{SafetyError, foresee};
use crate::session::{SessionFault, State};

/// What `/swarm` answers.
#[derive(Debug, Default, Serialize)]
struct Answer {
    #[serde(skip_serializing_if = "Option::is_none")]
    confirm: Option<bool>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    faults: BTreeMap<String, String>,
    host: Option<String>,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    run_time: Option<u64>,
    success: bool,
}

/// Starts, or changes what goes on.
pub(super) async fn swarm(
    shared: Data<Shared>,
    request: HttpRequest,
    payload: Payload,
) -> HttpResponse {
    let body = match sent::form(&request, payload).await {
        Ok(body) => body,
        Err(refusal) => return refusal,
    };
    let Some(sent) = fields(request.headers(), &body) else {
        return say(
            HttpResponse::UnsupportedMediaType(),
            "Send a form: Content-Type: application/x-www-form-urlencoded, such as curl -d user_count=10 -d spawn_rate=2.",
        );
    };
    let host = sent.get("host").map(str::to_owned).or_else(|| present_host(&shared));
    let state = shared.session.view().state;
    // While a run ends it can be neither changed nor begun; the session says so.
    let is_edit = matches!(state, State::Spawning | State::Running);
    let wish = match wish(&sent, !is_edit && !shared.has_target) {
        Ok(wish) => wish,
        Err(fault) => return refused(host, fault, None),
    };
    let session = shared.session.clone();
    let is_confirmed = shared.is_confirmed || wish.is_confirmed;
    let target = sent.get("host").and_then(|host| Origin::parse(host).ok());
    // Asks a resolver and opens connections: nothing for the thread that serves pages.
    let done = block(move || {
        if is_edit {
            return session.edit(&wish);
        }
        let target = target.unwrap_or_else(|| session.view().plan.target.clone());
        foresee(&target, is_confirmed).map_err(HeadlessError::from)?;
        session.start(&wish)
    });
    match done.await.unwrap_or_else(|fault| Err(SessionFault::Broken(fault.to_string()))) {
        Ok(()) => {
            let view = shared.session.view();
            shared.note(|fields| match is_edit {
                true => fields.edited(&sent),
                false => Fields::of(&view.plan, true)
                    .with(&sent, &["run_time", "stages", "stop_timeout"]),
            });
            let time = sent.get("run_time").filter(|_| !is_edit).map(parse_time_span);
            let run_time = time.and_then(Result::ok).map(|time| time.as_secs());
            answer(&Answer {
                host,
                message: "Swarming started".to_owned(),
                run_time: run_time.filter(|&seconds| seconds > 0),
                success: true,
                ..Answer::default()
            })
        }
        Err(fault) => not_done(host, &fault),
    }
}

/// The answer to what the session does not do, at the field that is to blame.
fn not_done(host: Option<String>, fault: &SessionFault) -> HttpResponse {
    let (field, confirm) = match fault {
        SessionFault::Run(HeadlessError::Safety(SafetyError::NotConfirmed { .. })) => {
            (Some("host"), Some(true))
        }
        SessionFault::Run(HeadlessError::Preflight(_)) => (Some("host"), None),
        _ => (None, None),
    };
    let told = Fault::of(&fault.to_string());
    let told = match field {
        Some(field) => told.at(field),
        None => told,
    };
    refused(host, told, confirm)
}

/// The form of a request; nothing where it is something else.
fn fields(headers: &HeaderMap, body: &Bytes) -> Option<Fields> {
    let kind = headers.get(CONTENT_TYPE).map(|kind| kind.to_str().unwrap_or_default());
    let is_form = kind.is_none_or(|kind| {
        kind.trim().to_ascii_lowercase().starts_with("application/x-www-form-urlencoded")
    });
    let text = is_form.then(|| str::from_utf8(body).ok()).flatten()?;
    let pairs = Query::<Vec<(String, String)>>::from_query(text).ok()?;
    Some(Fields::sent(pairs.into_inner()))
}

fn present_host(shared: &Shared) -> Option<String> {
    let view = shared.session.view();
    (shared.has_target || view.runs > 0).then(|| view.plan.target.to_string())
}

fn refused(host: Option<String>, fault: Fault, confirm: Option<bool>) -> HttpResponse {
    let Fault { message, faults } = fault;
    answer(&Answer { confirm, faults, host, message, ..Answer::default() })
}

fn answer(answer: &Answer) -> HttpResponse {
    HttpResponse::Ok().json(answer)
}
