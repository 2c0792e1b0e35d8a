//! What a rate broke, and its words in every report.
//!
//! A [`Breach`] is one objective that did not hold, with what was seen and what may be. Finding them is the
//! [`Step`](super::Step)'s.

use std::fmt;

use super::objective::Percentile;

/// An objective that did not hold.
#[derive(Debug, Clone, PartialEq)]
pub enum Breach {
    /// A percentile of the response time was too high.
    Slow {
        /// Which.
        percentile: Percentile,
        /// What it was, in milliseconds.
        observed_ms: f64,
        /// What it may be, in milliseconds.
        at_most_ms: f64,
    },
    /// Too many requests failed.
    Failing {
        /// Share that failed, 0 to 1.
        observed: f64,
        /// Share that may fail, 0 to 1.
        at_most: f64,
        /// What most of them say.
        text: Option<String>,
    },
    /// Requests were due and never sent, because too many others were still waiting for their answers.
    Behind {
        /// How many.
        unsent: u64,
    },
    /// Less was answered than asked while the rate was asked for: what waited became more and more.
    Growing {
        /// Requests that ended per second.
        answered_per_s: f64,
        /// Requests per second that were due.
        asked_per_s: f64,
    },
    /// There was no answer at all.
    Silent,
}

impl fmt::Display for Breach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Slow { percentile, observed_ms, at_most_ms } => {
                write!(f, "{percentile} {observed_ms:.1} ms > {at_most_ms} ms")
            }
            Self::Failing { observed, at_most, text } => {
                write!(f, "errors {:.3} % > {} %", observed * 100.0, at_most * 100.0)?;
                text.as_ref().map_or(Ok(()), |text| write!(f, ": {text}"))
            }
            Self::Behind { unsent } => write!(f, "{unsent} requests due and never sent"),
            Self::Growing { answered_per_s, asked_per_s } => {
                let digits = usize::from(*asked_per_s < 100.0);
                write!(
                    f,
                    "the queue grew: {answered_per_s:.digits$}/s answered of {asked_per_s:.digits$}/s asked"
                )
            }
            Self::Silent => f.write_str("no answer at all"),
        }
    }
}
