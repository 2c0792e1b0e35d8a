//! Where a value lies, as one number: the same five operations for every shape, so that they are done for two features or
//! for two leads at once.
//!
//! A [`Place`] stretches and shifts a value and keeps it between two ends; NaN goes behind both. What the number says, an
//! index or a bucket, is the shape's own business.

use super::Block;

/// How the place of one feature's value is found.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) scale: f64,
    pub(super) offset: f64,
    /// The place of the smallest value and all below it.
    pub(super) first: f64,
    /// The place of the largest value and all above it.
    pub(super) last: f64,
    /// The place of a missing value, above the last.
    pub(super) missing: f64,
}

/// The places of many features, laid out so that several are found at once.
#[derive(Debug, Clone, Default)]
pub(super) struct Places {
    scales: Vec<f64>,
    offsets: Vec<f64>,
    firsts: Vec<f64>,
    lasts: Vec<f64>,
    missings: Vec<f64>,
}

impl Place {
    /// For shapes that make no use of it.
    pub(super) const NONE: Self =
        Self { scale: 0.0, offset: 0.0, first: 0.0, last: 0.0, missing: 0.0 };

    /// The place of a value or of NaN.
    #[inline(always)]
    pub(super) fn of(self, value: f64) -> f64 {
        let place = value * self.scale + self.offset;
        // A comparison with NaN is false: it passes the first two lines, and the third puts it behind all others.
        let place = if place < self.first { self.first } else { place };
        let place = if place > self.last { self.last } else { place };
        if place < self.missing { place } else { self.missing }
    }

    /// The places of a block of values.
    #[inline(always)]
    pub(super) fn of_all(self, values: &Block, places: &mut Block) {
        for (place, &value) in places.iter_mut().zip(values) {
            *place = self.of(value);
        }
    }
}

impl Places {
    /// How the places of one feature are found.
    #[inline(always)]
    pub(super) fn one(&self, k: usize) -> Place {
        Place {
            scale: self.scales[k],
            offset: self.offsets[k],
            first: self.firsts[k],
            last: self.lasts[k],
            missing: self.missings[k],
        }
    }

    pub(super) fn push(&mut self, place: Place) {
        self.scales.push(place.scale);
        self.offsets.push(place.offset);
        self.firsts.push(place.first);
        self.lasts.push(place.last);
        self.missings.push(place.missing);
    }

    /// The places of a value of each feature; the rest of `places` stays as it is.
    #[inline(always)]
    pub(super) fn of(&self, values: &[f64], places: &mut [f64]) {
        let count = values.len();
        let (scales, offsets) = (&self.scales[..count], &self.offsets[..count]);
        let (firsts, lasts) = (&self.firsts[..count], &self.lasts[..count]);
        let (missings, places) = (&self.missings[..count], &mut places[..count]);
        for k in 0..count {
            let place = Place {
                scale: scales[k],
                offset: offsets[k],
                first: firsts[k],
                last: lasts[k],
                missing: missings[k],
            };
            places[k] = place.of(values[k]);
        }
    }
}
