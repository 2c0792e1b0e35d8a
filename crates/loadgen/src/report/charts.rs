//! The charts of a run over time.
//!
//! [`charts`] is all that can be drawn of a run that goes on or has ended, for the page that is kept and the one that lives:
//! what was sent, what failed and waited, how long it took, what either side used. Times get a logarithmic scale where one
//! stall would press everything else flat. The warm-up is shaded: it is seen here and counted nowhere. How long runs are
//! thinned is `over_time.rs`, how lines look `svg.rs`.

use super::curve::curve;
use super::heat::heat_map;
use super::machines::machines;
use super::number::{count, ms, rate};
use super::over_time::{OverTime, Spread};
use super::scale::is_wide;
use super::svg::{Chart, Line, chart};
use crate::record::{Point, Recording};
use crate::resources::ResourceSample;
use crate::vitals::Pulse;

/// All charts of a run as parts of a page; `pulses` are the generator's, `resources` the service's own.
pub fn charts(recording: &Recording, pulses: &[Pulse], resources: &[ResourceSample]) -> String {
    let parts = [load_charts(recording), curve(recording), machines(recording, pulses, resources)];
    parts.concat()
}

/// What was sent and what came of it, over time, or a sentence where there is nothing to draw.
pub(super) fn load_charts(recording: &Recording) -> String {
    let Some(over_time) = OverTime::of(recording) else {
        return "<p class=\"none\">There is no whole second to draw.</p>\n".to_owned();
    };
    let (load, title) = match recording.asked() {
        None => (users(&over_time), "Response times"),
        Some(_) => (asked(&over_time), "Response times, from being due"),
    };
    let (trouble, times) = (trouble(&over_time), times(&over_time, title));
    format!("{load}{trouble}{times}{}", heat_map(recording.heat(), &over_time))
}

/// Requests and users of the closed model.
fn users(over_time: &OverTime<'_>) -> String {
    let requests = over_time.spread(|point| point.requests as f64);
    let users = over_time.last(|point| point.users as f64);
    let tip = |at: usize| {
        let users = count(users[at].unwrap_or_default() as u64);
        format!(
            "{} · {}, {users} users",
            over_time.clock(at),
            per_second(&requests, at, "requests")
        )
    };
    chart(&Chart {
        title: "Requests per second",
        description: "Requests that ended per second on the left scale, running users on the right scale, over time",
        lines: vec![
            Line::new("users", "#8a94a3", "Users (right scale)", &users).right(),
            Line::new("requests", "#2f6fed", "Requests/s", &requests.mean)
                .filled()
                .within(&requests.ends),
        ],
        tip: &tip,
        ..over_time.blank()
    })
}

/// Requests and the rate that was asked for in the open model.
fn asked(over_time: &OverTime<'_>) -> String {
    let requests = over_time.spread(|point| point.requests as f64);
    let asked = over_time.spread(|point| point.asked_per_s.map_or(0.0, f64::from));
    let tip = |at: usize| {
        let asked = per_second(&asked, at, "requests");
        format!(
            "{} · {}, asked for {asked}",
            over_time.clock(at),
            per_second(&requests, at, "requests")
        )
    };
    chart(&Chart {
        title: "Requests per second",
        description: "Requests that ended, and the rate that was asked for, each per second, over time",
        lines: vec![
            Line::new("asked", "#8a94a3", "Asked for", &asked.mean),
            Line::new("requests", "#2f6fed", "Requests/s", &requests.mean)
                .filled()
                .within(&requests.ends),
        ],
        tip: &tip,
        ..over_time.blank()
    })
}

/// Failures, and requests on their way at the end of each second: the one often explains the other.
fn trouble(over_time: &OverTime<'_>) -> String {
    let failures = over_time.spread(|point| point.failures as f64);
    let in_flight = over_time.worst(|point| Some(point.in_flight as f64));
    let tip = |at: usize| {
        let waiting = count(in_flight[at].unwrap_or_default() as u64);
        let failures = per_second(&failures, at, "failures");
        format!("{} · {failures}, {waiting} in flight", over_time.clock(at))
    };
    chart(&Chart {
        title: "Failures and requests in flight",
        description: "Failures per second on the left scale, requests that were sent and not yet answered at the end of each second on the right scale",
        lines: vec![
            Line::new("flight", "#7a5af0", "In flight (right scale)", &in_flight).right(),
            Line::new("failures", "#d92d3a", "Failures/s", &failures.mean)
                .filled()
                .within(&failures.ends),
        ],
        tip: &tip,
        ..over_time.blank()
    })
}

/// Percentiles of each second.
fn times(over_time: &OverTime<'_>, title: &str) -> String {
    // A second without requests has no percentile.
    let some = |point: &Point, ms: f32| (point.requests > 0).then_some(f64::from(ms));
    let p50 = over_time.worst(|point| some(point, point.p50_ms));
    let p95 = over_time.worst(|point| some(point, point.p95_ms));
    let p99 = over_time.worst(|point| some(point, point.p99_ms));
    let logarithmic = is_wide(&p50, &p99);
    let tip = |at: usize| match (p50[at], p95[at], p99[at]) {
        (Some(p50), Some(p95), Some(p99)) => {
            let [p50, p95, p99] = [p50, p95, p99].map(ms);
            format!("{} · 50 % {p50} ms, 95 % {p95} ms, 99 % {p99} ms", over_time.clock(at))
        }
        _ => format!("{} · no requests", over_time.clock(at)),
    };
    let scale = if logarithmic { "ms, logarithmic scale" } else { "ms" };
    chart(&Chart {
        title: &format!("{title} ({scale})"),
        description: "Median, 95th and 99th percentile of the response times of each second in milliseconds, over time",
        lines: vec![
            Line::new("p50", "#0f9d8a", "50 %", &p50),
            Line::new("p95", "#d97b06", "95 %", &p95),
            Line::new("p99", "#b4309a", "99 %", &p99),
        ],
        logarithmic,
        tip: &tip,
        ..over_time.blank()
    })
}

/// A rate for a tooltip, with its ends where they differ.
fn per_second(spread: &Spread, at: usize, unit: &str) -> String {
    let mean = rate(spread.mean[at].unwrap_or_default());
    let ends = spread.ends.as_ref().and_then(|[low, high]| low[at].zip(high[at]));
    match ends.map(|(low, high)| (rate(low), rate(high))) {
        Some((low, high)) if low != high => format!("{mean} {unit}/s ({low} to {high})"),
        _ => format!("{mean} {unit}/s"),
    }
}
