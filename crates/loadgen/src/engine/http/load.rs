//! A run over the transport that its plan names.

use std::sync::Arc;

use super::client::HttpTargets;
use super::raw::RawTargets;
use crate::engine::preflight::Reached;
use crate::engine::run::{RunError, Stop, run};
use crate::plan::{Plan, Transport};
use crate::record::Recording;
use crate::scenario::Corpus;

/// Loads the service of a plan, which was `reached` before, as [`run`] does; `corpus` is what is sent, and what answers are
/// checked against.
///
/// # Errors
///
/// [`RunError`] when nothing could be sent, or when the generator itself broke. Failing requests are no error.
pub fn load(
    plan: &Plan,
    corpus: Arc<Corpus>,
    reached: Reached,
    stop: &Stop,
    watcher: impl FnMut(&Recording),
) -> Result<Recording, RunError> {
    let known = Arc::clone(&corpus);
    match plan.transport {
        Transport::Reqwest => {
            run(plan, corpus, &HttpTargets::new(plan, known, reached), stop, watcher)
        }
        Transport::Raw => run(plan, corpus, &RawTargets::new(plan, known, reached), stop, watcher),
    }
}
