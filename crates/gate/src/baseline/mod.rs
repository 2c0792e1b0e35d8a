//! What a run is compared with: one earlier run, or a kept file of several.
//!
//! A [`Baseline`] is the `_stats.csv` of an earlier run, with its history if that lies beside it, or a file that
//! `lead-gate baseline update` wrote and people review and commit: [`Kept`] runs of one load on one machine, and perhaps
//! a pinned reference that stays where it is while baselines follow. It is refused if it is no run, or measured something
//! else. It is never written while a run is judged: a gate that moves its own mark judges nothing.

mod repeats;
mod workload;

mod earlier;
mod kept;

mod figures;
mod form;
mod lines;

mod reference;
mod source;

pub(crate) use self::{
    kept::FEWEST_RUNS,
    reference::Reference,
    repeats::{FEWEST_FOR_PREDICTION, Repeats},
};
pub use self::{
    kept::{Acceptance, Kept, KeptRun, RunSet},
    source::Baseline,
    workload::{Share, Workload},
};
