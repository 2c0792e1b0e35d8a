//! Did it get worse within the run?
//!
//! [`Series`] cuts the steady window into blocks of ten seconds that share no request, and [`Drift`] measures how far
//! they rise: by medians of thirds, which a person can check, and by the Theil-Sen slope, which sees a slow and even
//! rise in full. How likely chance rises like that is the Mann-Kendall test's answer
//! ([`statistics`](crate::statistics)), widened by Hamed and Rao's factor where blocks resemble their neighbours. Rows
//! of a history overlap by nine tenths, so they are never tested one by one: on pure noise that raises an alarm in every
//! fourth run. What counts as too much is not decided here.

use crate::{
    statistics::{
        Step, clear_step, mann_kendall, median, theil_sen, variance_factor,
        variance_factor_beside_step,
    },
    steady::Steady,
    timeline::{HistoryMode, Point, Timeline},
};

/// Length of a block, and how far a windowed row of a history looks back.
pub(crate) const BLOCK_S: u64 = 10;

/// What windowed percentiles need after the ramp before they describe the plateau alone.
pub(crate) const SETTLE_S: u64 = 10;

/// Locust writes 0 for anything below half a millisecond, and zero has no logarithm: smaller times count as this.
const SMALLEST_MS: f64 = 0.001;

/// What the blocks hold.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Basis {
    /// The percentile at this fraction, over the block alone.
    Percentile(f64),
    /// The mean of the block, exact, where percentiles are cumulative and would hide a change.
    IntervalMean,
    /// The time between two answers: throughput turned over, so that a rise is a change for the worse here as well.
    Pace,
}

/// Times of consecutive blocks, in milliseconds.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Series {
    /// What the blocks hold.
    pub(crate) basis: Basis,
    /// One value for each block that completed a request.
    pub(crate) blocks_ms: Vec<f64>,
    /// Blocks that end in a row and in which nothing was completed. What a block without a row holds is in the next one.
    pub(crate) silent: u64,
}

impl Series {
    /// The response times of the steady window at `fraction`, or their means where the history is cumulative.
    pub(crate) fn latency(timeline: &Timeline, steady: &Steady, fraction: f64) -> Self {
        if timeline.mode != HistoryMode::Windowed {
            return Self::means(timeline, steady);
        }
        // A windowed row is empty only if its block completed nothing.
        let percentile = |_: &Point, end: &Point| end.percentiles.at(fraction);
        Self::cut(
            timeline,
            steady.from_s.saturating_add(SETTLE_S.saturating_sub(steady.settled_s)),
            steady.to_s,
            Basis::Percentile(fraction),
            percentile,
        )
    }

    /// The mean response times of the steady window, exact in every history.
    pub(crate) fn means(timeline: &Timeline, steady: &Steady) -> Self {
        Self::cut(timeline, steady.from_s, steady.to_s, Basis::IntervalMean, interval_mean)
    }

    /// The time between answers over the steady window; requests that hang forever show nowhere else.
    pub(crate) fn pace(timeline: &Timeline, steady: &Steady) -> Self {
        let between = |start: &Point, end: &Point| {
            let elapsed_ms = (end.at_s - start.at_s) as f64 * 1000.0;
            Some(elapsed_ms / (end.requests - start.requests) as f64)
        };
        Self::cut(timeline, steady.from_s, steady.to_s, Basis::Pace, between)
    }

    /// Cuts a stretch into blocks and takes `value` of the points at the two ends of each that completed a request.
    fn cut(
        timeline: &Timeline,
        from_s: u64,
        to_s: u64,
        basis: Basis,
        value: impl Fn(&Point, &Point) -> Option<f64>,
    ) -> Self {
        let count = to_s.saturating_sub(from_s) / BLOCK_S;
        // The block that a point lies in; 0 up to the start. Its last point is its end. Blocks without a point are
        // counted, not walked through: a clock that leaps makes millions of them.
        let block = |point: &Point| point.at_s.saturating_sub(from_s).div_ceil(BLOCK_S);
        let ends: Vec<&Point> = timeline
            .points
            .chunk_by(|a, b| block(a) == block(b))
            .filter_map(<[Point]>::last)
            .filter(|end| block(end) <= count)
            .collect();
        let is_answered = |end: &&[&Point]| end[1].requests > end[0].requests;
        let answered = ends.windows(2).filter(is_answered);
        let blocks_ms: Vec<f64> = answered.filter_map(|end| value(end[0], end[1])).collect();
        let silent = ends.windows(2).filter(|end| !is_answered(end)).count() as u64;
        Self { basis, blocks_ms, silent }
    }
}

/// The mean over a block from two running means: (n2 a2 - n1 a1) / (n2 - n1).
fn interval_mean(start: &Point, end: &Point) -> Option<f64> {
    Some((end.spent_ms - start.spent_ms) / (end.requests - start.requests) as f64)
}

