//! Why there is no verdict: the run, or the rules.
//!
//! What each of them exits with is [`GateError::exit_code`]; errors of a verb alone stand with the verb.

mod judging;
mod policy;

pub use judging::GateError;
pub use policy::PolicyError;
