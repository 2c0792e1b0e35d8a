//! What happened over time: the run second by second, the generator's pulses, what the service used.

use serde::Serialize;

use super::columns::Columns;
use super::node::{Fault, Node};
use crate::record::{Heat as Held, Point};
use crate::resources::ResourceSample;
use crate::vitals::Pulse;

/// A run's points as columns; the n-th item is the n-th second.
#[derive(Serialize)]
pub(super) struct Series {
    is_warm_up: Vec<bool>,
    users: Vec<u64>,
    in_flight: Vec<u64>,
    requests: Vec<u64>,
    failures: Vec<u64>,
    asked_per_s: Vec<Option<f32>>,
    p50_ms: Vec<f32>,
    p95_ms: Vec<f32>,
    p99_ms: Vec<f32>,
    send_lag_p99_ms: Vec<f32>,
}

impl Series {
    pub(super) fn of(points: &[Point]) -> Self {
        Self {
            is_warm_up: points.iter().map(|point| point.is_warm_up).collect(),
            users: points.iter().map(|point| point.users).collect(),
            in_flight: points.iter().map(|point| point.in_flight).collect(),
            requests: points.iter().map(|point| point.requests).collect(),
            failures: points.iter().map(|point| point.failures).collect(),
            asked_per_s: points.iter().map(|point| point.asked_per_s).collect(),
            p50_ms: points.iter().map(|point| point.p50_ms).collect(),
            p95_ms: points.iter().map(|point| point.p95_ms).collect(),
            p99_ms: points.iter().map(|point| point.p99_ms).collect(),
            send_lag_p99_ms: points.iter().map(|point| point.send_lag_p99_ms).collect(),
        }
    }
}

/// The points of columns.
pub(super) fn points(node: Node<'_>) -> Result<Vec<Point>, Fault> {
    let columns = Columns::of(node, "requests")?;
    let maybe = |node: &Node<'_>| node.maybe(Node::single);
    let is_warm_up = columns.column("is_warm_up", Node::flag)?;
    let users = columns.column("users", Node::count)?;
    let in_flight = columns.column("in_flight", Node::count)?;
    let requests = columns.column("requests", Node::count)?;
    let failures = columns.column("failures", Node::count)?;
    let asked_per_s = columns.column("asked_per_s", maybe)?;
    let p50_ms = columns.column("p50_ms", Node::single)?;
    let p95_ms = columns.column("p95_ms", Node::single)?;
    let p99_ms = columns.column("p99_ms", Node::single)?;
    let send_lag_p99_ms = columns.column("send_lag_p99_ms", Node::single)?;
    let point = |at: usize| Point {
        is_warm_up: is_warm_up[at],
        users: users[at],
        in_flight: in_flight[at],
        requests: requests[at],
        failures: failures[at],
        asked_per_s: asked_per_s[at],
        p50_ms: p50_ms[at],
        p95_ms: p95_ms[at],
        p99_ms: p99_ms[at],
        send_lag_p99_ms: send_lag_p99_ms[at],
    };
    Ok((0..columns.rows()).map(point).collect())
}

/// The generator's pulses as columns, `null` where a figure was not measured.
#[derive(Serialize)]
pub(super) struct Pulses {
    at_s: Vec<f32>,
    covers_s: Vec<f32>,
    own_cores: Vec<Option<f32>>,
    busiest_sender: Vec<Option<f32>>,
    wanting_sender: Vec<Option<f32>>,
    host: Vec<Option<f32>>,
    resident_mb: Vec<Option<f32>>,
    open_files: Vec<Option<u32>>,
    tcp_sockets: Vec<Option<u32>>,
    time_wait: Vec<Option<u32>>,
}

impl Pulses {
    pub(super) fn of(pulses: &[Pulse]) -> Self {
        Self {
            at_s: pulses.iter().map(|pulse| pulse.at_s).collect(),
            covers_s: pulses.iter().map(|pulse| pulse.covers_s).collect(),
            own_cores: pulses.iter().map(|pulse| pulse.own_cores).collect(),
            busiest_sender: pulses.iter().map(|pulse| pulse.busiest_sender).collect(),
            wanting_sender: pulses.iter().map(|pulse| pulse.wanting_sender).collect(),
            host: pulses.iter().map(|pulse| pulse.host).collect(),
            resident_mb: pulses.iter().map(|pulse| pulse.resident_mb).collect(),
            open_files: pulses.iter().map(|pulse| pulse.open_files).collect(),
            tcp_sockets: pulses.iter().map(|pulse| pulse.tcp_sockets).collect(),
            time_wait: pulses.iter().map(|pulse| pulse.time_wait).collect(),
        }
    }
}

