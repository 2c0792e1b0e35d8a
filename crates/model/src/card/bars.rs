//! Points of named values as horizontal bars, from a common zero.

use std::fmt::Write;

use super::{
    chart::{FITS, WIDTH},
    curve::worth,
    markup::Escaped,
    number::{share, signed},
};

/// Bars of ordinary values that are drawn; more would be a list, not a picture.
const MOST: usize = 12;
/// Height of a bar with the space below it, in pixels.
const STEP: f64 = 21.0;
/// Where labels end, and where the bars' room begins and ends.
const LABELS: f64 = 112.0;
const FROM: f64 = 120.0;
const TO: f64 = 300.0;
/// Room on either side of the longest bars, for their numbers.
const NUMBERS: f64 = 38.0;
/// Characters of a label that fit.
const LABEL_CHARS: usize = 18;

/// One value and its points.
pub(super) struct Bar {
    pub(super) label: String,
    pub(super) points: f64,
    /// Share of the training rows, 0 to 1.
    pub(super) share: Option<f64>,
    /// Whether it stands for no value of its own: any other one, or a missing one.
    pub(super) special: bool,
}

/// The bars of a feature; one as long as `limit` points fills its side.
pub(super) fn bars(feature: &str, bars: &[Bar], limit: f64) -> String {
    let (kept, left_out) = strongest(bars);
    let height = STEP * kept.len() as f64 + 22.0 + if left_out.is_empty() { 0.0 } else { STEP };
    let zero = (FROM + TO) / 2.0;
    let mut svg = String::new();
    writeln!(
        svg,
        "<svg class=\"chart\" viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" aria-label=\"Points of {} by its value\" font-size=\"11\" fill=\"#555\">",
        Escaped(feature)
    )
    .expect(FITS);
    let share_title = if kept.iter().any(|bar| bar.share.is_some()) { "of rows" } else { "" };
    writeln!(
        svg,
        "<text class=\"meaning\" x=\"{zero}\" y=\"11\" text-anchor=\"middle\">points</text>\
         <text class=\"meaning\" x=\"{WIDTH}\" y=\"11\" text-anchor=\"end\">{share_title}</text>\n\
         <line class=\"base\" x1=\"{zero}\" x2=\"{zero}\" y1=\"17\" y2=\"{:.1}\" stroke=\"#ddd\"/>",
        19.0 + STEP * kept.len() as f64
    )
    .expect(FITS);
    for (row, bar) in kept.iter().enumerate() {
        draw(&mut svg, bar, limit, 20.0 + STEP * row as f64);
    }
    if let (Some(first), Some(last)) = (left_out.first(), left_out.last()) {
        writeln!(
            svg,
            "<text class=\"meaning\" x=\"0\" y=\"{:.1}\">and {} more between {} and {}</text>",
            height - 6.0,
            left_out.len(),
            signed(last.points, 2),
            signed(first.points, 2)
        )
        .expect(FITS);
    }
    svg.push_str("</svg>\n");
    svg
}

/// The commonest value, those that move most over all rows, and the special ones, in their order; and the rest.
fn strongest(bars: &[Bar]) -> (Vec<&Bar>, Vec<&Bar>) {
    let ordinary = || bars.iter().enumerate().filter(|(_, bar)| !bar.special);
    let common = ordinary().filter_map(|(_, bar)| bar.share).fold(0.0, f64::max);
    // What a value moves in all rows together; without counts, what it moves in one.
    let weight = |bar: &Bar| match bar.share {
        Some(share) if share == common => f64::INFINITY,
        Some(share) => share * bar.points.abs(),
        None if common > 0.0 => 0.0,
        None => bar.points.abs(),
    };
    let mut order: Vec<(usize, f64)> = ordinary().map(|(at, bar)| (at, weight(bar))).collect();
    order.sort_by(|a, b| b.1.total_cmp(&a.1));
    let folded: Vec<usize> = order.iter().skip(MOST).map(|&(at, _)| at).collect();
    let (mut kept, mut left_out) = (Vec::new(), Vec::new());
    for (at, bar) in bars.iter().enumerate() {
        if folded.contains(&at) { left_out.push(bar) } else { kept.push(bar) }
    }
    (kept, left_out)
}

fn draw(svg: &mut String, bar: &Bar, limit: f64, top: f64) {
    let zero = (FROM + TO) / 2.0;
    let long = (bar.points / limit).clamp(-1.0, 1.0) * ((TO - FROM) / 2.0 - NUMBERS);
    let (class, sign, anchor) =
        if bar.points < 0.0 { ("down", -1.0, "end") } else { ("up", 1.0, "start") };
    let special = if bar.special { " special" } else { "" };
    let (left, width) = (zero + long.min(0.0), long.abs().max(1.0));
    let baseline = top + 12.0;
    writeln!(
        svg,
        "<g><title>{}</title><text class=\"label{special}\" x=\"{LABELS}\" y=\"{baseline:.1}\" text-anchor=\"end\">{}</text>\
         <rect class=\"{class}{special}\" x=\"{left:.1}\" y=\"{top:.1}\" width=\"{width:.1}\" height=\"15\" rx=\"2\" fill=\"#2f6fed\"/>\
         <text x=\"{:.1}\" y=\"{baseline:.1}\" text-anchor=\"{anchor}\">{}</text>\
         <text x=\"{WIDTH}\" y=\"{baseline:.1}\" text-anchor=\"end\">{}</text></g>",
        Escaped(&worth(&bar.label, bar.points)),
        Escaped(&shortened(&bar.label, LABEL_CHARS)),
        zero + long + sign * 5.0,
        signed(bar.points, 2),
        Escaped(&bar.share.map_or_else(String::new, share))
    )
    .expect(FITS);
}

/// A text of at most so many characters; an ellipsis says that it was longer.
pub(super) fn shortened(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let beginning: String = text.chars().take(most - 1).collect();
    format!("{}…", beginning.trim_end())
}

#[cfg(test)]
mod tests {
    use super::{Bar, MOST, strongest};

    #[test]
    fn the_commonest_value_is_drawn_however_few_its_points() {
        let bar = |at: usize| Bar {
            label: at.to_string(),
            points: if at == 7 { 0.001 } else { at as f64 / 10.0 },
            share: Some(if at == 7 { 0.6 } else { 0.02 }),
            special: at == 20,
        };
        let bars: Vec<Bar> = (0..=20).map(bar).collect();
        let (kept, left_out) = strongest(&bars);
        let labels: Vec<_> = kept.iter().map(|bar| bar.label.as_str()).collect();
        assert_eq!(labels[0], "7");
        assert_eq!((kept.len(), left_out.len()), (MOST + 1, 20 - MOST));
        assert!(labels.contains(&"20") && labels.contains(&"19") && !labels.contains(&"8"));
    }
}
