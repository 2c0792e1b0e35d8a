//! A heat map: how many requests took how long, over time.
//!
//! What percentiles fold into three lines is seen here at once: two kinds of request, a slow tail that was always there, a
//! stall that hit everybody. [`heat_map`] is a pure function from counts to markup; cells of one strength and row that touch
//! are one stroke, so that a page stays small.

use std::fmt::Write;

use super::number::{clock, count, ms};
use super::over_time::OverTime;
use super::scale::HEIGHT;
use super::svg::{FITS, draw_left_marks, draw_lower_axis, draw_shade, draw_slots, panel};
use crate::record::Heat;

/// Strengths of the colour, each opaque to its own degree.
const LEVELS: usize = 7;

/// How opaque each strength is where styles are blocked; `page.css` says the same.
const OPACITY: [&str; LEVELS] = [".13", ".22", ".34", ".48", ".64", ".82", "1"];

/// Bands that a pointer can hover over.
const MOST_SLOTS: usize = 60;

/// Fewer rows would be bars: without a span of times nobody sees that they are close together.
const FEWEST_ROWS: usize = 14;

/// Marks of the left axis that have room.
const MOST_MARKS: usize = 7;

/// The map as a panel; nothing where nothing was answered.
pub(super) fn heat_map(heat: &Heat, over_time: &OverTime<'_>) -> String {
    let Some(grid) = Grid::of(heat) else { return String::new() };
    let mut svg = String::new();
    draw_left_marks(&mut svg, &grid.marks());
    draw_lower_axis(&mut svg, &over_time.across, false);
    let across = over_time.length_s() as f64 / heat.step_s() as f64;
    writeln!(
        svg,
        "<svg viewBox=\"0 -.5 {across} {}\" width=\"100%\" height=\"{HEIGHT}\" preserveAspectRatio=\"none\" shape-rendering=\"crispEdges\">",
        grid.rows()
    )
    .expect(FITS);
    for (level, path) in grid.paths(heat).iter().enumerate().filter(|(_, path)| !path.is_empty()) {
        let (number, opacity) = (level + 1, OPACITY[level]);
        writeln!(svg, "<path class=\"heat{number}\" fill=\"none\" stroke=\"#2f6fed\" opacity=\"{opacity}\" d=\"{path}\"/>").expect(FITS);
    }
    svg.push_str("</svg>\n");
    if let Some(shade) = &over_time.shade {
        draw_shade(&mut svg, shade);
    }
    let per_slot = heat.columns().len().div_ceil(MOST_SLOTS).max(1);
    draw_slots(&mut svg, across / per_slot as f64, &|slot| {
        grid.tip(heat, slot, per_slot, over_time)
    });
    let swatches: String =
        (1..=LEVELS).map(|level| format!("<i class=\"heat{level}\"></i>")).collect();
    let keys = match grid.most {
        1 => "<span class=\"key heat\"><i class=\"heat1\"></i> 1 request</span>".to_owned(),
        most => {
            format!("<span class=\"key heat\">1 {swatches} {} requests</span>", count(most.into()))
        }
    };
    panel("All response times (ms, logarithmic scale)", &keys, &grid.words(heat), &svg)
}

/// The part of the counts that is drawn.
struct Grid {
    /// The first and the last row that have any.
    ends: (usize, usize),
    /// The row at the bottom.
    lowest: usize,
    /// The row at the top.
    highest: usize,
    /// The greatest count of a cell.
    most: u32,
}

impl Grid {
    fn of(heat: &Heat) -> Option<Self> {
        let cells = || heat.columns().iter().flat_map(|column| cells(column));
        let rows = || cells().map(|(row, _)| row);
        let (first, last) = (rows().min()?, rows().max()?);
        let lacking = FEWEST_ROWS.saturating_sub(last + 1 - first);
        let lowest = first.saturating_sub(lacking / 2);
        let highest = last.max(lowest + FEWEST_ROWS - 1);
        Some(Self {
            ends: (first, last),
            lowest,
            highest,
            most: cells().map(|(_, count)| count).max()?,
        })
    }

    fn rows(&self) -> usize {
        self.highest + 1 - self.lowest
    }

