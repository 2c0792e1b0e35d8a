//! The report as one page that needs neither network nor scripts.
//!
//! [`html`] fills `page.html` and `page.css` from an [`Account`]; the generator's verdict on itself comes
//! first. Whatever came from outside is escaped. Whether the service was good is the gate's to say. Charts and tables have
//! files of their own.

use std::fmt::Write;

use jiff::Timestamp;

use super::account::Account;
use super::charts::load_charts;
use super::curve::curve;
use super::failures::{failures, mismatches};
use super::header::Header;
use super::load::{Sending, counted};
use super::machines::machines;
use super::markup::{Escaped, fill};
use super::number::{count, ms, percent, rate, span};
use super::phases::phase_section;
use super::policy::policy;
use super::rules::rules_section;
use super::tables::{doubt, percentiles, statistics, waiting};
use super::theme::Theme;
use super::verdict::verdict_section;
use crate::record::Recording;

const PAGE: &str = include_str!("page.html");
pub(super) const STYLE: &str = include_str!("page.css");

/// How the numbers came about, in the words of whoever doubts them.
const METHOD: &str =
    "Percentiles come from histograms: exact to the microsecond below 2 ms, within 0.1 % above.";

/// From when to when in the closed model, and what it leaves out.
const CLOSED: &str = "Response times run from the sending of a request to the last byte of its answer, connecting \
    included, and hold failed requests: they are service times. Closed model: a user waits for its answer before it asks \
    again, so a service that stalls also lowers the load.";

/// From when to when in the open model.
const OPEN: &str = "Response times run from the moment a request was due to the last byte of its answer, connecting \
    included, and hold failed requests. Open model: requests were due at times fixed beforehand, whatever became of \
    earlier ones, so a service that stalls shows its whole queue.";

/// The whole page, in the light or in the dark, as the reader's system asks.
pub fn html(account: &Account) -> String {
    html_in(account, Theme::System)
}

/// The whole page in the colours of a theme.
pub(crate) fn html_in(account: &Account, theme: Theme) -> String {
    let style = theme.dress(STYLE);
    let Account { recording, header, judgement, pulses, resources, gate } = account;
    fill(PAGE, |mark| match mark {
        "title" => format!("Load test of {}", Escaped(&header.target)),
        "policy" => policy(&style),
        "style" => style.to_string(),
        "target" => Escaped(&header.target).to_string(),
        "summary" => summary(recording),
        "verdict" => verdict_section(judgement, Some(recording.total())),
        "rules" => rules_section(gate.as_ref()),
        "ran" => ran(header),
        "cards" => cards(recording),
        "charts" => load_charts(recording),
        "curve" => curve(recording),
        "waiting" => waited(recording),
        "machines" => machine_section(&machines(recording, pulses, resources)),
        "measured" => measured(recording),
        "statistics" => statistics(recording),
        "percentiles" => percentiles(recording),
        "phases" => phase_section(recording.phases()),
        "failures" => failures(recording),
        "mismatches" => mismatches(recording, header.wrong_score.as_deref()),
        "facts" => facts(recording, header),
        "method" => match recording.asked() {
            None => format!("{CLOSED} {METHOD}"),
            Some(_) => format!("{OPEN} {METHOD}"),
        },
        "version" => Escaped(&header.version).to_string(),
        other => unreachable!("page.html has a mark that nobody fills: {other}"),
    })
}

fn summary(recording: &Recording) -> String {
    let model = match Sending::of(recording) {
        None => format!("closed model, up to {}", counted(recording.peak_users(), "user")),
        Some(sending) => format!(
            "open model, {} requests/s asked for{}",
            rate(sending.asked_per_s),
            on_average(recording)
        ),
    };
    let warm_up = match recording.warm_up().as_secs() {
        0 => String::new(),
        seconds => format!(" · the first {} are warm-up and not counted", span(seconds)),
    };
    format!(
        "{} · {} · {model}{warm_up}",
        day_and_time(recording.start()),
        span(recording.elapsed().as_secs()),
    )
}

/// Whether the asked rate is a mean of different ones.
fn on_average(recording: &Recording) -> &'static str {
    let mut rates = recording.series().points().iter().map(|point| point.asked_per_s);
    let first = rates.next().flatten();
    if rates.all(|rate| rate == first) { "" } else { " on average" }
}

