//! What a measured value is compared with, and how.
//!
//! [`Limit`] is a quantity with its unit, or follows from a reference: the baseline or the pinned release. The operator is part of the rule's text
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
    /// Exactly the limit.
    Equal,
}

impl Op {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::AtMost, Self::Below, Self::AtLeast, Self::Above, Self::Equal];

    /// Whether `observed` stands in this relation to `limit`. Never true if either is NaN.
    pub fn holds<T: PartialOrd>(self, observed: &T, limit: &T) -> bool {
        match self {
            Self::Below => observed < limit,
            Self::AtMost => observed <= limit,
            Self::AtLeast => observed >= limit,
            Self::Above => observed > limit,
            Self::Equal => observed == limit,
        }
    }

    /// Whether one quantity stands in this relation to another of its unit; counts are compared one by one.
    pub(crate) fn holds_between(self, observed: Quantity, limit: Quantity) -> bool {
        match (observed, limit) {
            (Quantity::Count(observed), Quantity::Count(limit)) => self.holds(&observed, &limit),
            _ => self.holds(&observed.value(), &limit.value()),
        }
    }

    /// The operator as it is written in an expression.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Below => "<",
            Self::AtMost => "<=",
            Self::AtLeast => ">=",
            Self::Above => ">",
            Self::Equal => "==",
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
    /// The same metric of the baseline, and this much more.
    PlusBaseline(Quantity),
    /// The same metric of the pinned reference, times this factor: it stays where it is while baselines follow.
    TimesPinned(f64),
    /// The same metric of the pinned reference, and this much more.
    PlusPinned(Quantity),
}

impl Limit {
    /// Whether it follows from the pinned reference.
    pub fn is_pinned(self) -> bool {
        matches!(self, Self::TimesPinned(_) | Self::PlusPinned(_))
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Absolute(quantity) => f.write_str(&plain(*quantity)),
            Self::TimesBaseline(factor) => write!(f, "baseline * {}", Factor(*factor)),
            Self::PlusBaseline(quantity) => write!(f, "baseline + {}", plain(*quantity)),
            Self::TimesPinned(factor) => write!(f, "pinned * {}", Factor(*factor)),
            Self::PlusPinned(quantity) => write!(f, "pinned + {}", plain(*quantity)),
        }
    }
}

/// A quantity as it is written in an expression, without a space.
fn plain(quantity: Quantity) -> String {
    match quantity {
        Quantity::Count(count) => count.to_string(),
        _ => format!("{}{}", quantity.value(), quantity.unit()),
    }
}

/// A factor with two decimals, or more where it has more.
struct Factor(f64);

impl fmt::Display for Factor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (short, exact) = (format!("{:.2}", self.0), self.0.to_string());
        f.write_str(if short.parse() == Ok(self.0) { &short } else { &exact })
    }
}
