//! What two features say together, as a heat map.

use std::fmt::Write;

use super::{
    bars::shortened,
    chart::{FITS, WIDTH, panel},
    curve::worth,
    markup::Escaped,
    number::{count, signed},
    sentence::{self, label, rows_in, shown_cells},
};
use crate::{pair::Pair, schema::Schema};

/// Room for the labels of the rows, in pixels.
const LEFT: f64 = 96.0;
/// Height of a cell.
const CELL: f64 = 26.0;
/// Room for the labels of the columns, which are written aslant.
const BELOW: f64 = 62.0;
/// Cells narrower than this have room for a small number only, or for none.
const TIGHT: f64 = 39.0;
const NARROW: f64 = 31.0;
/// How strongly the strongest cell is coloured, so that its number can still be read.
const STRONGEST: f64 = 0.75;
/// Swatches of the legend on either side of zero.
const SWATCHES: i32 = 4;

/// The panel of a pair: rows of the first feature, columns of the second, and where it says most in words.
pub(super) fn heat(pair: &Pair, schema: &Schema) -> String {
    let [rows, columns] = [0, 1].map(|side| shown_cells(pair, side, schema));
    let limit = strongest(pair, rows, columns);
    let width = (WIDTH - LEFT) / columns as f64;
    let bottom = CELL * rows as f64;
    let [first, second] = &pair.features;
    let mut svg = format!(
        "<svg class=\"chart\" viewBox=\"0 0 {WIDTH} {:.1}\" role=\"img\" aria-label=\"Heat map of {} and {}\" font-size=\"11\" fill=\"#555\">\n",
        bottom + BELOW + 54.0,
        Escaped(first),
        Escaped(second)
    );
    for (row, points) in pair.points.iter().take(rows).enumerate() {
        let name = label(pair, 0, row, schema);
        writeln!(
            svg,
            "<text class=\"label\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
            LEFT - 7.0,
            CELL * row as f64 + CELL / 2.0 + 4.0,
            Escaped(&shortened(&name, 15))
        )
        .expect(FITS);
        for (column, &points) in points.iter().take(columns).enumerate() {
            let other = label(pair, 1, column, schema);
            let mut title = worth(&format!("{first} {name}, {second} {other}"), points);
            let counted = rows_in(pair, row, column);
            if let Some(rows) = counted {
                title.push_str(&format!("; {} training rows", count(rows)));
            }
            let place = (LEFT + width * column as f64, CELL * row as f64);
            if counted == Some(0) {
                empty(&mut svg, place, width, &title);
            } else {
                cell(&mut svg, place, width, points, limit, &title);
            }
        }
    }
    for column in 0..columns {
        let (x, y) = (LEFT + width * (column as f64 + 0.5) + 4.0, bottom + 13.0);
        let name = shortened(&label(pair, 1, column, schema), 11);
        writeln!(
            svg,
            "<text class=\"label\" text-anchor=\"end\" transform=\"translate({x:.1} {y:.1}) rotate(-38)\">{}</text>",
            Escaped(&name)
        )
        .expect(FITS);
    }
    legend(&mut svg, bottom + BELOW + 8.0, limit);
    svg.push_str("</svg>\n");
    let title = format!("{first} × {second}");
    panel(&title, &sentence::pair(pair, schema), &svg)
}

fn strongest(pair: &Pair, rows: usize, columns: usize) -> f64 {
    let cells = pair.points.iter().take(rows).enumerate();
    let points = cells.flat_map(|(row, points)| {
        let points = points.iter().take(columns).enumerate();
        points.filter(move |(column, _)| rows_in(pair, row, *column) != Some(0))
    });
    points.map(|(_, points)| points.abs()).fold(f64::MIN_POSITIVE, f64::max)
}

/// A cell that no training row lies in: only its outline, for its points are guessed from its neighbours.
fn empty(svg: &mut String, (x, y): (f64, f64), width: f64, title: &str) {
    writeln!(
        svg,
        "<rect class=\"empty\" x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{:.1}\" rx=\"2\" fill=\"#fff\" fill-opacity=\"0\" stroke=\"#bbb\" \
         stroke-dasharray=\"2 3\"><title>{}</title></rect>",
        x + 1.5,
        y + 1.5,
        width - 3.0,
        CELL - 3.0,
        Escaped(title)
    )
    .expect(FITS);
}

fn cell(svg: &mut String, (x, y): (f64, f64), width: f64, points: f64, limit: f64, title: &str) {
    writeln!(
        svg,
        "<rect class=\"{}\" x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{:.1}\" rx=\"2\" fill=\"{}\" fill-opacity=\"{:.3}\"><title>{}</title></rect>",
        direction(points).0,
        x + 0.75,
        y + 0.75,
        width - 1.5,
        CELL - 1.5,
        direction(points).1,
        STRONGEST * points.abs() / limit,
        Escaped(title)
    )
    .expect(FITS);
    if width >= NARROW {
        let tight = if width < TIGHT { " tight" } else { "" };
        writeln!(
            svg,
            "<text class=\"cell{tight}\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>",
            x + width / 2.0,
            y + CELL / 2.0 + 4.0,
            signed(points, 2)
        )
        .expect(FITS);
    }
}

/// From the lowest points to the highest.
fn legend(svg: &mut String, top: f64, limit: f64) {
    let width = (WIDTH - LEFT) / f64::from(2 * SWATCHES + 1);
    for swatch in -SWATCHES..=SWATCHES {
        let part = f64::from(swatch) / f64::from(SWATCHES);
        let x = LEFT + width * f64::from(swatch + SWATCHES);
        let (class, color) = direction(part);
        writeln!(
            svg,
            "<rect class=\"{class}\" x=\"{x:.1}\" y=\"{top:.1}\" width=\"{width:.1}\" height=\"9\" fill=\"{color}\" fill-opacity=\"{:.3}\"/>",
            STRONGEST * part.abs()
        )
        .expect(FITS);
    }
    let below = top + 22.0;
    let middle = (LEFT + WIDTH) / 2.0;
    for (x, anchor, points) in
        [(LEFT, "start", -limit), (middle, "middle", 0.0), (WIDTH, "end", limit)]
    {
        let text = signed(points, 2);
        writeln!(svg, "<text x=\"{x:.1}\" y=\"{below:.1}\" text-anchor=\"{anchor}\">{text}</text>")
            .expect(FITS);
    }
    writeln!(
        svg,
        "<text class=\"meaning\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">points</text>",
        LEFT - 7.0,
        top + 9.0
    )
    .expect(FITS);
}

/// Class and colour of points by their sign.
fn direction(points: f64) -> (&'static str, &'static str) {
    if points < 0.0 { ("down", "#d97b06") } else { ("up", "#2f6fed") }
}
