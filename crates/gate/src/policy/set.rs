//! A checked set of rules.

use crate::{
    error::PolicyError,
    expected::Expected,
    place::Place,
    quantity::Quantity,
    rule::{Rule, Terms},
};

use super::demand::Demand;

/// What is demanded of a run. Never empty, every id once.
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    rules: Vec<Rule>,
    drift: DriftPolicy,
    expected: Expected,
    demand: Demand,
    /// Where each rule was written.
    places: Vec<Place>,
}

/// When a rise within the run counts as degradation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DriftPolicy {
    /// Fewer blocks than this are not judged, because eight is where a trend begins to be told from chance.
    pub min_blocks: usize,
    /// The chance of calling pure noise a trend that is still accepted.
    pub alpha: f64,
    /// A rise of no more milliseconds than this is not worth a verdict: it is Locust's own step below 100 ms.
    pub floor_ms: f64,
}

impl Default for DriftPolicy {
    fn default() -> Self {
        Self { min_blocks: 8, alpha: 0.01, floor_ms: 1.0 }
    }
}

impl DriftPolicy {
    /// These numbers, except where a rule has its own.
    #[must_use]
    pub(crate) fn with(self, terms: &Terms) -> Self {
        Self {
            min_blocks: terms.min_windows.unwrap_or(self.min_blocks),
            alpha: terms.alpha.unwrap_or(self.alpha),
            floor_ms: terms.min_abs.map_or(self.floor_ms, Quantity::value),
        }
    }
}

impl Policy {
    /// Collects rules into a policy, or says what is wrong with the set.
    pub fn new(rules: Vec<Rule>, drift: DriftPolicy) -> Result<Self, PolicyError> {
        let places = vec![Place::BuiltIn; rules.len()];
        Self::placed(rules, places, drift)
    }

    /// Collects rules that were written at these places.
    pub(super) fn placed(
        rules: Vec<Rule>,
        places: Vec<Place>,
        drift: DriftPolicy,
    ) -> Result<Self, PolicyError> {
        if rules.is_empty() {
            return Err(PolicyError::Empty);
        }
        for (position, rule) in rules.iter().enumerate() {
            if rules[..position].iter().any(|earlier| earlier.id() == rule.id()) {
                return Err(PolicyError::DuplicateId { id: rule.id().to_owned() });
            }
        }
        let (expected, demand) = (Expected::default(), Demand::Usual);
        Ok(Self { rules, drift, expected, demand, places })
    }

    /// The same rules for runs that are expected to be like this.
    #[must_use]
    pub fn expecting(self, expected: Expected) -> Self {
        Self { expected, ..self }
    }

    /// The same rules, taken more or less strictly.
    #[must_use]
    pub fn demanding(self, demand: Demand) -> Self {
        Self { demand, ..self }
    }

    /// The rules, in the order in which reports list them.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// When a rise within the run counts as degradation.
    pub fn drift(&self) -> DriftPolicy {
        self.drift
    }

    /// What counts as a run worth judging.
    pub fn expected(&self) -> Expected {
        self.expected
    }

    /// How strictly the verdict is taken.
    pub fn demand(&self) -> Demand {
        self.demand
    }

    /// The rules, each with where it was written.
    pub(super) fn placed_rules(&self) -> impl Iterator<Item = (&Rule, &Place)> {
        self.rules.iter().zip(&self.places)
    }
}
