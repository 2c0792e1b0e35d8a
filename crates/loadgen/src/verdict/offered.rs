//! Rules on the load: was it the one that was asked for, and is all of it in the numbers?
//!
//! Each gives what it makes of a run and a sentence, or nothing. A closed model asks for no rate, so three of them never
//! speak of one.

use lead_stats::Validity;

use super::brake::{Brake, brake};
use super::facts::{Facts, Sent};
use super::limit;
use super::remedy::{less_load, ms, percent, percent_beside, rate, span};
use super::rule::Doubt;

pub(super) fn no_requests(facts: &Facts) -> Doubt {
    (facts.requests == 0).then(|| {
        let sentence = "No request was measured: no answer came before the run ended; look at the service, or run longer \
                        (and longer than --warmup).";
        (Validity::Invalid, sentence.to_owned())
    })
}

pub(super) fn achieved(facts: &Facts) -> Doubt {
    let sent = facts.sent.as_ref()?;
    let share = if sent.asked > 0.0 { sent.sent as f64 / sent.asked } else { 1.0 };
    // Each thread may be short of the request that is due just when it stops.
    let missing = sent.asked - sent.sent as f64 - facts.threads as f64;
    (missing > 0.0 && share < limit::ACHIEVED).then(|| {
        let sentence = format!(
            "{} requests/s were sent of the {} asked for, {} (at least {}): {}.",
            rate(sent.sent_per_s()),
            rate(sent.asked_per_s()),
            percent_beside(share, limit::ACHIEVED),
            percent(limit::ACHIEVED),
            behind(facts, sent),
        );
        (Validity::Invalid, sentence)
    })
}

pub(super) fn unsent(facts: &Facts) -> Doubt {
    let sent = facts.sent.as_ref()?;
    let share = share(sent.unsent, sent.sent + sent.unsent);
    // A moment's hiccup at the very end keeps each thread from one request.
    (sent.unsent > facts.threads as u64 && share > limit::UNSENT).then(|| {
        let sentence = format!(
            "{} of the requests that were due were never sent (at most {}), and they would have been the slowest: {}.",
            percent_beside(share, limit::UNSENT),
            percent(limit::UNSENT),
            behind(facts, sent),
        );
        (Validity::Invalid, sentence)
    })
}

pub(super) fn send_lag(facts: &Facts) -> Doubt {
    let sent = facts.sent.as_ref()?;
    let most = limit::SEND_LAG.max(facts.response_p99.mul_f64(limit::SEND_LAG_SHARE));
    let far_too_much = limit::SEND_LAG_LONG.max(facts.response_p99.mul_f64(limit::SEND_LAG_MOST));
    let (validity, most) = match sent.lag_p99 {
        lag if lag > far_too_much && sent.sent >= limit::MANY => (Validity::Invalid, far_too_much),
        lag if lag > most => (Validity::Suspect, most),
        _ => return None,
    };
    let sentence = format!(
        "One request in a hundred was sent more than {} late (at most {}), which is part of its response time: {}.",
        ms(sent.lag_p99),
        ms(most),
        behind(facts, sent),
    );
    Some((validity, sentence))
}

pub(super) fn dropped(facts: &Facts) -> Doubt {
    lost(facts).or_else(|| {
        let share = share(facts.dropped, facts.requests + facts.dropped);
        (share > limit::DROPPED).then(|| {
            let sentence = format!(
                "{} of the requests were still in flight at the end and are in no number (at most {}): raise --stop-timeout, \
                 or run longer.",
                percent_beside(share, limit::DROPPED),
                percent(limit::DROPPED),
            );
            (Validity::Suspect, sentence)
        })
    })
}

/// Requests that had waited for so long that their answers were not merely late.
fn lost(facts: &Facts) -> Doubt {
    let most = limit::STALL_LONG
        .max(facts.measured.mul_f64(limit::STALL_SHARE))
        .max(facts.response_max.mul_f64(limit::WAITED));
    (facts.dropped > 0 && facts.waited > most).then(|| {
        let sentence = format!(
            "{} still in flight at the end and in no number, and the first of them had waited for {} (at most {}), longer \
             than for any answer that came: look at the service, and raise --stop-timeout or lower --timeout, so that they \
             count as failures.",
            match facts.dropped {
                1 => "1 request was".to_owned(),
                many => format!("{many} requests were"),
            },
            span(facts.waited),
            span(most),
        );
        (Validity::Invalid, sentence)
    })
}

pub(super) fn cut_short(facts: &Facts) -> Doubt {
    let cut = facts.cut_short?;
    let sentence = format!(
        "The run was stopped after {} of {}, so the load was not the planned one: let it run to its end.",
        span(cut.after),
        span(cut.planned),
    );
    Some((Validity::Suspect, sentence))
}

pub(super) fn few_requests(facts: &Facts) -> Doubt {
    (1..limit::FEW).contains(&facts.requests).then(|| {
        let sentence = format!(
            "{} requests were measured (at least {}), of which the 99th percentile is simply the slowest: run longer.",
            facts.requests,
            limit::FEW,
        );
        (Validity::Suspect, sentence)
    })
}

/// Why requests came late or never, and what to do about it.
fn behind(facts: &Facts, sent: &Sent) -> String {
    let most = sent.most_in_flight;
    match brake(facts, sent) {
        Brake::Service => format!(
            "the generator had time to spare, but {most} requests in flight are the limit and the service held them up; lower \
             --rate or raise --max-in-flight"
        ),
        Brake::Generator if has_time(facts) => format!(
            "the generator had little to do and no core when it needed one; end what else uses the CPU of this machine, or {}",
            less_load(facts)
        ),
        Brake::Generator => format!("the generator itself was too slow; {}", less_load(facts)),
    }
}

/// Whether the generator used little enough of its CPU, and each of its threads of a core.
fn has_time(facts: &Facts) -> bool {
    facts.own_cpu.is_some_and(|used| used <= limit::OWN_CPU)
        && facts.busiest_sender.is_some_and(|used| used <= limit::OWN_CPU)
}

fn share(part: u64, all: u64) -> f64 {
    if all == 0 { 0.0 } else { part as f64 / all as f64 }
}
