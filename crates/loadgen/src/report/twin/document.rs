//! The twin as a whole.

use serde::Serialize;

use super::course::{Heat, Pulses, Resources, Series};
use super::entry::{Endpoint, Sums};
use super::form;
use super::gate::Gate;
use super::phases::Phases;
use super::run::Run;
use super::times::Times;
use super::verdict::Verdict;
use crate::report::account::Account;

/// The version of the form, as its member `schema_version` says. A member may be added within a version; removing one or
/// changing its meaning raises it.
pub const SCHEMA_VERSION: u64 = 1;

/// What the form calls itself.
pub(super) const KIND: &str = "run";

/// The run as JSON, with a final line end.
pub fn twin(account: &Account) -> String {
    form::text(&Document::of(account))
}

/// Everything.
#[derive(Serialize)]
pub(super) struct Document<'a> {
    schema_version: u64,
    kind: &'static str,
    generator: &'a str,
    run: Run<'a>,
    verdict: Verdict<'a>,
    gate: Option<Gate<'a>>,
    total: Sums,
    endpoints: Vec<Endpoint<'a>>,
    send_lag: Option<Times>,
    phases: Phases,
    series: Series,
    heat: Heat<'a>,
    pulses: Pulses,
    resources: Resources,
}

impl<'a> Document<'a> {
    pub(super) fn of(account: &'a Account) -> Self {
        let Account { recording, header, judgement, pulses, resources, gate } = account;
        let endpoints = recording.endpoints();
        Self {
            schema_version: SCHEMA_VERSION,
            kind: KIND,
            generator: &header.version,
            run: Run::of(recording, header),
            verdict: Verdict::of(judgement),
            gate: gate.as_ref().map(Gate::of),
            total: Sums::of(recording, recording.total()),
            endpoints: endpoints.iter().map(|entry| Endpoint::of(recording, entry)).collect(),
            send_lag: recording.send_lag().and_then(Times::of),
            phases: Phases::of(recording.phases()),
            series: Series::of(recording.series().points()),
            heat: Heat::of(recording.heat()),
            pulses: Pulses::of(pulses),
            resources: Resources::of(resources),
        }
    }
}
