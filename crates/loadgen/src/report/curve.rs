//! Percentile curves: how long which share of the requests took.
//!
//! The axis runs towards the slowest request: each step to the right leaves a tenth of the requests, so that the tail, which
//! averages hide, takes most of the room. [`curve`] is a part of a page, [`percentile_curves`] a picture of its own.

use super::charts::is_wide;
use super::number::ms;
use super::svg::{Chart, Line, chart, picture};
use crate::histogram::Latency;

/// Points of a curve.
const POINTS: usize = 240;

/// Nines that the axis has at most: 99.999 %.
const MOST_NINES: f64 = 5.0;

/// Response times and service times of an open run, as a panel.
pub(super) fn curve(response: &Latency, service: &Latency) -> String {
    let curves = Curves::of(response, service);
    let title = format!("Percentile curve ({})", curves.unit());
    curves.draw(&title, ["Response, from being due", "Service, from being sent"], chart)
}

/// Two curves with their names, as a panel under a heading that is escaped.
pub(super) fn two_curves(
    heading: &str,
    first: (&str, &Latency),
    second: (&str, &Latency),
) -> String {
    let curves = Curves::of(first.1, second.1);
    curves.draw(&format!("{heading} ({})", curves.unit()), [first.0, second.0], chart)
}

/// The percentile curves of two series of latencies as an SVG file that reads well in the light and in the dark.
///
/// Each comes with its name; what is shown by the first is tinted, the second is dashed.
pub fn percentile_curves(title: &str, first: (&str, &Latency), second: (&str, &Latency)) -> String {
    let curves = Curves::of(first.1, second.1);
    curves.draw(&format!("{title} ({})", curves.unit()), [first.0, second.0], picture)
}

/// Two curves over one axis.
struct Curves {
    response: Vec<Option<f64>>,
    service: Vec<Option<f64>>,
    nines: f64,
}

impl Curves {
    fn of(response: &Latency, service: &Latency) -> Self {
        let most = response.count().max(service.count()).max(10);
        let nines = (most as f64).log10().min(MOST_NINES);
        let values = |latency: &Latency| {
            let value = |point| {
                let rest = 10_f64.powf(-nines_at(point, nines));
                // Beyond its slowest request a curve has nothing to say.
                (rest * latency.count() as f64 >= 1.0).then(|| latency.percentile_ms(1.0 - rest))
            };
            (0..POINTS).map(value).collect()
        };
        Self { response: values(response), service: values(service), nines }
    }

    fn is_wide(&self) -> bool {
        is_wide(&self.service, &self.response)
    }

    fn unit(&self) -> &'static str {
        if self.is_wide() { "ms, logarithmic scale" } else { "ms" }
    }

    fn draw(
        &self,
        title: &str,
        [first, second]: [&str; 2],
        form: fn(&Chart<'_>) -> String,
    ) -> String {
        let tip = |at: usize| {
            let share = 100.0 * (1.0 - 10_f64.powf(-nines_at(at, self.nines)));
            let value = |value: Option<f64>| value.map_or("none".to_owned(), ms);
            let (response, service) = (value(self.response[at]), value(self.service[at]));
            format!("{share:.3} % within · {first}: {response} ms, {second}: {service} ms")
        };
        form(&Chart {
            title,
            description: &format!(
                "{title}: how long which share of the requests took at most; {first}, beside {second}"
            ),
            lines: vec![
                Line::new("response", "#2f6fed", first, &self.response).filled(),
                Line::new("service", "#d97b06", second, &self.service),
            ],
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
