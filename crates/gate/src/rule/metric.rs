//! What a rule can measure.
//!
//! [`Metric`] names a figure, with its unit, and reads it from a row of a summary where it stands in one. The steady
//! window ([`steady`](crate::steady)) and the course of a run ([`drift`](crate::drift)) are not looked at here, and
//! no judgement is passed.

use std::fmt;

use lead_stats::Endpoint;

use crate::quantity::Quantity;

/// A figure of a run that a rule can speak about.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Metric {
    /// The response time that this share of the requests stayed within, 0.95 for P95, in milliseconds.
    Percentile(f64),
    /// The median response time as the file states it in a column of its own, in milliseconds.
    Median,
    /// The mean response time, in milliseconds; exact also in files of Locust.
    Average,
    /// The shortest response time, in milliseconds.
    Min,
    /// The longest response time, in milliseconds.
    Max,
    /// Requests per second over the whole run, ramp included.
    Rps,
    /// Requests per second while all users were there.
    SteadyRps,
    /// Requests per second in the slowest ten seconds while all users were there.
    MinWindowRps,
    /// Requests, failed ones included.
    Requests,
    /// Failed requests.
    Failures,
    /// Failed requests in percent of all requests.
    ErrorRate,
    /// Exceptions raised by the scenario's own code.
    Exceptions,
    /// How much worse this became within the run, in percent.
    Drift(Course),
}

/// All metrics that have one name, in the order in which messages list them.
pub(crate) const NAMED: [Metric; 11] = [
    Metric::Median,
    Metric::Average,
    Metric::Min,
    Metric::Max,
    Metric::Rps,
    Metric::SteadyRps,
    Metric::MinWindowRps,
    Metric::Requests,
    Metric::Failures,
    Metric::ErrorRate,
    Metric::Exceptions,
];

/// A figure that is followed through a run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Course {
    /// A percentile of the response times.
    Percentile(f64),
    /// The mean response time.
    Average,
    /// Requests per second; falling is worse.
    Rps,
}

impl Metric {
    /// The unit that a limit for this metric must have, as in [`Quantity::unit`].
    pub fn unit(self) -> &'static str {
        match self {
            Self::Percentile(_) | Self::Median | Self::Average | Self::Min | Self::Max => "ms",
            Self::Rps | Self::SteadyRps | Self::MinWindowRps => "/s",
            Self::ErrorRate | Self::Drift(_) => "%",
            Self::Requests | Self::Failures | Self::Exceptions => "",
        }
    }

    /// Whether an earlier run holds the same figure to compare with.
    pub fn has_baseline(self) -> bool {
        let is_time = self.unit() == "ms";
        is_time || self.is_mean_rate()
    }

    /// Whether it is a rate over a whole time, which is worse the smaller it is.
    pub(crate) fn is_mean_rate(self) -> bool {
        matches!(self, Self::Rps | Self::SteadyRps)
    }

    /// Whether the figure exists for a single endpoint.
    pub fn has_endpoints(self) -> bool {
        !matches!(self, Self::Exceptions)
    }

    /// The figure in one row of a summary; `None` where the row does not hold it.
    pub(crate) fn in_row(self, row: &Endpoint) -> Option<Quantity> {
        // Locust writes 0 for all times of a row without requests, and 0 of 0 is no rate.
        let ms = |value: f64| (row.requests > 0).then_some(Quantity::Milliseconds(value));
        match self {
            Self::Percentile(fraction) => row.percentiles.at(fraction).map(Quantity::Milliseconds),
            Self::Median => ms(row.median_ms),
            Self::Average => ms(row.average_ms),
            Self::Min => ms(row.min_ms),
            Self::Max => ms(row.max_ms),
            Self::Rps => Some(Quantity::PerSecond(row.requests_per_s)),
            Self::Requests => Some(Quantity::Count(row.requests)),
            Self::Failures => Some(Quantity::Count(row.failures)),
            Self::ErrorRate if row.requests > 0 => {
                Some(Quantity::Percent(row.failures as f64 * 100.0 / row.requests as f64))
            }
            _ => None,
        }
    }
}

impl fmt::Display for Metric {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Percentile(fraction) => f.write_str(&percentile_name(*fraction)),
            Self::Median => f.write_str("median"),
            Self::Average => f.write_str("avg"),
            Self::Min => f.write_str("min"),
            Self::Max => f.write_str("max"),
            Self::Rps => f.write_str("rps"),
            Self::SteadyRps => f.write_str("steady_rps"),
            Self::MinWindowRps => f.write_str("min_window_rps"),
            Self::Requests => f.write_str("requests"),
            Self::Failures => f.write_str("failures"),
            Self::ErrorRate => f.write_str("error_rate"),
            Self::Exceptions => f.write_str("exceptions"),
            Self::Drift(course) => write!(f, "drift({course})"),
        }
    }
}

impl fmt::Display for Course {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Percentile(fraction) => f.write_str(&percentile_name(*fraction)),
            Self::Average => f.write_str("avg"),
            Self::Rps => f.write_str("rps"),
        }
    }
}

/// `p95` for 0.95, `p99.9` for 0.999.
fn percentile_name(fraction: f64) -> String {
    // Rounded to a thousandth of a percent: 0.999 * 100 is 99.90000000000001 in binary.
    format!("p{}", (fraction * 100_000.0).round() / 1000.0)
}
