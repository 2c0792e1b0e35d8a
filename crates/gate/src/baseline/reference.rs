//! What a rule compares with: one run or several, and what is known of them beside their figures.

use std::path::Path;

use lead_stats::Summary;

use super::earlier::EarlierRun;

/// The runs behind `baseline` or `pinned`.
#[derive(Clone, Debug)]
pub(crate) struct Reference<'b> {
    /// The file they were read from.
    pub(crate) path: &'b Path,
    /// Their figures, at least one.
    pub(crate) runs: Vec<&'b Summary>,
    /// For each of them, requests per second while the load was held, if its history told.
    pub(crate) steady_rps: Vec<Option<f64>>,
    /// The course of the run, if it is a single one that lies as it was left.
    pub(crate) single: Option<&'b EarlierRun>,
    /// Why they say nothing about this machine, as a clause.
    pub(crate) elsewhere: Option<&'b str>,
}
