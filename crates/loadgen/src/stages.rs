//! A quantity over time: users or requests per second, as stages say.
//!
//! [`Stages`] begins at a value and moves in a straight line to each stage's target over the stage's time, as in k6. It
//! answers what the quantity is at a time, what it has added up to, and when it has added up to a number. Pure
//! arithmetic; it knows no clock.

use std::fmt;
use std::time::Duration;

/// A value that changes in straight lines, and stays where the last one ends.
#[derive(Debug, Clone, PartialEq)]
pub struct Stages {
    from: f64,
    stages: Vec<Stage>,
}

/// One straight line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stage {
    /// How long it takes; zero jumps.
    pub time: Duration,
    /// The value at its end, finite and not negative.
    pub target: f64,
}

impl Stages {
    /// The same value for ever.
    pub fn constant(value: f64) -> Self {
        Self { from: value, stages: Vec::new() }
    }

    /// Stages that begin at `from`.
    pub fn new(from: f64, stages: Vec<Stage>) -> Self {
        Self { from, stages }
    }

    /// The straight lines, in order.
    pub(crate) fn stages(&self) -> &[Stage] {
        &self.stages
    }

    /// The sum of the stages' times; nothing where the value never changes.
    pub fn lasts(&self) -> Option<Duration> {
        let add = |sum: Duration, stage: &Stage| sum.saturating_add(stage.time);
        (!self.stages.is_empty()).then(|| self.stages.iter().fold(Duration::ZERO, add))
    }

    /// The value at the very start, before a first jump.
    pub(crate) fn at_start(&self) -> f64 {
        self.from
    }

    /// The greatest value.
    pub fn peak(&self) -> f64 {
        self.stages.iter().map(|stage| stage.target).fold(self.from, f64::max)
    }

    /// The value at a time since the start; where it jumps, the value after the jump.
    pub fn at(&self, time: Duration) -> f64 {
        let time = time.as_secs_f64();
        let line = self.lines().take_while(|line| line.begins <= time).last();
        line.map_or(self.from, |line| line.at(time))
    }

    /// When the value first is greatest.
    pub(crate) fn peaks(&self) -> Duration {
        let mut passed = Duration::ZERO;
        let mut greatest = (self.from, Duration::ZERO);
        for stage in &self.stages {
            passed = passed.saturating_add(stage.time);
            if stage.target > greatest.0 {
                greatest = (stage.target, passed);
            }
        }
        greatest.1
    }

    /// The same until a time, from there on a value that stays.
    pub(crate) fn turned(&self, at: Duration, value: f64) -> Self {
        let mut left = at;
        let mut stages = Vec::new();
        for stage in &self.stages {
            let Some(behind) = left.checked_sub(stage.time) else { break };
            stages.push(*stage);
            left = behind;
        }
        // Jumps in the same moment lead to nothing that lasts: the last one counts.
        while left.is_zero() && stages.pop_if(|stage| stage.time.is_zero()).is_some() {}
        if !left.is_zero() {
            stages.push(Stage { time: left, target: self.at(at) });
        }
        stages.push(Stage { time: Duration::ZERO, target: value });
        Self { from: self.from, stages }
    }

    /// What a rate has added up to between the start and a time: the area below the line.
    pub fn sum_until(&self, time: Duration) -> f64 {
        let time = time.as_secs_f64();
        let passed = self.lines().take_while(|line| line.begins <= time);
        passed.map(|line| line.area(line.within(time))).sum()
    }

    /// When a rate has added up to `sum`: the least such time since the start; nothing when it never does.
    pub fn time_of_sum(&self, sum: f64) -> Option<Duration> {
        Walk::new(self).time_of_sum(sum)
    }

    /// The stages in words, with the unit (and the blank before it) behind the first number.
    pub(crate) fn words(&self, unit: &str) -> String {
        let stage = |stage: &Stage| format!(", to {} in {:?}", stage.target, stage.time);
        let stages: String = self.stages.iter().map(stage).collect();
        format!("{}{unit}{stages}", self.from)
    }

