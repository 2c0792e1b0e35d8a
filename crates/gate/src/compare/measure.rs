//! What is compared: latencies, the rate, and errors, each read from a row of a summary.

use lead_stats::Endpoint;

use crate::quantity::Quantity;

/// A figure that base and head both have, for all requests and for each endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// The median response time.
    P50,
    /// The response time that 95 % of the requests stayed within.
    P95,
    /// The response time that 99 % of the requests stayed within.
    P99,
    /// The mean response time.
    Average,
    /// Requests per second over the whole run; less is worse.
    Rate,
    /// Failed requests in percent.
    Errors,
    /// Exceptions of the scenario's own code; of all requests alone, and only where some run has any.
    Exceptions,
    /// Stretches of ten seconds in which nothing was answered; of all requests alone, and only where some run has any.
    Silence,
}

impl Measure {
    /// Those that stand in each row of a summary, in the order of reports.
    pub const ALL: [Self; 6] =
        [Self::P50, Self::P95, Self::P99, Self::Average, Self::Rate, Self::Errors];

    /// The name in one word, as `--decide` takes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::P50 => "p50",
            Self::P95 => "p95",
            Self::P99 => "p99",
            Self::Average => "avg",
            Self::Rate => "rate",
            Self::Errors => "errors",
            Self::Exceptions => "exceptions",
            Self::Silence => "silence",
        }
    }

    /// Reads what `--decide` was given; errors decide anyway.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let known = Self::ALL.into_iter().filter(|measure| *measure != Self::Errors);
        known
            .into_iter()
            .find(|measure| measure.as_str() == text)
            .ok_or_else(|| format!("no figure {text:?}; write p50, p95, p99, avg or rate"))
    }

    /// Whether it is counted, may be 0, and decides unasked.
    pub(crate) fn is_guard(self) -> bool {
        matches!(self, Self::Errors | Self::Exceptions | Self::Silence)
    }

    /// Whether it is a time, which files may round.
    pub(crate) fn is_latency(self) -> bool {
        !self.is_guard() && self != Self::Rate
    }

    /// Whether Locust rounds it to its buckets; means are exact.
    pub(crate) fn is_rounded(self) -> bool {
        matches!(self, Self::P50 | Self::P95 | Self::P99)
    }

    /// A value with its unit.
    pub(crate) fn quantity(self, value: f64) -> Quantity {
        match self {
            Self::Rate => Quantity::PerSecond(value),
            Self::Errors => Quantity::Percent(value),
            // Counts of a load test stay far below 2^53.
            Self::Exceptions | Self::Silence => Quantity::Count(value.round() as u64),
            _ => Quantity::Milliseconds(value),
        }
    }

    /// The figure in a row, in its own unit; `None` where the row does not hold it.
    pub(crate) fn of(self, row: &Endpoint) -> Option<f64> {
        if row.requests == 0 {
            return None;
        }
        match self {
            Self::P50 => row.percentiles.at(0.50),
            Self::P95 => row.percentiles.at(0.95),
            Self::P99 => row.percentiles.at(0.99),
            Self::Average => Some(row.average_ms).filter(|ms| *ms > 0.0),
            Self::Rate => Some(row.requests_per_s).filter(|rate| *rate > 0.0),
            Self::Errors => Some(row.failures as f64 * 100.0 / row.requests as f64),
            Self::Exceptions | Self::Silence => None,
        }
    }
}
