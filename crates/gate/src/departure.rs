//! Users that go away before the run ends, and stay away.
//!
//! Figures of the whole run are then mostly of less load than was asked for, and nothing about them looks odd. A ramp-down
//! is no departure, nor are the last seconds of a run, in which users are stopped one after the other. It may be a plan of
//! stages, so it is only told.

use crate::{
    quantity::counted,
    steady::Steady,
    timeline::{Point, Timeline},
};

/// Shorter ends of a run are its stopping.
const SHORT_S: u64 = 15;

/// And so are ends of a tenth of a run.
const SHORT_PART: u64 = 10;

/// A note if users left before the end and fewer stayed at work for long.
pub(crate) fn departure(timeline: &Timeline, steady: &Steady) -> Option<String> {
    if steady.is_open() {
        return None;
    }
    let (first, last) = (timeline.points.first()?, timeline.points.last()?);
    let short_s = SHORT_S.max((last.at_s - first.at_s) / SHORT_PART);
    let behind = timeline.points.iter().skip_while(|point| point.at_s <= steady.to_s);
    let behind: Vec<&Point> = behind.collect();
    // The level that was held longest; each level of a ramp-down is left soon.
    let held_s = |stretch: &&[&Point]| stretch[stretch.len() - 1].at_s - stretch[0].at_s;
    let stayed = behind.chunk_by(|a, b| a.users == b.users).max_by_key(held_s)?;
    let lasted_s = held_s(&stayed);
    (lasted_s > short_s).then(|| {
        format!(
            "from second {} on fewer than the {} were at work ({} for {lasted_s} s): figures of the whole run are partly \
             of less load. If that was the plan, judge by steady_rps and drift; if not, find out why they stopped",
            steady.to_s - first.at_s + 1,
            counted(steady.users, "user"),
            stayed[0].users,
        )
    })
}

#[cfg(test)]
mod tests {
    use lead_stats::Percentiles;

    use super::departure;
    use crate::{
        steady::{Start, Steady},
        timeline::{HistoryMode, Point, Timeline},
    };

    /// What is said of a run with so many users in each second.
    fn said(users: impl IntoIterator<Item = u64>) -> Option<String> {
        let point = |(at_s, users): (u64, u64)| Point {
            at_s,
            users,
            requests: at_s * 10,
            failures: 0,
            spent_ms: 0.0,
            percentiles: Percentiles::none(),
        };
        let timeline = Timeline {
            points: (1000..).zip(users).map(point).collect(),
            mode: HistoryMode::Cumulative,
            before_s: 0,
            restarts: 0,
            notes: Vec::new(),
        };
        let steady = Steady::find(&timeline, Start::default(), None).unwrap();
        departure(&timeline, &steady)
    }

    #[test]
    fn users_that_leave_and_stay_away_are_told() {
        let note = said([20; 60].into_iter().chain([2; 90])).unwrap();
        assert!(
            note.starts_with(
                "from second 60 on fewer than the 20 users were at work (2 for 89 s):"
            ),
            "{note}"
        );
        assert!(said([20; 60].into_iter().chain([0; 90])).is_some());
    }

    #[test]
    fn a_ramp_down_the_last_seconds_and_a_dip_are_not() {
        assert_eq!(said([20; 150]), None);
        assert_eq!(said([20; 90].into_iter().chain((0..60).map(|s| 20 - s / 3))), None);
        assert_eq!(said([20; 135].into_iter().chain([3; 15])), None);
        assert_eq!(said([20; 60].into_iter().chain([2; 30]).chain([20; 60])), None);
        assert_eq!(said((1..=20).chain([19; 100])), None, "one of twenty is no departure");
    }
}
