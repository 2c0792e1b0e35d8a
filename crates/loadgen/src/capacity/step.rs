//! One run at one rate: what was measured, and whether it held.
//!
//! [`Measured`] is plain numbers; [`Objectives::judge`] makes an [`Outcome`] of them. It tells apart a service that
//! does not keep up from a generator that does not: only the former says something about the service. Running is
//! [`Trial`](super::Trial)'s, choosing rates [`search`](super::search())'s.

use std::fmt;

use super::objective::{Objectives, Percentile};

/// Due requests that may remain unsent: 0.1 %.
const MOST_UNSENT: f64 = 0.001;

/// Late sending below this is no fault of the generator's, in milliseconds.
const LATE_MS: f64 = 5.0;

/// Late sending below this share of the p99 does not decide what the p99 is.
const LATE_SHARE: f64 = 0.1;

/// From this share of its limit on, the number of requests in flight is what makes requests late.
const FULL: f64 = 0.9;

/// One run at one rate.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// Requests per second that were due.
    pub asked_per_s: f64,
    /// What came of it.
    pub measured: Measured,
    /// Whether it held.
    pub outcome: Outcome,
}

/// Numbers of one run, after the time in which it settled.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Measured {
    /// Requests that were answered, per second.
    pub achieved_per_s: f64,
    /// Requests that ended, failed ones included.
    pub requests: u64,
    /// Requests that failed.
    pub failures: u64,
    /// How many of them failed on the generator's own side.
    pub generator_failures: u64,
    /// Requests that were due and never sent.
    pub unsent: u64,
    /// Response times from the moment a request was due, in milliseconds, in the order of [`Percentile::ALL`].
    pub response_ms: [f64; 4],
    /// The longest response time in milliseconds.
    pub max_ms: f64,
    /// 99 % of the requests were sent at most this much later than due, in milliseconds.
    pub send_lag_p99_ms: f64,
    /// The most requests in flight at the end of a second.
    pub in_flight: u64,
    /// Requests in flight that were allowed.
    pub most_in_flight: u64,
}

impl Measured {
    /// A percentile of the response time in milliseconds.
    pub fn percentile_ms(&self, percentile: Percentile) -> f64 {
        self.response_ms[percentile as usize]
    }

    /// Failed requests as a share of all, 0 to 1.
    pub fn failure_ratio(&self) -> f64 {
        if self.requests == 0 { 0.0 } else { self.failures as f64 / self.requests as f64 }
    }

    /// Requests beyond a percentile: with fewer than ten of them, chance decides what it is.
    pub fn beyond(&self, percentile: Percentile) -> u64 {
        (self.requests as f64 * (1.0 - percentile.fraction())).round() as u64
    }

    /// Whether requests were late because the generator was, not because too many waited for the service.
    fn is_late(&self) -> bool {
        let is_full = self.in_flight as f64 >= FULL * self.most_in_flight as f64;
        let p99 = self.percentile_ms(Percentile::P99);
        !is_full && self.send_lag_p99_ms > LATE_MS.max(LATE_SHARE * p99)
    }
}

/// What came of a run at a rate.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// Every objective held.
    Held,
    /// The service broke these.
    Broke(Vec<Breach>),
    /// The objectives did not hold, and it was the generator that did not keep up: nothing is known about the service.
    Limited(String),
}

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
    },
    /// Requests were due and never sent, because too many others were still waiting for their answers.
    Behind {
        /// How many.
        unsent: u64,
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
            Self::Failing { observed, at_most } => {
                write!(f, "errors {:.3} % > {} %", observed * 100.0, at_most * 100.0)
            }
            Self::Behind { unsent } => write!(f, "{unsent} requests due and never sent"),
            Self::Silent => f.write_str("no answer at all"),
        }
    }
}

impl Objectives {
    /// Holds these objectives against what was measured.
    ///
    /// A run in which they hold has held, however busy the generator was: its delays are in the response times, so the
    /// service can only be better. Where they do not hold and the generator sent late without being made to wait, or
    /// failed by itself, it is the generator that was limited; failures of the service are its own in any case.
    pub fn judge(&self, measured: &Measured) -> Outcome {
        let breaches = self.breaches(measured);
        let is_failing = breaches.iter().any(|breach| matches!(breach, Breach::Failing { .. }));
        if breaches.is_empty() {
            Outcome::Held
        } else if measured.generator_failures > 0 {
            Outcome::Limited(format!(
                "{} requests failed on the generator's own machine (descriptors, ports or memory)",
                measured.generator_failures
            ))
        } else if measured.is_late() && !is_failing {
            let lag = measured.send_lag_p99_ms;
            Outcome::Limited(format!("requests were sent late (p99 of the send lag {lag:.1} ms)"))
        } else {
            Outcome::Broke(breaches)
        }
    }

