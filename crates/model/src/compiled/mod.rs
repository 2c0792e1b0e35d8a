//! The scorecard laid out for speed: flat arrays, found without a branch that depends on a lead.
//!
//! Scoring is two questions per feature: where does the value lie, and what is it worth there? [`place`] answers the first
//! by the same few operations for all; [`shape`] the second, in one of three ways: a [`table`] of small whole numbers, the
//! bends of a [`mod@line`], or a [`search`] where neither fits. [`lanes`] holds the curves by shape, [`grid`] asks
//! two of them for a cell of a pair, and [`Compiled`] adds everything up.
//!
//! One lead is taken at a time, or a block of them column by column: with the same operations on each value in the same
//! order, so that both give the same bits.

mod card;
mod grid;
mod lanes;
mod line;
mod place;
mod search;
mod shape;
mod table;

pub(crate) use card::Compiled;

/// Features that are taken together: what a lead of most models has.
const RUN: usize = 64;
/// Leads that are taken together from columns: their values and sums stay in the first-level cache.
pub(crate) const BLOCK: usize = 64;

/// One number for each lead of a block.
type Block<T = f64> = [T; BLOCK];
