//! Statistics on plain slices of numbers: no run, no rule and no file is known here.
//!
//! Each file is one method with its formula, its source and its limits, and is held against values that another
//! program computed (`tests/fixtures/statistics`). What a series means, and what is too much, is decided elsewhere.

#[cfg(test)]
mod fixture;

mod random;

mod median;

mod hamed_rao;
mod mann_kendall;
mod theil_sen;

mod e_divisive;
mod permutation;

pub(crate) use self::{
    e_divisive::{Split, change_points},
    hamed_rao::variance_factor,
    mann_kendall::mann_kendall,
    median::median,
    theil_sen::theil_sen,
};
