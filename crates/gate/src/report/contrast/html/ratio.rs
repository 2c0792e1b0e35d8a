//! A ratio with its range, drawn on a line that all rows of a table share.
//!
//! The line is logarithmic, so that half as slow lies as far from 1 as twice as slow; 1 and the limit are marked. A range
//! that leaves the line is cut at its end.

use std::fmt::Write;

use crate::{
    compare::{Contrast, Effect},
    noise::Interval,
};

/// Height of a row's drawing in pixels.
const HEIGHT: f64 = 24.0;

/// The line reaches so far at least, in ratios, and beyond the limit by as much.
const LEAST: f64 = 1.1;

/// And so far at most: what few wild runs allow would push all else together.
const MOST: f64 = 4.0;

/// Why writing to a string cannot fail.
const FITS: &str = "a string takes every character";

/// The line.
pub(super) struct Axis {
    /// The logarithms of its ends.
    low: f64,
    high: f64,
    limit: f64,
}

impl Axis {
    /// A line that holds the deciding figures, 1 and the limit.
    pub(super) fn of(contrast: &Contrast) -> Self {
        let limit = contrast.margin.limit;
        let effects = contrast.deciding().filter_map(|figure| figure.effect);
        let ends = effects.flat_map(|effect| {
            let Interval { low, high } =
                effect.interval.unwrap_or(Interval { low: effect.ratio, high: effect.ratio });
            [low, high]
        });
        let (mut low, mut high) = (1.0 / LEAST, limit * LEAST);
        for end in ends {
            low = low.min(end / 1.02);
            high = high.max(end * 1.02);
        }
        let high = high.min(MOST.max(limit * LEAST));
        Self { low: low.max(1.0 / MOST).ln(), high: high.ln(), limit }
    }

    /// Where a ratio lies, in percent of the width.
    fn x(&self, ratio: f64) -> f64 {
        ((ratio.ln() - self.low) / (self.high - self.low)).clamp(0.0, 1.0) * 100.0
    }

    /// What the marks mean, for the head of the table.
    pub(super) fn legend(&self) -> String {
        let (one, limit) = (self.x(1.0), self.x(self.limit));
        format!(
            "<svg class=\"strip\" height=\"16\" role=\"img\"><title>Ratios from {:.2} to {:.2}; the limit is {}</title>\
             <text x=\"{one:.2}%\" y=\"12\" text-anchor=\"middle\">1</text>\
             <text class=\"limit\" x=\"{limit:.2}%\" y=\"12\" text-anchor=\"middle\">{}</text></svg>",
            self.low.exp(),
            self.high.exp(),
            self.limit,
            self.limit
        )
    }

    /// A ratio and its range; `words` say the same and are markup.
    pub(super) fn strip(&self, effect: &Effect, words: &str) -> String {
        let (one, limit, middle) = (self.x(1.0), self.x(self.limit), HEIGHT / 2.0);
        let mut svg = format!(
            "<svg class=\"strip\" height=\"{HEIGHT}\" role=\"img\"><title>{words}</title>\
             <line class=\"grid\" x1=\"{one:.2}%\" x2=\"{one:.2}%\" y1=\"0\" y2=\"{HEIGHT}\"/>\
             <line class=\"limit\" x1=\"{limit:.2}%\" x2=\"{limit:.2}%\" y1=\"0\" y2=\"{HEIGHT}\"/>"
        );
        if let Some(Interval { low, high }) = effect.interval {
            let (low, high) = (self.x(low), self.x(high));
            write!(
                svg,
                "<line class=\"range\" x1=\"{low:.2}%\" x2=\"{high:.2}%\" y1=\"{middle}\" y2=\"{middle}\"/>"
            )
            .expect(FITS);
        }
        let x = self.x(effect.ratio);
        write!(svg, "<circle class=\"mark\" cx=\"{x:.2}%\" cy=\"{middle}\" r=\"4.5\"/></svg>")
            .expect(FITS);
        svg
    }
}

#[cfg(test)]
mod tests {
    use super::Axis;

    #[test]
    fn halves_and_doubles_lie_as_far_from_one_and_nothing_leaves_the_line() {
        let axis = Axis { low: 0.25_f64.ln(), high: 4.0_f64.ln(), limit: 1.2 };
        assert_eq!(
            [0.25, 0.5, 1.0, 2.0, 4.0].map(|r| axis.x(r).round()),
            [0., 25., 50., 75., 100.]
        );
        assert_eq!([axis.x(0.001), axis.x(900.0)], [0.0, 100.0]);
    }
}