/// The key figures.
fn cards(recording: &Recording) -> String {
    let total = recording.total();
    let latency = total.latency();
    let share = percent(total.failure_ratio());
    let mood = if total.failures() == 0 { "good" } else { "bad" };
    let mut cards = card("", &count(total.requests()), "requests");
    match Sending::of(recording) {
        None => {
            cards.push_str(&card("", &rate(recording.total_rate(total).0), "requests per second"));
        }
        Some(sending) => {
            let asked = rate(sending.asked_per_s);
            let meaning = if recording.is_by_chance() {
                let due = rate(sending.due_per_s);
                format!("sent per second; {due} fell due by chance, {asked} asked for as the mean")
            } else {
                format!("sent per second; {asked} asked for")
            };
            cards.push_str(&card("", &rate(sending.sent_per_s), &meaning));
            if sending.unsent > 0 {
                let share = percent(1.0 - sending.achieved());
                cards.push_str(&card(
                    "bad",
                    &count(sending.unsent),
                    &format!("never sent ({share})"),
                ));
            }
        }
    }
    cards.push_str(&card(mood, &count(total.failures()), &format!("failures ({share})")));
    for (fraction, meaning) in
        [(0.50, "half of all within"), (0.95, "95 % of all within"), (0.99, "99 % of all within")]
    {
        let time = format!("{} <small>ms</small>", ms(latency.percentile_ms(fraction)));
        cards.push_str(&match doubt(latency, fraction) {
            None => card("", &time, meaning),
            Some(doubt) => card("weak", &time, &format!("{meaning}; {doubt}")),
        });
    }
    cards
}

/// A key figure in its mood.
fn card(mood: &str, figure: &str, meaning: &str) -> String {
    let class = format!("card {mood}");
    let class = class.trim_end();
    format!("<div class=\"{class}\"><b>{figure}</b><span>{meaning}</span></div>\n")
}

/// What part of the run is in the tables.
fn measured(recording: &Recording) -> String {
    match recording.warm_up().as_secs() {
        0 => "Whole run".to_owned(),
        seconds => format!("Without the warm-up of {}", span(seconds)),
    }
}

/// In the open model: what was due and sent, and how long it took from either.
fn waited(recording: &Recording) -> String {
    let Some(sending) = Sending::of(recording) else {
        return String::new();
    };
    let dropped = match sending.dropped {
        0 => String::new(),
        dropped => format!(", of {} nobody waited for the answer", count(dropped)),
    };
    let fate = match sending.unsent {
        0 => " and all were sent".to_owned(),
        unsent => {
            let (sent, share) = (count(sending.sent), percent(sending.achieved()));
            format!(": {sent} were sent ({share}), {} never", count(unsent))
        }
    };
    format!(
        "<section>\n<h2>From being due, from being sent</h2>\n\
         <p class=\"note\">{} fell due{fate}{dropped}. Send lag is what requests waited for their \
         turn in the generator; it is part of the response time.</p>\n{}</section>\n",
        counted(sending.due, "request"),
        waiting(recording, sending.lag),
    )
}

/// What both sides used, where anything is known of it.
fn machine_section(charts: &str) -> String {
    if charts.is_empty() {
        return String::new();
    }
    format!("<section>\n<h2>Machines</h2>\n{charts}</section>\n")
}

/// What was run, in a line.
fn ran(header: &Header) -> String {
    let mut parts = vec![header.scenario.clone(), header.version.clone()];
    parts.extend(header.revision.as_deref().map(|commit| format!("commit {}", short(commit))));
    parts.push(header.machine.clone());
    parts.push(match (&header.model, &header.health) {
        (Some(model), Some(health)) => format!("{} serves {model}, {health}", header.target),
        (Some(model), None) => format!("{} serves {model}", header.target),
        (None, _) => format!("{}, which names no model", header.target),
    });
    let parts: Vec<String> = parts.iter().map(|part| Escaped(part).to_string()).collect();
    format!("<code>{}</code> · {}", Escaped(&header.command), parts.join(" · "))
}

/// As much of a commit's number as tells it from others.
fn short(commit: &str) -> &str {
    commit.get(..12).unwrap_or(commit)
}

fn facts(recording: &Recording, header: &Header) -> String {
    let end = recording.time_of(recording.elapsed());
    let mut facts = vec![
        ("Target", Escaped(&header.target).to_string()),
        ("Command", format!("<code>{}</code>", Escaped(&header.command))),
        ("Started", day_and_time(recording.start())),
        ("Ended", day_and_time(end)),
        ("Load", Escaped(&header.load).to_string()),
        ("Scenario", Escaped(&header.scenario).to_string()),
        ("Generator", Escaped(&header.version).to_string()),
        ("Machine", Escaped(&header.machine).to_string()),
        (
            "Commit",
            header
                .revision
                .as_deref()
                .map_or("not known".to_owned(), |commit| Escaped(commit).to_string()),
        ),
        (
            "Model",
            header
                .model
                .as_deref()
                .map_or("the target names none".to_owned(), |model| Escaped(model).to_string()),
        ),
    ];
    if !recording.warm_up().is_zero() {
        let requests = counted(recording.warm_up_requests(), "request");
        let time = span(recording.warm_up().as_secs());
        facts.push(("Warm-up", format!("{time}, {requests}: in the charts, in no other number")));
    }
    if recording.dropped() > 0 {
        let requests = counted(recording.dropped(), "request");
        facts.push(("Not counted", format!("{requests} in flight at the end")));
    }
    facts.iter().fold(String::new(), |mut rows, (name, value)| {
        writeln!(rows, "<dt>{name}</dt><dd>{value}</dd>").expect("a string takes every character");
        rows
    })
}

pub(super) fn day_and_time(time: Timestamp) -> String {
    time.strftime("%Y-%m-%d %H:%M:%S UTC").to_string()
}