    fn breaches(&self, measured: &Measured) -> Vec<Breach> {
        if measured.requests == 0 {
            return vec![Breach::Silent];
        }
        let mut breaches = Vec::new();
        for &(percentile, limit) in &self.latency {
            let observed_ms = measured.percentile_ms(percentile);
            let at_most_ms = limit.as_secs_f64() * 1e3;
            if observed_ms > at_most_ms {
                breaches.push(Breach::Slow { percentile, observed_ms, at_most_ms });
            }
        }
        let observed = measured.failure_ratio();
        if observed > self.errors {
            breaches.push(Breach::Failing { observed, at_most: self.errors });
        }
        let due = measured.requests + measured.unsent;
        if measured.unsent as f64 > MOST_UNSENT * due as f64 {
            breaches.push(Breach::Behind { unsent: measured.unsent });
        }
        breaches
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Breach, Measured, Objectives, Outcome, Percentile};

    fn objectives() -> Objectives {
        Objectives { latency: vec![(Percentile::P95, Duration::from_millis(100))], errors: 0.0 }
    }

    /// A thousand requests, well within everything.
    fn good() -> Measured {
        Measured {
            achieved_per_s: 100.0,
            requests: 1_000,
            response_ms: [10.0, 50.0, 100.0, 200.0],
            max_ms: 300.0,
            in_flight: 20,
            most_in_flight: 100,
            ..Measured::default()
        }
    }

    fn check(change: impl FnOnce(&mut Measured), expect: &Outcome) {
        let mut measured = good();
        change(&mut measured);
        assert_eq!(&objectives().judge(&measured), expect, "{measured:?}");
    }

    fn limited(text: &str) -> Outcome {
        Outcome::Limited(text.to_owned())
    }

    fn slow(observed_ms: f64) -> Breach {
        Breach::Slow { percentile: Percentile::P95, observed_ms, at_most_ms: 100.0 }
    }

    #[test]
    fn the_limit_itself_holds_and_what_is_beyond_does_not() {
        check(|_| (), &Outcome::Held);
        check(|m| m.response_ms[2] = 100.1, &Outcome::Broke(vec![slow(100.1)]));
        let failing = Breach::Failing { observed: 0.001, at_most: 0.0 };
        check(|m| m.failures = 1, &Outcome::Broke(vec![failing]));
        check(|m| m.unsent = 1, &Outcome::Held);
        check(|m| m.unsent = 2, &Outcome::Broke(vec![Breach::Behind { unsent: 2 }]));
        check(|m| m.requests = 0, &Outcome::Broke(vec![Breach::Silent]));
    }

    #[test]
    fn a_late_generator_is_blamed_only_where_objectives_break() {
        let late = "requests were sent late (p99 of the send lag 90.0 ms)";
        check(|m| m.send_lag_p99_ms = 90.0, &Outcome::Held);
        check(|m| (m.response_ms[2], m.send_lag_p99_ms) = (150.0, 90.0), &limited(late));
        check(
            |m| (m.response_ms[2], m.send_lag_p99_ms) = (150.0, 15.0),
            &Outcome::Broke(vec![slow(150.0)]),
        );
        // Requests that wait because the service holds all that may be in flight are the service's.
        check(
            |m| (m.response_ms[2], m.send_lag_p99_ms, m.in_flight) = (150.0, 90.0, 95),
            &Outcome::Broke(vec![slow(150.0)]),
        );
    }

    #[test]
    fn failures_are_the_services_unless_the_generators_machine_refused() {
        let failing = Breach::Failing { observed: 0.01, at_most: 0.0 };
        check(|m| (m.failures, m.send_lag_p99_ms) = (10, 90.0), &Outcome::Broke(vec![failing]));
        let refused =
            "3 requests failed on the generator's own machine (descriptors, ports or memory)";
        check(|m| (m.failures, m.generator_failures) = (3, 3), &limited(refused));
    }
}
