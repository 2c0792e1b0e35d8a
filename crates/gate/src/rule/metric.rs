//! What a rule can measure, and where in the evidence it stands.
//!
//! [`Metric`] names a figure and reads it from the summary of a run. It does not compute the steady window
//! ([`steady`](crate::steady)) or the drift ([`drift`](crate::drift)), and passes no judgement.

use std::fmt;

use lead_stats::Summary;

use crate::{evidence::Evidence, quantity::Quantity, steady::NoSteady};

/// A figure of a run that a rule can speak about, always over all endpoints together.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Metric {
    /// The response time that this share of the requests stayed within, 0.95 for P95, in milliseconds.
    Percentile(f64),
    /// Requests per second while all users were there.
    SteadyRps,
    /// Failed requests in percent of all requests.
    ErrorRate,
    /// Exceptions raised by the scenario's own code.
    Exceptions,
    /// How much worse this percentile became within the run, in percent.
    Drift(f64),
}

impl Metric {
    /// The unit that a limit for this metric must have, as in [`Quantity::unit`].
    pub fn unit(self) -> &'static str {
        match self {
            Self::Percentile(_) => "ms",
            Self::SteadyRps => "/s",
            Self::ErrorRate | Self::Drift(_) => "%",
            Self::Exceptions => "",
        }
    }

    /// Whether an earlier run's summary holds the same figure to compare with.
    pub fn has_baseline(self) -> bool {
        matches!(self, Self::Percentile(_))
    }

    /// The figure in one summary, for metrics that need nothing else; `None` where the file does not have it.
    pub(crate) fn in_summary(self, summary: &Summary) -> Option<Quantity> {
        let all = &summary.aggregated;
        match self {
            Self::Percentile(fraction) => all.percentiles.at(fraction).map(Quantity::Milliseconds),
            Self::ErrorRate if all.requests > 0 => {
                Some(Quantity::Percent(all.failures as f64 * 100.0 / all.requests as f64))
            }
            _ => None,
        }
    }

    /// The figure in the evidence; `None` where the run left nothing to read it from, and for drift, which is a series.
    pub(crate) fn observe(self, evidence: &Evidence) -> Option<Quantity> {
        match self {
            Self::Percentile(_) | Self::ErrorRate => self.in_summary(evidence.summary()),
            Self::Exceptions => evidence.exception_count().map(Quantity::Count),
            Self::SteadyRps => Some(Quantity::PerSecond(match evidence.steady() {
                Ok(steady) => steady.rps(),
                Err(NoSteady { .. }) => evidence.summary().aggregated.requests_per_s,
            })),
            Self::Drift(_) => None,
        }
    }
}

impl fmt::Display for Metric {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Percentile(fraction) => f.write_str(&percentile_name(*fraction)),
            Self::SteadyRps => f.write_str("steady_rps"),
            Self::ErrorRate => f.write_str("error_rate"),
            Self::Exceptions => f.write_str("exceptions"),
            Self::Drift(fraction) => write!(f, "drift({})", percentile_name(*fraction)),
        }
    }
}

/// `p95` for 0.95, `p99.9` for 0.999.
fn percentile_name(fraction: f64) -> String {
    // Rounded to a thousandth of a percent: 0.999 * 100 is 99.90000000000001 in binary.
    format!("p{}", (fraction * 100_000.0).round() / 1000.0)
}