/// How far a series rises, and how likely chance does the same.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Drift {
    /// What was compared.
    pub basis: Basis,
    /// How many blocks were compared.
    pub blocks: usize,
    /// Median of the last third against the median of the first, in percent.
    pub thirds_percent: f64,
    /// The Theil-Sen slope of the logarithms over the whole series, in percent.
    pub slope_percent: f64,
    /// Probability of such a rise by chance: that of the trend, or of the step where there is one and it is smaller.
    pub p: f64,
    /// Where the series steps up, once and clearly.
    pub step: Option<Step>,
    /// The same if blocks were independent of one another.
    pub p_independent: f64,
    /// How many times wider chance reaches because neighbouring blocks are alike; 1 if they are independent.
    pub variance_factor: f64,
    /// The larger of both effects in milliseconds, measured from the first third.
    pub rise_ms: f64,
    /// By how many milliseconds one of the last three blocks is above the median block, if it is more than twice as
    /// slow, else 0: a late cliff is no slow trend.
    pub cliff_ms: f64,
}

impl Drift {
    /// Measures a series; `None` if it is empty.
    pub(crate) fn measure(series: &Series) -> Option<Self> {
        let values = &series.blocks_ms;
        let third = values.len().div_ceil(3);
        let first = median(values.get(..third)?)?.max(SMALLEST_MS);
        let last = median(&values[values.len() - third..])?.max(SMALLEST_MS);
        let middle = median(values)?;
        let logs: Vec<f64> = values.iter().map(|ms| ms.max(SMALLEST_MS).ln()).collect();
        let slope = theil_sen(&logs).unwrap_or(0.0);
        let thirds = last / first - 1.0;
        let total = (slope * (values.len() - 1) as f64).exp_m1();
        // Blocks that differ from their neighbours on purpose would narrow it, which nothing about a server explains.
        // A step leaves neighbours alike on either side of it, and that is what is looked for.
        let beside_step = variance_factor_beside_step(values).unwrap_or(f64::INFINITY);
        let variance_factor = variance_factor(values).min(beside_step).max(1.0);
        let trend = mann_kendall(values);
        let step = clear_step(values);
        Some(Self {
            basis: series.basis,
            blocks: values.len(),
            thirds_percent: thirds * 100.0,
            slope_percent: total * 100.0,
            p: step.map_or(1.0, |step| step.p).min(trend.p_if_wider(variance_factor)),
            step,
            p_independent: trend.p,
            variance_factor,
            rise_ms: first * thirds.max(total),
            cliff_ms: values
                .iter()
                .rev()
                .take(3)
                .filter(|ms| **ms > 2.0 * middle)
                .fold(0.0, |most, ms| most.max(ms - middle)),
        })
    }

    /// The larger of both effects, in percent; negative if the run became faster.
    pub fn effect_percent(&self) -> f64 {
        self.thirds_percent.max(self.slope_percent)
    }
}

#[cfg(test)]
mod tests {
    use lead_stats::Percentiles;
    use proptest::{collection::vec, prop_assert, prop_assert_eq, proptest};

    use super::{Basis, Drift, Series};
    use crate::{
        statistics::Dice,
        steady::{Start, Steady},
        timeline::{HistoryMode, Point, Timeline},
    };

    /// A cumulative history of seconds with so many requests of such a mean, at a constant number of users.
    fn timeline(seconds: &[(u64, f64)]) -> Timeline {
        let mut points = vec![Point {
            at_s: 0,
            users: 9,
            requests: 0,
            failures: 0,
            spent_ms: 0.0,
            percentiles: Percentiles::none(),
        }];
        for &(requests, mean_ms) in seconds {
            let last = points[points.len() - 1].clone();
            points.push(Point {
                at_s: last.at_s + 1,
                requests: last.requests + requests,
                spent_ms: last.spent_ms + requests as f64 * mean_ms,
                ..last
            });
        }
        Timeline {
            points,
            mode: HistoryMode::Cumulative,
            before_s: 0,
            restarts: 0,
            notes: Vec::new(),
        }
    }

    proptest! {
        #[test]
        fn interval_means_are_what_brute_force_gives(seconds in vec((0_u64..50, 0.1_f64..5000.0), 10..80)) {
            let timeline = timeline(&seconds);
            let steady = Steady::find(&timeline, Start::default(), None).unwrap();
            let series = Series::latency(&timeline, &steady, 0.95);
            let blocks: Vec<&[(u64, f64)]> = seconds.chunks_exact(10).collect();
            let spoken: Vec<f64> = blocks
                .iter()
                .map(|block| (block.iter().map(|(n, _)| n).sum::<u64>(), block.iter().map(|(n, ms)| *n as f64 * ms).sum::<f64>()))
                .filter(|(requests, _)| *requests > 0)
                .map(|(requests, spent_ms)| spent_ms / requests as f64)
                .collect();
            prop_assert_eq!(series.basis, Basis::IntervalMean);
            prop_assert_eq!(series.blocks_ms.len(), spoken.len());
            prop_assert_eq!(series.silent, (blocks.len() - spoken.len()) as u64);
            prop_assert_eq!(Series::pace(&timeline, &steady).blocks_ms.len(), spoken.len());
            for (cut, brute) in series.blocks_ms.iter().zip(&spoken) {
                prop_assert!((cut - brute).abs() <= brute * 1e-9, "{cut} is not {brute}");
            }
        }
    }

