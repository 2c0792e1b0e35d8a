//! A run over the transport that its plan names.

use std::sync::Arc;

use super::client::HttpTargets;
use super::raw::RawTargets;
use crate::engine::preflight::Reached;
use crate::engine::run::{RunError, Stop, run_by_second, run_steered};
use crate::engine::steer::Steering;
use crate::plan::{Plan, Transport};
use crate::record::{Recording, Second};
use crate::scenario::Corpus;

/// Loads the service of a plan, which was `reached` before, as [`run`](crate::run) does; `corpus` is what is sent, and what answers are
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
    mut watcher: impl FnMut(&Recording),
) -> Result<Recording, RunError> {
    load_by_second(plan, corpus, reached, stop, |recording, _second| watcher(recording))
}

/// As [`load`], for a watcher that is shown each [`Second`] by itself, too.
///
/// # Errors
///
/// As [`load`].
pub fn load_by_second(
    plan: &Plan,
    corpus: Arc<Corpus>,
    reached: Reached,
    stop: &Stop,
    watcher: impl FnMut(&Recording, Option<&Second>),
) -> Result<Recording, RunError> {
    let known = Arc::clone(&corpus);
    match plan.transport {
        Transport::Reqwest => {
            run_by_second(plan, corpus, &HttpTargets::new(plan, known, reached), stop, watcher)
        }
        Transport::Raw => {
            run_by_second(plan, corpus, &RawTargets::new(plan, known, reached), stop, watcher)
        }
    }
}

/// As [`load_by_second`], where `steering` may change the load while the run goes on.
///
/// # Errors
///
/// As [`load`].
pub fn load_steered(
    plan: &Plan,
    corpus: Arc<Corpus>,
    reached: Reached,
    stop: &Stop,
    steering: &Steering,
    watcher: impl FnMut(&Recording, Option<&Second>),
) -> Result<Recording, RunError> {
    let plan = &Plan { is_steered: true, ..plan.clone() };
    let known = Arc::clone(&corpus);
    match plan.transport {
        Transport::Reqwest => {
            let targets = HttpTargets::new(plan, known, reached);
            run_steered(plan, corpus, &targets, stop, steering, watcher)
        }
        Transport::Raw => {
            let targets = RawTargets::new(plan, known, reached);
            run_steered(plan, corpus, &targets, stop, steering, watcher)
        }
    }
}
