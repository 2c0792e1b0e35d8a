//! The charts of a run: what is drawn over time.
//!
//! [`charts`] turns a recording's series into lines, thinned for long runs: rates by their mean, percentiles by the worst
//! second, so that no peak disappears and no percentile is averaged. Times get a logarithmic scale where one stall would
//! press everything else flat. How lines look is `svg.rs`.

use super::number::{count, ms};
use super::svg::{Chart, Line, MOST_POINTS, chart, per_second};
use crate::record::{Point, Recording};

/// Both charts, or a sentence where there is nothing to draw.
pub(super) fn charts(recording: &Recording) -> String {
    let points = recording.series().points();
    if points.is_empty() {
        return "<p class=\"none\">The run was shorter than a second.</p>\n".to_owned();
    }
    let step = points.len().div_ceil(MOST_POINTS);
    let groups: Vec<&[Point]> = points.chunks(step).collect();
    let frame = Frame { step_s: step as u64, length_s: points.len() as u64 };
    format!("{}{}", load(&groups, &frame), times(&groups, &frame))
}

/// A greatest value this many times the usual one leaves less than two pixels per chart's hundred for the usual one.
const MOST_LINEAR_SPREAD: f64 = 60.0;

/// How many times the greatest of `highs` is the middle one of `lows`.
fn spread(lows: &[Option<f64>], highs: &[Option<f64>]) -> f64 {
    let mut lows: Vec<f64> = lows.iter().flatten().copied().collect();
    lows.sort_by(f64::total_cmp);
    let most = highs.iter().flatten().copied().fold(0.0, f64::max);
    lows.get(lows.len() / 2).map_or(1.0, |usual| most / usual)
}

/// What both charts share.
struct Frame {
    step_s: u64,
    length_s: u64,
}

/// Requests, failures and users.
fn load(groups: &[&[Point]], frame: &Frame) -> String {
    let mean = |part: fn(&Point) -> u64| {
        let mean =
            move |group: &&[Point]| group.iter().map(part).sum::<u64>() as f64 / group.len() as f64;
        groups.iter().map(mean).map(Some).collect::<Vec<_>>()
    };
    let (requests, failures) = (mean(|point| point.requests), mean(|point| point.failures));
    let users: Vec<Option<f64>> =
        groups.iter().map(|group| group.last().map(|point| point.users as f64)).collect();
    let tip = |at: usize| {
        format!(
            "{}, {}, {} users",
            per_second(requests[at], "requests"),
            per_second(failures[at], "failures"),
            count(users[at].unwrap_or_default() as u64)
        )
    };
    let line = |class, color, label, values: &[Option<f64>]| Line {
        class,
        color,
        label,
        values: values.to_vec(),
        right: class == "users",
        filled: class == "requests",
    };
    chart(&Chart {
        title: "Requests per second",
        description: "Requests and failures per second on the left scale, running users on the right scale, over time",
        lines: vec![
            line("users", "#8a94a3", "Users (right scale)", &users),
            line("requests", "#2f6fed", "Requests/s", &requests),
            line("failures", "#d92d3a", "Failures/s", &failures),
        ],
        logarithmic: false,
        step_s: frame.step_s,
        length_s: frame.length_s,
        tip: &tip,
    })
}

/// Percentiles of each second.
fn times(groups: &[&[Point]], frame: &Frame) -> String {
    let worst = |part: fn(&Point) -> f32| {
        let worst = move |group: &&[Point]| {
            group
                .iter()
                .filter(|point| point.requests > 0)
                .map(part)
                .reduce(f32::max)
                .map(f64::from)
        };
        groups.iter().map(worst).collect::<Vec<_>>()
    };
    let (p50, p95, p99) =
        (worst(|point| point.p50_ms), worst(|point| point.p95_ms), worst(|point| point.p99_ms));
    let logarithmic = spread(&p50, &p99) > MOST_LINEAR_SPREAD;
    let tip = |at: usize| match (p50[at], p95[at], p99[at]) {
        (Some(p50), Some(p95), Some(p99)) => {
            format!("50 % {} ms, 95 % {} ms, 99 % {} ms", ms(p50), ms(p95), ms(p99))
        }
        _ => "no requests".to_owned(),
    };
    let line = |class, color, label, values: &[Option<f64>]| Line {
        class,
        color,
        label,
        values: values.to_vec(),
        right: false,
        filled: false,
    };
    chart(&Chart {
        title: if logarithmic {
            "Response times (ms, logarithmic scale)"
        } else {
            "Response times (ms)"
        },
        description: "Median, 95th and 99th percentile of the response times of each second in milliseconds, over time",
        lines: vec![
            line("p50", "#0f9d8a", "50 %", &p50),
            line("p95", "#d97b06", "95 %", &p95),
            line("p99", "#b4309a", "99 %", &p99),
        ],
        logarithmic,
        step_s: frame.step_s,
        length_s: frame.length_s,
        tip: &tip,
    })
}
