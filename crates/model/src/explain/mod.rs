//! Why a lead has its score: what each value adds, exactly, and in words.

mod explanation;
mod number;
mod sentence;

pub use explanation::{Contribution, Explanation};
