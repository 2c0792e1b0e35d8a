//! Base against head: several runs of each, from one machine, and whether one is slower than the other.
//!
//! [`CompareInputs::gather`] reads the runs and refuses what cannot be compared, [`contrast()`] decides. The unit is the run:
//! what a machine does from one run to the next is the only honest measure of chance, and no single run shows it.

mod alike;
mod answered;
mod contrast;
mod error;
mod estimate;
mod failing;
mod figure;
mod finding;
mod margin;
mod measure;
mod pairing;
mod sides;
#[cfg(test)]
mod simulated;
mod spread;

pub use self::{
    contrast::{Contrast, Contribution, contrast},
    error::CompareError,
    figure::{Effect, FigurePair},
    finding::Finding,
    margin::Margin,
    measure::Measure,
    pairing::Pairing,
    sides::{CompareInputs, Sides, Trial},
    spread::Spread,
};
