//! What a user does next.
//!
//! [`Traffic`] draws tasks by weight and pauses from the scenario, with bodies from the corpus. Every user, and every
//! request of the open model, draws from a generator of its own, so the same seed gives the same sequence whatever the
//! timing and however many threads. It sends nothing.

use std::sync::Arc;
use std::time::Duration;

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;

use crate::scenario::{Call, Corpus, Scenario};

/// Draws what users do; shared by all workers, read only.
#[derive(Debug)]
pub(crate) struct Traffic {
    scenario: Scenario,
    corpus: Arc<Corpus>,
    /// Sum of the weights up to and including each task.
    cumulated: Vec<u32>,
    seed: u64,
}

impl Traffic {
    /// Traffic of a scenario with ready bodies.
    pub(crate) fn new(scenario: &Scenario, corpus: Arc<Corpus>, seed: u64) -> Self {
        let cumulated = scenario.tasks.iter().scan(0_u32, |sum, task| {
            *sum += task.weight;
            Some(*sum)
        });
        Self { cumulated: cumulated.collect(), scenario: scenario.clone(), corpus, seed }
    }

    /// The own source of chance of a user (closed model) or of a request (open model).
    pub(crate) fn chance(&self, number: u64) -> Pcg64Mcg {
        // The multiplier (2^64 / golden ratio) spreads neighbouring numbers over the seed space.
        let own = (number + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        Pcg64Mcg::seed_from_u64(self.seed ^ own)
    }

    /// The next request.
    pub(crate) fn next_call(&self, chance: &mut Pcg64Mcg) -> Call {
        let total = self.cumulated.last().copied().unwrap_or(1);
        let ticket = chance.random_range(0..total);
        let task = self.cumulated.partition_point(|&upto| upto <= ticket);
        self.corpus.call(task, chance)
    }

    /// The pause after it.
    pub(crate) fn think_time(&self, chance: &mut Pcg64Mcg) -> Duration {
        chance.random_range(self.scenario.think_time.clone())
    }

    /// How many kinds of request there are.
    pub(crate) fn tasks(&self) -> usize {
        self.scenario.tasks.len()
    }
}
