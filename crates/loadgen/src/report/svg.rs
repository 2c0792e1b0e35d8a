//! Charts, drawn as SVG.
//!
//! [`chart`] is a pure function from numbers to the markup of a page, [`picture`] the same as a file of its own. Texts keep
//! their size and lines their width however wide the page is: the drawing stretches, the axes are placed in percent.
//! Colours are classes of the style, with plain attributes as a fallback where styles are blocked. It knows no recording.

use std::fmt::Write;

use super::number::ms;
use super::scale::{HEIGHT, Scale};

/// Width of the drawing area in its own units; stretched to the page.
const WIDTH: f64 = 1_000.0;

/// Bands that a pointer can hover over; narrower ones cannot be hit.
const MOST_SLOTS: usize = 90;

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
    /// Between what each of its points lay, where it stands for several.
    ends: Option<&'c [Vec<Option<f64>>; 2]>,
}

impl<'c> Line<'c> {
    /// A plain line on the left scale: its class, its colour where styles are blocked, its name, its values.
    pub(super) fn new(
        class: &'static str,
        color: &'static str,
        label: &'c str,
        values: &'c [Option<f64>],
    ) -> Self {
        Self { class, color, label, values, right: false, filled: false, ends: None }
    }

    /// The same on the right scale, in whole numbers.
    pub(super) fn right(self) -> Self {
        Self { right: true, ..self }
    }

    /// The same with the space below it tinted.
    pub(super) fn filled(self) -> Self {
        Self { filled: true, ..self }
    }

    /// The same with the space tinted between what each of its points lay.
    pub(super) fn within(self, ends: &'c Option<[Vec<Option<f64>>; 2]>) -> Self {
        Self { ends: ends.as_ref(), ..self }
    }

    /// All that has to find room.
    fn all(&self) -> impl Iterator<Item = f64> + '_ {
        let ends = self.ends.into_iter().flatten().flatten();
        self.values.iter().chain(ends).flatten().copied()
    }

    /// What it shows, for whoever does not see it.
    fn words(&self) -> String {
        let least = self.all().reduce(f64::min);
        match least.zip(self.all().reduce(f64::max)) {
            None => format!("{}: nothing", self.label),
            Some((least, most)) if least == most => format!("{}: {}", self.label, ms(most)),
            Some((least, most)) => format!("{}: {} to {}", self.label, ms(least), ms(most)),
        }
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
    let words: Vec<String> = chart.lines.iter().map(Line::words).collect();
    let label = format!("{}. {}", chart.description, words.join("; "));
    let mut svg = drawing(chart);
    let points = chart.lines.first().map_or(0, |line| line.values.len());
    let per_slot = points.div_ceil(MOST_SLOTS).max(1);
    draw_slots(&mut svg, points as f64 / per_slot as f64, &|slot| (chart.tip)(slot * per_slot));
    panel(chart.title, &keys, &label, &svg)
}

/// A drawing with its heading, its legend, and what it shows for whoever does not see it.
pub(super) fn panel(title: &str, keys: &str, label: &str, svg: &str) -> String {
    format!(
        "<figure class=\"panel\" role=\"group\">\n<div><h3>{title}</h3>{keys}</div>\n\
         <svg class=\"chart\" width=\"88%\" height=\"{HEIGHT}\" overflow=\"visible\" role=\"img\" aria-label=\"{label}\">\n{svg}</svg>\n</figure>\n"
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
        on_this_side.flat_map(Line::all).collect::<Vec<f64>>()
    };
    let left = Scale::of(&values(false), chart.logarithmic, chart.whole);
    let right = Scale::of(&values(true), false, true);
    let mut svg = String::new();
    if let Some(shade) = chart.shade {
        draw_shade(&mut svg, shade);
    }
    let marks: Vec<(f64, String)> =
        left.marks().into_iter().map(|(value, text)| (left.y(value), text)).collect();
    draw_left_marks(&mut svg, &marks);
    if chart.lines.iter().any(|line| line.right) {
        draw_right_axis(&mut svg, &right);
    }
    draw_lower_axis(&mut svg, chart.across, chart.ruled);
    writeln!(svg, "<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" width=\"100%\" height=\"{HEIGHT}\" preserveAspectRatio=\"none\" overflow=\"visible\">").expect(FITS);
    for line in &chart.lines {
        draw_line(&mut svg, line, if line.right { &right } else { &left });
    }
    svg.push_str("</svg>\n");
    svg
}