    /// The lines as somebody would type them: `30s:100,120s:300`.
    pub(crate) fn typed(&self) -> String {
        let typed = |stage: &Stage| format!("{}s:{}", stage.time.as_secs(), stage.target);
        self.stages.iter().map(typed).collect::<Vec<_>>().join(",")
    }

    /// The lines in order, the endless one at the end included.
    pub(crate) fn lines(&self) -> impl Iterator<Item = Line> + '_ {
        let ends = self.stages.iter().scan((0.0, self.from), |(begins, from), stage| {
            let lasts = stage.time.as_secs_f64();
            let line = Line { begins: *begins, lasts, from: *from, to: stage.target };
            (*begins, *from) = (line.begins + lasts, stage.target);
            Some(line)
        });
        let begins = self.lasts().unwrap_or_default().as_secs_f64();
        let value = self.stages.last().map_or(self.from, |stage| stage.target);
        ends.chain([Line { begins, lasts: f64::INFINITY, from: value, to: value }])
    }
}

impl fmt::Display for Stages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words(""))
    }
}

/// A straight line in seconds since the start.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Line {
    pub(crate) begins: f64,
    /// Infinite for the value that stays.
    pub(crate) lasts: f64,
    pub(crate) from: f64,
    pub(crate) to: f64,
}

impl Line {
    /// Change per second.
    fn slope(&self) -> f64 {
        if self.lasts.is_finite() && self.lasts > 0.0 {
            (self.to - self.from) / self.lasts
        } else {
            0.0
        }
    }

    /// The part of this line that lies before a time, in seconds.
    fn within(&self, time: f64) -> f64 {
        (time - self.begins).clamp(0.0, self.lasts)
    }

    fn at(&self, time: f64) -> f64 {
        if self.lasts == 0.0 { self.to } else { self.from + self.slope() * self.within(time) }
    }

    /// The area below the first `seconds` of the line.
    fn area(&self, seconds: f64) -> f64 {
        (self.from + 0.5 * self.slope() * seconds) * seconds
    }

    /// After how many seconds the area has reached `area`; nothing when it does not within the line.
    fn reaches(&self, area: f64) -> Option<f64> {
        // slope/2 t^2 + from t = area, in the form that loses no digits when the slope is small.
        let root = (self.from * self.from + 2.0 * self.slope() * area).max(0.0).sqrt();
        let seconds = if area <= 0.0 { 0.0 } else { 2.0 * area / (self.from + root) };
        (seconds <= self.lasts && seconds.is_finite()).then_some(seconds)
    }
}

/// A walk along the lines, for sums that only grow: each step costs the same however many stages there are.
#[derive(Debug, Clone)]
pub(crate) struct Walk {
    lines: std::vec::IntoIter<Line>,
    line: Option<Line>,
    /// What all lines before this one add up to.
    before: f64,
}

impl Walk {
    /// At the start.
    pub(crate) fn new(stages: &Stages) -> Self {
        let mut lines = stages.lines().collect::<Vec<_>>().into_iter();
        let line = lines.next();
        Self { lines, line, before: 0.0 }
    }

