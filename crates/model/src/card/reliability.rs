//! The reliability diagram: whether a predicted 30 % is 30 %.

use super::{
    chart::{Chart, in_percent, panel},
    number::{count, fixed},
    scale::Scale,
};
use crate::artifact::Bin;

/// Standard errors on either side of a rate that hold 95 %.
const WIDTH: f64 = 1.96;
/// Share of the drawing area that the fullest bin's bar takes.
const TALLEST: f64 = 0.25;

/// The panel of the reliability diagram.
pub(super) fn reliability(bins: &[Bin], calibration_error: f64) -> String {
    let description = format!(
        "Reliability diagram: observed against predicted rate in ten bins, expected calibration error {calibration_error:.4}"
    );
    let unit = Scale::linear(0.0, 1.0);
    let mut chart = Chart::new(&description, unit, unit, 270.0);
    chart.axes(&in_percent, &in_percent, "predicted");
    let most = bins.iter().map(|bin| bin.rows).max().unwrap_or(1) as f64;
    for bin in bins {
        let height = TALLEST * bin.rows as f64 / most;
        let title =
            format!("{} leads from {:.1} to {:.1}", count(bin.rows), bin.from, bin.from + 0.1);
        chart.bar("rows", bin.from + 0.008, bin.from + 0.092, height, &title);
    }
    chart.line("guess", [(0.0, 0.0), (1.0, 1.0)].into_iter());
    chart.line("accent", bins.iter().map(|bin| (bin.predicted, bin.observed)));
    for bin in bins {
        let (low, high) = interval(bin);
        let (x, top, bottom) = (chart.across(bin.predicted), chart.down(high), chart.down(low));
        chart.draw(format_args!(
            "<line class=\"whisker\" x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"{top:.1}\" y2=\"{bottom:.1}\" stroke=\"#2f6fed\"/>"
        ));
        let title = format!(
            "predicted {}, converted {} of {} leads (95 %: {} to {})",
            fixed(bin.predicted, 3),
            fixed(bin.observed, 3),
            count(bin.rows),
            fixed(low, 3),
            fixed(high, 3)
        );
        chart.dot("accent", (bin.predicted, bin.observed), 4.0, &title);
    }
    chart.word("figure", (0.04, 0.91), (0.0, 0.0), &format!("ECE {calibration_error:.4}"));
    let note = "Upwards the share that converted, with its 95 % interval; grey: how many leads were predicted so.";
    panel("Calibration", note, &chart.finish())
}

/// Wilson's 95 % interval of the observed rate, which stays within 0 and 1 however few leads there are.
fn interval(bin: &Bin) -> (f64, f64) {
    let (rows, rate) = (bin.rows as f64, bin.observed);
    let square = WIDTH * WIDTH;
    let middle = rate + square / (2.0 * rows);
    let spread = WIDTH * (rate * (1.0 - rate) / rows + square / (4.0 * rows * rows)).sqrt();
    let whole = 1.0 + square / rows;
    ((middle - spread) / whole, (middle + spread) / whole)
}
