//! What placeholders draw from, by name.
//!
//! [`Values`] holds the leads, the feeders and the generators of a scenario. It draws nothing itself; templates that name them
//! are made in `placeholder.rs`.

use std::sync::Arc;

use super::feeder::{Feeder, RowOrder};
use super::generator::Generator;
use super::leads::LeadSource;
use super::template::{Flaw, Slot};

/// Names that mean something of their own.
const RESERVED: [&str; 3] = ["lead", "leads", "env"];

/// What placeholders draw from.
#[derive(Debug, Clone, Default)]
pub struct Values {
    leads: LeadSource,
    feeders: Vec<(String, Arc<Feeder>)>,
    generators: Vec<(String, Generator)>,
}

impl Values {
    /// Draws leads from another source than the built-in one.
    #[must_use]
    pub fn with_leads(mut self, leads: LeadSource) -> Self {
        self.leads = leads;
        self
    }

    /// Adds a generator: `${name}`.
    ///
    /// # Errors
    ///
    /// When the name is taken or cannot be one, or when nothing can be drawn.
    pub fn with(mut self, name: &str, generator: Generator) -> Result<Self, Flaw> {
        self.check_name(name)?;
        generator.check()?;
        self.generators.push((name.to_owned(), generator));
        Ok(self)
    }

    /// Adds a feeder: `${name.column}`, all columns of one request from one row.
    ///
    /// # Errors
    ///
    /// When the name is taken or cannot be one.
    pub fn with_feeder(mut self, name: &str, feeder: Feeder) -> Result<Self, Flaw> {
        self.check_name(name)?;
        self.feeders.push((name.to_owned(), Arc::new(feeder)));
        Ok(self)
    }

    /// The leads.
    pub fn leads(&self) -> &LeadSource {
        &self.leads
    }

    pub(super) fn feeder(&self, index: usize) -> &Feeder {
        &self.feeders[index].1
    }

    pub(super) fn feeders(&self) -> impl Iterator<Item = &Feeder> {
        self.feeders.iter().map(|(_, feeder)| &**feeder)
    }

    pub(super) fn generator(&self, index: usize) -> &Generator {
        &self.generators[index].1
    }

    pub(super) fn generators(&self) -> usize {
        self.generators.len()
    }

    /// Where the feeder of a name stands.
    pub(super) fn find_feeder(&self, name: &str) -> Option<usize> {
        self.feeders.iter().position(|(known, _)| known == name)
    }

    /// Where the generator of a name stands.
    pub(super) fn find_generator(&self, name: &str) -> Option<usize> {
        self.generators.iter().position(|(known, _)| known == name)
    }

    /// The names that the scenario itself gives: generators, and feeders with their columns.
    pub(super) fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = self.generators.iter().map(|(name, _)| name.clone()).collect();
        for (name, feeder) in &self.feeders {
            names.extend(feeder.columns().iter().map(|column| format!("{name}.{column}")));
        }
        names
    }

    /// Whether what is drawn must be new for every request.
    pub(super) fn is_fresh(&self, slot: Slot) -> bool {
        match slot {
            Slot::Value(index) => self.generator(index).is_fresh(),
            Slot::Column { feeder, .. } => self.feeder(feeder).order() != RowOrder::Random,
            Slot::Lead | Slot::LeadId | Slot::LeadFeatures | Slot::LeadFeature(_) | Slot::Leads => {
                false
            }
        }
    }

    fn check_name(&self, name: &str) -> Result<(), Flaw> {
        let is_letter = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        if name.is_empty() || !name.chars().all(is_letter) {
            return Err(Flaw(format!("'{name}' is no name; use letters, digits, _ and -")));
        }
        let taken = self.feeders.iter().map(|(name, _)| name);
        let mut taken = taken.chain(self.generators.iter().map(|(name, _)| name));
        if RESERVED.contains(&name) || taken.any(|other| other == name) {
            return Err(Flaw(format!("the name '{name}' is taken; choose another")));
        }
        Ok(())
    }

    /// Every text that a slot may stand for, where they are not plain ASCII by nature.
    pub(super) fn texts(&self, slot: Slot) -> Vec<&str> {
        match slot {
            Slot::Column { feeder, column } => {
                let feeder = self.feeder(feeder);
                (0..feeder.len()).map(|row| feeder.cell(row, column).text).collect()
            }
            Slot::Value(index) => match self.generator(index) {
                Generator::Choice(choices) => choices.iter().map(|choice| &*choice.text).collect(),
                _ => Vec::new(),
            },
            Slot::LeadFeature(position) => {
                let feature = &self.leads.schema().features()[position];
                feature.levels.iter().map(String::as_str).collect()
            }
            Slot::Lead | Slot::LeadId | Slot::LeadFeatures | Slot::Leads => Vec::new(),
        }
    }
}
