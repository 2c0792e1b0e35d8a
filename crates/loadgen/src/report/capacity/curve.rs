//! Latency against rate, drawn.
//!
//! [`curve`] puts the tried rates on a true scale and joins them with straight lines; where a rate was run more than once
//! the middle run stands for it. The part of the axis that holds the objectives is shaded.

use super::facts::{SearchReport, by_rate};
use crate::capacity::{Percentile, Step};
use crate::report::number::{ms, rate};
use crate::report::scale::Scale;
use crate::report::svg::{Chart, Line, Shade, chart};

/// Points of the curve: about one in four pixels.
const POINTS: usize = 240;

/// A slowest p99 this many times the quickest median presses the lower part of the curve flat.
const MOST_LINEAR: f64 = 60.0;

/// What stands for a rate.
struct Spot {
    per_s: f64,
    response_ms: [f64; 4],
}

/// The curve, or a sentence where there is nothing to draw.
pub(super) fn curve(report: &SearchReport<'_>) -> String {
    let spots: Vec<Spot> =
        by_rate(report.finding).iter().filter_map(|runs| Spot::of(runs)).collect();
    let Some(most) = spots.last().map(|spot| spot.per_s) else {
        return "<p class=\"none\">Nothing was answered at any rate.</p>\n".to_owned();
    };
    let axis = Scale::of(&[most], false, false).marks();
    let end = axis.last().map_or(most, |&(end, _)| end);
    let across: Vec<(f64, String)> =
        axis.into_iter().map(|(value, text)| (value / end, text)).collect();
    let p99 = |spot: &Spot| spot.response_ms[Percentile::P99 as usize];
    let p50 = |spot: &Spot| spot.response_ms[Percentile::P50 as usize];
    let (slowest, quickest) =
        (spots.iter().map(p99).fold(0.0, f64::max), spots.iter().map(p50).fold(f64::MAX, f64::min));
    let logarithmic = slowest > MOST_LINEAR * quickest;
    let [p50, p95, p99] = [Percentile::P50, Percentile::P95, Percentile::P99].map(|percentile| {
        let value = |point| between(&spots, rate_at(point, end), percentile, logarithmic);
        (0..POINTS).map(value).collect::<Vec<Option<f64>>>()
    });
    let tip = |point: usize| tip(&spots, rate_at(point, end));
    let shade = report
        .finding
        .held_per_s
        .map(|held| Shade { until: held / end, label: "holds the objectives" });
    chart(&Chart {
        title: if logarithmic {
            "Response times (ms, logarithmic scale) by requests per second"
        } else {
            "Response times (ms) by requests per second"
        },
        description: "Median, 95th and 99th percentile of the response times in milliseconds, over the requests per second that were asked for",
        lines: vec![
            Line::new("p50", "#0f9d8a", "50 %", &p50),
            Line::new("p95", "#d97b06", "95 %", &p95),
            Line::new("p99", "#b4309a", "99 %", &p99),
        ],
        logarithmic,
        whole: false,
        across: &across,
        ruled: true,
        shade: shade.as_ref(),
        tip: &tip,
    })
}

impl Spot {
    /// The middle of the runs at a rate by their p95; nothing where nothing was answered.
    fn of(runs: &[&Step]) -> Option<Self> {
        let mut answered: Vec<&&Step> =
            runs.iter().filter(|step| step.measured.requests > 0).collect();
        let p95 = |step: &Step| step.measured.percentile_ms(Percentile::P95);
        answered.sort_by(|a, b| p95(a).total_cmp(&p95(b)));
        let middle = answered.get(answered.len() / 2)?;
        Some(Self { per_s: middle.asked_per_s, response_ms: middle.measured.response_ms })
    }
}

fn rate_at(point: usize, end: f64) -> f64 {
    (point as f64 + 0.5) / POINTS as f64 * end
}

/// The value at a rate, on what is drawn as a straight line between its neighbours; nothing outside of what was tried. Half a point
/// beyond the ends still belongs to them, so that a single rate can be seen.
fn between(spots: &[Spot], per_s: f64, percentile: Percentile, logarithmic: bool) -> Option<f64> {
    let value = |spot: &Spot| spot.response_ms[percentile as usize];
    let above = spots.iter().position(|spot| spot.per_s >= per_s)?;
    let Some(below) = above.checked_sub(1) else {
        let reach = spots.last()?.per_s / POINTS as f64;
        return (spots[above].per_s - per_s <= reach).then(|| value(&spots[above]));
    };
    let (low, high) = (&spots[below], &spots[above]);
    let part = (per_s - low.per_s) / (high.per_s - low.per_s);
    let (from, to) = (value(low), value(high));
    Some(if logarithmic && from > 0.0 {
        from * (to / from).powf(part)
    } else {
        from + part * (to - from)
    })
}

/// The tried rate that is nearest.
fn tip(spots: &[Spot], per_s: f64) -> String {
    let distance = |spot: &&Spot| (spot.per_s - per_s).abs();
    let nearest = spots.iter().min_by(|a, b| distance(a).total_cmp(&distance(b)));
    nearest.map_or_else(String::new, |spot| {
        let [p50, _, p95, p99] = spot.response_ms.map(ms);
        format!("{} requests/s: 50 % {p50} ms, 95 % {p95} ms, 99 % {p99} ms", rate(spot.per_s))
    })
}
