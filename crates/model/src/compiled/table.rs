//! [`Table`]: the points of every whole number of a small range, so that nothing is computed but the place.

use super::{lanes::Entry, place::Place};
use crate::curve::Curve;

/// 2^52: a whole number added to it stands in the low bits of the sum.
const SHIFT: f64 = 4_503_599_627_370_496.0;

/// Numbers beyond 2^51 would not survive the sum with [`SHIFT`].
const FAR: f64 = SHIFT / 2.0;

/// One slot for all below the range, one for each number in it, one for all above, and one for missing.
#[derive(Debug, Clone)]
pub(super) struct Table {
    pub(super) place: Place,
    pub(super) slots: Box<[f64]>,
}

impl Table {
    /// The curve's points between its ends `low` and `high`, if these are at most `limit` whole numbers.
    pub(super) fn new(curve: &Curve, [low, high]: [f64; 2], limit: usize) -> Option<Self> {
        let (below, above) = (low.floor() - 1.0, high.ceil() + 1.0);
        let last = above - below;
        if last + 1.0 > limit as f64 || below.abs() > FAR || above.abs() > FAR {
            return None;
        }
        let numbers = (0..=last as usize).map(|slot| below + slot as f64);
        let slots = numbers.chain([f64::NAN]).map(|value| curve.points(value)).collect();
        let place = Place {
            scale: 1.0,
            offset: SHIFT - below,
            first: SHIFT,
            last: SHIFT + last,
            missing: SHIFT + last + 1.0,
        };
        Some(Self { place, slots })
    }
}

impl Entry for f64 {
    /// The places themselves move, so that a place is an index among all.
    fn behind(place: Place, start: usize) -> Place {
        let start = start as Self;
        Place {
            offset: place.offset + start,
            first: place.first + start,
            last: place.last + start,
            missing: place.missing + start,
            ..place
        }
    }

    /// A fraction, which no whole-number feature admits, counts as a neighbour.
    #[inline(always)]
    fn index(place: f64, _start: usize) -> usize {
        place.to_bits() as u32 as usize
    }

    #[inline(always)]
    fn points(&self, _value: f64) -> f64 {
        *self
    }
}

#[cfg(test)]
mod tests {
    use super::{Entry, Table};
    use crate::curve::{Curve, Levels};

    fn curve(values: Vec<f64>) -> Curve {
        let points = values.iter().map(|value| 10.0 + value).collect();
        Curve::Levels(Levels { values, points, unseen: -1.0, missing: -2.0 })
    }

    #[test]
    fn every_number_of_the_range_has_a_slot_and_the_ends_take_the_rest() {
        let table = Table::new(&curve(vec![-1.0, 0.0, 2.0]), [-1.0, 2.0], 6).unwrap();
        let values = [f64::MIN, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0, f64::MAX, f64::NAN];
        let points = [-1.0, -1.0, 9.0, 10.0, -1.0, 12.0, -1.0, -1.0, -2.0];
        assert_eq!(values.map(|value| table.slots[f64::index(table.place.of(value), 0)]), points);
    }

    #[test]
    fn a_range_with_too_many_numbers_is_no_table() {
        assert!(Table::new(&curve(vec![0.0, 4.0]), [0.0, 4.0], 4).is_none());
        assert!(Table::new(&curve(vec![-9e15, 9e15]), [-9e15, 9e15], 4096).is_none());
    }
}
