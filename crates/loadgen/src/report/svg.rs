//! Charts, drawn as SVG.
//!
//! [`chart`] is a pure function from numbers to the markup of a page, [`picture`] the same as a file of its own. Texts keep
//! their size and lines their width however wide the page is: the drawing stretches, the axes are placed in percent.
//! Colours are classes of the style, with plain attributes as a fallback where styles are blocked. It knows no recording.

use std::fmt::Write;

use super::scale::{HEIGHT, Scale};

/// Width of the drawing area in its own units; stretched to the page.
const WIDTH: f64 = 1_000.0;

/// Bands that a pointer can hover over; narrower ones cannot be hit.
const MOST_SLOTS: usize = 120;

/// The colours of a picture, in a light and a dark reader.
const PICTURE_STYLE: &str = include_str!("picture.css");

/// A line of a chart.
pub(super) struct Line<'c> {
    /// Name in the style sheet.
    class: &'static str,
    /// Colour where styles are blocked.
    color: &'static str,
    /// Name in the legend.
    label: &'c str,
    /// One value per point; nothing leaves a gap.
    values: &'c [Option<f64>],
    /// Whether its scale is the one on the right, in whole numbers.
    right: bool,
    /// Whether the space below it is tinted.
    filled: bool,
}

impl<'c> Line<'c> {
    /// A plain line on the left scale: its class, its colour where styles are blocked, its name, its values.
    pub(super) fn new(
        class: &'static str,
        color: &'static str,
        label: &'c str,
        values: &'c [Option<f64>],
    ) -> Self {
        Self { class, color, label, values, right: false, filled: false }
    }

    /// The same on the right scale, in whole numbers.
    pub(super) fn right(self) -> Self {
        Self { right: true, ..self }
    }

    /// The same with the space below it tinted.
    pub(super) fn filled(self) -> Self {
        Self { filled: true, ..self }
    }
}

/// A part at the left edge that does not belong to the rest.
pub(super) struct Shade {
    /// Where it ends, as a share of the width.
    pub(super) until: f64,
    /// What it is.
    pub(super) label: &'static str,
}

/// A chart: lines over something that runs from left to right.
pub(super) struct Chart<'c> {
    /// Its heading.
    pub(super) title: &'c str,
    /// What it shows, for whoever does not see it.
    pub(super) description: &'c str,
    /// Its lines, all with one value per point.
    pub(super) lines: Vec<Line<'c>>,
    /// Whether the left scale is logarithmic.
    pub(super) logarithmic: bool,
    /// Whether its left scale counts things of which there is no fifth.
    pub(super) whole: bool,
    /// Marks of the lower axis: where, as a share of the width, and what.
    pub(super) across: &'c [(f64, String)],
    /// Whether these marks have lines.
    pub(super) ruled: bool,
    /// What is shaded.
    pub(super) shade: Option<&'c Shade>,
    /// What is shown over a point, its number given.
    pub(super) tip: &'c dyn Fn(usize) -> String,
}

/// A chart with its heading and legend, as a part of a page.
pub(super) fn chart(chart: &Chart<'_>) -> String {
    let key = |line: &Line<'_>| {
        format!("<span class=\"key\"><i class=\"{}\"></i>{}</span>", line.class, line.label)
    };
    let keys: String = chart.lines.iter().map(key).collect();
    format!(
        "<figure class=\"panel\" role=\"group\">\n<div><h3>{}</h3>{keys}</div>\n\
         <svg class=\"chart\" width=\"88%\" height=\"{HEIGHT}\" overflow=\"visible\" role=\"img\" aria-label=\"{}\">\n{}{}</svg>\n</figure>\n",
        chart.title,
        chart.description,
        drawing(chart),
        slots(chart)
    )
}

