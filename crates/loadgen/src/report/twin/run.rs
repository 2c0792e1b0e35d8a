//! What was run: of whom, with what, from where, when, and how it ended.

use std::time::Duration;

use jiff::Timestamp;
use serde::Serialize;

use super::node::{Fault, Node};
use crate::record::{Asked, End, Forgotten, Recording};
use crate::report::header::Header;
use crate::snapshot::Late;
use crate::stages::{Stage, Stages};

/// More stages than anybody types.
const MOST_STAGES: usize = 100_000;

/// What was run.
#[derive(Serialize)]
pub(super) struct Run<'a> {
    command: &'a str,
    target: &'a str,
    load: &'a str,
    scenario: &'a str,
    machine: &'a str,
    revision: Option<&'a str>,
    served_model: Option<&'a str>,
    health: Option<&'a str>,
    wrong_score: Option<&'a str>,
    load_model: &'static str,
    started: String,
    ended: String,
    lasted_s: f64,
    seconds: u64,
    users: u64,
    peak_users: u64,
    warm_up_s: f64,
    warm_up_requests: u64,
    greatest_stall_s: f64,
    told_late: Lateness,
    asked: Option<Order>,
    end: Option<Ending>,
    forgotten: Before,
}

/// Requests that were sent late.
#[derive(Serialize)]
struct Lateness {
    requests: u64,
    held_up: u64,
}

/// What came before counts that began anew.
#[derive(Serialize)]
struct Before {
    times: u64,
    time_s: f64,
    carried: u64,
    late: Lateness,
}

/// What the open model asked for.
#[derive(Serialize)]
struct Order {
    from_per_s: f64,
    stages: Vec<Line>,
    is_by_chance: bool,
    ends_s: Option<f64>,
    before_s: f64,
    requests: f64,
}

/// A straight line of a rate over time.
#[derive(Serialize)]
struct Line {
    lasts_s: f64,
    to_per_s: f64,
}

/// How a run ended.
#[derive(Serialize)]
struct Ending {
    at_s: f64,
    stopped_s: f64,
    dropped: u64,
    waited_s: f64,
    unsent: u64,
    late: Lateness,
}

impl<'a> Run<'a> {
    pub(super) fn of(recording: &Recording, header: &'a Header) -> Self {
        // Whole, so that nothing that is added to it is forgotten here. The version stands at the top.
        let Header {
            command,
            target,
            load,
            scenario,
            machine,
            version: _,
            revision,
            model,
            health,
            wrong_score,
        } = header;
        Self {
            command,
            target,
            load,
            scenario,
            machine,
            revision: revision.as_deref(),
            served_model: model.as_deref(),
            health: health.as_deref(),
            wrong_score: wrong_score.as_deref(),
            load_model: if recording.order().is_some() { "open" } else { "closed" },
            started: recording.start().to_string(),
            ended: recording.time_of(recording.elapsed()).to_string(),
            lasted_s: recording.elapsed().as_secs_f64(),
            seconds: recording.seconds(),
            users: recording.users(),
            peak_users: recording.peak_users(),
            warm_up_s: recording.warm_up().as_secs_f64(),
            warm_up_requests: recording.warm_up_requests(),
            greatest_stall_s: recording.greatest_stall().as_secs_f64(),
            told_late: Lateness::of(recording.told_late()),
            asked: recording.order().map(|asked| Order::of(recording, asked)),
            end: recording.end().map(Ending::of),
            forgotten: Before::of(recording.before()),
        }
    }
}

impl Order {
    fn of(recording: &Recording, asked: &Asked) -> Self {
        let line =
            |stage: &Stage| Line { lasts_s: stage.time.as_secs_f64(), to_per_s: stage.target };
        Self {
            from_per_s: asked.rate.at_start(),
            stages: asked.rate.stages().iter().map(line).collect(),
            is_by_chance: asked.is_by_chance,
            ends_s: asked.ends.map(|end| end.as_secs_f64()),
            before_s: asked.before.as_secs_f64(),
            requests: recording.asked().unwrap_or_default(),
        }
    }
}

