//! What became of a figure, or of all of them: [`Finding`].

use std::fmt;

/// Whether the head is slower.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Finding {
    /// What is beyond the limit is ruled out.
    NoRegression,
    /// The head is better, and chance does not explain it.
    Improvement,
    /// Neither a regression nor its absence is certain.
    Inconclusive,
    /// The head is worse by more than the limit, and chance does not explain it.
    Regression,
}

impl Finding {
    /// The finding as in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NoRegression => "no-regression",
            Self::Improvement => "improvement",
            Self::Inconclusive => "inconclusive",
            Self::Regression => "regression",
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoRegression => "no regression",
            other => other.as_str(),
        })
    }
}