    /// When the rate has added up to `sum`, which is no less than at the last call.
    pub(crate) fn time_of_sum(&mut self, sum: f64) -> Option<Duration> {
        loop {
            let line = self.line?;
            if let Some(seconds) = line.reaches(sum - self.before) {
                return Duration::try_from_secs_f64(line.begins + seconds).ok();
            }
            self.before += line.area(if line.lasts.is_finite() { line.lasts } else { 0.0 });
            self.line = self.lines.next();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;

    use super::{Stage, Stages};

    fn stages(from: f64, stages: &[(u64, f64)]) -> Stages {
        let stage = |&(ms, target)| Stage { time: Duration::from_millis(ms), target };
        Stages::new(from, stages.iter().map(stage).collect())
    }

    /// Up to 100 in two seconds, steady for three, down to nothing in one.
    fn hill() -> Stages {
        stages(0.0, &[(2_000, 100.0), (3_000, 100.0), (1_000, 0.0)])
    }

    fn s(seconds: f64) -> Duration {
        Duration::from_secs_f64(seconds)
    }

    #[test]
    fn values_lie_on_the_lines() {
        let expect = [(0.0, 0.0), (1.0, 50.0), (2.0, 100.0), (4.0, 100.0), (5.5, 50.0), (9.0, 0.0)];
        for (time, value) in expect {
            assert_eq!(hill().at(s(time)), value, "at {time} s");
        }
        assert_eq!((hill().peak(), hill().lasts()), (100.0, Some(s(6.0))));
    }

    #[test]
    fn stages_longer_than_time_itself_are_as_long_as_it_can_tell() {
        let ages = Stage { time: Duration::MAX, target: 1.0 };
        let stages = Stages::new(1.0, vec![ages, ages]);
        assert_eq!((stages.lasts(), stages.at(s(9.0))), (Some(Duration::MAX), 1.0));
    }

    #[test]
    fn a_stage_of_no_time_jumps() {
        let step = stages(10.0, &[(1_000, 10.0), (0, 30.0), (1_000, 30.0)]);
        assert_eq!([0.5, 1.0, 1.5].map(|time| step.at(s(time))), [10.0, 30.0, 30.0]);
        assert_eq!(step.time_of_sum(25.0), Some(s(1.5)));
    }

    #[test]
    fn a_value_that_is_turned_keeps_its_past() {
        for (at, sum) in [(0.0, 60.0), (1.0, 75.0), (2.0, 140.0), (5.5, 442.5), (9.0, 460.0)] {
            let turned = hill().turned(s(at), 10.0);
            for time in [0.0, at / 2.0, at * 0.999] {
                assert_eq!(
                    turned.sum_until(s(time)),
                    hill().sum_until(s(time)),
                    "turned at {at} s"
                );
            }
            assert_eq!((turned.at(s(at)), turned.at(s(at + 7.0))), (10.0, 10.0));
            let (until, more) = if at > 6.0 { (10.0, 0.0) } else { (6.0, 0.0) };
            assert!((turned.sum_until(s(until)) - sum - more).abs() < 1e-9, "turned at {at} s");
        }
        assert_eq!(hill().peaks(), s(2.0));
    }

    #[test]
    fn a_rate_adds_up_to_the_area_below_it() {
        let expect = [(1.0, 25.0), (2.0, 100.0), (5.0, 400.0), (6.0, 450.0), (60.0, 450.0)];
        for (time, sum) in expect {
            assert_eq!(hill().sum_until(s(time)), sum, "until {time} s");
        }
        assert_eq!(hill().time_of_sum(25.0), Some(s(1.0)));
        assert_eq!(hill().time_of_sum(450.5), None, "nothing comes after the last stage");
    }

    #[test]
    fn a_constant_rate_is_exact_to_the_nanosecond_for_a_day() {
        let rate = Stages::constant(2_000.0);
        for number in [1_u64, 7, 1_999, 2_000, 86_400 * 2_000 - 1] {
            let due = rate.time_of_sum(number as f64).unwrap();
            assert!(
                due.abs_diff(Duration::from_nanos(number * 500_000)) <= Duration::from_nanos(16),
                "{number}"
            );
        }
        assert_eq!(Stages::constant(0.0).time_of_sum(1.0), None);
    }

    proptest! {
        #[test]
        fn the_time_of_a_sum_is_where_the_sum_is_reached(
            from in 0.0_f64..500.0,
            lines in prop::collection::vec((1_u64..20_000, 0.0_f64..500.0), 0..6),
            part in 0.001_f64..0.999,
        ) {
            let stages = stages(from, &lines);
            let end = stages.lasts().unwrap_or(s(10.0));
            let sum = stages.sum_until(end) * part;
            let time = stages.time_of_sum(sum).unwrap();
            prop_assert!(time <= end);
            prop_assert!((stages.sum_until(time) - sum).abs() < 1e-3, "{} for {sum}", stages.sum_until(time));
        }
    }
}
