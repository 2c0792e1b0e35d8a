//! What the page is told each second.
//!
//! [`event`] is Locust's `/stats/requests` and, beside its members, what our own page shows: how the load was meant to be, how
//! far the run is, what the form says. Pure.

use serde::Serialize;

use super::form::Fields;
use super::requests::Requests;
use crate::plan::Load;
use crate::record::Recording;
use crate::report::plan_words;
use crate::session::View;

/// A second as the page is told of it.
#[derive(Debug, Serialize)]
struct Event<'v> {
    #[serde(flatten)]
    requests: Requests<'v>,
    /// The picture's number.
    number: u64,
    /// Which run it is, from 1.
    run: u64,
    /// Name and version of the generator.
    version: &'static str,
    /// The target; empty while there is none.
    host: String,
    /// The load in words.
    load: String,
    /// Whether requests are due at a rate.
    is_open: bool,
    in_flight: u64,
    target_users: Option<u32>,
    target_rate: Option<f64>,
    spawn_rate: Option<String>,
    /// Seconds since the start of the run, also where the counts began anew meanwhile.
    elapsed_s: f64,
    /// Seconds after which the run ends by itself.
    ends_s: Option<f64>,
    /// Seconds at the start that count nowhere.
    warm_up_s: f64,
    is_warming_up: bool,
    /// What is to be thought of a run that is over.
    validity: Option<&'static str>,
    /// Why the last run broke or could not begin.
    fault: Option<&'v str>,
    form: Fields,
}

/// The event's data, as one line of JSON.
pub(super) fn event(view: &View, fields: Fields, has_target: bool) -> Vec<u8> {
    let plan = &*view.plan;
    let blank;
    let recording = match view.recording() {
        Some(recording) => recording,
        None => {
            blank = blank_recording(view);
            &blank
        }
    };
    let elapsed = recording.forgotten() + recording.elapsed();
    let (target_rate, is_open) = match &plan.load {
        Load::Closed(_) => (None, false),
        Load::Open(arrivals) => (Some(arrivals.rate.at(elapsed)), true),
    };
    let event = Event {
        requests: Requests::of(recording, view.state.as_str(), view.users(), true),
        number: view.number,
        run: view.runs,
        version: concat!("lead-loadgen ", env!("CARGO_PKG_VERSION")),
        host: if has_target || view.runs > 0 { plan.target.to_string() } else { String::new() },
        load: plan_words(&plan.load),
        is_open,
        in_flight: recording.series().points().last().map_or(0, |second| second.in_flight),
        target_users: view.target_users(),
        target_rate,
        spawn_rate: fields.get("spawn_rate").map(str::to_owned),
        elapsed_s: elapsed.as_secs_f64(),
        ends_s: plan.ends().map(|end| end.as_secs_f64()),
        warm_up_s: plan.warm_up.as_secs_f64(),
        is_warming_up: recording.is_warming_up(),
        validity: view.judgement().map(|judgement| judgement.validity.as_str()),
        fault: view.fault.as_deref(),
        form: fields,
    };
    serde_json::to_vec(&event).expect("numbers and texts are JSON")
}

/// What there is to see of a plan before its first run.
pub(super) fn blank_recording(view: &View) -> Recording {
    Recording::new(&view.plan, jiff::Timestamp::now())
}
