//! Random draws with the same values on every machine and in every version.
//!
//! The generator is PCG XSL RR 128/64, whose stream is fixed by its paper; the distributions are written out here over
//! `libm`, because those of the system's mathematics library differ in their last bits from machine to machine.

use std::f64::consts::TAU;

use rand_pcg::{
    Pcg64,
    rand_core::{Rng, SeedableRng},
};

/// Means from which a Poisson draw is a rounded normal one; the difference is small there, and the time bounded.
const LARGE_MEAN: f64 = 40.0;

/// A seeded source of draws.
#[derive(Debug, Clone)]
pub(crate) struct Dice(Pcg64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(Pcg64::seed_from_u64(seed))
    }

    /// Uniform in `[0, 1)`, in steps of 2^-53.
    pub(crate) fn uniform(&mut self) -> f64 {
        const STEP: f64 = 1.0 / (1_u64 << 53) as f64;
        (self.0.next_u64() >> 11) as f64 * STEP
    }

    /// A whole number below `end`; the bias is below `end` / 2^64.
    #[cfg(feature = "train")]
    pub(crate) fn below(&mut self, end: usize) -> usize {
        ((u128::from(self.0.next_u64()) * end as u128) >> 64) as usize
    }

    /// 1 with this probability, else 0.
    pub(super) fn flag(&mut self, probability: f64) -> f64 {
        f64::from(u8::from(self.uniform() < probability))
    }

    /// Standard normal, by Box and Muller.
    pub(super) fn normal(&mut self) -> f64 {
        let radius = libm::sqrt(-2.0 * libm::log(1.0 - self.uniform()));
        radius * libm::cos(TAU * self.uniform())
    }

    /// Log-normal of this median and spread: heavy to the right.
    pub(super) fn log_normal(&mut self, log_median: f64, spread: f64) -> f64 {
        libm::exp(log_median + spread * self.normal())
    }

    /// Poisson, by inversion.
    pub(super) fn poisson(&mut self, mean: f64) -> f64 {
        if mean >= LARGE_MEAN {
            return (mean + libm::sqrt(mean) * self.normal()).round().max(0.0);
        }
        let mut left = self.uniform();
        let mut probability = libm::exp(-mean);
        let mut count = 0.0;
        // The cap ends the loop where rounding leaves a rest that no term can fill.
        while left >= probability && count < 10.0 * LARGE_MEAN {
            left -= probability;
            count += 1.0;
            probability *= mean / count;
        }
        count
    }

    /// Poisson with a mean that itself varies, log-normal: counts of people differ more than chance alone makes them.
    pub(super) fn count(&mut self, log_median: f64, spread: f64) -> f64 {
        let mean = self.log_normal(log_median, spread);
        self.poisson(mean.min(3000.0))
    }

    /// The position of one of these shares, which sum to 1.
    pub(super) fn choice<const N: usize>(&mut self, shares: [f64; N]) -> usize {
        let mut left = self.uniform();
        for (position, share) in shares.iter().enumerate() {
            left -= share;
            if left < 0.0 {
                return position;
            }
        }
        N - 1
    }
}
