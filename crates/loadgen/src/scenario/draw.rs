//! Drawing: which lead, row and number this request gets, and its texts written with them.
//!
//! [`Stock`] holds all that can be drawn, shared by all threads and read only but for its counters. A [`Draw`] is what one
//! request drew: each name once, so that a value in the path is the same in the body.

use std::ops::{Range, RangeInclusive};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use lead_model::{Feature, Kind, Lead};
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;

use super::escape::{Word, write};
use super::feeder::RowOrder;
use super::generator::Choice;
use super::leads::Rendered;
use super::template::{Form, Piece, Slot, Template};
use super::values::Values;

/// All that can be drawn.
#[derive(Debug)]
pub(super) struct Stock {
    pub(super) values: Values,
    pub(super) leads: Vec<Rendered>,
    /// The leads' values, where a template names a single feature.
    pub(super) features: Vec<Lead>,
    turns: Turns,
}

/// What moves on with every request, over all threads together.
#[derive(Debug)]
struct Turns {
    feeders: Vec<AtomicU64>,
    /// Rows of the shuffled feeders in their order; empty for the others.
    shuffled: Vec<Vec<u32>>,
    generators: Vec<AtomicU64>,
}

/// What a task's templates name.
#[derive(Debug, Default)]
pub(super) struct Needs {
    has_leads: bool,
    feeders: Vec<usize>,
    generators: Vec<usize>,
}

/// What one request drew.
#[derive(Debug)]
pub(super) struct Draw {
    pub(super) leads: Range<usize>,
    rows: Vec<(usize, usize)>,
    made: Vec<(usize, Choice)>,
}

impl Needs {
    pub(super) fn of(slots: impl Iterator<Item = Slot>) -> Self {
        let mut needs = Self::default();
        let add = |list: &mut Vec<usize>, index| {
            if !list.contains(&index) {
                list.push(index);
            }
        };
        for slot in slots {
            match slot {
                Slot::Column { feeder, .. } => add(&mut needs.feeders, feeder),
                Slot::Value(index) => add(&mut needs.generators, index),
                Slot::Lead
                | Slot::LeadId
                | Slot::LeadFeatures
                | Slot::LeadFeature(_)
                | Slot::Leads => {
                    needs.has_leads = true;
                }
            }
        }
        needs
    }

    pub(super) fn has_leads(&self) -> bool {
        self.has_leads
    }
}

impl Stock {
    pub(super) fn new(
        values: Values,
        leads: Vec<Rendered>,
        features: Vec<Lead>,
        seed: u64,
    ) -> Self {
        let zeros = |count: usize| (0..count).map(|_| AtomicU64::new(0)).collect();
        let mut rng = Pcg64Mcg::seed_from_u64(seed);
        let shuffled = values.feeders().map(|feeder| match feeder.order() {
            RowOrder::Shuffle => {
                // A file of 64 MB has no more rows than 32 bits count.
                let mut rows: Vec<u32> = (0..feeder.len() as u32).collect();
                rows.shuffle(&mut rng);
                rows
            }
            RowOrder::Random | RowOrder::Sequential => Vec::new(),
        });
        let turns = Turns {
            shuffled: shuffled.collect(),
            feeders: zeros(values.feeders().count()),
            generators: zeros(values.generators()),
        };
        Self { values, leads, features, turns }
    }

    /// Draws what a task needs; `batch` is how many leads, one where it says nothing.
    pub(super) fn draw(
        &self,
        needs: &Needs,
        batch: Option<&RangeInclusive<usize>>,
        rng: &mut Pcg64Mcg,
    ) -> Draw {
        let leads = match batch {
            _ if !needs.has_leads => 0..0,
            None => {
                let at = rng.random_range(0..self.leads.len());
                at..at + 1
            }
            // Neighbouring leads, so that a batch is a range.
            Some(sizes) => {
                let size = rng.random_range(sizes.clone()).clamp(1, self.leads.len());
                let first = rng.random_range(0..=self.leads.len() - size);
                first..first + size
            }
        };
        let rows = needs.feeders.iter().map(|&index| (index, self.row(index, rng))).collect();
        let made = needs.generators.iter().map(|&index| {
            let turn = || self.turns.generators[index].fetch_add(1, Relaxed);
            (index, self.values.generator(index).draw(rng, turn))
        });
        Draw { leads, rows, made: made.collect() }
    }

    fn row(&self, index: usize, rng: &mut Pcg64Mcg) -> usize {
        let feeder = self.values.feeder(index);
        let turn =
            || (self.turns.feeders[index].fetch_add(1, Relaxed) % feeder.len() as u64) as usize;
        match feeder.order() {
            RowOrder::Random => rng.random_range(0..feeder.len()),
            RowOrder::Sequential => turn(),
            RowOrder::Shuffle => self.turns.shuffled[index][turn()] as usize,
        }
    }

    /// Appends a template's text with the drawn values in their places.
    pub(super) fn write(&self, out: &mut Vec<u8>, template: &Template, draw: &Draw) {
        for piece in &template.pieces {
            match piece {
                Piece::Text(text) | Piece::Secret(text) => out.extend_from_slice(text.as_bytes()),
                Piece::Drawn(slot, form) => self.write_slot(out, *slot, *form, draw),
            }
        }
    }

    fn write_slot(&self, out: &mut Vec<u8>, slot: Slot, form: Form, draw: &Draw) {
        let leads = &self.leads[draw.leads.clone()];
        match slot {
            Slot::Lead => out.extend_from_slice(&leads[0].json),
            Slot::LeadFeatures => out.extend_from_slice(leads[0].features()),
            Slot::LeadId => write(out, Word { text: &leads[0].id, is_bare: false }, form),
            Slot::Leads => write_array(out, leads),
            Slot::LeadFeature(position) => {
                let feature = &self.values.leads().schema().features()[position];
                let word =
                    feature_word(feature, self.features[draw.leads.start].values()[position]);
                write(out, Word { text: &word.text, is_bare: word.is_bare }, form);
            }
            Slot::Column { feeder, column } => {
                let row = drawn(&draw.rows, feeder);
                write(out, self.values.feeder(feeder).cell(*row, column), form);
            }
            Slot::Value(index) => {
                let made = drawn(&draw.made, index);
                write(out, Word { text: &made.text, is_bare: made.is_bare }, form);
            }
        }
    }
}

fn drawn<T>(list: &[(usize, T)], wanted: usize) -> &T {
    let found = list.iter().find(|(index, _)| *index == wanted);
    &found.expect("a draw holds whatever its task's templates name").1
}

fn write_array(out: &mut Vec<u8>, leads: &[Rendered]) {
    out.push(b'[');
    for (position, lead) in leads.iter().enumerate() {
        if position > 0 {
            out.push(b',');
        }
        out.extend_from_slice(&lead.json);
    }
    out.push(b']');
}

/// A feature's value as a lead's own JSON writes it; `null` where it is left out.
fn feature_word(feature: &Feature, value: f64) -> Choice {
    if value.is_nan() {
        return Choice { text: "null".into(), is_bare: true };
    }
    match feature.levels.get(value as usize) {
        Some(level) => level.as_str().into(),
        None if !feature.levels.is_empty() => "(other)".into(),
        None if feature.kind == Kind::Real => {
            Choice::number(value).expect("a lead's values are finite")
        }
        None => (value as i64).into(),
    }
}
