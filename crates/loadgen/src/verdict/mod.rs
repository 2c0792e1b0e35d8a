//! Can the numbers of a run be believed? A verdict of the generator on itself.
//!
//! [`Facts`] is what is known of a run, [`judge`] makes a [`Judgement`] of it by one [`Rule`] after another: `offered` holds
//! the rules on the load that was asked for, `generator` those on the generator and its machine. All of it is pure. Whether
//! the service was good is the gate's to say.

mod facts;
mod generator;
mod judgement;
mod limit;
mod offered;
mod remedy;
mod rule;

pub use facts::{CutShort, Facts, OwnFailures, Sent};
pub use judgement::{Judgement, Reason, judge};
pub use rule::Rule;
