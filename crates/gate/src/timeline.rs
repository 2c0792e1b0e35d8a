//! The history of a run as one clean sequence.
//!
//! [`Timeline`] takes the aggregated rows of a history and keeps the last stretch in which the counters only grow and
//! the clock only moves forward. What had to be mended is told in notes. It finds no plateau
//! ([`steady`](crate::steady)) and no trend ([`drift`](crate::drift)).

use lead_stats::{History, Percentiles, Tick};

/// A clock that is set back by no more than this is being corrected (NTP); by more, it is another clock.
const CLOCK_STEP_S: u64 = 5;

/// Rows come once a second; when none comes for longer than this, something stood still.
const GAP_S: u64 = 5;

/// What the percentiles of a history describe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HistoryMode {
    /// There is no history.
    Absent,
    /// Everything since the start: Locust's default, in which a late change is nearly invisible.
    Cumulative,
    /// The last ten seconds or so: Locust's `--csv-full-history`.
    Windowed,
}

impl HistoryMode {
    /// The mode in one word, as in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Absent => "absent",
            Self::Cumulative => "cumulative",
            Self::Windowed => "windowed",
        }
    }
}

/// The state of a run at one second.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Point {
    /// Unix time in seconds, never smaller than the point before.
    pub(crate) at_s: u64,
    /// Users at work.
    pub(crate) users: u64,
    /// Requests since the start of the segment, failed ones included.
    pub(crate) requests: u64,
    /// Failed requests since the start of the segment.
    pub(crate) failures: u64,
    /// Sum of all response times since the start of the segment, in milliseconds.
    pub(crate) spent_ms: f64,
    /// Response times, over what [`HistoryMode`] says.
    pub(crate) percentiles: Percentiles,
}

impl From<&Tick> for Point {
    fn from(tick: &Tick) -> Self {
        Self {
            at_s: tick.timestamp_s,
            users: tick.users,
            requests: tick.total_requests,
            failures: tick.total_failures,
            spent_ms: tick.total_requests as f64 * tick.total_average_ms,
            percentiles: tick.percentiles.clone(),
        }
    }
}

/// The last unbroken stretch of a history, one point a second.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Timeline {
    /// In time order; requests never fall.
    pub(crate) points: Vec<Point>,
    /// What the percentiles describe.
    pub(crate) mode: HistoryMode,
    /// How many seconds of the run went before the first point, up to counters that started anew.
    pub(crate) before_s: u64,
    /// How often the counters or the clock started anew.
    pub(crate) restarts: usize,
    /// What was mended, as sentences.
    pub(crate) notes: Vec<String>,
}

impl Timeline {
    /// Reads the aggregated rows of a history.
    pub(crate) fn of(history: &History) -> Self {
        let mut folding = Folding::default();
        for tick in history.aggregated() {
            folding.push(Point::from(tick));
        }
        let notes = folding.notes();
        let Folding { points, before_s, restarts, .. } = folding;
        Self { points, mode: mode_of(history), before_s, restarts, notes }
    }

    /// Reads the rows of one endpoint, which only a full history has; without them there are no points.
    pub(crate) fn of_endpoint(history: &History, method: &str, name: &str) -> Self {
        let mut folding = Folding::default();
        let is_own = |tick: &&Tick| tick.method == method && tick.name == name;
        let mut own = history.ticks.iter().filter(is_own).peekable();
        // An endpoint has no row before its first request: until then it has none.
        if let Some((all, first)) = history.aggregated().next().zip(own.peek())
            && all.timestamp_s < first.timestamp_s
        {
            let nothing = Point { requests: 0, failures: 0, spent_ms: 0.0, ..Point::from(all) };
            folding.push(Point { percentiles: Percentiles::none(), ..nothing });
        }
        for tick in own {
            folding.push(Point::from(tick));
        }
        let Folding { points, before_s, restarts, .. } = folding;
        Self { points, mode: mode_of(history), before_s, restarts, notes: Vec::new() }
    }

