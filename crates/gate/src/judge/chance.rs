//! How large chance is in a comparison with a reference.
//!
//! Four ranges of this run's figure over the reference's: by the rounding of the files, by the number of requests, by
//! the ups and downs within both runs, and by the differences between the reference's runs. Each knows less than the
//! whole, so a change is real only if none of them explains it ([`Chance::explains`]), and is known to be only where one
//! of the last two is.

use lead_stats::{Endpoint, Summary};

use super::observe::Held;
use crate::{
    baseline::{Reference, Repeats},
    drift::{Basis, Series},
    evidence::Evidence,
    latencies::Latencies,
    noise::{Interval, Resolution, independent_ratio, sampling, within, worst_ratio},
    rule::{ALPHA, Metric, Rule},
    statistics::{CircularBlocks, median},
    timeline::HistoryMode,
    verdict::Chance,
};

/// Of fewer windows the median jumps from one to the next, and blocks of three cannot be drawn from them.
const FEWEST_WINDOWS: usize = 8;

/// Neighbouring windows resemble one another for about half a minute; often enough drawn for the third digit; seeded
/// by the number of the issue that asked for it, so that a verdict can be repeated.
const BLOCKS: CircularBlocks = CircularBlocks { block: 3, resamples: 2000, seed: 7 };

/// Of more windows the medians of neighbours are taken first: an hour and a half is told as well by longer ones.
const MOST_WINDOWS: usize = 500;

/// The confidence of the range within runs.
const CONFIDENCE: f64 = 0.95;

/// Both sides of a comparison, with the figures that are compared.
pub(super) struct Pair<'p> {
    pub(super) rule: &'p Rule,
    pub(super) evidence: &'p Evidence,
    pub(super) reference: &'p Reference<'p>,
    pub(super) now: f64,
    pub(super) before: Repeats,
}

impl Pair<'_> {
    /// The run of the reference whose figure is nearest to the median.
    fn middle_run(&self) -> Option<&Summary> {
        let figure = |summary: &Summary| {
            let row = self.rule.scope().row(summary)?;
            Some((self.rule.metric().in_row(row)?.value() - self.before.median).abs())
        };
        let runs = self.reference.runs.iter().copied();
        let known = runs.filter_map(|summary| Some((figure(summary)?, summary)));
        known.min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, summary)| summary)
    }

    /// Half a step of the scale that this run's file, and the coarsest of the reference's, have at their figures.
    pub(super) fn half_steps(&self) -> [f64; 2] {
        let half_step = |resolution: Resolution, value: f64| match self.rule.metric() {
            Metric::Percentile(_) | Metric::Median => resolution.half_step_ms(value),
            // Means, extremes and rates are written as they are.
            _ => 0.0,
        };
        let theirs = self
            .reference
            .runs
            .iter()
            .map(|run| half_step(Resolution::of(run), self.before.median));
        [half_step(Resolution::of(self.evidence.summary()), self.now), theirs.fold(0.0, f64::max)]
    }

    fn by_rounding(&self) -> Interval {
        let [ours, theirs] = self.half_steps();
        worst_ratio(within(self.now, ours), within(self.before.median, theirs))
    }

    /// The range by the number of requests, and whether it was counted.
    fn by_sampling(&self) -> Option<(Interval, bool)> {
        let fraction = match self.rule.metric() {
            Metric::Percentile(fraction) => fraction,
            Metric::Median => 0.5,
            _ => return None,
        };
        let scope = self.rule.scope();
        let around = |row: &Endpoint, latencies: Option<&Latencies>| {
            let counted = latencies.and_then(|all| all.around(scope, fraction, row.requests));
            let range = counted.or_else(|| sampling(&row.percentiles, fraction, row.requests))?;
            Some((range, counted.is_some()))
        };
        let ours = around(scope.row(self.evidence.summary())?, self.evidence.latencies())?;
        let single = self.reference.single;
        let theirs =
            around(scope.row(self.middle_run()?)?, single.and_then(|run| run.latencies.as_ref()))?;
        let range = independent_ratio((self.now, ours.0), (self.before.median, theirs.0))?;
        Some((range, ours.1 && theirs.1))
    }

    /// Circular blocks of windows that share no request, drawn again from both runs: the difference of their medians.
    fn within_runs(&self) -> Option<Interval> {
        let (scope, metric) = (self.rule.scope(), self.rule.metric());
        let run = self.reference.single?;
        let ours = logs(metric, &Held::of(scope, self.evidence)?)?;
        let theirs = Held::in_history(scope, &run.history, &run.timeline, run.steady.ok()?)?;
        let theirs = logs(metric, &theirs)?;
        let middle = |values: &[f64]| median(values).unwrap_or(f64::NAN);
        let found = BLOCKS.difference(&theirs, &ours, CONFIDENCE, middle)?;
        Some(Interval { low: found.low.exp(), high: found.high.exp() })
    }

    /// What a next run like the reference's may be, turned around: the ratios at which this one may be such a run.
    fn between_runs(&self) -> Option<Interval> {
        let range = self.before.prediction(self.alpha())?;
        let ratio = |end: f64| self.now / end;
        let known = self.now > 0.0 && range.low > 0.0;
        known.then(|| Interval { low: ratio(range.high), high: ratio(range.low) })
    }

    pub(super) fn alpha(&self) -> f64 {
        self.rule.terms().alpha.unwrap_or(ALPHA)
    }

    pub(super) fn chance(&self) -> Chance {
        let sampled = self.by_sampling();
        Chance {
            by_rounding: self.by_rounding(),
            by_sampling: sampled.map(|(range, _)| range),
            sampling_is_exact: sampled.is_some_and(|(_, is_exact)| is_exact),
            within_runs: self.within_runs(),
            between_runs: self.between_runs(),
        }
    }
}

