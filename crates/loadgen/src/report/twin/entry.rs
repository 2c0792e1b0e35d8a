//! What was counted of an endpoint, and of all together.
//!
//! The total has the same members as an endpoint but for those that say when: they are the endpoints' own, and adding them up,
//! as far as they can be, is what reading does.

use std::collections::BTreeMap;

use serde::Serialize;

use super::columns::MOST_ROWS;
use super::node::{Fault, Node};
use super::times::{Times, latency};
use crate::failure::FailureClass;
use crate::record::{Entry, EntryParts, Recording};
use crate::snapshot::{Errors, MOST_TEXTS, Sightings, Tally};

/// More tasks than any scenario has.
const MOST_ENDPOINTS: usize = 10_000;

/// What all requests of an endpoint, or all at all, have in common.
#[derive(Serialize)]
pub(super) struct Sums {
    requests: u64,
    failures: u64,
    failure_ratio: f64,
    requests_per_s: f64,
    failures_per_s: f64,
    bytes: u64,
    average_bytes: f64,
    last_request_s: Option<f64>,
    response: Option<Times>,
    service: Option<Times>,
    failed: Option<Times>,
    failure_classes: BTreeMap<&'static str, u64>,
}

impl Sums {
    pub(super) fn of(recording: &Recording, entry: &Entry) -> Self {
        let (requests_per_s, failures_per_s) = recording.total_rate(entry);
        let class = |class: FailureClass| (class.as_str(), entry.errors().of_class(class));
        Self {
            requests: entry.requests(),
            failures: entry.failures(),
            failure_ratio: entry.failure_ratio(),
            requests_per_s,
            failures_per_s,
            bytes: entry.bytes(),
            average_bytes: entry.average_bytes(),
            last_request_s: entry.last_request().map(|at| at.as_secs_f64()),
            response: Times::of(entry.latency()),
            service: Times::of(entry.own_service()),
            failed: Times::of(entry.failed()),
            failure_classes: FailureClass::ALL.map(class).into(),
        }
    }
}

/// An endpoint.
#[derive(Serialize)]
pub(super) struct Endpoint<'r> {
    method: &'r str,
    name: &'r str,
    #[serde(flatten)]
    sums: Sums,
    failures_seen: Vec<Seen<'r>>,
    requests_each_s: Vec<u32>,
    failures_each_s: Vec<u32>,
}

/// A failure by its text.
#[derive(Serialize)]
struct Seen<'r> {
    error: &'r str,
    class: Option<&'static str>,
    count: u64,
    first_s: f64,
    last_s: f64,
    first_seen: String,
    last_seen: String,
}

impl<'r> Endpoint<'r> {
    pub(super) fn of(recording: &Recording, entry: &'r Entry) -> Self {
        let seen = |(error, seen): (&'r str, &Sightings)| Seen {
            error,
            class: seen.class.map(FailureClass::as_str),
            count: seen.count,
            first_s: seen.first.as_secs_f64(),
            last_s: seen.last.as_secs_f64(),
            first_seen: recording.time_of(seen.first).to_string(),
            last_seen: recording.time_of(seen.last).to_string(),
        };
        Self {
            method: &entry.method,
            name: &entry.name,
            sums: Sums::of(recording, entry),
            failures_seen: entry.errors().iter().map(seen).collect(),
            requests_each_s: entry.per_second().iter().map(|&(requests, _)| requests).collect(),
            failures_each_s: entry.per_second().iter().map(|&(_, failures)| failures).collect(),
        }
    }
}

/// The endpoints of an array.
pub(super) fn endpoints(node: &Node<'_>) -> Result<Vec<EntryParts>, Fault> {
    let (mut requests, mut bytes) = (0, 0);
    let nodes = node.items(MOST_ENDPOINTS)?;
    let read = |node: &Node<'_>| {
        let parts = endpoint(node)?;
        // What else is counted of an endpoint is some of its requests.
        requests = node.at("requests")?.add(requests, parts.tally.requests())?;
        bytes = node.at("bytes")?.add(bytes, parts.tally.bytes)?;
        Ok(parts)
    };
    nodes.iter().map(read).collect()
}

fn endpoint(node: &Node<'_>) -> Result<EntryParts, Fault> {
    let each = |name: &str| {
        node.at(name)?.items(MOST_ROWS)?.iter().map(Node::small).collect::<Result<Vec<u32>, _>>()
    };
    let (requests, failures) = (each("requests_each_s")?, each("failures_each_s")?);
    if requests.len() != failures.len() {
        return Err(node.at("failures_each_s")?.fault("must be as long as requests_each_s"));
    }
    Ok(EntryParts {
        method: node.at("method")?.text()?,
        name: node.at("name")?.text()?,
        tally: tally(node)?,
        per_second: requests.into_iter().zip(failures).collect(),
    })
}

fn tally(node: &Node<'_>) -> Result<Tally, Fault> {
    let tally = Tally {
        latency: latency(&node.at("response")?)?,
        service: latency(&node.at("service")?)?,
        failed: latency(&node.at("failed")?)?,
        failures: node.at("failures")?.count()?,
        bytes: node.at("bytes")?.count()?,
        last_request: node.at("last_request_s")?.maybe(Node::time)?,
        errors: errors(node)?,
    };
    // In the open model a request has both times, in the closed one it has one.
    let (all, services) = (tally.latency.count(), tally.service.count());
    if services != 0 && services != all {
        return Err(node.at("service")?.fault(format!("must hold all {all} requests, or none")));
    }
    if tally.failures > all {
        return Err(node
            .at("failures")?
            .fault(format!("must not be more than all {all} requests")));
    }
    if tally.failed.count() != tally.failures {
        let failures = tally.failures;
        return Err(node.at("failed")?.fault(format!("must hold the {failures} failures")));
    }
    Ok(tally)
}

/// Failures by text and by class, each as many as there are.
fn errors(node: &Node<'_>) -> Result<Errors, Fault> {
    let failures = node.at("failures")?.count()?;
    let is_sum = |sum: Option<u64>| sum == Some(failures);
    let classes = node.at("failure_classes")?;
    let mut by_class = [0; FailureClass::ALL.len()];
    for (count, class) in by_class.iter_mut().zip(FailureClass::ALL) {
        *count = classes.at(class.as_str())?.count()?;
    }
    if !is_sum(by_class.iter().try_fold(0_u64, |sum, &count| sum.checked_add(count))) {
        return Err(classes.fault(format!("must add up to the {failures} failures")));
    }
    let list = node.at("failures_seen")?;
    let mut by_text = BTreeMap::new();
    for item in list.items(MOST_TEXTS + 1)? {
        let seen = Sightings {
            class: item.at("class")?.maybe(class)?,
            count: item.at("count")?.count()?,
            first: item.at("first_s")?.time()?,
            last: item.at("last_s")?.time()?,
        };
        if seen.last < seen.first {
            return Err(item.at("last_s")?.fault("must not be before first_s"));
        }
        if by_text.insert(item.at("error")?.text()?, seen).is_some() {
            return Err(item.at("error")?.fault("stands there twice"));
        }
    }
    if !is_sum(by_text.values().try_fold(0_u64, |sum, seen| sum.checked_add(seen.count))) {
        return Err(list.fault(format!("must add up to the {failures} failures")));
    }
    Ok(Errors::of(by_text, by_class))
}

/// A class by its name.
fn class(node: &Node<'_>) -> Result<FailureClass, Fault> {
    let name = node.text()?;
    let class = FailureClass::ALL.into_iter().find(|class| class.as_str() == name);
    class.ok_or_else(|| node.fault("is no class of failures"))
}