impl Lateness {
    fn of(late: Late) -> Self {
        Self { requests: late.requests, held_up: late.held_up }
    }
}

impl Before {
    fn of(forgotten: Forgotten) -> Self {
        let Forgotten { times, time, carried, late } = forgotten;
        Self { times, time_s: time.as_secs_f64(), carried, late: Lateness::of(late) }
    }
}

impl Ending {
    fn of(end: End) -> Self {
        let End { at, stopped, dropped, waited, unsent, late } = end;
        Self {
            at_s: at.as_secs_f64(),
            stopped_s: stopped.as_secs_f64(),
            dropped,
            waited_s: waited.as_secs_f64(),
            unsent,
            late: Lateness::of(late),
        }
    }
}

/// What reports say about the run beside its numbers; `version` is the generator's.
pub(super) fn header(node: &Node<'_>, version: String) -> Result<Header, Fault> {
    let text = |name| node.at(name)?.text();
    let maybe = |name| node.at(name)?.maybe(Node::text);
    Ok(Header {
        command: text("command")?,
        target: text("target")?,
        load: text("load")?,
        scenario: text("scenario")?,
        machine: text("machine")?,
        version,
        revision: maybe("revision")?,
        model: maybe("served_model")?,
        health: maybe("health")?,
        wrong_score: maybe("wrong_score")?,
    })
}

/// When the first user was due.
pub(super) fn start(node: &Node<'_>) -> Result<Timestamp, Fault> {
    let started = node.at("started")?;
    let text = started.text()?;
    text.parse().map_err(|_| started.fault("must be a time such as 2026-11-25T15:55:00Z"))
}

/// What the open model asked for, if the run was one.
pub(super) fn asked(node: &Node<'_>) -> Result<Option<Asked>, Fault> {
    node.at("asked")?.maybe(|asked| {
        let line = |line: &Node<'_>| {
            Ok(Stage {
                time: line.at("lasts_s")?.long_time()?,
                target: line.at("to_per_s")?.number()?,
            })
        };
        let lines = asked.at("stages")?.items(MOST_STAGES)?;
        let lines = lines.iter().map(line).collect::<Result<Vec<Stage>, Fault>>()?;
        Ok(Asked {
            rate: Stages::new(asked.at("from_per_s")?.number()?, lines),
            is_by_chance: asked.at("is_by_chance")?.flag()?,
            ends: asked.at("ends_s")?.maybe(Node::long_time)?,
            before: asked.at("before_s")?.time()?,
        })
    })
}

/// How the run ended, if it did.
pub(super) fn end(node: &Node<'_>) -> Result<Option<End>, Fault> {
    node.at("end")?.maybe(|end| {
        let count = |name| end.at(name)?.count();
        Ok(End {
            at: end.at("at_s")?.time()?,
            stopped: end.at("stopped_s")?.time()?,
            dropped: count("dropped")?,
            waited: end.at("waited_s")?.time()?,
            unsent: count("unsent")?,
            late: late(&end.at("late")?)?,
        })
    })
}

/// Requests that were sent late.
pub(super) fn late(node: &Node<'_>) -> Result<Late, Fault> {
    Ok(Late { requests: node.at("requests")?.count()?, held_up: node.at("held_up")?.count()? })
}

/// What came before counts that began anew.
pub(super) fn forgotten(node: &Node<'_>) -> Result<Forgotten, Fault> {
    Ok(Forgotten {
        times: node.at("times")?.count()?,
        time: node.at("time_s")?.time()?,
        carried: node.at("carried")?.count()?,
        late: late(&node.at("late")?)?,
    })
}

/// The time of a member.
pub(super) fn time(node: &Node<'_>, name: &str) -> Result<Duration, Fault> {
    node.at(name)?.time()
}
