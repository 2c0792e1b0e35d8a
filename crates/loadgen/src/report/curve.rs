//! Percentile curves: how long which share of the requests took.
//!
//! The axis runs towards the slowest request: each step to the right leaves a tenth of the requests, so that the tail, which
//! averages hide, takes most of the room. [`curve`] is a part of a page, [`percentile_curves`] a picture of its own.

use super::number::ms;
use super::scale::is_wide;
use super::svg::{Chart, Line, chart, picture};
use crate::histogram::Latency;
use crate::record::Recording;

/// Points of a curve.
const POINTS: usize = 240;

/// Nines that the axis has at most: 99.999 %.
const MOST_NINES: f64 = 5.0;

/// How a series is drawn: its class and its colour where styles are blocked.
const RESPONSE: (&str, &str) = ("response", "#2f6fed");
const SERVICE: (&str, &str) = ("service", "#d97b06");
const SUCCESS: (&str, &str) = ("success", "#0b7f5e");

/// The curve of a run as a panel: response times, beside them the service times of an open run, and the successes alone where
/// some requests failed; nothing of nothing.
pub(super) fn curve(recording: &Recording) -> String {
    let total = recording.total();
    if total.requests() == 0 {
        return String::new();
    }
    let successes = (total.failures() > 0).then(|| total.successes());
    let mut series = match recording.asked() {
        None => vec![("Response, from being sent", RESPONSE, total.latency())],
        Some(_) => vec![
            ("Response, from being due", RESPONSE, total.latency()),
            ("Service, from being sent", SERVICE, total.service()),
        ],
    };
    if let Some(successes) = successes.as_ref().filter(|successes| successes.count() > 0) {
        series.push(("Response of successes", SUCCESS, successes));
    }
    let curves = Curves::of(&series);
    curves.draw(&format!("Percentile curve ({})", curves.unit()), chart)
}

/// Two curves with their names, as a panel under a heading that is escaped.
pub(super) fn two_curves(
    heading: &str,
    first: (&str, &Latency),
    second: (&str, &Latency),
) -> String {
    let curves = Curves::of(&[(first.0, RESPONSE, first.1), (second.0, SERVICE, second.1)]);
    curves.draw(&format!("{heading} ({})", curves.unit()), chart)
}

/// The percentile curves of two series of latencies as an SVG file that reads well in the light and in the dark.
///
/// Each comes with its name; what is shown by the first is tinted, the second is dashed.
pub fn percentile_curves(title: &str, first: (&str, &Latency), second: (&str, &Latency)) -> String {
    let curves = Curves::of(&[(first.0, RESPONSE, first.1), (second.0, SERVICE, second.1)]);
    curves.draw(&format!("{title} ({})", curves.unit()), picture)
}

/// Curves over one axis, the first of them tinted.
struct Curves<'c> {
    series: Vec<Series<'c>>,
    nines: f64,
}

/// One of them: its name, how it is drawn, its points.
struct Series<'c> {
    name: &'c str,
    look: (&'static str, &'static str),
    values: Vec<Option<f64>>,
}

