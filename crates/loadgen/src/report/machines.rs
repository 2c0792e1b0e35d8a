//! What both sides used, over time: the generator and the service.
//!
//! [`machines`] draws what was measured and is silent about the rest: a generator that lacks CPU sends late, a service that
//! has no more of it answers late.

use super::number::{bytes, ms};
use super::over_time::OverTime;
use super::svg::{Chart, Line, chart};
use crate::record::Recording;
use crate::resources::ResourceSample;
use crate::vitals::Pulse;

/// A mebibyte, which is what the service's own numbers are made of.
const MEBIBYTE: f64 = 1_048_576.0;

/// The charts of the generator, then of the service, two in a row where there is room; nothing where nothing was measured.
pub(super) fn machines(
    recording: &Recording,
    pulses: &[Pulse],
    resources: &[ResourceSample],
) -> String {
    let Some(over_time) = OverTime::of(recording) else { return String::new() };
    let charts = [
        cpu(&over_time, pulses),
        send_lag(recording, &over_time),
        service_cpu(&over_time, resources),
        service_memory(&over_time, resources),
    ];
    let charts: String = charts.into_iter().flatten().collect();
    if charts.is_empty() { charts } else { format!("<div class=\"pair\">\n{charts}</div>\n") }
}

/// What the generator used of the CPU.
fn cpu(over_time: &OverTime<'_>, pulses: &[Pulse]) -> Option<String> {
    let own = over_time.of_pulses(pulses, |pulse| pulse.own_cores);
    let sender = over_time.of_pulses(pulses, |pulse| pulse.busiest_sender);
    let wanting = over_time.of_pulses(pulses, |pulse| pulse.wanting_sender);
    if own.iter().chain(&sender).chain(&wanting).all(Option::is_none) {
        return None;
    }
    let cores = |cores: Option<f64>| cores.map_or("?".to_owned(), |cores| format!("{cores:.2}"));
    let tip = |at: usize| {
        format!(
            "{} · {} cores, busiest thread {}, with its waits for a core {}",
            over_time.clock(at),
            cores(own[at]),
            cores(sender[at]),
            cores(wanting[at]),
        )
    };
    Some(chart(&Chart {
        title: "Generator's CPU (cores)",
        description: "How many cores all threads of the generator took, its busiest sender thread, and the sender thread that was longest at work or waiting for a core, over time",
        lines: vec![
            Line::new("own", "#0f9d8a", "All", &own).filled(),
            Line::new("sender", "#d97b06", "Busiest", &sender),
            Line::new("wanting", "#8a94a3", "With its waits", &wanting),
        ],
        tip: &tip,
        ..over_time.blank()
    }))
}

/// How late requests were sent; this is the generator's own delay, or its limit of requests in flight. The closed model has
/// none.
fn send_lag(recording: &Recording, over_time: &OverTime<'_>) -> Option<String> {
    recording.asked()?;
    let lag = over_time.worst(|point| {
        (!point.is_warm_up && point.requests > 0).then_some(f64::from(point.send_lag_p99_ms))
    });
    let tip = |at: usize| match lag[at] {
        Some(lag) => {
            format!("{} · 99 % sent within {} ms of being due", over_time.clock(at), ms(lag))
        }
        None => format!("{} · nothing measured", over_time.clock(at)),
    };
    Some(chart(&Chart {
        title: "Send lag (ms)",
        description: "How much later than due 99 percent of the requests were sent, of each second, in milliseconds",
        lines: vec![Line::new("lag", "#c2477b", "99 %, of each second", &lag).filled()],
        tip: &tip,
        ..over_time.blank()
    }))
}

/// What the service says that it used of the CPU.
fn service_cpu(over_time: &OverTime<'_>, resources: &[ResourceSample]) -> Option<String> {
    let cores =
        over_time.of_samples(resources, |sample| sample.cpu_percent.map(|percent| percent / 100.0));
    cores.iter().flatten().next()?;
    let tip = |at: usize| match cores[at] {
        Some(cores) => format!("{} · {cores:.2} cores", over_time.clock(at)),
        None => format!("{} · the service did not say", over_time.clock(at)),
    };
    Some(chart(&Chart {
        title: "Service's CPU (cores)",
        description: "How many cores the service says that its process took, over time",
        lines: vec![Line::new("served", "#4f7d1c", "Its process", &cores).filled()],
        tip: &tip,
        ..over_time.blank()
    }))
}

/// What the service says that it used of the memory.
fn service_memory(over_time: &OverTime<'_>, resources: &[ResourceSample]) -> Option<String> {
    let memory = over_time
        .of_samples(resources, |sample| sample.memory_bytes.map(|bytes| bytes as f64 / MEBIBYTE));
    memory.iter().flatten().next()?;
    let tip = |at: usize| match memory[at] {
        Some(memory) => format!("{} · {}", over_time.clock(at), bytes(memory * MEBIBYTE)),
        None => format!("{} · the service did not say", over_time.clock(at)),
    };
    Some(chart(&Chart {
        title: "Service's memory (MiB)",
        description: "How much memory the service says that its process holds, in mebibytes, over time",
        lines: vec![Line::new("memory", "#2b7a9b", "Its process", &memory).filled()],
        tip: &tip,
        ..over_time.blank()
    }))
}
