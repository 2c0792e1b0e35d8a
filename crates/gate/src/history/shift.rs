//! Where one figure changed for good, and what that means today.
//!
//! [`changes`] is pure: values of one figure over comparable runs go in, [`Shift`]s come out. A change for the worse
//! is news only if it is young, still there, and nobody has said that it is known.

use super::record::{Ack, Figure, RunRecord};
use crate::statistics::{ChangePoint, Split, change_points, median};

/// Fewer values than this have no history: a step in the middle could not be told from chance.
pub(super) const NEEDED: usize = 10;

/// The chance of calling a quiet series changed that is accepted.
pub(super) const ALPHA: f64 = 0.01;

/// Medians less than 5 % apart, the larger over the smaller, are the same.
const SAME: f64 = 1.05;

/// A change that began longer ago than this many runs is history.
const RECENT: usize = 15;

/// As runs are added, the place of a change may move by this many runs, and its acknowledgement still holds.
const NEAR: usize = 2;

/// What a change means today.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It is young, and nobody has said that it is known.
    New,
    /// Somebody has said that it is known, and why. Raw: may hold anything.
    Acknowledged(String),
    /// The latest runs are as they were before it.
    Gone,
    /// It is one for the better that only took back an earlier one for the worse.
    Back,
    /// It is older than the last runs that are watched.
    Old,
}

/// A lasting change of one figure.
#[derive(Clone, Debug, PartialEq)]
pub struct Shift {
    /// The last run before it.
    pub last_before: RunRecord,
    /// The first run after it.
    pub first_after: RunRecord,
    /// Position of the first value after it.
    pub at: usize,
    /// How many values come after it, up to the latest.
    pub since: usize,
    /// Median between the change before and this one.
    pub before: f64,
    /// Median between this change and the next one.
    pub after: f64,
    /// The probability of a change as clear as this by chance.
    pub p: f64,
    /// Whether it is one for the worse.
    pub worse: bool,
    /// What it means today.
    pub standing: Standing,
}

impl Shift {
    /// By how much the figure rose, in percent; negative if it fell.
    pub fn percent(&self) -> f64 {
        (self.after / self.before - 1.0) * 100.0
    }

    /// Whether it is a change for the worse that somebody has to look at.
    pub fn is_regression(&self) -> bool {
        self.worse && self.standing == Standing::New
    }

    /// Whether it is a change for the better that the baseline does not know yet.
    pub fn is_improvement(&self) -> bool {
        !self.worse && self.standing == Standing::New
    }
}

/// The changes of `values`, the figure over `runs`.
pub(super) fn changes(
    figure: Figure,
    runs: &[&RunRecord],
    values: &[f64],
    acks: &[Ack],
    seed: u64,
) -> Vec<Shift> {
    let points = change_points(&logarithms(values), split(seed));
    let mut ends: Vec<usize> = points.iter().map(|point| point.at).collect();
    ends.insert(0, 0);
    ends.push(values.len());
    let medians: Vec<f64> =
        ends.windows(2).filter_map(|part| median(&values[part[0]..part[1]])).collect();
    let now = medians.last().copied().unwrap_or_default();
    let change = |(number, point): (usize, ChangePoint)| {
        let [before, after] = [medians[number], medians[number + 1]];
        let since = values.len() - point.at;
        let worse = figure.is_worse(after / before);
        let standing = if let Some(reason) = known(figure, runs, point.at, acks) {
            Standing::Acknowledged(reason)
        } else if since > RECENT {
            Standing::Old
        } else if is_back(before, after, now) {
            Standing::Gone
        } else if !worse && is_known_level(figure, &medians[..=number], after) {
            Standing::Back
        } else {
            Standing::New
        };
        Shift {
            last_before: runs[point.at - 1].clone(),
            first_after: runs[point.at].clone(),
            at: point.at,
            since,
            before,
            after,
            p: point.p,
            worse,
            standing,
        }
    };
    points.into_iter().enumerate().map(change).collect()
}

/// How a series is divided.
fn split(seed: u64) -> Split {
    Split { alpha: ALPHA, seed, least_step: SAME.ln() }
}

