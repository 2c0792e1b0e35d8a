//! One run at one rate: what was measured, and whether it held.
//!
//! [`Measured`] is plain numbers; [`Objectives::judge`] makes an [`Outcome`] of them and of the run's [verdict on
//! itself](crate::judge), which tells a service that does not keep up from a generator that does not: only the former
//! says something about the service. Running is [`Trial`](super::Trial)'s, choosing rates [`search`](super::search())'s.

use lead_stats::Validity;

use super::breach::Breach;
use super::complaint::Complaint;
use super::objective::{Objectives, Percentile};
use crate::verdict::{Judgement, Rule};

/// Less than this share of what was asked was answered meanwhile, and the queue grows. Two in a hundred are for the swing of
/// what is in flight between the first and the last second, and for the 1 % that a valid run may fail to send.
const LEAST_ANSWERED: f64 = 0.98;

/// With fewer requests missing than this, chance decides how many there are.
const LEAST_MISSING: f64 = 10.0;

/// One run at one rate.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// Requests per second that were due.
    pub asked_per_s: f64,
    /// What came of it.
    pub measured: Measured,
    /// How far the run can be believed.
    pub validity: Validity,
    /// Whether it held.
    pub outcome: Outcome,
}

/// Numbers of one run, after the time in which it settled.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Measured {
    /// Requests that ended per second while the rate was asked for, failed ones included: what the service took.
    pub achieved_per_s: f64,
    /// Seconds in which the rate was asked for.
    pub loaded_s: f64,
    /// Requests that ended, failed ones included.
    pub requests: u64,
    /// Requests that failed.
    pub failures: u64,
    /// What most of them say.
    pub complaint: Option<Complaint>,
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

    /// Whether nearly every request failed alike, for a reason that a lower rate does not do away with: a wrong key.
    pub fn fails_at_any_rate(&self) -> bool {
        self.complaint.as_ref().is_some_and(|most| most.is_of_any_rate(self.requests))
    }

    /// Whether the service fell behind this rate: what waited at the end is too much to be the swing of a queue that lasts.
    fn is_growing(&self, asked_per_s: f64) -> bool {
        let asked = asked_per_s * self.loaded_s;
        // Both are counts of whole requests, of which floating point must not lose one.
        let answered = (self.achieved_per_s * self.loaded_s).round();
        let missing = (asked - answered).round();
        missing >= LEAST_MISSING && answered < (asked * LEAST_ANSWERED - 1e-6)
    }

    /// Requests beyond a percentile: with fewer than ten of them, chance decides what it is.
    pub fn beyond(&self, percentile: Percentile) -> u64 {
        (self.requests as f64 * (1.0 - percentile.fraction())).round() as u64
    }
}

/// What came of a run at a rate.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// Every objective held.
    Held,
    /// The service broke these.
    Broke(Vec<Breach>),
    /// It was the generator that did not keep up, for this reason: nothing is known about the service.
    Limited(String),
}

impl Objectives {
    /// Holds these objectives against what was measured of a rate, as far as the run can be believed.
    ///
    /// A rate at which the queue grows does not hold, whatever its latency is so far: it is only a matter of time.
    /// An invalid run holds nothing, however good its numbers are, because they tell of another load. Where objectives do
    /// not hold and the generator limited the run, nothing is known about the service; failures that are the service's own
    /// break them in any case. Where they hold in a run that is merely suspect they hold: the generator's delays are in the
    /// response times, so the service can only be better.
    pub fn judge(&self, asked_per_s: f64, measured: &Measured, run: &Judgement) -> Outcome {
        let breaches = self.breaches(asked_per_s, measured, run);
        let is_invalid = run.validity == Validity::Invalid;
        if breaches.is_empty() && !is_invalid {
            return Outcome::Held;
        }
        match &run.generator {
            Some(reason) if !self.is_failing(measured) => Outcome::Limited(reason.clone()),
            _ if breaches.is_empty() => Outcome::Limited(first_words(run)),
            _ => Outcome::Broke(breaches),
        }
    }