/// A chart with its heading and legend, as a file of its own that reads well in the light and in the dark.
pub(super) fn picture(chart: &Chart<'_>) -> String {
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 800 340\" width=\"800\" height=\"340\" role=\"img\" \
         aria-label=\"{0}\">\n<title>{0}</title>\n<style>\n{PICTURE_STYLE}</style>\n\
         <rect class=\"paper\" x=\".5\" y=\".5\" width=\"799\" height=\"339\" rx=\"12\" fill=\"#fff\"/>\n\
         <text class=\"title\" x=\"24\" y=\"36\">{1}</text>\n",
        chart.description, chart.title
    );
    let mut x = 24.0;
    for Line { class, color, label, .. } in &chart.lines {
        writeln!(svg, "<line class=\"line {class}\" stroke=\"{color}\" x1=\"{x}\" x2=\"{}\" y1=\"58\" y2=\"58\"/><text x=\"{}\" y=\"62\">{label}</text>", x + 22.0, x + 30.0).expect(FITS);
        // Nobody measures text here: half an em a letter is about right, and there is room.
        x += 60.0 + 6.5 * label.chars().count() as f64;
    }
    let drawing = drawing(chart);
    write!(svg, "<svg x=\"64\" y=\"88\" width=\"704\" height=\"{HEIGHT}\" overflow=\"visible\">\n{drawing}</svg>\n</svg>\n").expect(FITS);
    svg
}

/// Axes and lines.
fn drawing(chart: &Chart<'_>) -> String {
    let values = |right| {
        let on_this_side = chart.lines.iter().filter(move |line| line.right == right);
        on_this_side.flat_map(|line| line.values.iter().flatten().copied()).collect::<Vec<f64>>()
    };
    let left = Scale::of(&values(false), chart.logarithmic, chart.whole);
    let right = Scale::of(&values(true), false, true);
    let mut svg = String::new();
    if let Some(shade) = chart.shade {
        draw_shade(&mut svg, shade);
    }
    draw_left_axis(&mut svg, &left);
    if chart.lines.iter().any(|line| line.right) {
        draw_right_axis(&mut svg, &right);
    }
    draw_lower_axis(&mut svg, chart);
    writeln!(svg, "<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" width=\"100%\" height=\"{HEIGHT}\" preserveAspectRatio=\"none\" overflow=\"visible\">").expect(FITS);
    for line in &chart.lines {
        draw_line(&mut svg, line, if line.right { &right } else { &left });
    }
    svg.push_str("</svg>\n");
    svg
}

/// Why writing to a string cannot fail.
const FITS: &str = "a string takes every character";

fn draw_shade(svg: &mut String, shade: &Shade) {
    let (share, label) = (100.0 * shade.until.clamp(0.0, 1.0), shade.label);
    writeln!(svg, "<rect class=\"shade\" width=\"{share:.2}%\" height=\"{HEIGHT}\" fill=\"#8a94a3\" fill-opacity=\".14\"/><line class=\"edge\" x1=\"{share:.2}%\" x2=\"{share:.2}%\" y1=\"0\" y2=\"{HEIGHT}\" stroke=\"#8a94a3\"/><text class=\"shade\" x=\"0\" y=\"-7\">{label}</text>").expect(FITS);
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

fn draw_lower_axis(svg: &mut String, chart: &Chart<'_>) {
    for (share, text) in chart.across {
        let x = 100.0 * share;
        if chart.ruled {
            writeln!(svg, "<line class=\"grid\" x1=\"{x:.2}%\" x2=\"{x:.2}%\" y1=\"0\" y2=\"{HEIGHT}\" stroke=\"#ddd\"/>").expect(FITS);
        }
        let y = HEIGHT + 22.0;
        writeln!(svg, "<text x=\"{x:.2}%\" y=\"{y:.0}\" text-anchor=\"middle\">{text}</text>")
            .expect(FITS);
    }
}

fn draw_line(svg: &mut String, line: &Line<'_>, scale: &Scale) {
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
fn stretches(line: &Line<'_>, scale: &Scale) -> Vec<Vec<(f64, f64)>> {
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

/// Invisible bands whose titles browsers show as tooltips; a picture has none, for nothing inside it can be pointed at.
fn slots(chart: &Chart<'_>) -> String {
    let mut svg = String::new();
    let points = chart.lines.first().map_or(0, |line| line.values.len());
    let per_slot = points.div_ceil(MOST_SLOTS).max(1);
    for first in (0..points).step_by(per_slot) {
        let (x, width) =
            (100.0 * first as f64 / points as f64, 100.0 * per_slot as f64 / points as f64);
        writeln!(svg, "<rect class=\"slot\" x=\"{x:.2}%\" width=\"{width:.2}%\" height=\"{HEIGHT}\" fill-opacity=\"0\"><title>{}</title></rect>", (chart.tip)(first)).expect(FITS);
    }
    svg
}
