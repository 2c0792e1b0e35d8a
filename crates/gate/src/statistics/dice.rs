//! Random numbers that are the same on every machine and in every year.
//!
//! [`Dice`] is `SplitMix64` (Steele, Lea and Flood 2014): small enough to be written down, and so to be repeated by the
//! script that makes the reference values. A verdict that rests on resampling prints its seed. Not for secrets.

/// A source of random numbers with a seed.
#[derive(Clone, Debug)]
pub(crate) struct Dice(u64);

impl Dice {
    /// Dice that fall as they fell last time for this seed.
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// 64 even bits.
    pub(crate) fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A whole number below `bound`, which is not 0: the upper half of bits times bound (Lemire 2019, without the
    /// rejection, whose absence tips the balance by `bound` in 2^64).
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        let product = u128::from(self.bits()) * bound as u128;
        usize::try_from(product >> 64).expect("the upper half is smaller than the bound")
    }
}

#[cfg(test)]
mod tests {
    use super::Dice;

    /// The first numbers for seed 1234567, as the algorithm's published examples have them.
    #[test]
    fn the_sequence_is_the_published_one() {
        let mut dice = Dice::new(1_234_567);
        let first = [0; 5].map(|_| dice.bits());
        assert_eq!(
            first,
            [
                6_457_827_717_110_365_317,
                3_203_168_211_198_807_973,
                9_817_491_932_198_370_423,
                4_593_380_528_125_082_431,
                16_408_922_859_458_223_821
            ]
        );
    }

    #[test]
    fn every_number_below_the_bound_comes_about_as_often() {
        let (mut dice, mut counts) = (Dice::new(7), [0; 6]);
        for _ in 0..60_000 {
            counts[dice.below(6)] += 1;
        }
        assert!(counts.iter().all(|count| (9_600..10_400).contains(count)), "{counts:?}");
    }
}
