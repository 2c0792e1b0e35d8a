//! One earlier run as a baseline: its summary, and its course where the history lies beside it.

use lead_stats::{History, Run, Summary};

use crate::{
    latencies::Latencies,
    steady::{NoSteady, Steady},
    timeline::Timeline,
};

/// One earlier run.
#[derive(Clone, Debug)]
pub(crate) struct EarlierRun {
    pub(crate) summary: Summary,
    pub(crate) history: History,
    pub(crate) timeline: Timeline,
    pub(crate) steady: Result<Steady, NoSteady>,
    pub(crate) latencies: Option<Latencies>,
}

impl EarlierRun {
    pub(super) fn new(run: Run) -> Self {
        let timeline = Timeline::of(&run.history);
        let steady = Steady::find(&timeline);
        Self { summary: run.summary, history: run.history, timeline, steady, latencies: None }
    }

    pub(super) fn users(&self) -> Option<u64> {
        self.steady.ok().map(|steady| steady.users)
    }
}
