//! Charts over time, drawn as SVG.
//!
//! [`chart`] is a pure function from numbers to markup. Texts keep their size and lines their width however wide the page
//! is: the drawing stretches, the axes are placed in percent. Colours are classes of the page's style, with plain
//! attributes as a fallback where styles are blocked. It knows no recording.

use std::fmt::Write;

use super::number::{clock, rate};

/// Height of the drawing area in pixels.
const HEIGHT: f64 = 200.0;

/// Width of the drawing area in its own units; stretched to the page.
const WIDTH: f64 = 1_000.0;

/// More than this many points across look like a solid band, and make the page large.
pub(super) const MOST_POINTS: usize = 600;

/// Bands that a pointer can hover over; narrower ones cannot be hit.
const MOST_SLOTS: usize = 120;

/// A line of a chart.
pub(super) struct Line {
    /// Name in the style sheet.
    pub(super) class: &'static str,
    /// Colour where styles are blocked.
    pub(super) color: &'static str,
    /// Name in the legend.
    pub(super) label: &'static str,
    /// One value per point; nothing leaves a gap.
    pub(super) values: Vec<Option<f64>>,
    /// Whether its scale is the one on the right, in whole numbers.
    pub(super) right: bool,
    /// Whether the space below it is tinted.
    pub(super) filled: bool,
}

/// A chart over time.
pub(super) struct Chart<'c> {
    /// Its heading.
    pub(super) title: &'c str,
    /// What it shows, for whoever does not see it.
    pub(super) description: &'c str,
    /// Its lines, all with one value per point.
    pub(super) lines: Vec<Line>,
    /// Whether the left scale is logarithmic.
    pub(super) logarithmic: bool,
    /// Seconds that a point covers.
    pub(super) step_s: u64,
    /// Seconds from the left edge to the right one.
    pub(super) length_s: u64,
    /// What is shown over a point, its number given.
    pub(super) tip: &'c dyn Fn(usize) -> String,
}

/// A chart with its heading and legend.
pub(super) fn chart(chart: &Chart<'_>) -> String {
    let keys: String = chart.lines.iter().map(key).collect();
    let (left, right) = (Scale::of(chart, false), Scale::of(chart, true));
    let mut svg = format!(
        "<figure class=\"panel\" role=\"group\">\n<div><h3>{}</h3>{keys}</div>\n\
         <svg class=\"chart\" width=\"88%\" height=\"{HEIGHT}\" overflow=\"visible\" role=\"img\" aria-label=\"{}\">\n",
        chart.title, chart.description
    );
    draw_left_axis(&mut svg, &left);
    if chart.lines.iter().any(|line| line.right) {
        draw_right_axis(&mut svg, &right);
    }
    draw_time_axis(&mut svg, chart.length_s);
    writeln!(svg, "<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" width=\"100%\" height=\"{HEIGHT}\" preserveAspectRatio=\"none\" overflow=\"visible\">").expect(FITS);
    for line in &chart.lines {
        draw_line(&mut svg, line, if line.right { &right } else { &left });
    }
    svg.push_str("</svg>\n");
    draw_slots(&mut svg, chart);
    svg.push_str("</svg>\n</figure>\n");
    svg
}

/// Why writing to a string cannot fail.
const FITS: &str = "a string takes every character";

fn key(line: &Line) -> String {
    format!("<span class=\"key\"><i class=\"{}\"></i>{}</span>", line.class, line.label)
}

/// How values become heights.
enum Scale {
    /// From zero, in equal steps.
    Linear { step: f64, steps: u32 },
    /// From one power of ten to another.
    Log { lowest: i32, highest: i32 },
}

impl Scale {
    /// The scale of the lines on one side.
    fn of(chart: &Chart<'_>, right: bool) -> Self {
        let on_this_side = chart.lines.iter().filter(|line| line.right == right);
        let values: Vec<f64> =
            on_this_side.flat_map(|line| line.values.iter().flatten().copied()).collect();
        let most = values.iter().copied().fold(0.0, f64::max);
        let least = values.iter().copied().filter(|&value| value > 0.0).fold(most, f64::min);
        if chart.logarithmic && !right && most > 0.0 {
            let lowest = least.log10().floor() as i32;
            return Self::Log { lowest, highest: (most.log10().ceil() as i32).max(lowest + 1) };
        }
        // The right side counts users, of whom there is no fifth.
        Self::upto(if right { most.max(1.0) } else { most }, if right { 1.0 } else { 0.0 })
    }

    /// At most five steps of 1, 2, 2.5 or 5 times a power of ten that reach `most`, none below `finest`.
    fn upto(most: f64, finest: f64) -> Self {
        if most <= 0.0 {
            return Self::Linear { step: 1.0, steps: 4 };
        }
        let power = 10_f64.powf((most / 5.0).log10().floor());
        let step = [1.0, 2.0, 2.5, 5.0]
            .into_iter()
            .map(|factor| factor * power)
            .find(|step| step * 5.0 >= most);
        let step = step.unwrap_or(10.0 * power).max(finest);
        Self::Linear { step, steps: (most / step - 1e-9).ceil().max(1.0) as u32 }
    }

    /// Pixels below the upper edge; what a logarithm cannot show lies on the lower one.
    fn y(&self, value: f64) -> f64 {
        let share = match *self {
            Self::Linear { step, steps } => value / (step * f64::from(steps)),
            Self::Log { lowest, highest } => {
                (value.log10() - f64::from(lowest)) / f64::from(highest - lowest)
            }
        };
        HEIGHT * (1.0 - share.clamp(0.0, 1.0))
    }

