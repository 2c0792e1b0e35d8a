//! [`Chart`]: a drawing area with axes, as SVG.
//!
//! All charts are as wide as a phone and are set beside each other on wider pages, so that texts keep their size. Colours are
//! classes of the page's style, with plain attributes where styles are blocked. It knows no model.

use std::fmt::{Display, Write};

use super::{markup::Escaped, number::short, scale::Scale};

/// Width of a chart in pixels, the axes' texts included.
pub(super) const WIDTH: f64 = 360.0;
/// Room for the marks on the left, below, above, and to the right.
const LEFT: f64 = 44.0;
const BELOW: f64 = 40.0;
const ABOVE: f64 = 10.0;
const RIGHT: f64 = 12.0;

/// A chart that is being drawn.
pub(super) struct Chart {
    svg: String,
    x: Scale,
    y: Scale,
    width: f64,
    height: f64,
}

/// How numbers are written beside an axis.
pub(super) type Label<'l> = &'l dyn Fn(f64) -> String;

impl Chart {
    /// An empty chart whose drawing area is `height` pixels high; `description` is for whoever does not see it.
    pub(super) fn new(description: &str, x: Scale, y: Scale, height: f64) -> Self {
        Self::with_margin(description, x, y, height, 0.0)
    }

    /// The same with so many pixels kept free to the right of the drawing area.
    pub(super) fn with_margin(
        description: &str,
        x: Scale,
        y: Scale,
        height: f64,
        margin: f64,
    ) -> Self {
        let mut svg = String::new();
        let whole = ABOVE + height + BELOW;
        write!(
            svg,
            "<svg class=\"chart\" viewBox=\"0 0 {WIDTH} {whole}\" role=\"img\" aria-label=\"{}\" font-size=\"11\" fill=\"#555\">\n\
             <g transform=\"translate({LEFT} {ABOVE})\">\n",
            Escaped(description)
        )
        .expect(FITS);
        Self { svg, x, y, width: WIDTH - LEFT - RIGHT - margin, height }
    }

    /// Lines and numbers of both axes, and what the lower one means.
    pub(super) fn axes(&mut self, x: Label<'_>, y: Label<'_>, meaning: &str) {
        for mark in self.y.marks() {
            let at = self.down(mark);
            let class = if mark == 0.0 { "base" } else { "grid" };
            let (width, text) = (self.width, y(mark));
            self.draw(format_args!(
                "<line class=\"{class}\" x2=\"{width:.1}\" y1=\"{at:.1}\" y2=\"{at:.1}\" stroke=\"#ddd\"/>\
                 <text x=\"-7\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
                at + 4.0,
                Escaped(&text)
            ));
        }
        for mark in self.x.marks() {
            let at = self.across(mark);
            let (height, text) = (self.height, x(mark));
            self.draw(format_args!(
                "<line class=\"grid\" x1=\"{at:.1}\" x2=\"{at:.1}\" y1=\"{height}\" y2=\"{:.1}\" stroke=\"#ddd\"/>\
                 <text x=\"{at:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>",
                height + 4.0,
                height + 16.0,
                Escaped(&text)
            ));
        }
        let (middle, below) = (self.width / 2.0, self.height + 33.0);
        self.draw(format_args!(
            "<text class=\"meaning\" x=\"{middle:.1}\" y=\"{below}\" text-anchor=\"middle\">{}</text>",
            Escaped(meaning)
        ));
    }

    /// A line through points of the scales.
    pub(super) fn line(&mut self, class: &str, points: impl Iterator<Item = (f64, f64)>) {
        let path = self.path(points);
        self.draw(format_args!(
            "<polyline class=\"line {class}\" fill=\"none\" stroke=\"#2f6fed\" points=\"{path}\"/>"
        ));
    }

    /// The space between a line and the lower edge.
    pub(super) fn area(&mut self, class: &str, points: &[(f64, f64)]) {
        let (Some(first), Some(last)) = (points.first(), points.last()) else { return };
        let (from, to) = (self.across(first.0), self.across(last.0));
        let (path, height) = (self.path(points.iter().copied()), self.height);
        self.draw(format_args!(
            "<polygon class=\"area {class}\" fill=\"#2f6fed\" fill-opacity=\".1\" points=\"{from:.1},{height} {path} {to:.1},{height}\"/>"
        ));
    }

    /// A dot with a text that browsers show over it.
    pub(super) fn dot(&mut self, class: &str, (x, y): (f64, f64), radius: f64, title: &str) {
        let (x, y) = (self.across(x), self.down(y));
        self.draw(format_args!(
            "<circle class=\"dot {class}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{radius:.1}\" fill=\"#2f6fed\"><title>{}</title></circle>",
            Escaped(title)
        ));
    }

    /// A bar that stands on the lower edge, `height` as a share of the drawing area.
    pub(super) fn bar(&mut self, class: &str, from: f64, to: f64, height: f64, title: &str) {
        let (from, high) = (self.across(from), height.clamp(0.0, 1.0) * self.height);
        let width = (self.across(to) - from).max(2.0);
        let top = self.height - high;
        self.draw(format_args!(
            "<rect class=\"bar {class}\" x=\"{from:.1}\" y=\"{top:.1}\" width=\"{width:.1}\" height=\"{high:.1}\" fill=\"#bbb\"><title>{}</title></rect>",
            Escaped(title)
        ));
    }

    /// A word at a point of the scales, moved by so many pixels.
    pub(super) fn word(&mut self, class: &str, at: (f64, f64), by: (f64, f64), text: &str) {
        let (x, y) = (self.across(at.0) + by.0, self.down(at.1) + by.1);
        self.draw(format_args!(
            "<text class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\">{}</text>",
            Escaped(text)
        ));
    }

    /// Whatever else, in pixels of the drawing area.
    pub(super) fn draw(&mut self, markup: impl Display) {
        writeln!(self.svg, "{markup}").expect(FITS);
    }

    /// Pixels from the left.
    pub(super) fn across(&self, x: f64) -> f64 {
        self.x.place(x) * self.width
    }

    /// Pixels from above.
    pub(super) fn down(&self, y: f64) -> f64 {
        (1.0 - self.y.place(y)) * self.height
    }

    /// Width of the drawing area in pixels.
    pub(super) fn width(&self) -> f64 {
        self.width
    }

    pub(super) fn finish(mut self) -> String {
        self.svg.push_str("</g>\n</svg>\n");
        self.svg
    }

    fn path(&self, points: impl Iterator<Item = (f64, f64)>) -> String {
        let points = points.map(|(x, y)| format!("{:.1},{:.1}", self.across(x), self.down(y)));
        points.collect::<Vec<_>>().join(" ")
    }
}

/// A share of one beside an axis: `40 %`.
pub(super) fn in_percent(share: f64) -> String {
    format!("{} %", short((share * 1000.0).round() / 10.0))
}

/// A chart with its heading; `note` stands below it. Both may come from outside.
pub(super) fn panel(title: &str, note: &str, chart: &str) -> String {
    let note = if note.is_empty() {
        String::new()
    } else {
        format!("<figcaption>{}</figcaption>\n", Escaped(note))
    };
    format!("<figure class=\"panel\">\n<h3>{}</h3>\n{chart}{note}</figure>\n", Escaped(title))
}

/// Why writing to a string cannot fail.
pub(super) const FITS: &str = "a string takes every character";
