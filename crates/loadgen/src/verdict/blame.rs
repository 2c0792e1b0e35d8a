//! What of the generator limited a run, in words.
//!
//! A run that the generator limited says nothing of what the service could have done. That takes more than a doubt: a means
//! that was spent (the rule makes the run invalid), failures of its own, or requests that were late while the service held
//! up none. Means are causes and lateness their effect, so lateness is named only where no cause is known.

use lead_stats::Validity;

use super::brake::{Brake, brake};
use super::facts::Facts;
use super::remedy::{counted, ms, percent, rate};
use super::rule::{Reason, Rule};

/// What limited the run if that was the generator; words that fit behind "the generator:".
pub(super) fn generator(facts: &Facts, reasons: &[Reason]) -> Option<String> {
    let words = |of: fn(&Reason, &Facts) -> Option<String>| {
        let words: Vec<String> = reasons.iter().filter_map(|reason| of(reason, facts)).collect();
        (!words.is_empty()).then(|| words.join(", "))
    };
    words(cause).or_else(|| words(effect))
}

/// What the generator had too little of.
fn cause(reason: &Reason, facts: &Facts) -> Option<String> {
    let is_spent = reason.validity == Validity::Invalid;
    match reason.rule {
        Rule::OwnCpu if is_spent => facts
            .own_cpu
            .map(|used| format!("its own processor time was {} of its budget", percent(used))),
        Rule::SenderThread if is_spent => facts.busiest_sender.map(|used| {
            format!("its busiest sender thread was at work for {} of the time", percent(used))
        }),
        Rule::Starved if is_spent => facts.wanting_sender.map(|wanted| {
            format!(
                "a sender thread was at work or waited for a core for {} of the time",
                percent(wanted.min(1.0))
            )
        }),
        Rule::Stall if is_spent => facts.stall.map(|stall| {
            format!("a sender thread could neither send nor look at an answer for {}", ms(stall))
        }),
        Rule::OwnFailures => Some(format!(
            "{} failed on its own machine (descriptors, ports or memory)",
            counted(facts.own_failures.count(), "request")
        )),
        _ => None,
    }
}

/// What shows that it had too little of something.
fn effect(reason: &Reason, facts: &Facts) -> Option<String> {
    let sent = facts.sent.as_ref().filter(|sent| brake(facts, sent) != Brake::Service)?;
    match reason.rule {
        Rule::SendLag => {
            Some(format!("one request in a hundred was sent more than {} late", ms(sent.lag_p99)))
        }
        Rule::Unsent => Some(format!("{} due were never sent", counted(sent.unsent, "request"))),
        Rule::Achieved => Some(format!(
            "{} requests/s were sent of the {} asked for",
            rate(sent.sent_per_s()),
            rate(sent.asked_per_s())
        )),
        _ => None,
    }
}
