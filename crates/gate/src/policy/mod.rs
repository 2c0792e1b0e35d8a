//! What is demanded of a run: rules, what counts as a run, and how strictly both are taken.
//!
//! A [`Policy`] is checked. It is made from a [`Draft`](draft::Draft): of the built-in table, or of a rules file
//! (`gate.toml`), with the changes of the command line. What the rules mean stands in [`judge`](crate::judge()).

mod demand;
mod set;

mod change;
mod draft;

mod document;
mod file;

mod built_in;
mod known;
mod load;
mod template;

pub use self::{
    change::Change,
    demand::Demand,
    set::{DriftPolicy, Policy},
    template::{TEMPLATE, init},
};
