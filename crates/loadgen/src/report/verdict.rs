//! The verdict on the run, for the terminal, the page and the gate.
//!
//! [`verdict_words`] ends what is shown, [`verdict_section`] begins the page, [`run_verdict`] fills the file that the gate
//! reads. All are pure; what the verdict is was decided by [`judge`](crate::judge).

use std::fmt::Write;

use lead_stats::{AskedRate, LoadModel, RunVerdict, Validity, VerdictReason};

use super::account::Account;
use super::load::{Sending, counted};
use super::markup::Escaped;
use super::number::{count, percent};
use crate::record::Entry;
use crate::verdict::{Facts, Judgement, Reason};

/// Why writing to a string cannot fail.
const FITS: &str = "a string takes every character";

/// What is said last: `Run: VALID`, or `Run: INVALID: ...` with every reason on a line of its own.
pub fn verdict_words(judgement: &Judgement) -> String {
    let mut text = format!("Run: {}", judgement.validity);
    for (at, reason) in judgement.reasons.iter().enumerate() {
        match at {
            0 => write!(text, ": {}", reason.sentence).expect(FITS),
            _ => write!(text, "\n     {}: {}", reason.validity, reason.sentence).expect(FITS),
        }
    }
    for note in &judgement.notes {
        write!(text, "\n     {note}").expect(FITS);
    }
    text.push('\n');
    text
}

/// The panel at the top of the page: whether the numbers can be believed, and beside it what failed of all that was counted,
/// lest the one be taken for the other. Its edge has the worse mood of both.
pub(super) fn verdict_section(judgement: &Judgement, total: Option<&Entry>) -> String {
    let validity = judgement.validity;
    let has_failures = total.is_some_and(|total| total.failures() > 0);
    let edge = match validity {
        Validity::Valid if !has_failures => "good",
        Validity::Suspect if !has_failures => "doubtful",
        _ => "bad",
    };
    let mut section = format!(
        "<section class=\"panel verdict {edge}\" aria-label=\"Verdict on the run\">\n<p class=\"{}\"><b>Measurement: {validity}</b> {}</p>\n",
        mood(validity),
        meaning(validity)
    );
    section.push_str(&total.map_or_else(String::new, failed));
    if !judgement.reasons.is_empty() {
        section.push_str("<ul>\n");
        for reason in &judgement.reasons {
            let (validity, sentence) = (reason.validity, Escaped(&reason.sentence));
            writeln!(section, "<li class=\"{}\"><b>{validity}</b> {sentence}</li>", mood(validity))
                .expect(FITS);
        }
        section.push_str("</ul>\n");
    }
    for note in &judgement.notes {
        writeln!(section, "<p class=\"below\">{}</p>", Escaped(note)).expect(FITS);
    }
    section.push_str("</section>\n");
    section
}

/// The file beside the CSV files.
pub fn run_verdict(judgement: &Judgement, facts: &Facts) -> RunVerdict {
    RunVerdict {
        validity: judgement.validity,
        reasons: reasons(judgement),
        notes: judgement.notes.clone(),
        model: Some(facts.model),
        measured_s: facts.measured.as_secs_f64(),
        requests: facts.requests,
        rate: facts.sent.map(|sent| AskedRate {
            asked_per_s: sent.asked_per_s(),
            sent_per_s: sent.sent_per_s(),
            sent: sent.sent,
            unsent: sent.unsent,
            send_lag_p99_ms: sent.lag_p99.as_secs_f64() * 1e3,
        }),
        summary_sha256: None,
    }
}

/// The file beside the CSV files of a run that is over, from all that is known of it later.
pub fn account_verdict(account: &Account) -> RunVerdict {
    let Account { recording, judgement, .. } = account;
    let stopped = recording.stopped().unwrap_or(recording.elapsed());
    let rate = Sending::of(recording).map(|sending| AskedRate {
        // What fell due by chance is what was asked for.
        asked_per_s: if recording.is_by_chance() { sending.due_per_s } else { sending.asked_per_s },
        sent_per_s: sending.sent_per_s,
        sent: sending.sent,
        unsent: sending.unsent,
        send_lag_p99_ms: sending.lag.percentile_ms(0.99),
    });
    RunVerdict {
        validity: judgement.validity,
        reasons: reasons(judgement),
        notes: judgement.notes.clone(),
        model: Some(if rate.is_some() { LoadModel::Open } else { LoadModel::Closed }),
        measured_s: stopped.saturating_sub(recording.warm_up()).as_secs_f64(),
        requests: recording.total().requests(),
        rate,
        summary_sha256: None,
    }
}

fn reasons(judgement: &Judgement) -> Vec<VerdictReason> {
    let reason = |reason: &Reason| VerdictReason {
        rule: reason.rule.to_string(),
        validity: reason.validity,
        sentence: reason.sentence.clone(),
    };
    judgement.reasons.iter().map(reason).collect()
}

/// What failed, in a line; nothing where nothing was counted.
fn failed(total: &Entry) -> String {
    let requests = counted(total.requests(), "request");
    match total.failures() {
        _ if total.requests() == 0 => String::new(),
        0 => format!("<p class=\"good\"><b>Failures: NONE</b> of {requests}.</p>\n"),
        failures => format!(
            "<p class=\"bad\"><b>Failures: {}</b> {} of {requests}.</p>\n",
            percent(total.failure_ratio()),
            count(failures)
        ),
    }
}

/// The page's class for it. That a run can be believed is no praise of the service.
fn mood(validity: Validity) -> &'static str {
    match validity {
        Validity::Valid => "plain",
        Validity::Suspect => "doubtful",
        Validity::Invalid => "bad",
    }
}

/// What it means, in a sentence.
fn meaning(validity: Validity) -> &'static str {
    match validity {
        Validity::Valid => "The generator did what was asked of it: the numbers are the service's.",
        Validity::Suspect => "The numbers stand, and there is a doubt to look at.",
        Validity::Invalid => {
            "Do not use these numbers: they tell of the generator, or of another load than the one that was asked for."
        }
    }
}
