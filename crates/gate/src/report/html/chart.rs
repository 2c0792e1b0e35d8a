//! A chart over time, drawn as SVG.
//!
//! The drawing stretches to the width of the page while texts keep their size and lines their width: the lines live in a
//! square of a thousand units that is pulled apart, everything else is placed in percent. A chart knows no run: it is
//! given lines, marks and words, and all words are escaped already.

use std::fmt::Write;

use super::scale::Scale;

/// Height of the drawing in pixels.
pub(in crate::report) const HEIGHT: f64 = 180.0;

/// Width and height of the square that the lines are drawn in.
const UNITS: f64 = 1_000.0;

/// Bands that can be pointed at; more are too narrow to be hit.
const MOST_BANDS: usize = 120;

/// Why writing to a string cannot fail.
const FITS: &str = "a string takes every character";

/// A line: where it is, from left to right, and how it is called.
pub(super) struct Line<'c> {
    /// Its name in the style sheet, which gives it colour and dashes.
    pub(super) class: &'static str,
    /// Its name in the legend.
    pub(super) label: &'c str,
    /// Seconds and values; nothing leaves a gap.
    pub(super) points: Vec<(u64, Option<f64>)>,
    /// Whether its scale is the one on the right.
    pub(super) is_right: bool,
}

/// A value that the lines are seen against.
pub(super) struct Limit {
    /// Where it lies on the left scale.
    pub(super) value: f64,
    /// What it is.
    pub(super) label: String,
}

/// A chart over the seconds of a run.
pub(super) struct Chart<'c> {
    /// Its heading.
    pub(super) title: &'c str,
    /// What it shows, for whoever does not see it.
    pub(super) description: String,
    /// From the left edge to the right one, in seconds; never 0.
    pub(super) length_s: u64,
    /// The part that is tinted, and what it is.
    pub(super) window: Option<((u64, u64), &'static str)>,
    /// The lines, the lowest first.
    pub(super) lines: Vec<Line<'c>>,
    /// The limit, if it lies within the drawing.
    pub(super) limit: Option<Limit>,
    /// The least step of the left scale.
    pub(super) finest: f64,
    /// What is shown while a point is pointed at: its second, and the words.
    pub(super) tips: Vec<(u64, String)>,
}

impl Chart<'_> {
    /// The chart with its heading and legend.
    pub(super) fn render(&self) -> String {
        let mut svg = String::new();
        self.draw_window(&mut svg);
        let left = self.scale(false);
        let right = self.scale(true);
        left_marks(&mut svg, &left);
        if self.lines.iter().any(|line| line.is_right) {
            draw_right_marks(&mut svg, &right);
        }
        self.draw_clock(&mut svg);
        self.draw_lines(&mut svg, &left, &right);
        self.draw_limit(&mut svg, &left);
        self.draw_bands(&mut svg);
        let keys: String = self
            .lines
            .iter()
            .map(|line| {
                format!("<span class=\"key\"><i class=\"{}\"></i>{}</span>", line.class, line.label)
            })
            .collect();
        format!(
            "<figure class=\"panel\">\n<figcaption><h3>{0}</h3>{keys}</figcaption>\n\
             <svg class=\"chart\" height=\"{HEIGHT}\" role=\"img\">\n<title>{0}</title>\n<desc>{1}</desc>\n{svg}</svg>\n</figure>\n",
            self.title, self.description
        )
    }

    fn scale(&self, is_right: bool) -> Scale {
        let lines = self.lines.iter().filter(|line| line.is_right == is_right);
        let values = lines.flat_map(|line| line.points.iter().filter_map(|(_, value)| *value));
        let limit = self.limit.iter().filter(|_| !is_right).map(|limit| limit.value);
        Scale::reaching(values.chain(limit), if is_right { 1.0 } else { self.finest })
    }

    /// Where a second lies, in percent of the width.
    fn x(&self, second: u64) -> f64 {
        second as f64 / self.length_s as f64 * 100.0
    }

    fn draw_window(&self, svg: &mut String) {
        let Some(((from, to), label)) = self.window else { return };
        let (from, to) = (self.x(from), self.x(to));
        writeln!(
            svg,
            "<rect class=\"window\" x=\"{from:.2}%\" width=\"{:.2}%\" height=\"{HEIGHT}\"/>\
             <text class=\"small\" x=\"{from:.2}%\" dx=\"3\" y=\"-5\">{label}</text>",
            to - from
        )
        .expect(FITS);
    }

    fn draw_clock(&self, svg: &mut String) {
        let y = HEIGHT + 18.0;
        for second in clock_marks(self.length_s) {
            let (x, text) = (self.x(second), clock(second));
            writeln!(svg, "<text x=\"{x:.2}%\" y=\"{y}\" text-anchor=\"middle\">{text}</text>")
                .expect(FITS);
        }
    }

    fn draw_lines(&self, svg: &mut String, left: &Scale, right: &Scale) {
        writeln!(
            svg,
            "<svg viewBox=\"0 0 {UNITS} {UNITS}\" width=\"100%\" height=\"{HEIGHT}\" preserveAspectRatio=\"none\" overflow=\"visible\">"
        )
        .expect(FITS);
        for line in &self.lines {
            let scale = if line.is_right { right } else { left };
            for stretch in line.points.split(|(_, value)| value.is_none()) {
                let place = |&(second, value): &(u64, Option<f64>)| {
                    let y = UNITS * (1.0 - scale.share(value?));
                    Some(format!("{:.1},{y:.1}", self.x(second) * 10.0))
                };
                let mut places: Vec<String> = stretch.iter().filter_map(place).collect();
                // A line needs two ends; round ones make a dot of it.
                if let [only] = &places[..] {
                    places.push(only.clone());
                }
                if !places.is_empty() {
                    let (class, places) = (line.class, places.join(" "));
                    writeln!(svg, "<polyline class=\"line {class}\" points=\"{places}\"/>")
                        .expect(FITS);
                }
            }
        }
        svg.push_str("</svg>\n");
    }

    fn draw_limit(&self, svg: &mut String, scale: &Scale) {
        let Some(limit) = &self.limit else { return };
        let y = height(scale, limit.value);
        writeln!(
            svg,
            "<line class=\"limit\" x1=\"0\" x2=\"100%\" y1=\"{y:.1}\" y2=\"{y:.1}\"/>\
             <text class=\"limit small\" x=\"100%\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
            y - 4.0,
            limit.label
        )
        .expect(FITS);
    }

    /// Invisible bands, whose titles browsers show while they are pointed at.
    fn draw_bands(&self, svg: &mut String) {
        let every = self.tips.len().div_ceil(MOST_BANDS).max(1);
        let mut from = 0.0;
        for tips in self.tips.chunks(every) {
            let Some((second, tip)) = tips.last() else { continue };
            let to = self.x(*second);
            writeln!(
                svg,
                "<rect class=\"band\" x=\"{from:.2}%\" width=\"{:.2}%\" height=\"{HEIGHT}\"><title>{tip}</title></rect>",
                to - from
            )
            .expect(FITS);
            from = to;
        }
    }
}

