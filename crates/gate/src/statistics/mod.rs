//! Statistics on slices, each held against reference values that others computed.
//!
//! Plain arithmetic: what a series means, and how sure is sure enough, is decided by whoever asks. Each file is one
//! method with its formula, its source and its limits. The reference values lie in `tests/fixtures/statistics`, with
//! the scripts that made them.

#[cfg(test)]
mod fixture;

mod dice;
mod median;

mod bootstrap;
mod mann_whitney;
mod student;

mod mann_kendall;
mod step;
mod theil_sen;

mod hamed_rao;

mod e_divisive;
mod permutation;

#[cfg(test)]
pub(crate) use self::dice::Dice;
pub use self::step::Step;
pub(crate) use self::step::clear_step;
pub(crate) use self::{
    bootstrap::CircularBlocks,
    e_divisive::{ChangePoint, Split, change_points},
    hamed_rao::{variance_factor, variance_factor_beside_step},
    mann_kendall::mann_kendall,
    mann_whitney::{least_p, mann_whitney},
    median::median,
    student::{t_cdf, t_quantile},
    theil_sen::theil_sen,
};
