//! What to do next, and numbers as sentences write them.
//!
//! Texts are plain: no markup, no thousands parted by anything but commas.

use std::time::Duration;

use super::facts::Facts;
use crate::plan::Transport;

/// The time over which greatest means are taken.
pub(super) const LONG_ENOUGH: Duration = Duration::from_secs(10);

/// How to ask less of the generator.
pub(super) fn less_load(facts: &Facts) -> String {
    let mut ways = Vec::new();
    if facts.threads < facts.cores {
        ways.push(format!("add --threads ({} of {} cores have one)", facts.threads, facts.cores));
    }
    if facts.transport == Transport::Reqwest {
        ways.push("use --transport raw".to_owned());
    }
    ways.push(if facts.sent.is_some() { "lower --rate" } else { "lower --users" }.to_owned());
    ways.push("run from another machine".to_owned());
    let last = ways.pop().unwrap_or_default();
    format!("{} or {last}", ways.join(", "))
}

/// A share of one, with a decimal where it takes one: `97 %`, `0.1 %`, `98.96 %`.
pub(super) fn percent(share: f64) -> String {
    let percent = share * 100.0;
    let decimals = match percent {
        1.0..=98.0 => 1,
        0.005..99.995 => 2,
        _ => 0,
    };
    let text = format!("{percent:.decimals$}");
    let text =
        if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    format!("{text} %")
}

/// A share, with as many digits as it takes to differ from the text of its limit: 90.01 % is not "90 %".
pub(super) fn percent_beside(share: f64, limit: f64) -> String {
    let plain = percent(share);
    if plain != percent(limit) {
        return plain;
    }
    let digits = |decimals: usize| {
        let text = |share: f64| format!("{:.decimals$} %", share * 100.0);
        (text(share) != text(limit)).then(|| text(share))
    };
    (1..=9).find_map(digits).unwrap_or(plain)
}

/// A rate per second.
pub(super) fn rate(per_s: f64) -> String {
    let text = format!("{per_s:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A short time in milliseconds.
pub(super) fn ms(time: Duration) -> String {
    match time.as_secs_f64() * 1e3 {
        ms if ms >= 100.0 => format!("{ms:.0} ms"),
        ms if ms >= 10.0 => format!("{ms:.1} ms"),
        ms => format!("{ms:.2} ms"),
    }
}

/// A long time in seconds.
pub(super) fn span(time: Duration) -> String {
    let text = format!("{:.1}", time.as_secs_f64());
    format!("{} s", text.trim_end_matches('0').trim_end_matches('.'))
}

/// Over what time a greatest mean was taken.
pub(super) fn window(facts: &Facts) -> &'static str {
    if facts.measured < LONG_ENOUGH { "the run" } else { "ten seconds" }
}

/// A number with its noun.
pub(super) fn counted(number: u64, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}
