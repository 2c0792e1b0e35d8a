//! The report as one page that needs neither network nor scripts.
//!
//! [`html`] fills `page.html` and `page.css` from a recording and a [`Header`]. Whatever came from outside is escaped. The page
//! shows what was seen and passes no judgement; that is the gate's. Charts and tables have files of their own.

use std::fmt::Write;

use jiff::Timestamp;

use super::charts::charts;
use super::markup::{Escaped, fill};
use super::number::{count, ms, percent, rate, span};
use super::phases::phase_section;
use super::tables::{failures, percentiles, statistics};
use crate::machine::Machine;
use crate::plan::{Plan, Transport};
use crate::record::Recording;

const PAGE: &str = include_str!("page.html");
const STYLE: &str = include_str!("page.css");

/// How the numbers came about, in the words of whoever doubts them.
const METHOD: &str = "Response times run from the sending of a request to the last byte of its answer, connecting \
    included, and hold failed requests. Percentiles come from histograms: exact to the microsecond below 2 ms, within \
    0.1 % above. Closed model: a user waits for its answer before it asks again, so a service that stalls also lowers \
    the load.";

/// What a report says about the run beside its numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// The command line, secrets blanked.
    pub command: String,
    /// The service's base URL.
    pub target: String,
    /// How the load was meant to be.
    pub load: String,
    /// What users did.
    pub scenario: String,
    /// Where the load came from.
    pub machine: String,
    /// Name and version of the generator.
    pub version: String,
    /// The first score that was not the model's, where one was named to compare with.
    pub wrong_score: Option<String>,
}

impl Header {
    /// The header of a plan that is run on a machine by a command.
    pub fn new(plan: &Plan, command: &str, machine: &Machine) -> Self {
        let time = plan
            .run_time
            .map_or("until stopped".to_owned(), |time| format!("for {}", span(time.as_secs())));
        let threads = plan.workers();
        Self {
            command: command.to_owned(),
            target: plan.target.to_string(),
            load: format!(
                "{}, {time}, from {threads} thread{}, random start {}{}{}",
                plan.load,
                plural(threads),
                plan.seed,
                if plan.transport == Transport::Raw { ", raw transport" } else { "" },
                if plan.insecure { ", certificates not verified" } else { "" },
            ),
            scenario: scenario(plan),
            machine: machine.to_string(),
            version: format!("lead-loadgen {}", env!("CARGO_PKG_VERSION")),
            wrong_score: None,
        }
    }
}

/// The whole page.
pub fn html(recording: &Recording, header: &Header) -> String {
    fill(PAGE, |mark| match mark {
        "title" => format!("Load test of {}", Escaped(&header.target)),
        "style" => STYLE.to_owned(),
        "target" => Escaped(&header.target).to_string(),
        "summary" => summary(recording),
        "cards" => cards(recording),
        "charts" => charts(recording),
        "statistics" => statistics(recording),
        "percentiles" => percentiles(recording),
        "phases" => phase_section(recording.phases()),
        "failures" => failures(recording),
        "facts" => facts(recording, header),
        "method" => METHOD.to_owned(),
        "version" => Escaped(&header.version).to_string(),
        other => unreachable!("page.html has a mark that nobody fills: {other}"),
    })
}

fn summary(recording: &Recording) -> String {
    let users = recording.peak_users();
    format!(
        "{} · {} · up to {} user{}",
        day_and_time(recording.start()),
        span(recording.elapsed().as_secs()),
        count(users),
        plural(users as usize)
    )
}

/// The key figures.
fn cards(recording: &Recording) -> String {
    let total = recording.total();
    let latency = total.latency();
    let (requests_per_s, _) = recording.total_rate(total);
    let share = percent(total.failure_ratio());
    let mood = if total.failures() == 0 { " good" } else { " bad" };
    let time = |fraction| format!("{} <small>ms</small>", ms(latency.percentile_ms(fraction)));
    let cards = [
        ("", count(total.requests()), "requests".to_owned()),
        ("", rate(requests_per_s), "requests per second".to_owned()),
        (mood, count(total.failures()), format!("failures ({share})")),
        ("", time(0.50), "half of all within".to_owned()),
        ("", time(0.95), "95 % of all within".to_owned()),
        ("", time(0.99), "99 % of all within".to_owned()),
    ];
    let card = |(mood, figure, meaning): &(&str, String, String)| {
        format!("<div class=\"card{mood}\"><b>{figure}</b><span>{meaning}</span></div>\n")
    };
    cards.iter().map(card).collect()
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
    ];
    if recording.dropped() > 0 {
        let dropped = recording.dropped();
        let requests = format!("{} request{}", count(dropped), plural(dropped as usize));
        facts.push(("Not counted", format!("{requests} in flight at the end")));
    }
    if let Some(example) = &header.wrong_score {
        facts.push(("First wrong score", Escaped(example).to_string()));
    }
    facts.iter().fold(String::new(), |mut rows, (name, value)| {
        writeln!(rows, "<dt>{name}</dt><dd>{value}</dd>").expect("a string takes every character");
        rows
    })
}

/// The scenario in a sentence: tasks with their weights, then the pause.
fn scenario(plan: &Plan) -> String {
    let scenario = &plan.scenario;
    let task =
        |task: &crate::scenario::Task| format!("{} {} ({})", task.method, task.name, task.weight);
    let tasks: Vec<String> = scenario.tasks.iter().map(task).collect();
    let (least, most) =
        (scenario.think_time.start().as_millis(), scenario.think_time.end().as_millis());
    format!("{}: {}; then {least} to {most} ms of thinking", scenario.user_class, tasks.join(", "))
}

fn day_and_time(time: Timestamp) -> String {
    time.strftime("%Y-%m-%d %H:%M:%S UTC").to_string()
}

fn plural(number: usize) -> &'static str {
    if number == 1 { "" } else { "s" }
}
