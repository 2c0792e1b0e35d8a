//! A quantity over time: users or requests per second, as stages say.
//!
//! [`Stages`] begins at a value and moves in a straight line to each stage's target over the stage's time, as in k6. It
//! answers what the quantity is at a time, what it has added up to, and when it has added up to a number. Pure
//! arithmetic in whole nanoseconds; it knows no clock.

use std::fmt;
use std::time::Duration;

/// A value that changes in straight lines.
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

    /// The sum of the stages' times; nothing where the value never changes.
    pub fn lasts(&self) -> Option<Duration> {
        (!self.stages.is_empty()).then(|| self.stages.iter().map(|stage| stage.time).sum())
    }

    /// The greatest value.
    pub fn peak(&self) -> f64 {
        self.stages.iter().map(|stage| stage.target).fold(self.from, f64::max)
    }
}

impl fmt::Display for Stages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.from)?;
        self.stages
            .iter()
            .try_for_each(|stage| write!(f, ", to {} in {:?}", stage.target, stage.time))
    }
}
