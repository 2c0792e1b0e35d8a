//! [`Reference`]: how the training rows were distributed, for comparison with later ones.
//!
//! Counts in bins, per feature and for the score. What has changed since is found by [`Drift`](crate::Drift).

use serde::{Deserialize, Serialize};

use crate::{error::ModelError, schema::Schema};

/// The training rows in bins.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reference {
    /// One entry per feature, in schema order.
    pub features: Vec<Histogram>,
    /// The model's probability.
    pub score: Histogram,
}

/// How often values lay in which bin.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Histogram {
    /// Name of the feature, or `score`.
    pub of: String,
    /// Where bins end, strictly rising: bin `k` holds the values above edge `k - 1` up to and with edge `k`; the last bin
    /// has no end. For a category they are its levels' numbers, and the last bin holds all others.
    pub edges: Vec<f64>,
    /// Rows per bin, one more than edges.
    pub counts: Vec<u64>,
    /// Rows without the value.
    pub missing: u64,
    /// Smallest and largest value seen; `None` if every one was missing.
    pub range: Option<[f64; 2]>,
}

impl Reference {
    /// Checks that there is a sound histogram for every feature of `schema`.
    pub(crate) fn check(&self, schema: &Schema) -> Result<(), ModelError> {
        let unsound = |what| Err(ModelError::Unsound { what });
        let names = schema.features().iter().map(|feature| &feature.name);
        if !self.features.iter().map(|histogram| &histogram.of).eq(names) {
            return unsound("the reference is of other features".to_owned());
        }
        for histogram in self.features.iter().chain([&self.score]) {
            if let Some(what) = histogram.unsound() {
                return unsound(format!("reference of {}: {what}", histogram.of));
            }
        }
        Ok(())
    }
}

impl Histogram {
    /// The bin of a value that is not missing.
    pub fn bin(&self, value: f64) -> usize {
        self.edges.partition_point(|&edge| edge < value)
    }

    /// How many rows were counted, missing ones too.
    pub fn rows(&self) -> u64 {
        self.counts.iter().sum::<u64>() + self.missing
    }

    /// What keeps this from being a histogram, if anything does.
    pub(crate) fn unsound(&self) -> Option<&'static str> {
        let rising = self.edges.windows(2).all(|pair| pair[0] < pair[1]);
        let sound = rising
            && self.edges.iter().all(|edge| edge.is_finite())
            && self.counts.len() == self.edges.len() + 1
            && self
                .range
                .is_none_or(|[low, high]| low <= high && low.is_finite() && high.is_finite());
        if !sound {
            return Some("its bins do not fit its edges");
        }
        let rows = self.counts.iter().try_fold(self.missing, |sum, &count| sum.checked_add(count));
        rows.is_none().then_some("it counts more rows than there can be")
    }
}
