//! Gain and lift: what calling on the best leads first finds.

use super::{
    chart::{Chart, in_percent, panel},
    number::{count, fixed, share},
    scale::Scale,
};
use crate::artifact::Decile;

/// Share of the drawing area that the best tenth's bar takes.
const TALLEST: f64 = 0.42;

/// The panel of cumulative gain, with the lift of each tenth as bars.
pub(super) fn gain(parts: &[Decile]) -> String {
    let best = parts.first().map_or(0.0, |part| part.lift);
    let description =
        format!("Gain curve by tenths of the leads; the best tenth has a lift of {best:.2}");
    let unit = Scale::linear(0.0, 1.0);
    let mut chart = Chart::new(&description, unit, unit, 270.0);
    chart.axes(&in_percent, &in_percent, "leads called on, the best first");
    let most = parts.iter().map(|part| part.lift).fold(1.0, f64::max);
    let step = 1.0 / parts.len().max(1) as f64;
    for (position, part) in parts.iter().enumerate() {
        let from = position as f64 * step;
        let height = TALLEST * part.lift / most;
        let title = format!(
            "tenth {}: {} of {} leads converted, lift {}",
            position + 1,
            count(part.positives),
            count(part.rows),
            fixed(part.lift, 2)
        );
        chart.bar("rows", from + 0.08 * step, from + 0.92 * step, height, &title);
    }
    let ends =
        parts.iter().enumerate().map(|(position, part)| ((position + 1) as f64 * step, part.gain));
    let points: Vec<(f64, f64)> = [(0.0, 0.0)].into_iter().chain(ends).collect();
    chart.line("guess", [(0.0, 0.0), (1.0, 1.0)].into_iter());
    chart.line("accent", points.iter().copied());
    for &(leads, found) in &points[1..] {
        let title = format!("the best {} hold {} of all conversions", share(leads), share(found));
        chart.dot("accent", (leads, found), 3.5, &title);
    }
    // Last, so that no line runs through them.
    for (position, part) in parts.iter().enumerate() {
        let middle = (position as f64 + 0.5) * step;
        // The first one steps aside for the curve, which begins in its corner.
        let aside = if position == 0 { 3.5 } else { 0.0 };
        chart.word("small lift", (middle, 0.0), (aside, -5.0), &fixed(part.lift, 1));
    }
    let note = "Upwards the conversions found. Bars: how many times the average rate each tenth converts at (lift).";
    panel("Gain and lift", note, &chart.finish())
}
