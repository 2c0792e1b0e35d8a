//! A recording taken apart, for whoever keeps one and makes it whole again.
//!
//! [`Parts`] holds what cannot be computed from anything else. The total is not among them: it is what all endpoints are
//! together. Nor are the ten seconds behind the current percentiles: a run that was kept has no "now".

use std::time::Duration;

use jiff::Timestamp;

use super::entry::Entry;
use super::gather::End;
use super::heat::Heat;
use super::recording::{Asked, Forgotten, Recording};
use super::series::{Point, Series};
use crate::histogram::Latency;
use crate::phases::Phases;
use crate::snapshot::{Late, Tally};

/// What a recording is made of.
#[derive(Debug)]
pub(crate) struct Parts {
    /// When the first user was due.
    pub(crate) start: Timestamp,
    /// Seconds that were folded.
    pub(crate) seconds: u64,
    /// Users at the end of the last one.
    pub(crate) users: u64,
    /// The most users at the end of any.
    pub(crate) peak_users: u64,
    /// The endpoints, each with as many seconds.
    pub(crate) endpoints: Vec<EntryParts>,
    /// A point for each whole second.
    pub(crate) points: Vec<Point>,
    /// How many requests took how long, over time.
    pub(crate) heat: Heat,
    /// The time at the start whose requests count nowhere.
    pub(crate) warm_up: Duration,
    /// Requests that began in it and ended.
    pub(crate) warm_up_requests: u64,
    /// What the open model asked for.
    pub(crate) asked: Option<Asked>,
    /// How much later than due requests were sent.
    pub(crate) send_lag: Latency,
    /// What happened below the requests.
    pub(crate) phases: Phases,
    /// The longest time for which a thread was away.
    pub(crate) stall: Duration,
    /// Late requests that the seconds told of.
    pub(crate) late: Late,
    /// How the run ended, if it did.
    pub(crate) end: Option<End>,
    /// What came before.
    pub(crate) forgotten: Forgotten,
}

/// What an entry is made of.
#[derive(Debug)]
pub(crate) struct EntryParts {
    /// Method.
    pub(crate) method: String,
    /// Path.
    pub(crate) name: String,
    /// What was counted.
    pub(crate) tally: Tally,
    /// Requests and failures of each second since the start.
    pub(crate) per_second: Vec<(u32, u32)>,
}

impl Recording {
    /// The recording that was taken apart.
    pub(crate) fn of(parts: Parts) -> Self {
        let endpoints: Vec<Entry> = parts.endpoints.into_iter().map(Entry::of).collect();
        let seconds = usize::try_from(parts.seconds).unwrap_or(usize::MAX);
        let mut total = Entry::new("", "Aggregated");
        total.per_second = vec![(0, 0); seconds];
        for entry in &endpoints {
            total.tally.merge(&entry.tally);
            for (sum, more) in total.per_second.iter_mut().zip(&entry.per_second) {
                *sum = (sum.0.saturating_add(more.0), sum.1.saturating_add(more.1));
            }
        }
        Self {
            start: parts.start,
            seconds: parts.seconds,
            users: parts.users,
            peak_users: parts.peak_users,
            endpoints,
            total,
            series: Series::of(parts.points),
            heat: parts.heat,
            warm_up: parts.warm_up,
            warm_up_requests: parts.warm_up_requests,
            asked: parts.asked,
            send_lag: parts.send_lag,
            phases: parts.phases,
            stall: parts.stall,
            late: parts.late,
            end: parts.end,
            forgotten: parts.forgotten,
        }
    }

    /// What the open model asked for, as it was ordered.
    pub(crate) fn order(&self) -> Option<&Asked> {
        self.asked.as_ref()
    }

    /// Late requests that the seconds told of.
    pub(crate) fn told_late(&self) -> Late {
        self.late
    }

    /// What came before, where it began anew.
    pub(crate) fn before(&self) -> Forgotten {
        self.forgotten
    }

    /// How the run ended, if it did.
    pub(crate) fn end(&self) -> Option<End> {
        self.end
    }
}

impl Entry {
    fn of(parts: EntryParts) -> Self {
        let EntryParts { method, name, tally, per_second } = parts;
        let mut entry = Self::new(&method, &name);
        (entry.tally, entry.per_second) = (tally, per_second);
        entry
    }

    /// Service times where they were kept on their own: in the open model.
    pub(crate) fn own_service(&self) -> &Latency {
        &self.tally.service
    }
}
