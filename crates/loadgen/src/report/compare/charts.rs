//! Two runs over one axis: rates, percentiles over time, percentile curves.

use super::pair::{Pair, Row};
use crate::record::Point;
use crate::report::curve::two_curves;
use crate::report::markup::Escaped;
use crate::report::number::{clock, ms, rate};
use crate::report::over_time::{MOST_POINTS, marks};
use crate::report::scale::is_wide;
use crate::report::svg::{Chart, Line, chart};

/// What the lines are called.
const NAMES: [&str; 2] = ["A", "B"];

/// A page with more curves is read by nobody.
const MOST_CURVES: usize = 12;

/// Requests per second and the 95th percentile of each second of both runs, as far as there are whole seconds.
pub(super) fn over_time(pair: &Pair) -> String {
    let points = pair.accounts().map(|account| account.recording.series().points());
    let length = points[0].len().max(points[1].len());
    if length == 0 {
        return "<p class=\"none\">Both runs were shorter than a second.</p>\n".to_owned();
    }
    let axis = Axis { step: length.div_ceil(MOST_POINTS), across: marks(length as u64), length };
    let rates = points.map(|points| axis.mean(points, |point| point.requests as f64));
    let times = [0.5, 0.95, 0.99].map(|fraction| {
        let part = move |point: &Point| match fraction {
            0.5 => point.p50_ms,
            0.95 => point.p95_ms,
            _ => point.p99_ms,
        };
        points.map(|points| axis.worst(points, part))
    });
    let [p50, p95, p99] = times;
    let mut text = axis.draw("Requests per second", "requests per second", &rates, false, rate);
    for (title, values) in [("50 %", &p50), ("95 %", &p95), ("99 %", &p99)] {
        let is_wide = is_wide(&values[0], &values[0]) || is_wide(&values[0], &values[1]);
        let scale = if is_wide { "ms, logarithmic scale" } else { "ms" };
        let title = format!("Response times, {title} ({scale})");
        text.push_str(&axis.draw(&title, "milliseconds", values, is_wide, ms));
    }
    format!("<div class=\"pair\">\n{text}</div>\n")
}

/// Seconds since the start of either run.
struct Axis {
    step: usize,
    across: Vec<(f64, String)>,
    length: usize,
}

impl Axis {
    fn mean(&self, points: &[Point], part: fn(&Point) -> f64) -> Vec<Option<f64>> {
        let mean = |group: &[Point]| group.iter().map(part).sum::<f64>() / group.len() as f64;
        self.whole(points.chunks(self.step).map(mean).map(Some).collect())
    }

    fn worst(&self, points: &[Point], part: impl Fn(&Point) -> f32) -> Vec<Option<f64>> {
        let some = |point: &Point| (point.requests > 0).then(|| f64::from(part(point)));
        let worst = |group: &[Point]| group.iter().filter_map(some).reduce(f64::max);
        self.whole(points.chunks(self.step).map(worst).collect())
    }

    /// With nothing where a run was over.
    fn whole(&self, mut values: Vec<Option<f64>>) -> Vec<Option<f64>> {
        values.resize(self.length.div_ceil(self.step), None);
        values
    }

    fn draw(
        &self,
        title: &str,
        unit: &str,
        values: &[Vec<Option<f64>>; 2],
        logarithmic: bool,
        number: fn(f64) -> String,
    ) -> String {
        let tip = |at: usize| {
            let value = |value: Option<f64>| value.map_or("none".to_owned(), number);
            let (first, second) = (value(values[0][at]), value(values[1][at]));
            format!("{} · A {first}, B {second}", clock(((at + 1) * self.step) as u64))
        };
        chart(&Chart {
            title,
            description: &format!("{title}: {unit} of run A and of run B over time"),
            lines: vec![
                Line::new("response", "#2f6fed", NAMES[0], &values[0]).filled(),
                Line::new("service", "#d97b06", NAMES[1], &values[1]),
            ],
            logarithmic,
            whole: false,
            across: &self.across,
            ruled: false,
            shade: None,
            tip: &tip,
        })
    }
}

/// The percentile curves of the total, then those of the endpoints that both runs asked.
pub(super) fn curves(rows: &[Row<'_>]) -> String {
    let both = |row: &Row<'_>| {
        let (first, second) = row.first.zip(row.second)?;
        let title = match row.method {
            "" => "All requests".to_owned(),
            method => format!("{} {}", Escaped(method), Escaped(row.name)),
        };
        Some(two_curves(&title, (NAMES[0], first.latency()), (NAMES[1], second.latency())))
    };
    let (total, endpoints): (Vec<&Row<'_>>, _) = rows.iter().partition(|row| row.method.is_empty());
    let total: String = total.into_iter().filter_map(both).collect();
    let drawn: Vec<String> = endpoints.into_iter().filter_map(both).collect();
    let more = match drawn.len().saturating_sub(MOST_CURVES) {
        0 => String::new(),
        more => format!("<p class=\"below\">{more} more endpoints have no curve here.</p>\n"),
    };
    let drawn: String = drawn.into_iter().take(MOST_CURVES).collect();
    format!("{total}<div class=\"pair\">\n{drawn}</div>\n{more}")
}
