//! The rate that a run without users held.
//!
//! In the open model requests are due whatever became of earlier ones: there are no users, and the plateau is one of
//! the rate. [`HeldRate`] finds it among the answers of the history. It does not know what was asked for, except for its
//! average over the run, which tells a constant rate from one that changes; what the window is used for is
//! [`steady`](crate::steady)'s business.

use crate::timeline::Point;

/// Rates are taken over so many seconds, or the first row after them.
const WINDOW_S: u64 = 5;

/// A rate this much lower or higher is still the same.
const SAME: f64 = 0.05;

/// Requests that come by chance spread by the root of their number; almost none of a thousand windows by thrice that.
const SPREAD: f64 = 3.0;

/// From when to when a rate was held, in Unix seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct HeldRate {
    /// Start of the first window at the rate.
    pub(crate) from_s: u64,
    /// End of the run; or of the last window at the rate, where the rate that was asked for changes.
    pub(crate) to_s: u64,
}

impl HeldRate {
    /// Finds the rate that was held longest; the higher one of two. `asked_per_s` is what was asked for on average, if that
    /// is known.
    ///
    /// A rate that falls at the end may be the server's doing, so the window lasts until the run ends. Only where less was
    /// asked for on average than was held, the plan itself has lower stretches, and the window ends with the plateau.
    pub(crate) fn find(points: &[Point], asked_per_s: Option<f64>) -> Option<Self> {
        let windows = windows(points);
        let rate = most_common(&windows)?;
        // Chance alone puts every other window above this, so that one is found at once.
        let is_held = |window: &&Window| window.rate >= rate * (1.0 - SAME);
        let first = windows.iter().find(is_held)?;
        let last = windows.iter().rfind(is_held)?;
        let changes = asked_per_s.is_some_and(|asked| asked < rate - tolerance(rate));
        let to_s = if changes { last.to_s } else { points.last()?.at_s };
        Some(Self { from_s: first.from_s, to_s })
    }
}

/// A few seconds of a run.
#[derive(Clone, Copy, Debug)]
struct Window {
    from_s: u64,
    to_s: u64,
    /// Answers a second.
    rate: f64,
}

/// A window from each point on, as far as there are enough seconds left.
fn windows(points: &[Point]) -> Vec<Window> {
    let mut windows = Vec::new();
    let mut end = 0;
    for start in points {
        let due_s = start.at_s.saturating_add(WINDOW_S);
        while points.get(end).is_some_and(|point| point.at_s < due_s) {
            end += 1;
        }
        let Some(stop) = points.get(end) else { break };
        let rate = (stop.requests - start.requests) as f64 / (stop.at_s - start.at_s) as f64;
        windows.push(Window { from_s: start.at_s, to_s: stop.at_s, rate });
    }
    windows
}

/// The rate that the most windows share: the mean of the largest crowd of similar rates, the higher of two. Windows without
/// any answer share nothing.
fn most_common(windows: &[Window]) -> Option<f64> {
    let mut rates: Vec<f64> = windows.iter().map(|window| window.rate).collect();
    rates.retain(|rate| *rate > 0.0);
    rates.sort_by(f64::total_cmp);
    let (mut low, mut high) = (0, 0);
    let mut crowd: &[f64] = &[];
    for &rate in &rates {
        while rates[low] < rate - tolerance(rate) {
            low += 1;
        }
        while rates.get(high).is_some_and(|other| *other <= rate + tolerance(rate)) {
            high += 1;
        }
        if high - low >= crowd.len() {
            crowd = &rates[low..high];
        }
    }
    (!crowd.is_empty()).then(|| crowd.iter().sum::<f64>() / crowd.len() as f64)
}

/// How far a window may miss a rate that is held.
fn tolerance(rate: f64) -> f64 {
    (rate * SAME).max(SPREAD * (rate / WINDOW_S as f64).sqrt())
}

#[cfg(test)]
mod tests {
    use lead_stats::Percentiles;

    use super::HeldRate;
    use crate::timeline::Point;

    /// A history of so many answers in each second, from second 100 on.
    fn points(answers: impl IntoIterator<Item = u64>) -> Vec<Point> {
        let mut requests = 0;
        let point = |(at_s, answers): (u64, u64)| {
            requests += answers;
            let (users, failures, spent_ms) = (0, 0, 0.0);
            Point { at_s, users, requests, failures, spent_ms, percentiles: Percentiles::none() }
        };
        (100..).zip(answers).map(point).collect()
    }

    fn held(
        answers: impl IntoIterator<Item = u64>,
        asked_per_s: Option<f64>,
    ) -> Option<(u64, u64)> {
        let held = HeldRate::find(&points(answers), asked_per_s)?;
        Some((held.from_s - 100, held.to_s - 100))
    }

    #[test]
    fn a_constant_rate_is_held_from_the_first_row_to_the_last() {
        assert_eq!(held([300; 60], None), Some((0, 59)));
        assert_eq!(held([300; 6], Some(300.0)), Some((0, 5)));
        assert_eq!(held([300; 5], Some(300.0)), None, "there is no window of five seconds");
    }

    #[test]
    fn requests_that_come_by_chance_hold_their_rate() {
        let by_chance = (0..120_u64).map(|second| 3 + second * 7919 % 11);
        assert_eq!(held(by_chance, Some(8.0)).map(|(from, to)| (from < 5, to)), Some((true, 119)));
    }

    #[test]
    fn a_ramp_is_left_out() {
        let (from, to) = held((1..=30).map(|s| s * 10).chain([300; 60]), Some(255.0)).unwrap();
        assert!((22..30).contains(&from), "{from}");
        assert_eq!(to, 89);
    }

    #[test]
    fn a_plan_that_ends_lower_ends_the_window_and_a_server_that_breaks_down_does_not() {
        let falling = || [300; 60].into_iter().chain([20; 60]);
        let (from, to) = held(falling(), Some(160.0)).unwrap();
        assert_eq!((from, to), (0, 119), "the longest held is the lower rate, and all is at it");
        let shorter = || [300; 60].into_iter().chain([20; 40]);
        let (_, to) = held(shorter(), Some(188.0)).unwrap();
        assert!((59..64).contains(&to), "less was asked for: {to}");
        assert_eq!(held(shorter(), Some(300.0)), Some((0, 99)), "it was asked for to the end");
        assert_eq!(held(shorter(), None), Some((0, 99)), "nobody knows");
    }

    #[test]
    fn a_stall_and_the_answers_behind_it_are_not_the_rate() {
        let stall = [300; 30].into_iter().chain([0; 4]).chain([1500]).chain([300; 30]);
        assert_eq!(held(stall, Some(300.0)), Some((0, 64)));
    }

    #[test]
    fn without_answers_nothing_is_held() {
        assert_eq!(held([0; 60], Some(300.0)), None);
        assert_eq!(held([], None), None);
    }
}
