//! Statistics on slices, each held against reference values that others computed.
//!
//! Plain arithmetic: what a series means, and how sure is sure enough, is decided by whoever asks. The reference values
//! lie in `tests/fixtures/statistics`, with the script that made them.

mod bootstrap;
mod dice;
mod mann_whitney;
mod student;

#[cfg(test)]
pub(crate) use self::dice::Dice;
pub(crate) use self::{
    bootstrap::CircularBlocks,
    mann_whitney::{least_p, mann_whitney},
    student::{t_cdf, t_quantile},
};
