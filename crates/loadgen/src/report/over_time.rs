//! What all charts of a run share: its seconds in groups, and the time below them.
//!
//! [`OverTime`] thins a long run so that a page stays small and no shape is lost: a group of seconds has its mean, its least
//! and its greatest, and of percentiles, which cannot be averaged, its worst. What is drawn is the charts'.

use super::number::clock;
use super::svg::{Chart, Shade};
use crate::record::{Point, Recording};
use crate::resources::ResourceSample;
use crate::vitals::Pulse;

/// More points across are closer than three pixels, and make the page large. An hour has one per ten seconds.
pub(super) const MOST_POINTS: usize = 360;

/// For so many seconds a sample stands for what was there: the service looks at itself every two.
const STANDS_FOR_S: f64 = 3.0;

/// The points of a run in groups, and the time below them.
pub(super) struct OverTime<'r> {
    pub(super) groups: Vec<&'r [Point]>,
    step_s: u64,
    length_s: u64,
    pub(super) across: Vec<(f64, String)>,
    pub(super) shade: Option<Shade>,
}

/// A value of each group, and between what it lay.
pub(super) struct Spread {
    pub(super) mean: Vec<Option<f64>>,
    /// Least and greatest; nothing where each group is a single second.
    pub(super) ends: Option<[Vec<Option<f64>>; 2]>,
}

impl<'r> OverTime<'r> {
    /// Of a run; nothing of one that is shorter than a second.
    pub(super) fn of(recording: &'r Recording) -> Option<Self> {
        let points = recording.series().points();
        let (step, length_s) = (points.len().div_ceil(MOST_POINTS), points.len() as u64);
        let warm_up = recording.warm_up().as_secs_f64() / length_s as f64;
        let shade = Shade { until: warm_up, label: "warm-up, not counted" };
        (length_s > 0).then(|| Self {
            groups: points.chunks(step).collect(),
            step_s: step as u64,
            length_s,
            across: marks(length_s),
            shade: (warm_up > 0.0).then_some(shade),
        })
    }

    /// Whole seconds of the run.
    pub(super) fn length_s(&self) -> u64 {
        self.length_s
    }

    /// The mean of each group, with its least and greatest.
    pub(super) fn spread(&self, part: fn(&Point) -> f64) -> Spread {
        let mean = move |group: &&[Point]| group.iter().map(part).sum::<f64>() / group.len() as f64;
        let end = |end: fn(f64, f64) -> f64| {
            self.groups.iter().map(|group| group.iter().map(part).reduce(end)).collect()
        };
        Spread {
            mean: self.groups.iter().map(mean).map(Some).collect(),
            ends: (self.step_s > 1).then(|| [end(f64::min), end(f64::max)]),
        }
    }

    /// The greatest of each group, of the points that have one.
    pub(super) fn worst(&self, part: impl Fn(&Point) -> Option<f64>) -> Vec<Option<f64>> {
        let worst = |group: &&[Point]| group.iter().filter_map(&part).reduce(f64::max);
        self.groups.iter().map(worst).collect()
    }

    /// What was there at the end of each group.
    pub(super) fn last(&self, part: fn(&Point) -> f64) -> Vec<Option<f64>> {
        self.groups.iter().map(|group| group.last().map(part)).collect()
    }

    /// The greatest of each group, of the pulses that cover the middle of its seconds.
    pub(super) fn of_pulses(
        &self,
        pulses: &[Pulse],
        share: impl Fn(&Pulse) -> Option<f32>,
    ) -> Vec<Option<f64>> {
        self.of_seconds(|second| {
            let middle = second as f32 + 0.5;
            let at = pulses.partition_point(|pulse| pulse.at_s < middle);
            let pulse = pulses.get(at).filter(|pulse| pulse.at_s - pulse.covers_s <= middle)?;
            share(pulse).map(f64::from)
        })
    }

    /// The greatest of each group, of the last sample before the end of each of its seconds.
    pub(super) fn of_samples(
        &self,
        samples: &[ResourceSample],
        part: impl Fn(&ResourceSample) -> Option<f64>,
    ) -> Vec<Option<f64>> {
        self.of_seconds(|second| {
            let end = second as f64 + 1.0;
            let at = samples.partition_point(|sample| sample.at_s <= end).checked_sub(1)?;
            let sample = samples.get(at).filter(|sample| sample.at_s > end - STANDS_FOR_S)?;
            part(sample)
        })
    }

    /// The greatest of each group's seconds.
    fn of_seconds(&self, of_second: impl Fn(usize) -> Option<f64>) -> Vec<Option<f64>> {
        let step = self.step_s as usize;
        let worst = |(at, group): (usize, &&[Point])| {
            (at * step..at * step + group.len()).filter_map(&of_second).reduce(f64::max)
        };
        self.groups.iter().enumerate().map(worst).collect()
    }

    /// A chart with nothing but the time below it.
    pub(super) fn blank(&self) -> Chart<'_> {
        Chart {
            title: "",
            description: "",
            lines: Vec::new(),
            logarithmic: false,
            whole: false,
            across: &self.across,
            ruled: false,
            shade: self.shade.as_ref(),
            tip: &|_| String::new(),
        }
    }

    /// When a point ended.
    pub(super) fn clock(&self, point: usize) -> String {
        clock(((point as u64 + 1) * self.step_s).min(self.length_s))
    }
}

/// At most seven marks on the time axis.
pub(super) fn marks(length_s: u64) -> Vec<(f64, String)> {
    let steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 43_200];
    let step = steps.into_iter().find(|step| length_s / step <= 6).unwrap_or(length_s / 6);
    let mark = |second: u64| (second as f64 / length_s as f64, clock(second));
    (0..=length_s).step_by(usize::try_from(step).unwrap_or(1)).map(mark).collect()
}
