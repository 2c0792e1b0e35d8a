//! [`Line`]: a ramp as its bends, each found by arithmetic instead of a search.
//!
//! The distance from the first knot is scaled and one is added, so that the leading bits of the sum number buckets: evenly
//! wide ones if the scale is small, ones that double with each octave if it is large, which suits knots on the quantiles
//! of skewed numbers. The scale is chosen so that no bucket holds two knots. A bucket with a knot knows the points at it
//! and the slopes on both sides; one without a knot knows the knot before it, and the same slope twice.

use super::{lanes::Entry, place::Place};
use crate::curve::Ramp;

/// Leading bits of the fraction that tell buckets apart: 32 buckets an octave.
const BITS: u32 = 5;
/// The leading bits of 1.0, the first bucket.
const FIRST: u64 = 1.0_f64.to_bits() >> (52 - BITS);
/// The scaled distance of the last knot, to be tried one after the other: from 4 even buckets to 16 octaves.
const REACHES: [f64; 14] =
    [0.125, 0.25, 0.5, 0.75, 1.0, 3.0, 7.0, 15.0, 31.0, 63.0, 255.0, 1023.0, 4095.0, 65535.0];
/// Beyond this, the distance between a value and a knot might be infinite.
const FAR: f64 = 1e290;

/// The bends of a ramp by bucket.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub(super) place: Place,
    pub(super) bends: Box<[Bend]>,
}

/// Points at a knot, and per unit below and above it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bend {
    knot: f64,
    points: f64,
    /// Above, and below.
    slopes: [f64; 2],
}

impl Line {
    /// The ramp as bends, unless two knots fall into one bucket whatever the scale, or are too far apart.
    pub(super) fn new(ramp: &Ramp) -> Option<Self> {
        let slopes = (0..ramp.knots.len()).map(|knot| ramp.slope(knot));
        let tame =
            ramp.knots.iter().all(|knot| knot.abs() < FAR) && slopes.clone().all(f64::is_finite);
        let slopes: Vec<_> = slopes.collect();
        let mut lines = REACHES.iter().filter_map(|reach| Self::reaching(*reach, ramp, &slopes));
        lines.next().filter(|_| tame)
    }

    /// The bends if the last knot has this scaled distance, and no bucket two knots.
    fn reaching(reach: f64, ramp: &Ramp, slopes: &[f64]) -> Option<Self> {
        let Ramp { knots, points, missing } = ramp;
        let (low, high) = (knots[0], knots[knots.len() - 1]);
        let scale = if high > low { reach / (high - low) } else { 1.0 };
        let offset = 1.0 - low * scale;
        let place = |knot: f64| (knot * scale + offset).max(1.0);
        let keys: Vec<_> = knots.iter().map(|&knot| key(place(knot))).collect();
        if !(scale.is_finite() && offset.is_finite())
            || keys.windows(2).any(|pair| pair[0] == pair[1])
            // Far from zero `1 - low * scale` is rounded, and the first knot may come to lie behind the first bucket.
            || keys[0] != 0
        {
            return None;
        }
        let buckets = keys[keys.len() - 1] + 1;
        let bend = |bucket: usize| {
            // Neither operation of the place turns an order round, so a value lies above the knots of all earlier buckets.
            let knot = keys.partition_point(|&key| key <= bucket) - 1;
            let before = if keys[knot] < bucket { Some(knot) } else { knot.checked_sub(1) };
            let below = before.map_or(0.0, |knot| slopes[knot]);
            Bend { knot: knots[knot], points: points[knot], slopes: [slopes[knot], below] }
        };
        let gap = Bend { knot: 0.0, points: *missing, slopes: [0.0; 2] };
        let first = 1.0;
        let missing = f64::from_bits((buckets as u64 + FIRST) << (52 - BITS));
        Some(Self {
            place: Place { scale, offset, first, last: place(high), missing },
            bends: (0..buckets).map(bend).chain([gap]).collect(),
        })
    }
}

impl Entry for Bend {
    fn behind(place: Place, _start: usize) -> Place {
        place
    }

    #[inline(always)]
    fn index(place: f64, start: usize) -> usize {
        start + key(place)
    }

    #[inline(always)]
    fn points(&self, value: f64) -> f64 {
        let distance = value - self.knot;
        // NaN becomes a number, which the slope of 0 of a missing value then removes.
        let distance = if distance > f64::MIN { distance } else { f64::MIN };
        let is_below = distance.to_bits() >> 63;
        self.points + self.slopes[is_below as usize] * distance
    }
}

/// The bucket of a place, which is at least 1.
#[inline(always)]
fn key(place: f64) -> usize {
    ((place.to_bits() >> (52 - BITS)) - FIRST) as usize
}

#[cfg(test)]
mod tests {
    use super::{Bend, Entry, Line};
    use crate::curve::Ramp;

    fn ramp(knots: Vec<f64>) -> Ramp {
        let points = (0..knots.len()).map(|k| ((k * 7) % 5) as f64 - 2.0).collect();
        Ramp { knots, points, missing: 0.25 }
    }

    #[test]
    fn a_line_is_its_ramp_at_between_and_beyond_the_knots() {
        let skewed = (0..65).map(|k| libm::exp(f64::from(k) / 6.0)).collect();
        for knots in [vec![3.0], vec![0.0, 1.0], vec![-1.0, -0.5, 4.0, 4.5], skewed] {
            let ramp = ramp(knots);
            let line = Line::new(&ramp).unwrap();
            let near = |knot: &f64| [knot.next_down(), *knot, knot.next_up(), knot + 0.3];
            for value in ramp.knots.iter().flat_map(near).chain([f64::MIN, f64::MAX, f64::NAN]) {
                let expected = crate::Curve::Ramp(ramp.clone()).points(value);
                assert!(
                    (line.bends[Bend::index(line.place.of(value), 0)].points(value) - expected)
                        .abs()
                        < 1e-12,
                    "at {value}"
                );
            }
        }
    }

    #[test]
    fn a_knot_so_far_from_zero_that_one_is_rounded_away_is_no_line() {
        // 1 - knot is a tie here: it becomes the even neighbour, and the place of the knot 2 instead of 1.
        assert!(Line::new(&ramp(vec![9_007_199_254_740_994.0])).is_none());
        assert!(Line::new(&ramp(vec![9_007_199_254_740_996.0])).is_some());
    }

    #[test]
    fn knots_that_no_scale_parts_are_no_line() {
        assert!(Line::new(&ramp(vec![0.0, 1.0, 1.0 + 1e-9, 1e9])).is_none());
        assert!(Line::new(&ramp(vec![-1e300, 1e300])).is_none());
    }
}
