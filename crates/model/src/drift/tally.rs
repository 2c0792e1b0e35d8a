//! [`Tally`]: live leads, counted into the bins of the training rows.

use crate::{
    artifact::{Histogram, Reference},
    lead::Lead,
    schema::{Kind, Schema},
    score::Score,
};

/// Counts per feature and for the score. Tallies of several threads or days are merged into one.
///
/// Only numbers of rows are kept, no lead.
#[derive(Debug, Clone, PartialEq)]
pub struct Tally {
    rows: u64,
    features: Box<[Counts]>,
    score: Counts,
}

/// How often one number lay in which bin.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Counts {
    /// Ends of the bins, or numbers of the levels.
    edges: Box<[f64]>,
    is_category: bool,
    range: [f64; 2],
    /// One per bin, then one for missing.
    pub(super) bins: Box<[u64]>,
    /// Values below the smallest or above the largest of the training rows.
    pub(super) outside: u64,
}

impl Tally {
    /// An empty tally over the bins of a model's reference; `schema` is the model's own.
    pub fn new(reference: &Reference, schema: &Schema) -> Self {
        let kinds = schema.features().iter().map(|feature| feature.kind == Kind::Category);
        let features = reference.features.iter().zip(kinds);
        Self {
            rows: 0,
            features: features.map(|(of, is_category)| Counts::new(of, is_category)).collect(),
            score: Counts::new(&reference.score, false),
        }
    }

    /// Counts one lead of the same schema and its score.
    pub fn add(&mut self, lead: &Lead, score: &Score) {
        self.add_times(lead, score, 1);
    }

    /// Counts one lead as so many: as itself and those that were left out where it was drawn.
    ///
    /// Where every lead is drawn with a chance of `1 / times`, the counts are those of all leads, but for chance; how
    /// large that is, [`Shift::chance_psi`](crate::Shift::chance_psi) then no longer knows.
    pub fn add_times(&mut self, lead: &Lead, score: &Score, times: u64) {
        self.rows += times;
        for (counts, &value) in self.features.iter_mut().zip(lead.values()) {
            counts.add(value, times);
        }
        self.score.add(score.probability, times);
    }

    /// Adds what another tally over the same reference has counted.
    ///
    /// # Panics
    /// If the other is over another reference.
    pub fn merge(&mut self, other: &Self) {
        self.rows += other.rows;
        assert_eq!(self.features.len(), other.features.len(), "tallies over one reference");
        let features = self.features.iter_mut().zip(&other.features);
        for (counts, other) in features.chain([(&mut self.score, &other.score)]) {
            counts.merge(other);
        }
    }

    /// How many leads were counted.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    pub(super) fn features(&self) -> &[Counts] {
        &self.features
    }

    pub(super) fn score(&self) -> &Counts {
        &self.score
    }
}

impl Counts {
    fn new(of: &Histogram, is_category: bool) -> Self {
        Self {
            edges: of.edges.as_slice().into(),
            is_category,
            range: of.range.unwrap_or([f64::NAN; 2]),
            bins: vec![0; of.counts.len() + 1].into(),
            outside: 0,
        }
    }

    #[inline]
    fn add(&mut self, value: f64, times: u64) {
        let missing = self.bins.len() - 1;
        // Comparisons with NaN are false: neither a missing value nor an unknown range is outside.
        let outside = value < self.range[0] || value > self.range[1];
        self.outside += u64::from(outside) * times;
        let bin = if value.is_nan() {
            missing
        } else {
            let bin = self.edges.partition_point(|&edge| edge < value);
            let is_other = self.is_category && self.edges.get(bin) != Some(&value);
            if is_other { missing - 1 } else { bin }
        };
        self.bins[bin] += times;
    }

    fn merge(&mut self, other: &Self) {
        assert_eq!(self.edges, other.edges, "tallies over one reference");
        self.outside += other.outside;
        for (count, other) in self.bins.iter_mut().zip(&other.bins) {
            *count += other;
        }
    }
}