    /// How strong a count is, on a logarithmic scale: a single request in a busy run is still seen.
    fn level(&self, count: u32) -> usize {
        let (count, most) = (f64::from(count).ln(), f64::from(self.most.max(2)).ln());
        ((count / most * LEVELS as f64) as usize).min(LEVELS - 1)
    }

    /// A path per level: one stroke for neighbours in a row.
    fn paths(&self, heat: &Heat) -> [String; LEVELS] {
        let mut paths: [String; LEVELS] = Default::default();
        for row in self.lowest..=self.highest {
            let level = |column: &Vec<u32>| {
                column.get(row).filter(|&&count| count > 0).map(|&count| self.level(count))
            };
            let levels: Vec<Option<usize>> = heat.columns().iter().map(level).collect();
            let mut x = 0;
            for run in levels.chunk_by(|one, next| one == next) {
                if let Some(level) = run[0] {
                    let y = self.highest - row;
                    write!(paths[level], "M{x} {y}h{}", run.len()).expect(FITS);
                }
                x += run.len();
            }
        }
        paths
    }

    /// Where 1, 2 and 5 times a power of ten lie, or the powers alone where these are too many.
    fn marks(&self) -> Vec<(f64, String)> {
        let (from, to) = (Heat::ms_from(self.lowest), Heat::ms_from(self.highest + 1));
        let all: Vec<f64> = (-3..=5)
            .flat_map(|power| [1.0, 2.0, 5.0].map(|digit| digit * 10_f64.powi(power)))
            .filter(|value| (from * 0.999..=to * 1.001).contains(value))
            .collect();
        let powers = |value: &f64| value.log10().fract().abs() < 1e-9;
        let shown =
            if all.len() > MOST_MARKS { all.into_iter().filter(powers).collect() } else { all };
        let mark = |value: f64| {
            let share = (value / from).log10() / (to / from).log10();
            let text =
                if value < 1.0 { format!("{value:.3}") } else { count(value.round() as u64) };
            let text = if value < 1.0 { text.trim_end_matches('0').to_owned() } else { text };
            (HEIGHT * (1.0 - share), text)
        };
        shown.into_iter().map(mark).collect()
    }

    /// What a pointer is told over some columns.
    fn tip(&self, heat: &Heat, slot: usize, per_slot: usize, over_time: &OverTime<'_>) -> String {
        let columns = heat.columns().iter().skip(slot * per_slot).take(per_slot);
        let cells: Vec<(usize, u32)> = columns.flat_map(|column| cells(column)).collect();
        let begins = (slot * per_slot) as u64 * heat.step_s();
        let ends = (begins + per_slot as u64 * heat.step_s()).min(over_time.length_s());
        let time = format!("{} to {}", clock(begins), clock(ends));
        let rows = || cells.iter().map(|&(row, _)| row);
        let (Some(first), Some(last)) = (rows().min(), rows().max()) else {
            return format!("{time} · no requests");
        };
        let all: u64 = cells.iter().map(|&(_, count)| u64::from(count)).sum();
        let (from, to) = (ms(Heat::ms_from(first)), ms(Heat::ms_from(last + 1)));
        format!("{time} · {} requests, {from} to {to} ms", count(all))
    }

    /// The map for whoever does not see it.
    fn words(&self, heat: &Heat) -> String {
        let sum = |row: usize| {
            let counts = heat.columns().iter().filter_map(|column| column.get(row));
            counts.map(|&count| u64::from(count)).sum::<u64>()
        };
        let usual = (self.lowest..=self.highest).max_by_key(|&row| sum(row)).unwrap_or(self.lowest);
        let [from, to] = [usual, usual + 1].map(|row| ms(Heat::ms_from(row)));
        let [least, most] = [self.ends.0, self.ends.1 + 1].map(|row| ms(Heat::ms_from(row)));
        format!(
            "How many requests took how long, over time: from {least} to {most} milliseconds, most often {from} to {to}"
        )
    }
}

/// The rows of a column that have any, with how many.
fn cells(column: &[u32]) -> impl Iterator<Item = (usize, u32)> + '_ {
    column.iter().copied().enumerate().filter(|&(_, count)| count > 0)
}
