//! What a measured value is compared with, and how.
//!
//! [`Limit`] is either a quantity with its unit or a multiple of the baseline. The operator is part of the rule's text
//! on purpose: whether exactly 1000 ms is still good must be written down, not guessed.

use std::fmt;

use crate::quantity::Quantity;

/// A comparison between what was observed (left) and the limit (right).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    /// Smaller than the limit; the limit itself fails.
    Below,
    /// At most the limit; the limit itself passes.
    AtMost,
    /// At least the limit; the limit itself passes.
    AtLeast,
    /// Larger than the limit; the limit itself fails.
    Above,
}

impl Op {
    /// Whether `observed` stands in this relation to `limit`. Never true if either is NaN.
    pub fn holds<T: PartialOrd>(self, observed: &T, limit: &T) -> bool {
        match self {
            Self::Below => observed < limit,
            Self::AtMost => observed <= limit,
            Self::AtLeast => observed >= limit,
            Self::Above => observed > limit,
        }
    }

    /// The operator as it is written in an expression.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Below => "<",
            Self::AtMost => "<=",
            Self::AtLeast => ">=",
            Self::Above => ">",
        }
    }
}

impl fmt::Display for Op {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The right side of a rule.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Limit {
    /// A fixed quantity. A percentage of requests is kept to a hundredth of a percent.
    Absolute(Quantity),
    /// The same metric of the baseline, times this factor (1.2 allows 20 % more).
    TimesBaseline(f64),
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Absolute(quantity) => write!(f, "{}{}", quantity.value(), quantity.unit()),
            Self::TimesBaseline(factor) => write!(f, "baseline * {factor:.2}"),
        }
    }
}