/// How many pixels below the upper edge a value lies.
pub(in crate::report) fn height(scale: &Scale, value: f64) -> f64 {
    HEIGHT * (1.0 - scale.share(value))
}

/// The grid with the marks of the scale on the left.
pub(in crate::report) fn left_marks(svg: &mut String, scale: &Scale) {
    for (value, text) in scale.marks() {
        let y = height(scale, value);
        writeln!(
            svg,
            "<line class=\"grid\" x1=\"0\" x2=\"100%\" y1=\"{y:.1}\" y2=\"{y:.1}\"/>\
             <text x=\"-8\" y=\"{:.1}\" text-anchor=\"end\">{text}</text>",
            y + 4.0
        )
        .expect(FITS);
    }
}

fn draw_right_marks(svg: &mut String, scale: &Scale) {
    for (value, text) in scale.marks() {
        let y = height(scale, value) + 4.0;
        writeln!(svg, "<text x=\"100%\" dx=\"8\" y=\"{y:.1}\">{text}</text>").expect(FITS);
    }
}

/// At most seven seconds, at round times.
fn clock_marks(length_s: u64) -> impl Iterator<Item = u64> {
    const ROUND: [u64; 16] =
        [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1_200, 1_800, 3_600, 7_200, 14_400, 43_200];
    let step = ROUND.into_iter().find(|step| length_s / step <= 6).unwrap_or(length_s / 6);
    (0..=length_s / step).map(move |number| number * step)
}

/// `0:05`, `12:40`, `1:02:03`.
pub(super) fn clock(second: u64) -> String {
    let (hours, minutes, seconds) = (second / 3_600, second / 60 % 60, second % 60);
    match hours {
        0 => format!("{minutes}:{seconds:02}"),
        _ => format!("{hours}:{minutes:02}:{seconds:02}"),
    }
}

#[cfg(test)]
mod tests {
    use super::{clock, clock_marks};

    #[test]
    fn the_clock_has_round_marks_and_not_too_many() {
        assert_eq!(clock_marks(150).collect::<Vec<_>>(), [0, 30, 60, 90, 120, 150]);
        for length_s in [1, 2, 59, 60, 3_599, 36_000, 1_000_000, u64::MAX / 2] {
            let marks = clock_marks(length_s).count();
            assert!((2..=7).contains(&marks), "{marks} marks in {length_s} s");
        }
        assert_eq!([5, 760, 3_723].map(clock), ["0:05", "12:40", "1:02:03"]);
    }
}