    /// The marks: value and text.
    fn marks(&self) -> Vec<(f64, String)> {
        match *self {
            Self::Linear { step, steps } => {
                let decimals =
                    (-step.log10().floor()).max(0.0) as usize + usize::from(is_fractional(step));
                let mark = |value: f64| {
                    (
                        value,
                        if decimals == 0 { whole(value) } else { format!("{value:.decimals$}") },
                    )
                };
                (0..=steps).map(|number| mark(step * f64::from(number))).collect()
            }
            Self::Log { lowest, highest } => {
                let mark = |power: i32| {
                    let decimals = usize::try_from(-power).unwrap_or(0);
                    let value = 10_f64.powi(power);
                    (
                        value,
                        if decimals == 0 { whole(value) } else { format!("{value:.decimals$}") },
                    )
                };
                (lowest..=highest).map(mark).collect()
            }
        }
    }
}

/// Whether a step needs one digit more than its power of ten says: 2.5, 0.25, 0.025.
fn is_fractional(step: f64) -> bool {
    let digits = step / 10_f64.powf(step.log10().floor());
    (digits - 2.5).abs() < 1e-9 && step < 10.0
}

/// Whole marks, thousands shortened: `800`, `1.2k`, `15k`.
fn whole(value: f64) -> String {
    match value {
        value if value >= 10_000.0 && value % 1_000.0 == 0.0 => format!("{}k", value / 1_000.0),
        value if value >= 1_000.0 => format!("{:.1}k", value / 1_000.0).replace(".0k", "k"),
        value => format!("{value}"),
    }
}

fn draw_left_axis(svg: &mut String, scale: &Scale) {
    for (position, (value, text)) in scale.marks().into_iter().enumerate() {
        let y = scale.y(value);
        let class = if position == 0 { "base" } else { "grid" };
        writeln!(svg, "<line class=\"{class}\" x1=\"0\" x2=\"100%\" y1=\"{y:.1}\" y2=\"{y:.1}\" stroke=\"#ddd\"/><text x=\"-8\" y=\"{:.1}\" text-anchor=\"end\">{text}</text>", y + 4.0).expect(FITS);
    }
}

fn draw_right_axis(svg: &mut String, scale: &Scale) {
    writeln!(svg, "<svg x=\"100%\" overflow=\"visible\">").expect(FITS);
    for (value, text) in scale.marks() {
        writeln!(svg, "<text x=\"8\" y=\"{:.1}\">{text}</text>", scale.y(value) + 4.0).expect(FITS);
    }
    svg.push_str("</svg>\n");
}

fn draw_time_axis(svg: &mut String, length_s: u64) {
    let steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 43_200];
    let step = steps.into_iter().find(|step| length_s / step <= 6).unwrap_or(length_s / 6);
    for second in (0..=length_s).step_by(usize::try_from(step).unwrap_or(1)) {
        let x = 100.0 * second as f64 / length_s as f64;
        writeln!(
            svg,
            "<text x=\"{x:.2}%\" y=\"{:.0}\" text-anchor=\"middle\">{}</text>",
            HEIGHT + 22.0,
            clock(second)
        )
        .expect(FITS);
    }
}

fn draw_line(svg: &mut String, line: &Line, scale: &Scale) {
    let (class, color) = (line.class, line.color);
    for points in stretches(line, scale) {
        let path: Vec<String> = points.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
        let path = path.join(" ");
        if line.filled
            && let (Some((first, _)), Some((last, _))) = (points.first(), points.last())
        {
            writeln!(svg, "<polygon class=\"area {class}\" fill=\"{color}\" fill-opacity=\".12\" points=\"{first:.1},{HEIGHT} {path} {last:.1},{HEIGHT}\"/>").expect(FITS);
        }
        writeln!(
            svg,
            "<polyline class=\"line {class}\" fill=\"none\" stroke=\"{color}\" points=\"{path}\"/>"
        )
        .expect(FITS);
    }
}

/// The line's points between its gaps; a lonely point becomes a short dash, or it would not be seen.
fn stretches(line: &Line, scale: &Scale) -> Vec<Vec<(f64, f64)>> {
    let step = WIDTH / line.values.len() as f64;
    let numbered: Vec<(usize, Option<f64>)> = line.values.iter().copied().enumerate().collect();
    let stretch = |stretch: &[(usize, Option<f64>)]| {
        let place =
            |&(at, value): &(usize, Option<f64>)| Some(((at as f64 + 0.5) * step, scale.y(value?)));
        let points: Vec<(f64, f64)> = stretch.iter().filter_map(place).collect();
        match points[..] {
            [(x, y)] => vec![(x - step / 2.0, y), (x + step / 2.0, y)],
            _ => points,
        }
    };
    let parts = numbered.split(|(_, value)| value.is_none()).filter(|part| !part.is_empty());
    parts.map(stretch).collect()
}

/// Invisible bands whose titles browsers show as tooltips.
fn draw_slots(svg: &mut String, chart: &Chart<'_>) {
    let points = chart.lines.first().map_or(0, |line| line.values.len());
    let per_slot = points.div_ceil(MOST_SLOTS).max(1);
    for first in (0..points).step_by(per_slot) {
        let (x, width) =
            (100.0 * first as f64 / points as f64, 100.0 * per_slot as f64 / points as f64);
        let at = clock((first as u64 + 1) * chart.step_s);
        writeln!(svg, "<rect class=\"slot\" x=\"{x:.2}%\" width=\"{width:.2}%\" height=\"{HEIGHT}\" fill-opacity=\"0\"><title>{at} · {}</title></rect>", (chart.tip)(first)).expect(FITS);
    }
}

/// A rate for a tooltip.
pub(super) fn per_second(value: Option<f64>, unit: &str) -> String {
    format!("{} {unit}/s", rate(value.unwrap_or_default()))
}
