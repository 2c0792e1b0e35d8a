//! What a rule says beside its expression: how much it weighs and from when on it is believed.
//!
//! [`Terms`] are plain; whether they suit the expression is checked where both meet, in [`Rule`](crate::Rule).

use crate::quantity::Quantity;

/// The chance of a false alarm that a confident rule accepts where it says nothing else.
pub(crate) const ALPHA: f64 = 0.025;

/// Beyond the reference times this a confident rule fails in any case where it says nothing else.
pub(crate) const HARD: f64 = 1.5;

/// How much a broken rule weighs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Severity {
    /// A broken rule fails the run.
    #[default]
    Fail,
    /// A broken rule is a warning.
    Warn,
}

impl Severity {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Fail, Self::Warn];

    /// The severity in one word, as in `gate.toml`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Fail => "fail",
            Self::Warn => "warn",
        }
    }
}

/// What a relative rule fails on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Certainty {
    /// The figures as they are: worse by more than the rule allows is a failure, chance or not.
    #[default]
    Point,
    /// Only what chance does not explain; the rest is inconclusive.
    Confident,
}

impl Certainty {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Point, Self::Confident];

    /// The certainty in one word, as the value of `policy` in `gate.toml`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Point => "point",
            Self::Confident => "confident",
        }
    }
}

/// What a rule says beside its expression. By default: it fails the run, by the point estimate, at any size.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Terms {
    /// How much it weighs.
    pub severity: Severity,
    /// For relative rules: what they fail on.
    pub certainty: Certainty,
    /// For relative and drift rules: a change of no more than this is no failure, whatever its ratio. In the metric's
    /// own unit, in milliseconds for a drift.
    pub min_abs: Option<Quantity>,
    /// Fewer requests than this have nothing to say: the rule has no data.
    pub min_samples: Option<u64>,
    /// For drift rules: fewer windows than this are not judged.
    pub min_windows: Option<usize>,
    /// For drift and confident rules: the chance of calling pure noise a change that is still accepted, between 0 and 1; by default
    /// 0.01 of drifts and 0.025, one in forty, of confident rules.
    pub alpha: Option<f64>,
    /// For confident rules: a figure beyond the reference times this fails whatever chance says; above 1, by default 1.5.
    pub hard: Option<f64>,
}
