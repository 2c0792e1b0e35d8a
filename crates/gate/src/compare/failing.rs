//! Do requests of the head fail, exceptions stop it, or answers fail to come, where those of the base do not?
//!
//! Failures are counted one by one, so a build that never failed and one that does can be told apart without asking how
//! the machine varies: by the chance that so many failures of both fall to the head. A single short stumble of a machine
//! fails several requests at once, though, so failures of one run alone count only where they are many.

use super::{estimate::mean, finding::Finding};

/// A run of the head that fails by so many percentage points more than any run of the base is no stumble.
const OBVIOUS_POINTS: f64 = 1.0;

/// And by so many times as much.
const OBVIOUS_TIMES: f64 = 10.0;

/// The requests of one run, and how many of them failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) requests: u64,
    pub(super) failures: u64,
}

impl Tally {
    /// Failed requests in percent.
    pub(super) fn percent(self) -> f64 {
        self.failures as f64 * 100.0 / self.requests.max(1) as f64
    }

    /// All of them together.
    pub(super) fn sum(runs: &[Self]) -> Self {
        let add = |sum: Self, run: &Self| Self {
            requests: sum.requests.saturating_add(run.requests),
            failures: sum.failures.saturating_add(run.failures),
        };
        runs.iter().fold(Self { requests: 0, failures: 0 }, add)
    }

    fn is_all_failed(&self) -> bool {
        self.requests > 0 && self.failures >= self.requests
    }
}

/// What failed requests say: `rank_p` is the chance of the runs' ranks, `level` the largest p that counts.
pub(super) fn requests(base: &[Tally], head: &[Tally], rank_p: Option<f64>, level: f64) -> Finding {
    let percents = |runs: &[Tally]| -> Vec<f64> { runs.iter().map(|run| run.percent()).collect() };
    let (ours, theirs) = (percents(head), percents(base));
    let most = theirs.iter().copied().fold(0.0, f64::max);
    let least = ours.iter().copied().fold(f64::INFINITY, f64::min);
    let is_obvious =
        |run: &Tally| run.percent() > (most + OBVIOUS_POINTS).max(most * OBVIOUS_TIMES);
    let all_of_base = Tally::sum(base);
    let is_new = || {
        let failing = head.iter().filter(|run| run.failures > 0).count();
        all_of_base.failures == 0
            && (failing > 1 || head.iter().any(is_obvious))
            && chance(all_of_base, Tally::sum(head)) <= level
    };
    // As many runs could have been the one that stands out.
    let stands_out = |run: &Tally| {
        is_obvious(run) && chance(all_of_base, *run) <= level / head.len().max(1) as f64
    };
    // A base of which most failed is refused before.
    let is_dead = || head.iter().any(Tally::is_all_failed);
    let is_worse = mean(&ours) > mean(&theirs);
    let is_ranked = is_worse && rank_p.is_some_and(|p| p <= level);
    let is_above = is_worse && least > most + OBVIOUS_POINTS;
    if is_ranked || is_above || is_dead() || is_new() || head.iter().any(stands_out) {
        Finding::Regression
    } else if is_worse {
        Finding::Inconclusive
    } else {
        Finding::NoRegression
    }
}

/// What exceptions of the scenario say, or stretches without an answer; each run's count.
pub(super) fn occurrences(base: &[f64], head: &[f64]) -> Finding {
    let none = |counts: &[f64]| counts.iter().all(|count| *count == 0.0);
    if none(base) && !none(head) {
        Finding::Regression
    } else if mean(head) > mean(base) {
        Finding::Inconclusive
    } else {
        Finding::NoRegression
    }
}

/// At most so likely do so many of all failures fall to the head, if each request fails alike: the bound of Chernoff and
/// Hoeffding (1963), which is exact where the base has none. 1 where the head fails no more than its part.
fn chance(base: Tally, head: Tally) -> f64 {
    let failures = base.failures as f64 + head.failures as f64;
    let part = head.requests as f64 / (base.requests as f64 + head.requests as f64).max(1.0);
    let seen = head.failures as f64 / failures.max(1.0);
    if seen <= part {
        return 1.0;
    }
    let rest = 1.0 - seen;
    let others = if rest > 0.0 { rest * (rest / (1.0 - part)).ln() } else { 0.0 };
    (-failures * (seen * (seen / part).ln() + others)).exp()
}

#[cfg(test)]
mod tests {
    use super::{Finding, Tally, chance, occurrences, requests};

    fn runs(failures: &[u64], requests: u64) -> Vec<Tally> {
        failures.iter().map(|failures| Tally { requests, failures: *failures }).collect()
    }

    #[test]
    fn chance_halves_with_each_failure_of_one_side_alone() {
        let [none, ten] = [0, 10].map(|failures| Tally { requests: 500, failures });
        assert!((chance(none, ten) - 0.5_f64.powi(10)).abs() < 1e-12);
        assert_eq!((chance(ten, ten), chance(ten, none), chance(none, none)), (1.0, 1.0, 1.0));
        // The exact tail of 20 of 30 is 0.049.
        let twenty = Tally { requests: 500, failures: 20 };
        assert!((0.05..0.2).contains(&chance(ten, twenty)));
    }

    #[test]
    fn a_head_that_fails_where_no_run_of_the_base_does_is_a_regression() {
        for (head, expected) in [
            // Under one percent in each of three runs, which ranks cannot see.
            (&[54, 53, 55][..], Finding::Regression),
            (&[0, 0, 6000], Finding::Regression),
            (&[0, 0, 300], Finding::Regression),
            (&[4, 3, 0], Finding::Regression),
            // Chance, and one short stumble of a machine.
            (&[1, 1, 1], Finding::Inconclusive),
            (&[0, 30, 0], Finding::Inconclusive),
            (&[0, 0, 0], Finding::NoRegression),
        ] {
            let finding = requests(&runs(&[0, 0, 0], 6000), &runs(head, 6000), None, 0.025);
            assert_eq!(finding, expected, "{head:?}");
        }
    }

    #[test]
    fn a_run_that_failed_completely_is_a_regression_whatever_the_base_is() {
        let base = runs(&[2000, 2000, 2000], 6000);
        let find = |head: &[u64]| requests(&base, &runs(head, 6000), None, 0.025);
        assert_eq!(find(&[0, 0, 6000]), Finding::Regression);
        assert_eq!(find(&[2000, 1900, 2100]), Finding::NoRegression);
    }

    #[test]
    fn exceptions_of_the_head_alone_are_a_regression() {
        assert_eq!(occurrences(&[0.0, 0.0], &[0.0, 1.0]), Finding::Regression);
        assert_eq!(occurrences(&[3.0, 0.0], &[3.0, 1.0]), Finding::Inconclusive);
        assert_eq!(occurrences(&[3.0, 0.0], &[0.0, 0.0]), Finding::NoRegression);
    }
}
