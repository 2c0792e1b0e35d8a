//! The value of every run, drawn: one chart for each figure that decides.
//!
//! Runs that took turns stand in pairs, round by round, so that one can see what the machine did meanwhile; others stand side
//! by side. The scale begins at zero: what looks small is small.

use std::fmt::Write;

use crate::{
    compare::{Contrast, FigurePair, Measure, Pairing},
    report::{
        contrast::sentence,
        escape::markup,
        html::{HEIGHT, Scale, height, left_marks},
    },
};

/// More charts than this nobody looks at; their figures stand in the table.
const MOST_CHARTS: usize = 12;

/// A limit this many times as high as everything else is not drawn.
const FAR: f64 = 1.6;

/// Why writing to a string cannot fail.
const FITS: &str = "a string takes every character";

/// The charts of the figures that decide; errors only if there were any.
pub(super) fn section(contrast: &Contrast) -> String {
    let has_height =
        |figure: &&FigurePair| figure.base.iter().chain(&figure.head).any(|value| *value > 0.0);
    let drawn: Vec<&FigurePair> = contrast.deciding().filter(has_height).collect();
    if drawn.is_empty() {
        return String::new();
    }
    let how = match contrast.pairing {
        Pairing::Paired => {
            "Each dot is one run; base and head of a round, which ran one after the other, stand side by side."
        }
        Pairing::Pooled => "Each dot is one run; they did not take turns.",
    };
    let rest = match drawn.len().saturating_sub(MOST_CHARTS) {
        0 => String::new(),
        more => format!(" {more} more figures stand in the table only."),
    };
    let charts: String =
        drawn.iter().take(MOST_CHARTS).map(|figure| chart(figure, contrast)).collect();
    format!(
        "<section>\n<h2>Runs</h2>\n<p class=\"note\">{how} Lines are the values over all runs of a side, the limit is in red.{rest}</p>\n\
         <div class=\"pair\">\n{charts}</div>\n</section>\n"
    )
}

fn chart(figure: &FigurePair, contrast: &Contrast) -> String {
    let runs = || figure.base.iter().chain(&figure.head).copied();
    let most = runs().fold(0.0, f64::max);
    let limit = limit(figure, contrast).filter(|limit| *limit <= most * FAR);
    let scale = Scale::reaching(runs().chain(limit), 0.001);
    let mut svg = String::new();
    left_marks(&mut svg, &scale);
    if let Some(limit) = limit {
        let (y, factor) = (height(&scale, limit), contrast.margin.limit);
        let sign = if figure.measure == Measure::Rate { '/' } else { 'x' };
        line(&mut svg, "limit", y);
        writeln!(
            svg,
            "<text class=\"limit small\" x=\"100%\" dx=\"6\" y=\"{:.1}\">{sign}{factor}</text>",
            y + 4.0
        )
        .expect(FITS);
    }
    line(&mut svg, "line before", height(&scale, figure.base_value()));
    line(&mut svg, "line rate", height(&scale, figure.head_value()));
    match contrast.pairing {
        Pairing::Paired => pairs(&mut svg, &scale, figure),
        Pairing::Pooled => sides(&mut svg, &scale, figure),
    }
    let unit = figure.measure.quantity(0.0).unit();
    let name = markup(&sentence::name(figure));
    format!(
        "<figure class=\"panel\">\n<figcaption><h3>{name} ({unit})</h3><span class=\"key\"><i class=\"before\"></i>Base</span>\
         <span class=\"key\"><i class=\"rate\"></i>Head</span></figcaption>\n\
         <svg class=\"chart\" height=\"{HEIGHT}\" role=\"img\">\n<title>{name}</title>\n<desc>{}</desc>\n{svg}</svg>\n</figure>\n",
        markup(&sentence::in_short(figure))
    )
}

/// Where the head's value over all runs would be a regression, if chance did not explain it; nothing for what is counted.
fn limit(figure: &FigurePair, contrast: &Contrast) -> Option<f64> {
    let (base, factor) = (figure.base_value(), contrast.margin.limit);
    match figure.measure {
        Measure::Errors | Measure::Exceptions | Measure::Silence => None,
        Measure::Rate => Some(base / factor),
        _ => Some((base * factor).max(base + contrast.margin.min_abs_ms)),
    }
}

/// A column for each round, with the base on the left.
fn pairs(svg: &mut String, scale: &Scale, figure: &FigurePair) {
    let width = 100.0 / figure.base.len().max(1) as f64;
    for (at, (base, head)) in figure.base.iter().zip(&figure.head).enumerate() {
        let middle = (at as f64 + 0.5) * width;
        let (left, right) = (middle - width * 0.12, middle + width * 0.12);
        let [from, to] = [base, head].map(|value| height(scale, *value));
        writeln!(
            svg,
            "<line class=\"turn\" x1=\"{left:.2}%\" x2=\"{right:.2}%\" y1=\"{from:.1}\" y2=\"{to:.1}\"/>"
        )
        .expect(FITS);
        let round = format!("round {}", at + 1);
        dot(svg, figure, ("base", &round), (left, from), *base);
        dot(svg, figure, ("head", &round), (right, to), *head);
        under(svg, middle, &(at + 1).to_string());
    }
}

/// The base in the left half, the head in the right one, each in time order.
fn sides(svg: &mut String, scale: &Scale, figure: &FigurePair) {
    for (side, runs, left) in [("base", &figure.base, 0.0), ("head", &figure.head, 50.0)] {
        let width = 50.0 / runs.len().max(1) as f64;
        for (at, value) in runs.iter().enumerate() {
            let place = (left + (at as f64 + 0.5) * width, height(scale, *value));
            dot(svg, figure, (side, &format!("run {}", at + 1)), place, *value);
        }
        under(svg, left + 25.0, side);
    }
}

fn dot(
    svg: &mut String,
    figure: &FigurePair,
    (side, which): (&str, &str),
    (x, y): (f64, f64),
    value: f64,
) {
    let value = figure.measure.quantity(value);
    writeln!(
        svg,
        "<circle class=\"dot {side}\" cx=\"{x:.2}%\" cy=\"{y:.1}\" r=\"5\"><title>{side}, {which}: {value}</title></circle>"
    )
    .expect(FITS);
}

fn line(svg: &mut String, class: &str, y: f64) {
    writeln!(svg, "<line class=\"{class}\" x1=\"0\" x2=\"100%\" y1=\"{y:.1}\" y2=\"{y:.1}\"/>")
        .expect(FITS);
}

fn under(svg: &mut String, x: f64, text: &str) {
    let y = HEIGHT + 18.0;
    writeln!(svg, "<text x=\"{x:.2}%\" y=\"{y}\" text-anchor=\"middle\">{text}</text>")
        .expect(FITS);
}
