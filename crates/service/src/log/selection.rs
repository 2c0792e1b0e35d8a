//! Which requests leave a line, where a line for each would be too many.
//!
//! [`Selection`] keeps a share of the requests that went well, the same traces in every service, and of those that failed
//! a number in each second. A line that stands for others says so: what there was can always be counted back.

use std::{
    num::{NonZeroU32, NonZeroU64},
    time::Instant,
};

use prometheus::IntCounter;

use super::storm::Storm;
use crate::{
    metrics,
    trace::{Share, TraceId},
};

/// The lowest status of an answer that failed.
const FAILED: u16 = 400;

/// Chooses the lines that are written.
#[derive(Debug)]
pub(crate) struct Selection {
    share: Share,
    storm: Storm,
    suppressed: IntCounter,
    started: Instant,
}

/// A line that is written, and what it stands for.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Selected {
    /// The share of the lines that are written, when it is not all of them.
    pub(crate) sample_rate: Option<f64>,
    /// Lines of the same status that were left out before this one.
    pub(crate) suppressed: Option<NonZeroU64>,
}

impl Selection {
    /// Keeps `share` of what went well, and at most `failures` lines a second of each status from 400 on.
    pub(crate) fn new(share: Share, failures: NonZeroU32) -> Self {
        let suppressed = metrics::suppressed_log_lines();
        let storm = Storm::new(failures, suppressed.clone());
        Self { share, storm, suppressed, started: Instant::now() }
    }

    /// Whether the line of an answer with this status is written.
    pub(crate) fn select(&self, status: u16, trace: Option<TraceId>) -> Option<Selected> {
        if status < FAILED {
            let sample_rate = (!self.share.is_all()).then(|| self.share.rate());
            return self.share.keeps(trace).then_some(Selected { sample_rate, suppressed: None });
        }
        // The seconds of 136 years.
        let second = self.started.elapsed().as_secs() as u32;
        let suppressed = self.storm.admit(status, second)?;
        Some(Selected { sample_rate: None, suppressed })
    }

    /// How many lines of failed requests were left out, as a metric.
    pub(crate) fn suppressed(&self) -> &IntCounter {
        &self.suppressed
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;

    use super::{Selected, Selection};
    use crate::trace::{Share, Trace, TraceId};

    const FAILURES: NonZeroU32 = NonZeroU32::new(1_000).expect("not zero");

    #[test]
    fn everything_is_written_without_a_word_about_it_by_default() {
        let selection = Selection::new(Share::ALL, FAILURES);
        for status in [200, 307, 404, 500] {
            assert_eq!(selection.select(status, None), Some(Selected::default()), "{status}");
        }
    }

    #[test]
    fn failures_are_written_whatever_the_share() {
        let selection = Selection::new(Share::NONE, FAILURES);
        assert_eq!(selection.select(399, None), None);
        assert_eq!(selection.select(400, None), Some(Selected::default()));
        assert_eq!(selection.select(503, None), Some(Selected::default()));
    }

    #[test]
    fn two_services_write_about_the_same_traces() {
        let half = Share::new(0.5).expect("a share");
        let [one, other] = [(); 2].map(|()| Selection::new(half, FAILURES));
        let traces: Vec<_> = (0..200).map(|_| Trace::new().trace_id).collect();
        let written = |selection: &Selection| {
            let kept = |trace: &TraceId| selection.select(200, Some(*trace)).is_some();
            traces.iter().map(kept).collect::<Vec<_>>()
        };
        assert_eq!(written(&one), written(&other));
        assert!(written(&one).contains(&true) && written(&one).contains(&false));
        let line = traces.iter().find_map(|trace| one.select(200, Some(*trace)));
        assert_eq!(line.expect("about a hundred").sample_rate, Some(0.5));
    }
}
