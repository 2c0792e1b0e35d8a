//! What a rule means, in words: `lead-gate explain`.
//!
//! [`explain`] is a pure function of a policy to text. It decides nothing: what a rule does is decided in
//! [`judge`](crate::judge()), and the texts here have to say the same.

mod layout;
mod metric;
mod rule;
mod topic;

pub use self::topic::explain;
