//! Chance that can be repeated: the same seed always gives the same draws, on every machine.
//!
//! `SplitMix64` (Steele, Lea and Flood, Fast Splittable Pseudorandom Number Generators, 2014): one addition and three
//! mixing steps a draw. It is for shuffling a few dozen numbers and for nothing that must be secret.

/// A seeded sequence of draws.
#[derive(Clone, Debug)]
pub(crate) struct Random {
    state: u64,
}

impl Random {
    /// The sequence of this seed; any seed is as good as any other.
    pub(crate) fn seeded(seed: u64) -> Self {
        Self { state: seed }
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A whole number from 0 up to and without `end`, which must not be 0.
    ///
    /// The upper half of a product: for ends below a million no number is likelier than another by more than 1e-13.
    fn below(&mut self, end: usize) -> usize {
        ((u128::from(self.next()) * end as u128) >> 64) as usize
    }

    /// Puts items in random order, every order as likely as any other (Fisher and Yates, from the end).
    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Random;

    /// The first draws for seed 0 as the reference implementation in C prints them.
    #[test]
    fn draws_are_those_of_the_published_generator() {
        let mut random = Random::seeded(0);
        let draws = [random.next(), random.next(), random.next()];
        assert_eq!(draws, [0xE220_A839_7B1D_CDAF, 0x6E78_9E6A_A1B9_65F4, 0x06C4_5D18_8009_454F]);
    }

    /// 24,000 shuffles of four things: each of the 24 orders 1000 times, give or take four standard deviations.
    #[test]
    fn every_order_is_as_likely_as_any_other() {
        let mut random = Random::seeded(7);
        let mut counts = std::collections::BTreeMap::new();
        for _ in 0..24_000 {
            let mut items = [0, 1, 2, 3];
            random.shuffle(&mut items);
            *counts.entry(items).or_insert(0_u32) += 1;
        }
        assert_eq!(counts.len(), 24);
        assert!(counts.values().all(|count| count.abs_diff(1000) < 4 * 32), "{counts:?}");
    }
}
