//! The run as files: CSV as Locust hands it out, and our report, JSON and histograms.
//!
//! All of them tell of the run so far. What is live on the disk is read from there; the rest is made for the one who asks.

use std::path::Path;

use actix_web::http::header::{
    CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue,
};
use actix_web::web::{Bytes, Data, Query, block};
use actix_web::{HttpResponse, HttpResponseBuilder};
use jiff::ZonedDateTime;
use jiff::tz::TimeZone;
use lead_stats::{Exception, History, Rendered, Run};
use serde::Deserialize;

use super::guard::say;
use super::headers::REPORT;
use super::shared::Shared;
use crate::record::Recording;
use crate::report::{Theme, hdr_of_run, html_in};
use crate::session::View;

const CSV: &str = "text/csv; charset=utf-8";

/// What of the CSV files is wanted.
type Part = fn(Rendered) -> Vec<u8>;

/// `_stats.csv`.
pub(super) async fn requests(shared: Data<Shared>) -> HttpResponse {
    csv(&shared, "requests", |rendered| rendered.summary)
}

/// `_failures.csv`.
pub(super) async fn failures(shared: Data<Shared>) -> HttpResponse {
    csv(&shared, "failures", |rendered| rendered.failures)
}

/// `_exceptions.csv`.
pub(super) async fn exceptions(shared: Data<Shared>) -> HttpResponse {
    csv(&shared, "exceptions", |rendered| rendered.exceptions)
}

fn csv(shared: &Shared, what: &str, part: Part) -> HttpResponse {
    let view = shared.session.view();
    let run = match view.recording() {
        Some(recording) => recording.to_run(History::default()),
        None => nothing_yet(),
    };
    match Rendered::of(&run) {
        Ok(rendered) => attachment(&view, &format!("_{what}.csv"), CSV).body(part(rendered)),
        Err(fault) => say(HttpResponse::InternalServerError(), &fault.to_string()),
    }
}

/// A run before its first request.
fn nothing_yet() -> Run {
    let mut run = Run { exceptions: Vec::<Exception>::new(), ..Run::default() };
    "Aggregated".clone_into(&mut run.summary.aggregated.name);
    run
}

/// `_stats_history.csv`: the file with a row per endpoint where the command line asked for one, and otherwise a row a second.
pub(super) async fn history(shared: Data<Shared>) -> HttpResponse {
    let view = shared.session.view();
    let live = shared.files.full_history.clone();
    match live.filter(|_| view.runs > 0) {
        Some(path) => file(&view, path.as_path(), "_requests_full_history.csv", CSV).await,
        None => {
            let bytes =
                shared.history.lock().unwrap_or_else(std::sync::PoisonError::into_inner).file();
            attachment(&view, "_requests_full_history.csv", CSV).body(bytes)
        }
    }
}

/// How the report is wanted.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Wanted {
    #[serde(default)]
    download: String,
    #[serde(default)]
    theme: String,
}

/// The report so far.
pub(super) async fn report(shared: Data<Shared>, wanted: Query<Wanted>) -> HttpResponse {
    let view = shared.session.view();
    let Some(account) = view.account.clone() else { return nothing() };
    let wanted = wanted.into_inner();
    let theme = Theme::of(&wanted.theme);
    let Ok(page) = block(move || html_in(&account, theme)).await else { return broken() };
    let kind = "text/html; charset=utf-8";
    let mut answer = if !wanted.download.is_empty() {
        attachment(&view, ".html", kind)
    } else {
        HttpResponse::Ok()
    };
    answer.insert_header((CONTENT_SECURITY_POLICY, HeaderValue::from_static(REPORT)));
    answer.insert_header((CONTENT_TYPE, kind)).body(page)
}

/// The report's numbers so far.
pub(super) async fn twin(shared: Data<Shared>) -> HttpResponse {
    let view = shared.session.view();
    let Some(account) = view.account.clone() else { return nothing() };
    let Ok(text) = block(move || crate::report::twin(&account)).await else { return broken() };
    attachment(&view, ".json", "application/json").body(text)
}

/// The histograms: the log that is written, or one of the run as a whole.
pub(super) async fn hdr(shared: Data<Shared>) -> HttpResponse {
    let view = shared.session.view();
    let kind = "text/plain; charset=utf-8";
    if let Some(path) = shared.files.hdr.clone().filter(|_| view.runs > 0) {
        return file(&view, &path, ".hlog", kind).await;
    }
    let Some(account) = view.account.clone() else { return nothing() };
    match block(move || hdr_of_run(&account.recording)).await {
        Ok(Ok(lines)) => attachment(&view, ".hlog", kind).body(lines),
        _ => broken(),
    }
}

/// A file of the run from the disk.
async fn file(view: &View, path: &Path, ending: &str, kind: &'static str) -> HttpResponse {
    let path = path.to_owned();
    match block(move || std::fs::read(path)).await {
        Ok(Ok(bytes)) => attachment(view, ending, kind).body(Bytes::from(bytes)),
        _ => say(HttpResponse::NotFound(), "The file is not there: somebody has moved it."),
    }
}

fn nothing() -> HttpResponse {
    say(HttpResponse::NotFound(), "There was no run yet. Start one, and ask again.")
}

fn broken() -> HttpResponse {
    say(
        HttpResponse::InternalServerError(),
        "This is a bug in lead-loadgen; its standard error says more.",
    )
}

fn attachment(view: &View, ending: &str, kind: &'static str) -> HttpResponseBuilder {
    let mut answer = HttpResponse::Ok();
    let name = format!("attachment; filename=\"{}{ending}\"", name(view));
    answer.insert_header((CONTENT_TYPE, kind)).insert_header((CONTENT_DISPOSITION, name));
    answer
}

/// `lead-loadgen_2026-11-25-16h02_LeadScoringUser_127.0.0.1_8000`: after Locust's pattern, with signs that every system takes.
fn name(view: &View) -> String {
    let start = view.recording().map_or_else(jiff::Timestamp::now, Recording::start);
    let start =
        ZonedDateTime::new(start, TimeZone::system()).strftime("%Y-%m-%d-%Hh%M").to_string();
    let host = match view.runs {
        0 => String::new(),
        _ => format!("_{}_{}", view.plan.target.host(), view.plan.target.port()),
    };
    let plain = |c: char| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '_' };
    format!("lead-loadgen_{start}_{}{host}", view.plan.scenario.user_class)
        .chars()
        .map(plain)
        .collect()
}