/// What was `before` came back: `now` is as it was, or on the other side of it.
fn is_back(before: f64, after: f64, now: f64) -> bool {
    if after > before { now < before * SAME } else { now > before / SAME }
}

/// Whether an earlier part was as good already.
fn is_known_level(figure: Figure, earlier: &[f64], after: f64) -> bool {
    earlier
        .iter()
        .any(|level| if figure.is_worse(2.0) { after > level / SAME } else { after < level * SAME })
}

/// Why the change is known, if it is.
fn known(figure: Figure, runs: &[&RunRecord], at: usize, acks: &[Ack]) -> Option<String> {
    let near = &runs[at.saturating_sub(NEAR)..runs.len().min(at + NEAR + 1)];
    let mut fitting = acks.iter().filter(|ack| {
        ack.figure.is_none_or(|known| known == figure) && near.iter().any(|run| run.run == ack.run)
    });
    fitting.next_back().map(|ack| ack.reason.clone())
}

/// Zero has no logarithm: what a file rounded to 0 counts as half of the smallest value it could write.
fn logarithms(values: &[f64]) -> Vec<f64> {
    let smallest =
        values.iter().copied().filter(|value| *value > 0.0).fold(f64::INFINITY, f64::min);
    let floor = if smallest.is_finite() { smallest / 2.0 } else { 1.0 };
    values.iter().map(|value| value.max(floor).ln()).collect()
}

#[cfg(test)]
mod tests {
    use std::ops::RangeInclusive;

    use super::{logarithms, split};
    use crate::statistics::{Dice, Split, change_points};

    /// How many of `count` simulated histories change: 50 ms with this coefficient of variation, and after `before` runs
    /// times `factor` for `after` runs.
    fn changed(count: u64, runs: [usize; 2], factor: f64, cv: f64, split: Split) -> usize {
        let [before, after] = runs;
        let is_changed = |seed: &u64| {
            let mut dice = Dice::new(1000 + seed);
            let mut normal = || {
                // Twelve uniform numbers add up to a nearly normal one of variance one.
                (0..12).map(|_| dice.below(1_000_000) as f64 / 1e6).sum::<f64>() - 6.0
            };
            let level = |run| if run < before { 50.0 } else { 50.0 * factor };
            let values: Vec<f64> =
                (0..before + after).map(|run| level(run) * (cv * normal()).exp()).collect();
            !change_points(&logarithms(&values), split).is_empty()
        };
        (0..count).filter(is_changed).count()
    }

    /// Nominal is 1 in 100. Each count has a standard deviation of 2; with the joining of parts that are less than 5 %
    /// apart it can only become smaller.
    #[test]
    fn quiet_histories_are_called_changed_about_once_in_a_hundred() {
        let bare = Split { least_step: 0.0, ..split(1) };
        let counts = [20, 50].map(|runs| changed(400, [runs, 0], 1.0, 0.05, bare));
        assert!(counts.iter().all(|count| *count <= 10), "{counts:?} of 400 each");
        let joined = changed(400, [50, 0], 1.0, 0.05, split(1));
        assert!(joined <= counts[1], "{joined} of 400, {} before joining", counts[1]);
    }

    /// Counts of simulations hang on the last digits of logarithms, which differ from one C library to the next.
    fn all_within(found: [usize; 4], within: &[RangeInclusive<usize>; 4]) -> bool {
        found.iter().zip(within).all(|(count, within)| within.contains(count))
    }

    #[test]
    fn a_step_of_a_fifth_is_found_after_three_to_five_runs_where_runs_vary_by_a_twentieth() {
        let found = [1, 2, 3, 5].map(|after| changed(100, [20, after], 1.2, 0.05, split(1)));
        let within = [0..=3, 1..=15, 85..=99, 97..=100];
        assert!(all_within(found, &within), "{found:?} of 100 each, as docs/GATE.md says");
    }

    #[test]
    fn a_step_of_a_fifth_takes_more_runs_where_runs_vary_by_a_tenth() {
        let found = [3, 5, 7, 10].map(|after| changed(100, [20, after], 1.2, 0.10, split(1)));
        let within = [8..=30, 33..=58, 54..=78, 65..=88];
        assert!(all_within(found, &within), "{found:?} of 100 each, as docs/GATE.md says");
    }
}