    /// Nearly normal numbers, the same on every machine but for their last digits.
    fn noise() -> impl FnMut() -> f64 {
        let mut dice = Dice::new(1);
        move || (0..12).map(|_| dice.below(1 << 20) as f64).sum::<f64>() / f64::from(1 << 20) - 6.0
    }

    fn measured(blocks_ms: Vec<f64>) -> Drift {
        let series = Series { basis: Basis::Percentile(0.95), blocks_ms, silent: 0 };
        Drift::measure(&series).unwrap()
    }

    /// Of 1000 runs without a trend, of `count` blocks that take over `alike` of their neighbour's mood: how many a test at
    /// 0.01 calls rising, as if blocks were independent and with what they have in common; and how many have a step that
    /// chance does not explain.
    fn alarms(count: usize, alike: f64) -> [usize; 3] {
        let mut normal = noise();
        let drifts: Vec<Drift> = (0..1000)
            .map(|_| {
                let mut mood = normal();
                let mut block = || {
                    mood = alike * mood + (1.0 - alike * alike).sqrt() * normal();
                    80.0 * (0.08 * mood).exp()
                };
                measured((0..count).map(|_| block()).collect())
            })
            .collect();
        let rising = |p: fn(&Drift) -> f64| drifts.iter().filter(|drift| p(drift) < 0.01).count();
        let step = |drift: &Drift| drift.step.map_or(1.0, |step| step.p);
        [rising(|drift| drift.p_independent), rising(|drift| drift.p), rising(step)]
    }

    /// Ten in 1000 are nominal. The counts hang on the last digits of logarithms, so they have some room.
    #[test]
    fn moods_of_the_machine_are_mistaken_for_a_trend_less_often_where_there_are_blocks_to_see_them()
    {
        let runs = [(60, 0.0), (12, 0.0), (60, 0.6), (30, 0.6), (12, 0.6)];
        let alarms = runs.map(|(count, alike)| alarms(count, alike));
        let within = [
            [4..=20, 4..=20, 0..=2],
            [4..=20, 4..=20, 0..=2],
            [95..=135, 15..=40, 0..=2],
            [105..=150, 60..=95, 0..=5],
            [60..=100, 60..=100, 5..=25],
        ];
        for (run, (alarms, within)) in runs.iter().zip(alarms.iter().zip(&within)) {
            let all = alarms.iter().zip(within);
            assert!(
                all.clone().all(|(count, within)| within.contains(count)),
                "{run:?}: {alarms:?}"
            );
        }
    }

    /// Of 20 runs of `count` blocks with 5 % of noise that become `times` as slow at `share` of the run: how many are called
    /// rising at 0.01.
    fn steps_found(count: usize, share: f64, times: f64) -> usize {
        let mut normal = noise();
        let first_slow = (share * count as f64) as usize;
        let level = |block| if block < first_slow { 80.0 } else { 80.0 * times };
        let mut run =
            || measured((0..count).map(|block| level(block) * (0.05 * normal()).exp()).collect());
        (0..20).map(|_| run()).filter(|drift| drift.p < 0.01).count()
    }

    #[test]
    fn a_step_is_found_however_large_it_is() {
        for share in [0.4, 0.5, 0.7] {
            for times in [1.3, 1.5, 2.0, 3.0] {
                for count in [12, 13, 16, 28, 60] {
                    let found = steps_found(count, share, times);
                    let least = match (times, count) {
                        (1.3, 28..) => 15,
                        (1.3, _) => 5,
                        _ => 18,
                    };
                    assert!(found >= least, "{found} of {count} blocks, x{times} at {share}");
                }
            }
        }
    }

    /// Ten values can be ordered so evenly in two by chance that only a step in their middle is none, and of nine not even
    /// that; what a trend test finds in their order is left.
    #[test]
    fn of_fewer_than_twelve_blocks_only_a_step_in_the_middle_is_found_each_time() {
        for times in [1.5, 3.0] {
            let found = [(10, 0.5), (11, 0.5), (10, 0.4), (9, 0.5), (8, 0.5)]
                .map(|(count, share)| steps_found(count, share, times));
            assert!(found[0] >= 18 && found[1] >= 18, "{found:?}");
            assert!(found[2..].iter().all(|found| *found < 18), "{found:?}");
        }
    }
}