    fn breaches(&self, asked_per_s: f64, measured: &Measured, run: &Judgement) -> Vec<Breach> {
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
            let text = measured.complaint.as_ref().map(|most| most.text.clone());
            breaches.push(Breach::Failing { observed, at_most: self.errors, text });
        }
        if run.reasons.iter().any(|reason| reason.rule == Rule::Unsent) {
            breaches.push(Breach::Behind { unsent: measured.unsent });
        }
        if measured.is_growing(asked_per_s) {
            let answered_per_s = measured.achieved_per_s;
            breaches.push(Breach::Growing { answered_per_s, asked_per_s });
        }
        breaches
    }

    /// Whether the service failed too many requests, those aside that failed on the generator's machine.
    fn is_failing(&self, measured: &Measured) -> bool {
        let failures = measured.failures.saturating_sub(measured.generator_failures);
        failures as f64 > self.errors * measured.requests as f64
    }
}

/// The worst that is said against a run, without the full stop.
fn first_words(run: &Judgement) -> String {
    let words = run.reasons.first().map_or("the run is invalid", |reason| &reason.sentence);
    words.trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use lead_stats::Validity;

    use super::{Breach, Measured, Objectives, Outcome, Percentile};
    use crate::verdict::{Judgement, Reason, Rule};

    fn objectives() -> Objectives {
        Objectives { latency: vec![(Percentile::P95, Duration::from_millis(100))], errors: 0.0 }
    }

    /// A thousand requests, well within everything.
    fn good() -> Measured {
        Measured {
            achieved_per_s: 100.0,
            loaded_s: 10.0,
            requests: 1_000,
            response_ms: [10.0, 50.0, 100.0, 200.0],
            max_ms: 300.0,
            ..Measured::default()
        }
    }

    fn slowly() -> Measured {
        Measured { response_ms: [10.0, 50.0, 150.0, 200.0], ..good() }
    }

    /// What a run says of itself: one reason, and whether the generator limited it.
    fn run(rule: Rule, validity: Validity, generator: Option<&str>) -> Judgement {
        let sentence = "Something was not right.".to_owned();
        Judgement {
            validity,
            reasons: vec![Reason { rule, validity, sentence }],
            generator: generator.map(str::to_owned),
            notes: Vec::new(),
        }
    }

    fn without_fault() -> Judgement {
        Judgement {
            validity: Validity::Valid,
            reasons: Vec::new(),
            generator: None,
            notes: Vec::new(),
        }
    }

    fn limited(text: &str) -> Outcome {
        Outcome::Limited(text.to_owned())
    }

    fn slow(observed_ms: f64) -> Breach {
        Breach::Slow { percentile: Percentile::P95, observed_ms, at_most_ms: 100.0 }
    }

    #[test]
    fn the_limit_itself_holds_and_what_is_beyond_does_not() {
        let check = |change: fn(&mut Measured), expect: &Outcome| {
            let mut measured = good();
            change(&mut measured);
            assert_eq!(
                &objectives().judge(100.0, &measured, &without_fault()),
                expect,
                "{measured:?}"
            );
        };
        check(|_| (), &Outcome::Held);
        check(|m| m.response_ms[2] = 100.1, &Outcome::Broke(vec![slow(100.1)]));
        let failing = Breach::Failing { observed: 0.001, at_most: 0.0, text: None };
        check(|m| m.failures = 1, &Outcome::Broke(vec![failing]));
        check(|m| m.unsent = 1, &Outcome::Held);
        check(|m| m.requests = 0, &Outcome::Broke(vec![Breach::Silent]));
    }

    /// What came of so many answers in ten seconds at a rate.
    fn answered(answers: f64, asked_per_s: f64) -> Outcome {
        let measured = Measured { achieved_per_s: answers / 10.0, ..good() };
        objectives().judge(asked_per_s, &measured, &without_fault())
    }

    #[test]
    fn a_rate_at_which_the_queue_grows_does_not_hold_however_short_it_still_is() {
        let growing = |answered_per_s, asked_per_s| {
            Outcome::Broke(vec![Breach::Growing { answered_per_s, asked_per_s }])
        };
        assert_eq!(answered(979.0, 100.0), growing(97.9, 100.0));
        assert_eq!(answered(980.0, 100.0), Outcome::Held, "98 % itself");
        // 207/s of a service that answers 192.
        assert_eq!(answered(1_920.0, 207.0), growing(192.0, 207.0));
        // Few requests: a tenth of 9 a second is chance, one more missing is not.
        assert_eq!(answered(81.0, 9.0), Outcome::Held, "9 of 90 missing");
        assert_eq!(answered(80.0, 9.0), growing(8.0, 9.0), "10 of 90 missing");
        // More than was asked: what waited before.
        assert_eq!(answered(1_500.0, 100.0), Outcome::Held);
        let words = |answered_per_s, asked_per_s| {
            Breach::Growing { answered_per_s, asked_per_s }.to_string()
        };
        assert_eq!(words(192.3, 207.0), "the queue grew: 192/s answered of 207/s asked");
        assert_eq!(words(8.0, 9.0), "the queue grew: 8.0/s answered of 9.0/s asked");
    }

    #[test]
    fn a_queue_that_grows_in_the_generator_is_none_of_the_service() {
        let measured = Measured { achieved_per_s: 90.0, ..good() };
        let busy = run(Rule::OwnCpu, Validity::Invalid, Some("it was busy"));
        assert_eq!(objectives().judge(100.0, &measured, &busy), limited("it was busy"));
    }

    #[test]
    fn an_invalid_run_never_holds_whatever_its_numbers_are() {
        for rule in Rule::ALL {
            for generator in [None, Some("it was busy")] {
                let run = run(rule, Validity::Invalid, generator);
                let outcome = objectives().judge(100.0, &good(), &run);
                assert_ne!(outcome, Outcome::Held, "{run:?}");
            }
        }
        let busy = run(Rule::OwnCpu, Validity::Invalid, Some("it was busy"));
        assert_eq!(objectives().judge(100.0, &good(), &busy), limited("it was busy"));
        let other = run(Rule::CutShort, Validity::Invalid, None);
        assert_eq!(objectives().judge(100.0, &good(), &other), limited("Something was not right"));
        let measured = Measured { unsent: 2, ..good() };
        let held_up = run(Rule::Unsent, Validity::Invalid, None);
        let behind = Outcome::Broke(vec![Breach::Behind { unsent: 2 }]);
        assert_eq!(
            objectives().judge(100.0, &measured, &held_up),
            behind,
            "the service held them up"
        );
    }

    #[test]
    fn a_suspect_run_holds_and_is_the_generators_only_where_objectives_break() {
        let late = run(Rule::SendLag, Validity::Suspect, Some("it was late"));
        assert_eq!(objectives().judge(100.0, &good(), &late), Outcome::Held);
        assert_eq!(objectives().judge(100.0, &slowly(), &late), limited("it was late"));
        let doubted = run(Rule::HostCpu, Validity::Suspect, None);
        assert_eq!(
            objectives().judge(100.0, &slowly(), &doubted),
            Outcome::Broke(vec![slow(150.0)])
        );
    }

    #[test]
    fn failures_are_the_services_unless_the_generators_machine_refused() {
        let failing =
            Outcome::Broke(vec![Breach::Failing { observed: 0.01, at_most: 0.0, text: None }]);
        let busy = run(Rule::OwnCpu, Validity::Invalid, Some("it was busy"));
        let measured = Measured { failures: 10, ..good() };
        assert_eq!(objectives().judge(100.0, &measured, &busy), failing);
        let refused = run(Rule::OwnFailures, Validity::Invalid, Some("10 requests failed here"));
        let own = Measured { generator_failures: 10, ..measured.clone() };
        assert_eq!(objectives().judge(100.0, &own, &refused), limited("10 requests failed here"));
        let most = Measured { generator_failures: 9, ..measured };
        assert_eq!(objectives().judge(100.0, &most, &refused), failing);
    }
}
