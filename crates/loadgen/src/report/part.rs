//! Parts of the report by name, for the live page: the same markup, of a run that may still go on.
//!
//! [`part`] draws one of [`PARTS`]. What was asked for and what came of it are told side by side in `ratio`, which the report
//! itself does not have. Whoever shows them has [`style`], too.

use std::fmt::Write;

use super::account::Account;
use super::charts::charts;
use super::failures::failures;
use super::html::STYLE;
use super::markup::Escaped;
use super::number::{count, percent};
use super::tables::{percentiles, statistics};
use super::verdict::verdict_section;
use crate::record::Recording;
use crate::scenario::Scenario;
use crate::verdict::{Judgement, Reason, Rule};

/// The names of the parts.
pub(crate) const PARTS: [&str; 7] =
    ["charts", "statistics", "percentiles", "failures", "exceptions", "ratio", "verdict"];

/// What the parts look like.
pub(crate) fn style() -> &'static str {
    STYLE
}

/// One of [`PARTS`], of a run of a scenario. A run that goes on has no verdict, only what already speaks against its generator.
pub(crate) fn part(name: &str, account: &Account, scenario: &Scenario) -> Option<String> {
    let recording = &account.recording;
    Some(match name {
        "charts" => charts(recording, &account.pulses, &account.resources),
        "statistics" => statistics(recording),
        "percentiles" => percentiles(recording),
        "failures" => failures(recording),
        "exceptions" => EXCEPTIONS.to_owned(),
        "ratio" => ratio(recording, scenario),
        "verdict" if recording.has_ended() => {
            verdict_section(&account.judgement, Some(recording.total()))
        }
        "verdict" => doubts(&account.judgement),
        _ => return None,
    })
}

/// Scenarios are data: there is no code in them that could raise one.
const EXCEPTIONS: &str = "<p class=\"none\">No exceptions: a scenario is data and has no code that could raise one. Answers \
    that are not as they should be are failures.</p>\n";

/// What speaks against the generator while a run goes on; that little was measured so far does not.
fn doubts(judgement: &Judgement) -> String {
    let lasts = |reason: &&Reason| {
        use Rule::{HostCpu, OwnCpu, OwnFailures, SendLag, SenderThread, Stall, Starved};
        matches!(
            reason.rule,
            SendLag | OwnCpu | SenderThread | Starved | Stall | OwnFailures | HostCpu
        )
    };
    let reasons: Vec<Reason> = judgement.reasons.iter().filter(lasts).cloned().collect();
    // The worst stands first.
    reasons.first().map(|worst| worst.validity).map_or_else(String::new, |validity| {
        let doubts = Judgement { validity, reasons, generator: None, notes: Vec::new() };
        verdict_section(&doubts, None)
    })
}

/// Planned and observed shares.
fn ratio(recording: &Recording, scenario: &Scenario) -> String {
    let share = |part: u64, all: u64| if all == 0 { 0.0 } else { part as f64 / all as f64 };
    let weights = scenario.tasks.iter().map(|task| u64::from(task.weight));
    let (all, choices) = (recording.total().requests(), weights.clone().sum());
    let mut rows = String::new();
    for (entry, weight) in recording.entries().zip(weights) {
        writeln!(
            rows,
            "<tr><th class=\"name\" scope=\"row\"><span class=\"method\">{}</span>{}</th><td>{}</td><td>{}</td><td>{}</td></tr>",
            Escaped(&entry.method),
            Escaped(&entry.name),
            percent(share(weight, choices)),
            percent(share(entry.requests(), all)),
            count(entry.requests()),
        )
        .expect("a string takes every character");
    }
    format!(
        "<div class=\"table\">\n<table>\n<thead><tr><th class=\"name\" scope=\"col\">Task</th><th scope=\"col\">Planned</th>\
         <th scope=\"col\">Observed</th><th scope=\"col\">Requests</th></tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n</div>\n"
    )
}

#[cfg(test)]
mod tests {
    use lead_stats::Validity;

    use super::doubts;
    use crate::verdict::{Judgement, Reason, Rule};

    #[test]
    fn while_a_run_goes_on_only_its_generator_is_doubted() {
        let reason =
            |rule, validity| Reason { rule, validity, sentence: "<a sentence>".to_owned() };
        let none = reason(Rule::NoRequests, Validity::Invalid);
        let few = reason(Rule::FewRequests, Validity::Suspect);
        let busy = reason(Rule::HostCpu, Validity::Suspect);
        let doubts = |reasons: &[&Reason]| {
            let reasons: Vec<Reason> = reasons.iter().copied().cloned().collect();
            doubts(&Judgement {
                validity: reasons[0].validity,
                reasons,
                generator: None,
                notes: vec!["a note".to_owned()],
            })
        };
        assert_eq!(doubts(&[&none, &few]), "");
        let html = doubts(&[&none, &busy, &few]);
        assert!(html.contains("SUSPECT") && !html.contains("INVALID"), "{html}");
        assert!(
            html.matches("&lt;a sentence&gt;").count() == 1 && !html.contains("a note"),
            "{html}"
        );
    }
}
