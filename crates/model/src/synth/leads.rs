//! [`Leads`]: drawn, gapped, and labelled.

use super::{
    dice::Dice,
    truth,
    world::{self, WIDTH},
};
use crate::{
    lead::Lead,
    schema::{Presence, Schema},
    score::logistic,
};

/// How often an optional feature of a lead was simply never filled in.
const GAP: f64 = 0.03;

/// An endless, seeded stream of leads of the [`b2b`](Schema::b2b) schema.
///
/// ```
/// use lead_model::synth::Leads;
///
/// let first = Leads::new(42).next().unwrap();
/// assert_eq!(first.lead.id(), "lead-0000001");
/// assert_eq!(Leads::new(42).next().unwrap(), first);
/// ```
#[derive(Debug, Clone)]
pub struct Leads {
    dice: Dice,
    count: u64,
    /// Each feature's default, where it has one.
    defaults: Vec<Option<f64>>,
}

/// A lead, whether it converted, and how likely that truly was.
#[derive(Debug, Clone, PartialEq)]
pub struct Example {
    /// The lead, valid under the built-in schema.
    pub lead: Lead,
    /// The label, drawn with `probability`.
    pub converted: bool,
    /// The true probability of conversion, 0 to 1: the best score any model can give.
    pub probability: f64,
}

impl Leads {
    /// The stream of this seed.
    pub fn new(seed: u64) -> Self {
        let schema = Schema::b2b();
        let default = |presence| match presence {
            Presence::Default(value) => Some(value),
            Presence::Required | Presence::Optional => None,
        };
        let defaults = schema.features().iter().map(|f| default(f.presence)).collect();
        Self { dice: Dice::new(seed), count: 0, defaults }
    }

    /// Leaves some optional features to their defaults.
    fn gap(&mut self, values: &mut [f64; WIDTH]) {
        for (value, default) in values.iter_mut().zip(&self.defaults) {
            if let Some(default) = *default
                && self.dice.uniform() < GAP
            {
                *value = default;
            }
        }
    }
}

impl Iterator for Leads {
    type Item = Example;

    fn next(&mut self) -> Option<Example> {
        self.count += 1;
        let mut values = world::draw(&mut self.dice);
        self.gap(&mut values);
        let probability = logistic(truth::log_odds(&values));
        let converted = self.dice.uniform() < probability;
        let lead = Lead::checked(format!("lead-{:07}", self.count), values, 0);
        Some(Example { lead, converted, probability })
    }
}