impl<'c> Curves<'c> {
    fn of(series: &[(&'c str, (&'static str, &'static str), &Latency)]) -> Self {
        let most = series.iter().map(|(_, _, latency)| latency.count()).max().unwrap_or(0).max(10);
        let nines = (most as f64).log10().min(MOST_NINES);
        let values = |latency: &Latency| {
            let count = latency.count() as f64;
            let value = |point| {
                let rest = 10_f64.powf(-nines_at(point, nines));
                // Beyond its slowest request a curve has nothing to say, and it ends at that one.
                let is_slowest = 10_f64.powf(-nines_at(point + 1, nines)) * count < 1.0;
                let fraction = if is_slowest { 1.0 } else { 1.0 - rest };
                (rest * count >= 1.0).then(|| latency.percentile_ms(fraction))
            };
            (0..POINTS).map(value).collect()
        };
        let series = series.iter();
        let series =
            series.map(|&(name, look, latency)| Series { name, look, values: values(latency) });
        Self { series: series.collect(), nines }
    }

    /// Whether the tail of one is so many times the median of another that only a logarithm shows both.
    fn is_wide(&self) -> bool {
        let median = (0.5_f64.log10().abs() / self.nines * POINTS as f64) as usize;
        let all = |part: fn(&Series<'_>, usize) -> Vec<Option<f64>>| -> Vec<Option<f64>> {
            self.series.iter().flat_map(|series| part(series, median)).collect()
        };
        let medians = all(|series, median| vec![series.values[median]]);
        is_wide(&medians, &all(|series, _| series.values.clone()))
    }

    fn unit(&self) -> &'static str {
        if self.is_wide() { "ms, logarithmic scale" } else { "ms" }
    }

    fn draw(&self, title: &str, form: fn(&Chart<'_>) -> String) -> String {
        let tip = |at: usize| {
            let share = 100.0 * (1.0 - 10_f64.powf(-nines_at(at, self.nines)));
            let value = |series: &Series<'_>| {
                let value = series.values[at];
                format!("{}: {}", series.name, value.map_or("none".to_owned(), |at| ms(at) + " ms"))
            };
            let values: Vec<String> = self.series.iter().map(value).collect();
            format!("{share:.3} % within · {}", values.join(", "))
        };
        let names: Vec<&str> = self.series.iter().map(|series| series.name).collect();
        let lines = self.series.iter().enumerate().map(|(at, series)| {
            let line = Line::new(series.look.0, series.look.1, series.name, &series.values);
            if at == 0 { line.filled() } else { line }
        });
        form(&Chart {
            title,
            description: &format!(
                "{title}: how long which share of the requests took at most; {}",
                names.join(", beside ")
            ),
            lines: lines.collect(),
            logarithmic: self.is_wide(),
            whole: false,
            across: &marks(self.nines),
            ruled: true,
            shade: None,
            tip: &tip,
        })
    }
}

/// Where a point lies on the axis, in nines: 1 is 90 %, 2 is 99 %.
fn nines_at(point: usize, nines: f64) -> f64 {
    (point as f64 + 0.5) / POINTS as f64 * nines
}

fn marks(nines: f64) -> Vec<(f64, String)> {
    [0.5, 0.9, 0.99, 0.999, 0.9999, 0.99999]
        .into_iter()
        .map(|fraction: f64| {
            (-(1.0 - fraction).log10() / nines, format!("{} %", (fraction * 1e6).round() / 1e4))
        })
        .filter(|(share, _)| *share <= 1.0)
        .collect()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Curves, Latency, RESPONSE, SERVICE};

    /// So many times, each a microsecond longer than the one before, but for the last, which stands out.
    fn latency(count: u64) -> Latency {
        let mut latency = Latency::new();
        (1..count).for_each(|us| latency.record(Duration::from_micros(us)));
        latency.record(Duration::from_secs(3));
        latency
    }

    /// The last value that is drawn of each.
    fn ends(curves: &Curves<'_>) -> Vec<f64> {
        let end = |values: &[Option<f64>]| values.iter().flatten().last().copied().unwrap();
        curves.series.iter().map(|series| end(&series.values)).collect()
    }

    #[test]
    fn a_curve_ends_at_the_slowest_request() {
        for count in [2, 10, 100, 720, 1_779, 99_999] {
            // Also beside a curve of more, whose axis is longer.
            let (own, more) = (latency(count), latency(3 * count));
            let curves = Curves::of(&[("own", RESPONSE, &own), ("more", SERVICE, &more)]);
            assert_eq!(ends(&curves)[0], 3_000.0, "{count}");
            assert_eq!(ends(&Curves::of(&[("own", RESPONSE, &own)])), [3_000.0], "{count}");
        }
    }

    #[test]
    fn a_curve_whose_slowest_requests_lie_beyond_the_axis_does_not_show_them() {
        let many = latency(400_000);
        let end = ends(&Curves::of(&[("many", RESPONSE, &many)]))[0];
        assert!((399.0..401.0).contains(&end), "{end}");
    }
}
