//! Can the numbers of a run be believed? A verdict of the generator on itself.
//!
//! [`Facts`] is what is known of a run, [`judge`] makes a [`Judgement`] of it by one [`Rule`] after another: `offered` holds
//! the rules on the load that was asked for, `generator` those on the generator and its machine; `brake` tells
//! whose fault it is that requests are late, `blame` what of the generator limited a run. All of it is pure. Whether
//! the service was good is the gate's to say.

mod blame;
mod brake;
mod facts;
mod generator;
mod judgement;
mod limit;
mod offered;
mod remedy;
mod rule;

pub use facts::{CutShort, Facts, OwnFailures, Sent};
pub use judgement::{Judgement, judge};
pub use rule::{Reason, Rule};