/// Why writing to a string cannot fail.
pub(super) const FITS: &str = "a string takes every character";

/// Shades a part at the left edge.
pub(super) fn draw_shade(svg: &mut String, shade: &Shade) {
    let (share, label) = (100.0 * shade.until.clamp(0.0, 1.0), shade.label);
    writeln!(svg, "<rect class=\"shade\" width=\"{share:.2}%\" height=\"{HEIGHT}\" fill=\"#8a94a3\" fill-opacity=\".14\"/><line class=\"edge\" x1=\"{share:.2}%\" x2=\"{share:.2}%\" y1=\"0\" y2=\"{HEIGHT}\" stroke=\"#8a94a3\"/><text class=\"shade\" x=\"0\" y=\"-7\">{label}</text>").expect(FITS);
}

/// Draws the marks of the left axis: how far down, and what.
pub(super) fn draw_left_marks(svg: &mut String, marks: &[(f64, String)]) {
    for (y, text) in marks {
        let class = if *y > HEIGHT - 0.05 { "base" } else { "grid" };
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

/// Draws the marks of the lower axis: where, as a share of the width, and what; `ruled` with lines.
pub(super) fn draw_lower_axis(svg: &mut String, across: &[(f64, String)], ruled: bool) {
    for (share, text) in across {
        let x = 100.0 * share;
        if ruled {
            writeln!(svg, "<line class=\"grid\" x1=\"{x:.2}%\" x2=\"{x:.2}%\" y1=\"0\" y2=\"{HEIGHT}\" stroke=\"#ddd\"/>").expect(FITS);
        }
        let y = HEIGHT + 22.0;
        writeln!(svg, "<text x=\"{x:.2}%\" y=\"{y:.0}\" text-anchor=\"middle\">{text}</text>")
            .expect(FITS);
    }
}

fn draw_line(svg: &mut String, line: &Line<'_>, scale: &Scale) {
    let (class, color) = (line.class, line.color);
    if let Some([low, high]) = line.ends {
        draw_band(svg, line, [low, high], scale);
    }
    for points in stretches(line.values, scale) {
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
fn stretches(values: &[Option<f64>], scale: &Scale) -> Vec<Vec<(f64, f64)>> {
    let step = WIDTH / values.len() as f64;
    let numbered: Vec<(usize, Option<f64>)> = values.iter().copied().enumerate().collect();
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

/// The space between two lines that have the same gaps.
fn draw_band(svg: &mut String, line: &Line<'_>, ends: [&[Option<f64>]; 2], scale: &Scale) {
    let [low, high] = ends.map(|values| stretches(values, scale));
    for (low, high) in low.iter().zip(&high) {
        let around = low.iter().chain(high.iter().rev());
        let path: Vec<String> = around.map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
        let (class, color, path) = (line.class, line.color, path.join(" "));
        writeln!(svg, "<polygon class=\"band {class}\" fill=\"{color}\" fill-opacity=\".3\" points=\"{path}\"/>").expect(FITS);
    }
}

/// Draws invisible bands of equal width whose titles browsers show as tooltips, so many of them (the last one may be a part).
/// A picture has none, for nothing inside it can be pointed at.
pub(super) fn draw_slots(svg: &mut String, slots: f64, tip: &dyn Fn(usize) -> String) {
    writeln!(svg, "<svg class=\"slots\" viewBox=\"0 0 {slots} 1\" width=\"100%\" height=\"{HEIGHT}\" preserveAspectRatio=\"none\" fill-opacity=\"0\">").expect(FITS);
    for slot in 0..slots.ceil() as usize {
        let title = tip(slot);
        writeln!(svg, "<rect x=\"{slot}\" width=\"1\" height=\"1\"><title>{title}</title></rect>")
            .expect(FITS);
    }
    svg.push_str("</svg>\n");
}
