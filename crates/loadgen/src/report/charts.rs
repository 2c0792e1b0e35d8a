//! The charts of a run: what is drawn over time.
//!
//! [`charts`] turns a recording's series into lines, thinned for long runs: rates by their mean, percentiles by the worst
//! second, so that no peak disappears and no percentile is averaged. Times get a logarithmic scale where one stall would
//! press everything else flat. What the generator itself was doing stands beside it, where that was measured. The warm-up is
//! shaded: it is seen here and counted nowhere. How lines look is `svg.rs`.

use super::number::{clock, count, ms, rate};
use super::svg::{Chart, Line, Shade, chart};
use crate::record::{Point, Recording};
use crate::vitals::Pulse;

/// More than this many points across look like a solid band, and make the page large.
pub(super) const MOST_POINTS: usize = 600;

/// All charts over time, or a sentence where there is nothing to draw; `pulses` are the generator's.
pub(super) fn charts(recording: &Recording, pulses: &[Pulse]) -> String {
    let points = recording.series().points();
    if points.is_empty() {
        return "<p class=\"none\">The run was shorter than a second.</p>\n".to_owned();
    }
    let over_time = OverTime::of(recording);
    if recording.asked().is_none() {
        let times = times(&over_time, "Response times");
        return format!("{}{times}{}", users(&over_time), cpu(&over_time, pulses));
    }
    let times = times(&over_time, "Response times, from being due");
    let (flight, lag) = (in_flight(&over_time), send_lag(&over_time));
    let asked = asked(&over_time);
    match cpu(&over_time, pulses) {
        cpu if cpu.is_empty() => {
            format!("{asked}{times}<div class=\"pair\">\n{flight}{lag}</div>\n")
        }
        // What the generator lacks and what comes of it, side by side.
        cpu => format!("{asked}{times}{flight}<div class=\"pair\">\n{cpu}{lag}</div>\n"),
    }
}

/// A greatest value this many times the usual one leaves less than two pixels per chart's hundred for the usual one.
const MOST_LINEAR_SPREAD: f64 = 60.0;

/// Whether the greatest of `highs` is so many times the middle one of `lows` that only a logarithm shows both.
pub(super) fn is_wide(lows: &[Option<f64>], highs: &[Option<f64>]) -> bool {
    let mut lows: Vec<f64> = lows.iter().flatten().copied().collect();
    lows.sort_by(f64::total_cmp);
    let most = highs.iter().flatten().copied().fold(0.0, f64::max);
    lows.get(lows.len() / 2).is_some_and(|usual| most / usual > MOST_LINEAR_SPREAD)
}

/// What the charts of a run share: its points in groups, and the time below them.
struct OverTime<'r> {
    groups: Vec<&'r [Point]>,
    step_s: u64,
    across: Vec<(f64, String)>,
    shade: Option<Shade>,
}

impl<'r> OverTime<'r> {
    fn of(recording: &'r Recording) -> Self {
        let points = recording.series().points();
        let (step, length_s) = (points.len().div_ceil(MOST_POINTS), points.len() as u64);
        let warm_up = recording.warm_up().as_secs_f64() / length_s as f64;
        let shade = Shade { until: warm_up, label: "warm-up, not counted" };
        Self {
            groups: points.chunks(step).collect(),
            step_s: step as u64,
            across: marks(length_s),
            shade: (warm_up > 0.0).then_some(shade),
        }
    }

    /// The mean of each group.
    fn mean(&self, part: fn(&Point) -> f64) -> Vec<Option<f64>> {
        let mean = move |group: &&[Point]| group.iter().map(part).sum::<f64>() / group.len() as f64;
        self.groups.iter().map(mean).map(Some).collect()
    }

    /// The greatest of each group, of the points that have one.
    fn worst(&self, part: impl Fn(&Point) -> Option<f64>) -> Vec<Option<f64>> {
        let worst = |group: &&[Point]| group.iter().filter_map(&part).reduce(f64::max);
        self.groups.iter().map(worst).collect()
    }

    /// The greatest of each group, of the pulses that cover the middle of its seconds.
    fn of_pulses(
        &self,
        pulses: &[Pulse],
        share: impl Fn(&Pulse) -> Option<f32>,
    ) -> Vec<Option<f64>> {
        let of_second = |second: usize| {
            let middle = second as f32 + 0.5;
            let at = pulses.partition_point(|pulse| pulse.at_s < middle);
            let pulse = pulses.get(at).filter(|pulse| pulse.at_s - pulse.covers_s <= middle)?;
            share(pulse).map(f64::from)
        };
        let step = self.step_s as usize;
        let worst = |(at, group): (usize, &&[Point])| {
            (at * step..at * step + group.len()).filter_map(of_second).reduce(f64::max)
        };
        self.groups.iter().enumerate().map(worst).collect()
    }

    /// A chart with nothing but the time below it.
    fn blank(&self) -> Chart<'_> {
        Chart {
            title: "",
            description: "",
            lines: Vec::new(),
            logarithmic: false,
            whole: false,
            across: &self.across,
            ruled: false,
            shade: self.shade.as_ref(),
            tip: &|_| String::new(),
        }
    }

    /// When a point ended.
    fn clock(&self, point: usize) -> String {
        clock((point as u64 + 1) * self.step_s)
    }
}

