//! The run as files: CSV as Locust hands it out, and our report, JSON and histograms.
//!
//! All of them tell of the run so far. What is live on the disk is read from there; the rest is made for the one who asks.

use std::fs::File;
use std::io::{self, Read, Take};
use std::path::Path;

use actix_web::http::header::{
    CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue,
};
use actix_web::web::{Bytes, Data, Query, block};
use actix_web::{HttpResponse, HttpResponseBuilder};
use futures_util::stream::{self, Stream};
use jiff::ZonedDateTime;
use jiff::tz::TimeZone;
use lead_stats::{Exception, History, Rendered, Run};
use serde::Deserialize;

use super::guard::say;
use super::headers::REPORT;
use super::shared::Shared;
use crate::record::Recording;
use crate::report::{Account, Theme, hdr_of_run, html_in};
use crate::session::View;

const CSV: &str = "text/csv; charset=utf-8";

/// Bytes of a file that are read at a time.
const PIECE: u64 = 64 * 1_024;

/// What of the CSV files is wanted.
type Part = fn(Rendered) -> Vec<u8>;

/// `_stats.csv`.
pub(super) async fn requests(shared: Data<Shared>) -> HttpResponse {
    csv(shared, "_requests.csv", |rendered| rendered.summary).await
}

/// `_failures.csv`.
pub(super) async fn failures(shared: Data<Shared>) -> HttpResponse {
    csv(shared, "_failures.csv", |rendered| rendered.failures).await
}

/// `_exceptions.csv`.
pub(super) async fn exceptions(shared: Data<Shared>) -> HttpResponse {
    csv(shared, "_exceptions.csv", |rendered| rendered.exceptions).await
}

async fn csv(shared: Data<Shared>, ending: &'static str, part: Part) -> HttpResponse {
    let view = shared.session.view();
    let rendered = move |view: &View| {
        let run = match view.recording() {
            Some(recording) => recording.to_run(History::default()),
            None => nothing_yet(),
        };
        part(Rendered::of(&run).expect("a recording's numbers can be written"))
    };
    match shared.into_inner().drawn(ending, rendered).await {
        Some(bytes) => attachment(&view, ending, CSV).body(bytes),
        None => broken(),
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
    if view.account.is_none() {
        return nothing();
    }
    let Wanted { download, theme } = wanted.into_inner();
    let theme = Theme::of(&theme);
    let name = match theme {
        Theme::System => "report",
        Theme::Light => "report in the light",
        Theme::Dark => "report in the dark",
    };
    let drawn = of_account(move |account| html_in(account, theme));
    let Some(page) = shared.into_inner().drawn(name, drawn).await else { return broken() };
    let kind = "text/html; charset=utf-8";
    let mut answer = match download.is_empty() {
        true => HttpResponse::Ok(),
        false => attachment(&view, ".html", kind),
    };
    answer.insert_header((CONTENT_SECURITY_POLICY, HeaderValue::from_static(REPORT)));
    answer.insert_header((CONTENT_TYPE, kind)).body(page)
}

/// What is made of all that is known of a run; of none nothing.
fn of_account(make: impl Fn(&Account) -> String) -> impl FnOnce(&View) -> Vec<u8> {
    move |view| view.account.as_deref().map(make).unwrap_or_default().into_bytes()
}

/// The report's numbers so far.
pub(super) async fn twin(shared: Data<Shared>) -> HttpResponse {
    let view = shared.session.view();
    if view.account.is_none() {
        return nothing();
    }
    let drawn = shared.into_inner().drawn("twin", of_account(crate::report::twin)).await;
    let Some(text) = drawn else { return broken() };
    attachment(&view, ".json", "application/json").body(text)
}

/// The histograms: the log that is written, or one of the run as a whole.
pub(super) async fn hdr(shared: Data<Shared>) -> HttpResponse {
    let view = shared.session.view();
    let kind = "text/plain; charset=utf-8";
    if let Some(path) = shared.files.hdr.clone().filter(|_| view.runs > 0) {
        return file(&view, &path, ".hlog", kind).await;
    }
    if view.account.is_none() {
        return nothing();
    }
    let lines = |view: &View| {
        let lines = view.recording().map(hdr_of_run);
        lines.map(|lines| lines.expect("a histogram can be written")).unwrap_or_default()
    };
    match shared.into_inner().drawn("hdr", lines).await {
        Some(lines) => attachment(&view, ".hlog", kind).body(lines),
        None => broken(),
    }
}

/// A file of the run from the disk, as long as it is now; however long that is, a piece of it at a time is in memory.
async fn file(view: &View, path: &Path, ending: &str, kind: &'static str) -> HttpResponse {
    let path = path.to_owned();
    let open = move || {
        File::open(path).and_then(|file| Ok(file.metadata()?.len()).map(|length| file.take(length)))
    };
    match block(open).await {
        Ok(Ok(file)) => attachment(view, ending, kind).streaming(pieces(file)),
        _ => say(HttpResponse::NotFound(), "The file is not there: somebody has moved it."),
    }
}

/// A file piece by piece, each read when the one before it was sent.
fn pieces(file: Take<File>) -> impl Stream<Item = io::Result<Bytes>> {
    stream::try_unfold(file, |mut file| async move {
        let read = move || {
            let mut piece = Vec::new();
            file.by_ref().take(PIECE).read_to_end(&mut piece)?;
            Ok::<_, io::Error>((piece, file))
        };
        let (piece, file) = block(read).await.map_err(io::Error::other)??;
        Ok((!piece.is_empty()).then(|| (Bytes::from(piece), file)))
    })
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

#[cfg(test)]
mod tests {
    use std::fs::{self, File};
    use std::io::Read;

    use actix_web::rt::System;
    use futures_util::TryStreamExt;

    use super::pieces;

    #[test]
    fn a_file_goes_out_piece_by_piece_and_as_long_as_it_was_when_it_was_asked_for() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("lt.hlog");
        let bytes: Vec<u8> = (0..150_000_u32).map(|number| number as u8).collect();
        fs::write(&path, &bytes).expect("a file");
        let file = File::open(&path).expect("the file").take(140_000);
        let sent = System::new().block_on(pieces(file).try_collect::<Vec<_>>()).expect("pieces");
        let lengths: Vec<usize> = sent.iter().map(|piece| piece.len()).collect();
        assert_eq!(lengths, [65_536, 65_536, 8_928]);
        assert_eq!(sent.concat(), bytes[..140_000]);
    }
}
