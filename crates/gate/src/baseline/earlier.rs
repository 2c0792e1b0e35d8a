//! One earlier run as a baseline: its summary, and its course where the history lies beside it.

use std::collections::HashSet;

use lead_stats::{History, Paths, Run, RunVerdict, Summary, Tick};

use super::workload::Workload;
use crate::{
    drift::BLOCK_S,
    entire::{require_one_run, require_requests},
    error::GateError,
    latencies::Latencies,
    steady::{NoSteady, Start, Steady},
    timeline::Timeline,
};

/// One earlier run.
#[derive(Clone, Debug)]
pub(crate) struct EarlierRun {
    pub(crate) summary: Summary,
    /// The rows that end a block of the steady part, and the first ones: all that is asked of it.
    pub(crate) history: History,
    pub(crate) timeline: Timeline,
    pub(crate) steady: Result<Steady, NoSteady>,
    pub(crate) latencies: Option<Latencies>,
    /// What was done to the service.
    pub(super) workload: Workload,
}

impl EarlierRun {
    /// Takes a run whose files belong together, with its steady part from where it is told to begin, and what its load
    /// generator says of it; `paths` are how messages speak of its files.
    pub(super) fn new(
        paths: &Paths,
        run: Run,
        start: Start,
        verdict: Option<&RunVerdict>,
    ) -> Result<Self, GateError> {
        require_requests(paths, &run.summary)?;
        let timeline = Timeline::of(&run.history);
        require_one_run(paths, &timeline, &run.summary)?;
        let asked_per_s = verdict.and_then(RunVerdict::asked_per_s);
        let steady = Steady::find(&timeline, start, asked_per_s);
        let history = match steady {
            Ok(steady) => ends_of_blocks(run.history, steady.from_s),
            Err(_) => History::default(),
        };
        let workload = workload(&run.summary, &timeline, steady, verdict);
        Ok(Self { summary: run.summary, history, timeline, steady, latencies: None, workload })
    }
}

/// The workload, as far as it can be trusted: without a history the length is only what the mean rate makes of it.
fn workload(
    summary: &Summary,
    timeline: &Timeline,
    steady: Result<Steady, NoSteady>,
    verdict: Option<&RunVerdict>,
) -> Workload {
    let whole = Workload::of(summary, timeline, steady, verdict);
    let run_time_s = whole.run_time_s.filter(|_| !timeline.points.is_empty());
    Workload { run_time_s, ..whole }
}

/// A history of ten hours takes a hundred megabytes, and nine rows of ten are never looked at.
fn ends_of_blocks(history: History, from_s: u64) -> History {
    let block = |tick: &Tick| tick.timestamp_s.saturating_sub(from_s).div_ceil(BLOCK_S);
    let mut last_block = u64::MAX;
    let mut seen = HashSet::new();
    let mut ends: Vec<Tick> = Vec::new();
    for tick in history.ticks.into_iter().rev() {
        if block(&tick) != last_block {
            last_block = block(&tick);
            seen.clear();
        }
        // Up to the start there is no block, and an endpoint is looked for where it begins.
        if last_block == 0 || seen.insert((tick.method.clone(), tick.name.clone())) {
            ends.push(tick);
        }
    }
    ends.reverse();
    ends.shrink_to_fit();
    History { ticks: ends }
}

#[cfg(test)]
mod tests {
    use lead_stats::{History, Percentiles, Tick};

    use super::ends_of_blocks;
    use crate::{
        drift::Series,
        steady::{Start, Steady},
        timeline::{HistoryMode, Timeline},
    };

    #[test]
    fn what_is_left_of_a_history_has_the_same_blocks() {
        let tick = |second: u64, name: &str| Tick {
            timestamp_s: 1_793_534_400 + second,
            users: (second * 10).min(50),
            method: if name == "Aggregated" { String::new() } else { "GET".to_owned() },
            name: name.to_owned(),
            percentiles: Percentiles::locust([(second * 7 % 13 + 1) as f64; 11]),
            total_requests: second * 40,
            total_median_ms: 4.0,
            total_average_ms: 4.5 + (second % 5) as f64 / 10.0,
            ..Tick::default()
        };
        // Rows are missing here and there, also at the end of a block.
        let seconds = (0..150).filter(|second| second % 17 != 3);
        let ticks = seconds.flat_map(|second| [tick(second, "/"), tick(second, "Aggregated")]);
        let whole = History { ticks: ticks.collect() };
        let timeline = Timeline::of(&whole);
        assert_eq!(timeline.mode, HistoryMode::Windowed);
        let steady = Steady::find(&timeline, Start::default(), None).unwrap();
        let left = ends_of_blocks(whole.clone(), steady.from_s);
        assert!(left.ticks.len() * 5 < whole.ticks.len(), "{} rows are left", left.ticks.len());
        let [before, after] =
            [&whole, &left].map(|history| Timeline::of_endpoint(history, "GET", "/"));
        for series in [Series::means, Series::pace] {
            assert_eq!(series(&before, &steady), series(&after, &steady));
        }
        let p95 = Series::latency(&before, &steady, 0.95);
        assert!(p95.blocks_ms.len() > 10);
        assert_eq!(p95, Series::latency(&after, &steady, 0.95));
    }
}