/// At most seven marks on the time axis.
pub(super) fn marks(length_s: u64) -> Vec<(f64, String)> {
    let steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 43_200];
    let step = steps.into_iter().find(|step| length_s / step <= 6).unwrap_or(length_s / 6);
    let mark = |second: u64| (second as f64 / length_s as f64, clock(second));
    (0..=length_s).step_by(usize::try_from(step).unwrap_or(1)).map(mark).collect()
}

/// Requests, failures and users of the closed model.
fn users(over_time: &OverTime<'_>) -> String {
    let requests = over_time.mean(|point| point.requests as f64);
    let failures = over_time.mean(|point| point.failures as f64);
    let last = |group: &&[Point]| group.last().map(|point| point.users as f64);
    let users: Vec<Option<f64>> = over_time.groups.iter().map(last).collect();
    let tip = |at: usize| {
        format!(
            "{} · {}, {}, {} users",
            over_time.clock(at),
            per_second(requests[at], "requests"),
            per_second(failures[at], "failures"),
            count(users[at].unwrap_or_default() as u64)
        )
    };
    chart(&Chart {
        title: "Requests per second",
        description: "Requests and failures per second on the left scale, running users on the right scale, over time",
        lines: vec![
            Line::new("users", "#8a94a3", "Users (right scale)", &users).right(),
            Line::new("requests", "#2f6fed", "Requests/s", &requests).filled(),
            Line::new("failures", "#d92d3a", "Failures/s", &failures),
        ],
        tip: &tip,
        ..over_time.blank()
    })
}

/// Requests, failures and the rate that was asked for in the open model.
fn asked(over_time: &OverTime<'_>) -> String {
    let requests = over_time.mean(|point| point.requests as f64);
    let failures = over_time.mean(|point| point.failures as f64);
    let asked = over_time.mean(|point| point.asked_per_s.map_or(0.0, f64::from));
    let tip = |at: usize| {
        format!(
            "{} · {}, {}, asked for {}",
            over_time.clock(at),
            per_second(requests[at], "requests"),
            per_second(failures[at], "failures"),
            per_second(asked[at], "requests"),
        )
    };
    chart(&Chart {
        title: "Requests per second",
        description: "Requests that ended, failures, and the rate that was asked for, each per second, over time",
        lines: vec![
            Line::new("asked", "#8a94a3", "Asked for", &asked),
            Line::new("requests", "#2f6fed", "Requests/s", &requests).filled(),
            Line::new("failures", "#d92d3a", "Failures/s", &failures),
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

/// Requests on their way, at the end of each second.
fn in_flight(over_time: &OverTime<'_>) -> String {
    let in_flight = over_time.worst(|point| Some(point.in_flight as f64));
    let tip = |at: usize| {
        let requests = count(in_flight[at].unwrap_or_default() as u64);
        format!("{} · {requests} in flight", over_time.clock(at))
    };
    chart(&Chart {
        title: "Requests in flight",
        description: "Requests that were sent and not yet answered, at the end of each second",
        lines: vec![
            Line::new("flight", "#7a5af0", "At the end of each second", &in_flight).filled(),
        ],
        whole: true,
        tip: &tip,
        ..over_time.blank()
    })
}

/// How late requests were sent; this is the generator's own delay, or its limit of requests in flight.
fn send_lag(over_time: &OverTime<'_>) -> String {
    let some = |point: &Point| !point.is_warm_up && point.requests > 0;
    let lag = over_time.worst(|point| some(point).then_some(f64::from(point.send_lag_p99_ms)));
    let tip = |at: usize| match lag[at] {
        Some(lag) => {
            format!("{} · 99 % sent within {} ms of being due", over_time.clock(at), ms(lag))
        }
        None => format!("{} · nothing measured", over_time.clock(at)),
    };
    chart(&Chart {
        title: "Send lag (ms)",
        description: "How much later than due 99 percent of the requests were sent, of each second, in milliseconds",
        lines: vec![Line::new("lag", "#c2477b", "99 %, of each second", &lag).filled()],
        tip: &tip,
        ..over_time.blank()
    })
}

/// What the generator used of the CPU; nothing where it was not measured.
fn cpu(over_time: &OverTime<'_>, pulses: &[Pulse]) -> String {
    let own = over_time.of_pulses(pulses, |pulse| pulse.own_cores);
    let sender = over_time.of_pulses(pulses, |pulse| pulse.busiest_sender);
    let wanting = over_time.of_pulses(pulses, |pulse| pulse.wanting_sender);
    if own.iter().chain(&sender).chain(&wanting).all(Option::is_none) {
        return String::new();
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
    chart(&Chart {
        title: "Generator's CPU (cores)",
        description: "How many cores all threads of the generator took, its busiest sender thread, and the sender thread that was longest at work or waiting for a core, over time",
        lines: vec![
            Line::new("own", "#0f9d8a", "All", &own).filled(),
            Line::new("sender", "#d97b06", "Busiest", &sender),
            Line::new("wanting", "#8a94a3", "With its waits", &wanting),
        ],
        tip: &tip,
        ..over_time.blank()
    })
}

/// A rate for a tooltip.
fn per_second(value: Option<f64>, unit: &str) -> String {
    format!("{} {unit}/s", rate(value.unwrap_or_default()))
}
