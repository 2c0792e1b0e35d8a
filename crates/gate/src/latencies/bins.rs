//! The bins of an HdrHistogram: which values a position of the array stands for.
//!
//! Values below `2 * 10^digits` have a bin of their own (in units of the lowest value); above, each doubling of the
//! value doubles the width of a bin (Gil Tene's HdrHistogram, as in its Java reference).

/// How values are laid out over an array of counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Bins {
    /// Powers of two below the lowest value that is told from 0.
    unit: u32,
    /// Half of the bins that one doubling has, as a power of two.
    half: u32,
}

impl Bins {
    /// The layout for a lowest value and significant digits; `None` if no histogram has them.
    pub(super) fn new(lowest: u64, digits: u32) -> Option<Self> {
        if lowest == 0 || !(1..=5).contains(&digits) {
            return None;
        }
        let unit = lowest.ilog2();
        let largest_single = 2 * 10_u64.pow(digits);
        let bins = largest_single.next_power_of_two().ilog2();
        (unit + bins <= 61).then_some(Self { unit, half: bins - 1 })
    }

    /// The values that the bin at `index` stands for, both ends included; `None` beyond 64 bits.
    pub(super) fn values(self, index: usize) -> Option<(u64, u64)> {
        let (half, index) = (1_u64 << self.half, index as u64);
        let doubling = (index >> self.half).saturating_sub(1);
        let within = index - doubling * half;
        let shift = u32::try_from(doubling).ok()? + self.unit;
        let low = within.checked_mul(1_u64.checked_shl(shift)?)?;
        Some((low, low.checked_add((1_u64 << shift) - 1)?))
    }
}

#[cfg(test)]
mod tests {
    use hdrhistogram::Histogram;

    use super::Bins;

    #[test]
    fn every_bin_is_that_of_the_reference_implementation() {
        for (lowest, digits) in [(1, 3), (1, 2), (1000, 3), (7, 1)] {
            let mut histogram =
                Histogram::<u64>::new_with_bounds(lowest, 60_000_000, digits).unwrap();
            let bins = Bins::new(lowest, u32::from(digits)).unwrap();
            // Every array position in turn: the next value is the one behind the last bin.
            let mut value = 0;
            let mut index = 0;
            while value < 60_000_000 {
                let low = histogram.lowest_equivalent(value);
                let high = histogram.highest_equivalent(value);
                assert_eq!(bins.values(index), Some((low, high)), "{lowest} {digits} {index}");
                histogram.record(value).unwrap();
                (value, index) = (high + 1, index + 1);
            }
            assert!(index > 100, "{index} bins");
        }
    }

    #[test]
    fn what_is_no_layout_has_none() {
        assert_eq!(Bins::new(0, 3), None);
        assert_eq!(Bins::new(1, 0), None);
        assert_eq!(Bins::new(1, 6), None);
        assert_eq!(Bins::new(u64::MAX, 3), None);
        assert_eq!(Bins::new(1, 3).unwrap().values(usize::MAX), None);
    }
}