    /// How long was run, in seconds, what went before counters that started anew included; `None` without a history.
    pub(crate) fn run_s(&self) -> Option<u64> {
        let (first, last) = (self.points.first()?, self.points.last()?);
        Some((last.at_s - first.at_s).saturating_add(self.before_s))
    }

    /// The Unix time of the last point.
    pub(crate) fn end_s(&self) -> Option<u64> {
        self.points.last().map(|point| point.at_s)
    }
}

/// The rows seen so far, and what was odd about them.
#[derive(Default)]
struct Folding {
    points: Vec<Point>,
    before_s: u64,
    restarts: usize,
    set_back_s: u64,
    doubled: usize,
}

impl Folding {
    fn push(&mut self, mut point: Point) {
        if let Some(last) = self.points.last() {
            let set_back_s = last.at_s.saturating_sub(point.at_s);
            if point.requests < last.requests || set_back_s > CLOCK_STEP_S {
                let before_s = self.before_s(point.at_s);
                *self = Self { before_s, restarts: self.restarts + 1, ..Self::default() };
            } else if set_back_s > 0 {
                // The counters tell the true order, so the clock is held still until it has caught up.
                self.set_back_s = self.set_back_s.max(set_back_s);
                point.at_s = last.at_s;
            }
        }
        match self.points.last_mut() {
            Some(last) if last.at_s == point.at_s => {
                self.doubled += 1;
                *last = point;
            }
            _ => self.points.push(point),
        }
    }

    /// What the run has lasted when its counters start anew at this second; 0 where the clock leaps with them, because that
    /// is another run.
    fn before_s(&self, anew_s: u64) -> u64 {
        let (Some(first), Some(last)) = (self.points.first(), self.points.last()) else { return 0 };
        let is_next = (last.at_s..=last.at_s.saturating_add(GAP_S)).contains(&anew_s);
        if is_next { self.before_s.saturating_add(anew_s - first.at_s) } else { 0 }
    }

    fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        if self.restarts > 0 {
            notes.push("the counters started anew during the run (--reset-stats or a restart): only what came after is judged".to_owned());
        }
        if self.set_back_s > 0 {
            notes.push(format!(
                "the clock was set back by {} s during the run: it is held still meanwhile",
                self.set_back_s
            ));
        } else if self.doubled > 0 {
            notes.push(format!(
                "{} seconds have two history rows: the later one counts",
                self.doubled
            ));
        }
        let gap = self.points.windows(2).map(|pair| pair[1].at_s - pair[0].at_s).max().unwrap_or(0);
        if gap > GAP_S {
            notes.push(format!("no history row for {gap} s: the generator or its disk stood still; rates use the true time"));
        }
        notes
    }
}

/// Full histories of Locust 1.2 to 2.2.1 are cumulative too, so the rows themselves are asked.
///
/// A cumulative row repeats the total median and its maximum never falls; a ten-second window does neither for long.
fn mode_of(history: &History) -> HistoryMode {
    let rows: Vec<&Tick> =
        history.aggregated().filter(|tick| !tick.percentiles.is_empty()).collect();
    if history.aggregated().next().is_none() {
        return HistoryMode::Absent;
    }
    if !history.is_full() {
        return HistoryMode::Cumulative;
    }
    let repeats =
        rows.iter().filter(|tick| tick.percentiles.at(0.5) == Some(tick.total_median_ms)).count();
    let maxima: Vec<f64> = rows.iter().filter_map(|tick| tick.percentiles.at(1.0)).collect();
    // More than 95 % equal medians: a lower and an upper median may differ here and there.
    let repeats_total = repeats * 100 > rows.len() * 95;
    if repeats_total && maxima.is_sorted() {
        HistoryMode::Cumulative
    } else {
        HistoryMode::Windowed
    }
}
