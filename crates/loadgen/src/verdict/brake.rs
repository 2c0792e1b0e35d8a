//! Who made requests late: the generator, or the service?
//!
//! In the open model a request waits for nothing but a free place in flight and its thread's time. Places are taken by
//! requests that the service has not answered, unless the thread had no time to look at the answers. Each thread has its own
//! places, so whether one was missing is counted where it happens.

use super::facts::{Facts, Sent};
use super::limit;

/// What held requests up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Brake {
    /// The answers that others waited for.
    Service,
    /// The generator's own time.
    Generator,
}

/// Who made requests late, or kept them from being sent.
pub(super) fn brake(facts: &Facts, sent: &Sent) -> Brake {
    let is_spent = [
        facts.own_cpu.is_some_and(|used| used > limit::OWN_CPU_SPENT),
        facts.busiest_sender.is_some_and(|used| used > limit::SENDER),
        facts.wanting_sender.is_some_and(|wanted| wanted > limit::WANTING),
    ];
    let late = sent.late;
    let is_held_up =
        late.held_up > 0 && late.held_up as f64 >= limit::HELD_UP * late.requests as f64;
    if is_held_up && !is_spent.contains(&true) { Brake::Service } else { Brake::Generator }
}
