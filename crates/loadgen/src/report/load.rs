//! What was asked of the generator, what it sent, and how late: in words, for the terminal and the page.
//!
//! [`plan_words`] is said before the first request, [`warm_up_words`] while nothing counts, [`load_words`] under the final
//! tables. All are pure. Whether a run is good enough to be believed is not decided here.

use std::fmt::Write;

use super::number::{count, ms, span};
use crate::histogram::Latency;
use crate::plan::{Arrivals, Load, Spacing, Users};
use crate::record::Recording;

/// Why writing to a string cannot fail.
const FITS: &str = "a string takes every character";

/// What is said before the first request about the load to come.
pub fn plan_words(load: &Load) -> String {
    match load {
        Load::Closed(Users::Ramp { users, spawn_rate }) => {
            let rate = spawn_rate.per_second();
            format!("Ramping to {users} users at a rate of {rate:.2} per second")
        }
        Load::Closed(Users::Stages(_)) => format!("Ramping in stages: {load}"),
        Load::Open(Arrivals { rate, spacing, .. }) => {
            let spacing = match spacing {
                Spacing::Constant => "evenly",
                Spacing::Poisson => "by chance",
            };
            let rate = rate.words(" requests/s");
            format!(
                "Sending {rate}, {spacing} (open model): latency counts from the moment a request is due"
            )
        }
    }
}

/// What is shown instead of a table while nothing counts.
pub fn warm_up_words(recording: &Recording) -> String {
    let (now, all) = (recording.elapsed().as_secs(), recording.warm_up().as_secs());
    let requests = recording.warm_up_requests();
    format!("Warm-up (not counted): {} so far, {now} of {all} s\n", counted(requests, "request"))
}

/// What is said while nothing more is sent and answers are missing.
pub(crate) fn wait_words(seconds: u64, in_flight: u64) -> String {
    let answers = counted(in_flight, "answer");
    format!("Waiting up to {seconds} s for {answers}; Ctrl-C ends the wait")
}

/// What is said under the final tables: the model, and in the open one what was asked, what was sent and how late.
pub fn load_words(recording: &Recording) -> String {
    let mut text = match Sending::of(recording) {
        None => CLOSED.to_owned(),
        Some(sending) => open_words(recording, &sending),
    };
    if !recording.warm_up().is_zero() {
        let requests = counted(recording.warm_up_requests(), "request");
        writeln!(
            text,
            "Warm-up (not counted): {requests} in {}",
            span(recording.warm_up().as_secs())
        )
        .expect(FITS);
    }
    text
}

/// What a closed model leaves out.
const CLOSED: &str = "Closed model: users wait for their answers, so a stall of the service also lowers the load; \
    response times are service times\n";

fn open_words(recording: &Recording, sending: &Sending<'_>) -> String {
    let mut text =
        String::from("Open model: response times count from the moment a request was due\n");
    let due = counted(sending.due, "request");
    writeln!(
        text,
        "{}: {} sent ({:.2}%), {} unsent, {} dropped in flight",
        if recording.is_by_chance() {
            format!("{due} fell due by chance")
        } else {
            format!("Asked for {due}")
        },
        count(sending.sent),
        // Cut off, not rounded: less than all is never 100 %.
        (sending.achieved() * 1e4).floor() / 1e2,
        count(sending.unsent),
        count(sending.dropped),
    )
    .expect(FITS);
    let (asked, sent) = (sending.asked_per_s, sending.sent_per_s);
    if recording.is_by_chance() {
        let due = sending.due_per_s;
        writeln!(
            text,
            "Asked for a mean of {asked:.2} requests/s: {due:.2} fell due by chance, sent {sent:.2}"
        )
        .expect(FITS);
    } else {
        writeln!(text, "Asked for {asked:.2} requests/s, sent {sent:.2}").expect(FITS);
    }
    let total = recording.total();
    writeln!(text, "\n{:<32} {:>9} {:>9} {:>9} {:>9}", "Milliseconds", "50%", "95%", "99%", "Max")
        .expect(FITS);
    writeln!(text, "{}|{}", "-".repeat(32), ["-".repeat(9).as_str(); 4].join("|")).expect(FITS);
    for (name, latency) in [
        ("Response time, from being due", total.latency()),
        ("Service time, from being sent", total.service()),
        ("Send lag, from due to sent", sending.lag),
    ] {
        let [p50, p95, p99, max] =
            [0.5, 0.95, 0.99, 1.0].map(|fraction| ms(latency.percentile_ms(fraction)));
        writeln!(text, "{name:<32} {p50:>9} {p95:>9} {p99:>9} {max:>9}").expect(FITS);
    }
    text.push('\n');
    text
}

/// How the open model's requests fared on their way out.
pub(super) struct Sending<'r> {
    /// Requests that fell due and count: sent or not.
    pub(super) due: u64,
    /// Requests that were sent, whether their answer came in time or not.
    pub(super) sent: u64,
    /// Requests that were never sent.
    pub(super) unsent: u64,
    /// Requests that were sent, and whose answer nobody waited for.
    pub(super) dropped: u64,
    /// Requests per second that the plan asked for, on average.
    pub(super) asked_per_s: f64,
    /// Requests per second that fell due: by chance more or fewer than were asked for.
    pub(super) due_per_s: f64,
    /// Requests per second that were sent; where arrivals are by chance, theirs is in it.
    pub(super) sent_per_s: f64,
    /// How much later than due.
    pub(super) lag: &'r Latency,
}

impl<'r> Sending<'r> {
    /// Of a run in the open model.
    pub(super) fn of(recording: &'r Recording) -> Option<Self> {
        let (lag, asked) = (recording.send_lag()?, recording.asked()?);
        let (unsent, dropped) = (recording.unsent(), recording.dropped());
        let sent = recording.total().requests() + dropped;
        let seconds = recording.asked_time()?.as_secs_f64();
        let per_s = |number: f64| if seconds > 0.0 { number / seconds } else { 0.0 };
        let (asked_per_s, sent_per_s) = (per_s(asked), per_s(sent as f64));
        let due = sent + unsent;
        let due_per_s = per_s(due as f64);
        Some(Self { due, sent, unsent, dropped, asked_per_s, due_per_s, sent_per_s, lag })
    }

    /// The share of what was due that was sent, 0 to 1; all of nothing.
    pub(super) fn achieved(&self) -> f64 {
        if self.due == 0 { 1.0 } else { self.sent as f64 / self.due as f64 }
    }
}

/// A number with its noun.
pub(super) fn counted(number: u64, noun: &str) -> String {
    format!("{} {noun}{}", count(number), if number == 1 { "" } else { "s" })
}
