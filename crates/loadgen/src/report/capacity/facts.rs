//! What a finding says, in sentences.
//!
//! [`SearchReport`] joins a [`Finding`] with what was asked; the sentences stand in the table and on the page alike, as plain
//! text. How they are laid out is `table` and `page`'s.

use jiff::Timestamp;

use crate::capacity::{Ask, Finding, Percentile, SearchEnd, Step, Trial};
use crate::report::Header;
use crate::report::number::{count, rate};

/// Fewer requests than this beyond a percentile, and chance decides what it is.
const FEW: u64 = 10;

/// A search for the capacity, and what it came to.
#[derive(Debug, Clone)]
pub struct SearchReport<'a> {
    /// What it came to.
    pub finding: &'a Finding,
    /// What was asked.
    pub ask: &'a Ask,
    /// Where, with what, by which command.
    pub header: &'a Header,
    /// When the first run began.
    pub start: Timestamp,
}

impl SearchReport<'_> {
    /// The answer in one sentence.
    pub(super) fn answer(&self) -> String {
        let objectives = &self.ask.objectives;
        let Some(held) = self.finding.held_per_s.map(rate) else {
            return self.without_answer();
        };
        let ends = match self.finding.end {
            SearchEnd::Edge => return format!("{held} requests/s hold {objectives}"),
            SearchEnd::Cap => {
                return format!(
                    "at least {held} requests/s hold {objectives}; more was not tried (--max-rate)"
                );
            }
            SearchEnd::Limited => {
                return format!(
                    "at least {held} requests/s hold {objectives}: a lower bound, for the generator was the limit above"
                );
            }
            SearchEnd::Interrupted => "it was interrupted",
            SearchEnd::Broken => "the load generator broke",
            SearchEnd::Gone => "the service accepts no connections any more",
            SearchEnd::Failing => "every request failed",
            SearchEnd::Unsettled | SearchEnd::Floor => "runs at one rate disagreed too often",
        };
        let doubt = if self.finding.is_confirmed { "" } else { ", not confirmed" };
        format!("{held} requests/s held {objectives} so far{doubt}; then {ends}")
    }

    fn without_answer(&self) -> String {
        let objectives = &self.ask.objectives;
        let lowest = self.finding.broke_per_s.map(rate).unwrap_or_default();
        match self.finding.end {
            SearchEnd::Interrupted => "unknown: it was interrupted before a rate held".to_owned(),
            SearchEnd::Broken => "unknown: the load generator broke before a rate held".to_owned(),
            SearchEnd::Gone => "unknown: the service accepts no connections any more".to_owned(),
            SearchEnd::Limited if lowest.is_empty() => {
                "unknown: the generator could open no connection".to_owned()
            }
            SearchEnd::Limited => {
                format!("unknown: at {lowest} requests/s already the generator was the limit")
            }
            SearchEnd::Unsettled => "unknown: runs at one rate disagreed too often".to_owned(),
            SearchEnd::Failing => {
                "unknown: nearly every request failed alike, as it would at any rate".to_owned()
            }
            SearchEnd::Floor | SearchEnd::Edge | SearchEnd::Cap => {
                format!("none: not even {lowest} requests/s hold {objectives}")
            }
        }
    }

    /// What gave way first, at which rate; nothing when nothing did.
    pub(super) fn gave_way(&self) -> Option<String> {
        let what = self.finding.gave_way()?;
        let at = rate(self.finding.broke_per_s?);
        Some(format!("{what}, at {at} requests/s"))
    }

    /// How many replicas the wanted rate needs; nothing when none was wanted or no rate holds.
    pub(super) fn replicas(&self) -> Option<String> {
        let (wanted, held) = (self.ask.wanted?, self.finding.held_per_s?);
        let replicas = wanted.replicas(held);
        Some(format!(
            "{} replica{} for {} requests/s with {} % headroom (at most {}/s each), if nothing that they share is the limit",
            count(replicas),
            if replicas == 1 { "" } else { "s" },
            rate(wanted.per_s),
            percent(wanted.headroom),
            rate(wanted.share_per_s(held)),
        ))
    }

    /// What to do about an answer that is less than it could be; nothing when it is all there is to know.
    pub(super) fn advice(&self) -> Option<&'static str> {
        match self.finding.end {
            SearchEnd::Limited => Some(
                "Load from another machine, with more --threads, or with --transport raw, to learn what the service can take",
            ),
            SearchEnd::Unsettled => Some(
                "Take a longer --step-time, or a quieter machine: runs at the same rate must come out the same",
            ),
            SearchEnd::Gone => {
                Some("Look into the service's log: it did not survive the last rate")
            }
            SearchEnd::Failing => Some(
                "Look at the failure first: 401, 403 and 429 want another --api-key (429 may be a limit on the rate: a lower --start), 404 another --host or path, other answers a --scenario that fits the service",
            ),
            SearchEnd::Floor => {
                Some("Look at one rate by itself: --rate, with --html for a report")
            }
            SearchEnd::Edge | SearchEnd::Cap | SearchEnd::Interrupted | SearchEnd::Broken => None,
        }
    }

    /// A warning where a limited percentile rests on too few requests.
    pub(super) fn doubt(&self) -> Option<String> {
        let held = self.finding.held_per_s?;
        let step = self.finding.steps.iter().find(|step| step.asked_per_s == held)?;
        let few = |&percentile: &Percentile| step.measured.beyond(percentile) < FEW;
        let limited = self.ask.objectives.latency.iter().map(|&(percentile, _)| percentile);
        let percentile = limited.filter(few).max()?;
        Some(format!(
            "Too few requests lie beyond {percentile} at {}/s ({}), chance has a say in it; take a longer --step-time",
            rate(held),
            step.measured.beyond(percentile),
        ))
    }

    /// How the runs were made.
    pub(super) fn method(&self) -> String {
        format!(
            "{} runs of {} s each, the first {} s of which settle and count nowhere. Open model: response times count from \
             the moment a request was due. The rate was doubled until a run did not hold, then the interval halved until \
             it was below 5 %; both ends had to come out the same twice",
            self.finding.steps.len(),
            self.ask.step_time.as_secs(),
            Trial::settle(self.ask.step_time).as_secs(),
        )
    }
}

/// The runs at each rate, in order of the rates.
pub(super) fn by_rate(finding: &Finding) -> Vec<Vec<&Step>> {
    let mut rates: Vec<Vec<&Step>> = Vec::new();
    for step in finding.by_rate() {
        match rates.last_mut() {
            Some(rate) if rate[0].asked_per_s == step.asked_per_s => rate.push(step),
            _ => rates.push(vec![step]),
        }
    }
    rates
}

/// A share as percent, as many digits as it has.
pub(super) fn percent(share: f64) -> String {
    let percent = (share * 1e11).round() / 1e9;
    if percent > 0.0 && percent < 0.001 {
        "<0.001".to_owned()
    } else {
        format!("{percent:.3}").trim_end_matches('0').trim_end_matches('.').to_owned()
    }
}