/// The pulses of columns.
pub(super) fn pulses(node: Node<'_>) -> Result<Vec<Pulse>, Fault> {
    let columns = Columns::of(node, "at_s")?;
    let single = |name| columns.column(name, |node| node.maybe(Node::single));
    let small = |name| columns.column(name, |node| node.maybe(Node::small));
    let at_s = columns.column("at_s", Node::single)?;
    let covers_s = columns.column("covers_s", Node::single)?;
    let own_cores = single("own_cores")?;
    let busiest_sender = single("busiest_sender")?;
    let wanting_sender = single("wanting_sender")?;
    let host = single("host")?;
    let resident_mb = single("resident_mb")?;
    let open_files = small("open_files")?;
    let tcp_sockets = small("tcp_sockets")?;
    let time_wait = small("time_wait")?;
    let pulse = |at: usize| Pulse {
        at_s: at_s[at],
        covers_s: covers_s[at],
        own_cores: own_cores[at],
        busiest_sender: busiest_sender[at],
        wanting_sender: wanting_sender[at],
        host: host[at],
        resident_mb: resident_mb[at],
        open_files: open_files[at],
        tcp_sockets: tcp_sockets[at],
        time_wait: time_wait[at],
    };
    Ok((0..columns.rows()).map(pulse).collect())
}

/// What the service used as columns.
#[derive(Serialize)]
pub(super) struct Resources {
    at_s: Vec<f64>,
    cpu_percent: Vec<Option<f64>>,
    memory_bytes: Vec<Option<u64>>,
}

impl Resources {
    pub(super) fn of(samples: &[ResourceSample]) -> Self {
        Self {
            at_s: samples.iter().map(|sample| sample.at_s).collect(),
            cpu_percent: samples.iter().map(|sample| sample.cpu_percent).collect(),
            memory_bytes: samples.iter().map(|sample| sample.memory_bytes).collect(),
        }
    }
}

/// The samples of columns.
pub(super) fn resources(node: Node<'_>) -> Result<Vec<ResourceSample>, Fault> {
    let columns = Columns::of(node, "at_s")?;
    let at_s = columns.column("at_s", Node::number)?;
    let cpu_percent = columns.column("cpu_percent", |node| node.maybe(Node::number))?;
    let memory_bytes = columns.column("memory_bytes", |node| node.maybe(Node::count))?;
    let sample = |at: usize| ResourceSample {
        at_s: at_s[at],
        cpu_percent: cpu_percent[at],
        memory_bytes: memory_bytes[at],
    };
    Ok((0..columns.rows()).map(sample).collect())
}

/// How many requests took how long, over time: each column covers so many seconds, and counts by row.
#[derive(Serialize)]
pub(super) struct Heat<'a> {
    step_s: u64,
    columns: &'a [Vec<u32>],
}

impl<'a> Heat<'a> {
    pub(super) fn of(held: &'a Held) -> Self {
        Self { step_s: held.step_s(), columns: held.columns() }
    }
}

/// The heat of an object, which counts what the points count and is as long as they are.
pub(super) fn heat(node: &Node<'_>, points: &[Point]) -> Result<Held, Fault> {
    let (step_s, length) = Held::form(points.len());
    let step = node.at("step_s")?;
    if step.count()? != step_s {
        let seconds = points.len();
        return Err(step.fault(format!("must be {step_s} for the {seconds} seconds of the series")));
    }
    let columns = node.at("columns")?;
    let items = columns.items(length)?;
    if items.len() != length {
        return Err(columns.fault(format!("must have {length} items, as the series is long")));
    }
    let column = |node: &Node<'_>| -> Result<Vec<u32>, Fault> {
        node.items(Held::most_rows())?.iter().map(Node::small).collect()
    };
    let held = items.iter().map(column).collect::<Result<Vec<_>, Fault>>()?;
    let counted: u64 = held.iter().flatten().map(|&count| u64::from(count)).sum();
    let requests = points.iter().fold(0_u64, |sum, point| sum.saturating_add(point.requests));
    if counted != requests {
        return Err(columns.fault(format!("must add up to the {requests} requests of the series")));
    }
    Ok(Held::of(step_s, held))
}
