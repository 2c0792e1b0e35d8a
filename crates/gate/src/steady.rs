//! The part of a run in which all users were at work.
//!
//! [`Steady`] is the window between ramp-up and ramp-down: from the first to the last second with at least 95 % of the
//! plateau's users; or, in the open model, which has none, from where the rate was held. Requests per second over it are exact, because they come from the total counter and not from the
//! smoothed rate column. Whether the rate is good is not decided here.

use std::time::Duration;

use crate::{
    plateau::HeldRate,
    quantity::counted,
    timeline::{Point, Timeline},
};

/// A user count that lasts this long is a plateau; a shorter peak is an overshoot.
const HELD_S: u64 = 10;

/// Below this length, whole-second timestamps alone put the rate in doubt by more than a fifth.
const SHORTEST_S: u64 = 5;

/// Users come and go a little under a real Locust master: 95 % of the plateau is still the plateau.
const PLATEAU_PERCENT: u128 = 95;

/// Where the steady window begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Start {
    /// So long after the first row; by default with the first second at the plateau.
    pub ramp: Option<Duration>,
    /// So much later still; by default at once.
    pub settle: Option<Duration>,
}

/// The window in which the load was held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Steady {
    /// The plateau: the largest number of users that was held; 0 in the open model, whose plateau is one of the rate.
    pub users: u64,
    /// The fewest users at any second of the window.
    pub fewest_users: u64,
    /// Start of the window, Unix seconds.
    pub from_s: u64,
    /// End of the window, Unix seconds.
    pub to_s: u64,
    /// Seconds from the first history row to the window.
    pub ramp_s: u64,
    /// How many of these seconds were left for the run to settle at its plateau.
    pub settled_s: u64,
    /// Requests completed within the window.
    pub requests: u64,
}

/// Why a run has no steady window; every reason means that only whole-run figures can be judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoSteady {
    /// The most users at work at any second, if there is a history.
    pub most_users: Option<u64>,
    /// For how many seconds they were held.
    pub held_s: u64,
}

impl NoSteady {
    /// The reason as a sentence without its end.
    pub fn reason(self) -> String {
        match self.most_users {
            None => "there is no history to find a steady part in".to_owned(),
            Some(0) => {
                "the history shows neither users at work nor a rate that was held".to_owned()
            }
            Some(users) => format!(
                "the plateau of {} lasted {} s, less than {SHORTEST_S} s",
                counted(users, "user"),
                self.held_s
            ),
        }
    }
}

impl Start {
    /// The first point of the window.
    fn first(self, points: &[Point], at_plateau: impl Fn(&Point) -> bool) -> Option<usize> {
        let settle_s = self.settle.map_or(0, |settle| settle.as_secs());
        let ramp_end_s = match self.ramp {
            Some(ramp) => points.first()?.at_s.saturating_add(ramp.as_secs()),
            None => points.iter().find(|point| at_plateau(point))?.at_s,
        };
        let from_s = ramp_end_s.saturating_add(settle_s);
        points.iter().position(|point| point.at_s >= from_s)
    }
}

impl Steady {
    /// Finds the window that begins where it is told to, or says why there is none. In the open model it helps to know the
    /// rate that was `asked_per_s` on average.
    pub(crate) fn find(
        timeline: &Timeline,
        begin: Start,
        asked_per_s: Option<f64>,
    ) -> Result<Self, NoSteady> {
        let points = &timeline.points;
        let most_users = points.iter().map(|point| point.users).max();
        let users = plateau(points).or(most_users).unwrap_or(0);
        let rate = if users == 0 { HeldRate::find(points, asked_per_s) } else { None };
        let at_plateau = |point: &Point| match rate {
            Some(rate) => (rate.from_s..=rate.to_s).contains(&point.at_s),
            None => point.users > 0 && is_plateau(point.users, users),
        };
        let settled_s = begin.settle.map_or(0, |settle| settle.as_secs());
        let first = begin.first(points, at_plateau);
        let last = points.iter().rposition(at_plateau);
        let (Some(first), Some(last)) = (first, last) else {
            return Err(NoSteady { most_users, held_s: 0 });
        };
        let (start, end) = (&points[first], &points[last]);
        // A start behind the last second at the plateau leaves nothing.
        let held_s = end.at_s.saturating_sub(start.at_s);
        if held_s < SHORTEST_S {
            return Err(NoSteady { most_users: Some(users), held_s });
        }
        Ok(Self {
            users,
            fewest_users: points[first..=last]
                .iter()
                .map(|point| point.users)
                .min()
                .unwrap_or(users),
            from_s: start.at_s,
            to_s: end.at_s,
            ramp_s: start.at_s - points[0].at_s,
            settled_s,
            requests: end.requests - start.requests,
        })
    }

    /// Length of the window in seconds.
    pub fn duration_s(&self) -> u64 {
        self.to_s - self.from_s
    }

    /// Requests per second over the window.
    pub fn rps(&self) -> f64 {
        self.requests as f64 / self.duration_s() as f64
    }

    /// Whether there were no users: the load came at a rate, whatever became of earlier requests.
    pub fn is_open(&self) -> bool {
        self.users == 0
    }

    /// Whether the load stayed up: no second of the window had fewer users than the plateau allows.
    pub fn is_held(&self) -> bool {
        is_plateau(self.fewest_users, self.users)
    }
}

fn is_plateau(users: u64, plateau: u64) -> bool {
    u128::from(users) * 100 >= u128::from(plateau) * PLATEAU_PERCENT
}

/// The largest user count that held for [`HELD_S`], give or take the tolerance downwards.
fn plateau(points: &[Point]) -> Option<u64> {
    let mut counts: Vec<u64> =
        points.iter().map(|point| point.users).filter(|users| *users > 0).collect();
    counts.sort_unstable();
    counts.dedup();
    counts.into_iter().rev().find(|&count| longest_hold_s(points, count) >= HELD_S)
}

/// The longest unbroken time at `count` users or slightly fewer.
fn longest_hold_s(points: &[Point], count: u64) -> u64 {
    points
        .chunk_by(|a, b| holds(a.users, count) == holds(b.users, count))
        .filter(|stretch| holds(stretch[0].users, count))
        .map(|stretch| stretch[stretch.len() - 1].at_s - stretch[0].at_s)
        .max()
        .unwrap_or(0)
}

fn holds(users: u64, count: u64) -> bool {
    users <= count && is_plateau(users, count)
}