/// The logarithms of a figure in windows that share no request; `None` if the history does not hold it by windows, if
/// one of them is 0, or if they are too few.
fn logs(metric: Metric, held: &Held<'_>) -> Option<Vec<f64>> {
    let (timeline, steady) = (&held.timeline, &held.steady);
    let series = match metric {
        Metric::Percentile(_) | Metric::Median if timeline.mode != HistoryMode::Windowed => {
            return None;
        }
        Metric::Percentile(fraction) => Series::latency(timeline, steady, fraction),
        Metric::Median => Series::latency(timeline, steady, 0.5),
        Metric::Average => Series::means(timeline, steady),
        Metric::Rps | Metric::SteadyRps => Series::pace(timeline, steady),
        _ => return None,
    };
    // The time between answers is the rate turned over.
    let sign = if series.basis == Basis::Pace { -1.0 } else { 1.0 };
    let logs: Vec<f64> = series.blocks_ms.iter().map(|value| sign * value.ln()).collect();
    let is_known = logs.len() >= FEWEST_WINDOWS && logs.iter().all(|log| log.is_finite());
    let step = logs.len().div_ceil(MOST_WINDOWS).max(1);
    is_known.then(|| logs.chunks_exact(step).filter_map(median).collect())
}

impl Chance {
    /// All ranges that are known.
    fn ranges(&self) -> impl Iterator<Item = Interval> {
        let known = [self.by_sampling, self.within_runs, self.between_runs];
        [self.by_rounding].into_iter().chain(known.into_iter().flatten())
    }

    /// Whether one of the known ranges reaches `ratio` from the side on which a change is for the worse: upwards, or
    /// downwards where it `falls`.
    pub(super) fn explains(&self, ratio: f64, falls: bool) -> bool {
        self.ranges().any(|range| if falls { range.high >= ratio } else { range.low <= ratio })
    }

    /// Whether anything tells how much the machine varies.
    pub(super) fn knows_the_machine(&self) -> bool {
        self.within_runs.is_some() || self.between_runs.is_some()
    }
}
