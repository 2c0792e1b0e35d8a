//! Bodies, made before the first request.
//!
//! [`Corpus`] holds realistic leads from [`lead_model::synth`] as ready JSON, shared by all threads, so that no request
//! waits for a serializer. It decides which bodies exist; which one is sent next is
//! `engine/traffic.rs`.

use std::ops::{Range, RangeInclusive};

use bytes::Bytes;
use lead_model::Schema;
use lead_model::synth::Leads;
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;

use super::{Body, Scenario};

/// Single leads: about 3 MB of JSON, far more than a service's caches of parsed requests could hide behind.
const LEADS: usize = 2_048;

/// Batches per task: about 4 MB for 5 to 20 leads each.
const BATCHES: usize = 256;

/// Ready bodies for every task of a scenario.
#[derive(Debug)]
pub struct Corpus {
    leads: Vec<Rendered>,
    /// By task; empty where the task sends no batch.
    batches: Vec<Vec<Batch>>,
}

/// One lead as it is sent.
#[derive(Debug)]
pub(crate) struct Rendered {
    /// The id that the answer must name.
    pub(crate) id: Box<str>,
    json: Bytes,
}

#[derive(Debug)]
struct Batch {
    leads: Range<usize>,
    json: Bytes,
}

/// What is sent: a task, its body, and which leads that body holds.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    /// Index of the task in the scenario.
    pub(crate) task: usize,
    /// Nothing for a task without a body.
    pub(crate) body: Option<Bytes>,
    /// Positions of the leads in the corpus.
    pub(crate) leads: Range<usize>,
}

impl Corpus {
    /// Makes the bodies for `scenario`; the same seed makes the same bytes.
    pub fn new(scenario: &Scenario, seed: u64) -> Self {
        let needs_leads = scenario.tasks.iter().any(|task| task.body != Body::Empty);
        let schema = Schema::b2b();
        let count = if needs_leads { LEADS } else { 0 };
        let leads: Vec<_> =
            Leads::new(seed).take(count).map(|example| render(&schema, &example.lead)).collect();
        let mut rng = Pcg64Mcg::seed_from_u64(seed);
        let batches = scenario.tasks.iter().map(|task| match &task.body {
            Body::Batch(sizes) => {
                (0..BATCHES).map(|_| batch(&leads, sizes.clone(), &mut rng)).collect()
            }
            Body::Empty | Body::Lead => Vec::new(),
        });
        Self { batches: batches.collect(), leads }
    }

    /// Draws a body for a task.
    pub(crate) fn call(&self, task: usize, body: &Body, rng: &mut Pcg64Mcg) -> Call {
        match body {
            Body::Empty => Call { task, body: None, leads: 0..0 },
            Body::Lead => {
                let at = rng.random_range(0..self.leads.len());
                Call { task, body: Some(self.leads[at].json.clone()), leads: at..at + 1 }
            }
            Body::Batch(_) => {
                let batches = &self.batches[task];
                let batch = &batches[rng.random_range(0..batches.len())];
                Call { task, body: Some(batch.json.clone()), leads: batch.leads.clone() }
            }
        }
    }

    /// The leads of a call, in the order in which they were sent.
    pub(crate) fn sent(&self, call: &Call) -> &[Rendered] {
        &self.leads[call.leads.clone()]
    }
}

fn render(schema: &Schema, lead: &lead_model::Lead) -> Rendered {
    let mut json = Vec::with_capacity(2_048);
    lead.write_json(schema, &mut json);
    Rendered { id: lead.id().into(), json: Bytes::from(json) }
}

/// Neighbouring leads as one JSON array.
fn batch(leads: &[Rendered], sizes: RangeInclusive<usize>, rng: &mut Pcg64Mcg) -> Batch {
    let size = rng.random_range(sizes).clamp(1, leads.len());
    let first = rng.random_range(0..=leads.len() - size);
    let mut json = vec![b'['];
    for (position, lead) in leads[first..first + size].iter().enumerate() {
        if position > 0 {
            json.push(b',');
        }
        json.extend_from_slice(&lead.json);
    }
    json.push(b']');
    Batch { leads: first..first + size, json: Bytes::from(json) }
}
