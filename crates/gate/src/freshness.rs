//! Is this run the one that was just made?
//!
//! [`Freshness`] compares three clocks that are handed in as values: now, when the summary was written, and when the
//! history ends. It reads no clock and no file. A copied folder keeps its history but not its time of writing, so the
//! two are only compared aloud; what is too old is decided by the older one, and only where an age was demanded.

use std::{path::Path, time::Duration};

use crate::error::GateError;

/// Locust may keep writing for a while after the last user stopped; beyond this, the files were copied or mixed.
const APART_S: u64 = 600;

/// Three times, in Unix seconds, and the age that is allowed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Freshness {
    /// The time of judging.
    pub(crate) now_s: u64,
    /// When the summary was last written.
    pub(crate) written_s: u64,
    /// The last second of the history, if there is one.
    pub(crate) history_end_s: Option<u64>,
    /// How old the run may be; without it any age is good.
    pub(crate) max_age: Option<Duration>,
}

impl Freshness {
    /// What is odd about the times, or why the run is too old.
    pub(crate) fn check(self, summary: &Path, history: &Path) -> Result<Vec<String>, GateError> {
        self.refuse_older(summary, "written", self.written_s)?;
        let Some(end_s) = self.history_end_s else { return Ok(Vec::new()) };
        self.refuse_older(history, "its last second was", end_s)?;
        let apart_s = self.written_s.abs_diff(end_s);
        let note = (apart_s > APART_S).then(|| {
            let order = if end_s < self.written_s { "before" } else { "after" };
            format!("the history ends {} {order} the summary was written: the files were copied, or are of two runs", span(apart_s))
        });
        Ok(note.into_iter().collect())
    }

    fn refuse_older(self, path: &Path, what: &'static str, since_s: u64) -> Result<(), GateError> {
        let age_s = self.now_s.saturating_sub(since_s);
        match self.max_age {
            Some(max_age) if age_s > max_age.as_secs() => Err(GateError::Stale {
                path: path.to_owned(),
                what,
                age_s,
                max_age_s: max_age.as_secs(),
            }),
            _ => Ok(()),
        }
    }
}

/// A number of seconds as a person says it.
fn span(seconds: u64) -> String {
    match seconds {
        0..=119 => format!("{seconds} s"),
        120..=7199 => format!("{} min", seconds / 60),
        7200..=172_799 => format!("{} h", seconds / 3600),
        _ => format!("{} days", seconds / 86_400),
    }
}
