//! The slowest ten seconds of the steady part.
//!
//! A server that stands still for a while and makes up for it later has a good mean rate. Windows share no request, and
//! where rows are missing a window is longer: its rate uses the true time. Whether the rate is good is not decided here.

use crate::{drift::BLOCK_S, steady::Steady, timeline::Timeline};

/// The window in which the fewest requests a second were answered.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct SlowestWindow {
    /// Requests per second.
    pub(crate) rps: f64,
    /// When it began, in seconds after the first row of the history.
    pub(crate) after_s: u64,
    /// How many windows there are.
    pub(crate) windows: usize,
}

impl SlowestWindow {
    /// Finds it; `None` if the steady part is shorter than one window.
    pub(crate) fn find(timeline: &Timeline, steady: &Steady) -> Option<Self> {
        let mut slowest: Option<Self> = None;
        let mut windows = 0;
        let within = |at_s: u64| at_s >= steady.from_s && at_s <= steady.to_s;
        let mut points = timeline.points.iter().filter(|point| within(point.at_s));
        let mut start = points.next()?;
        let first_s = timeline.points.first()?.at_s;
        for end in points {
            let lasted_s = end.at_s - start.at_s;
            if lasted_s < BLOCK_S {
                continue;
            }
            let rps = (end.requests - start.requests) as f64 / lasted_s as f64;
            windows += 1;
            if slowest.is_none_or(|slowest| rps < slowest.rps) {
                slowest = Some(Self { rps, after_s: start.at_s - first_s, windows });
            }
            start = end;
        }
        slowest.map(|slowest| Self { windows, ..slowest })
    }
}
