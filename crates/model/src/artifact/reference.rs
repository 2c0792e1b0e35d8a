//! [`Reference`]: how the training rows were distributed, for comparison with later ones.
//!
//! Counts in bins, per feature and for the score. What has changed since is found by [`Drift`](crate::Drift).

use serde::{Deserialize, Serialize};

use crate::{
    error::ModelError,
    schema::{Kind, Schema},
};

/// Most bins of equally many rows: deciles.
const BINS: usize = 10;
/// Most levels of a category that have a bin each: enough to see a shift, few enough to keep the index steady.
const LEVELS: usize = 50;

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
    /// Counts training rows: one column per feature in schema order, NaN where a value is missing, and the model's
    /// probability of each row.
    ///
    /// Numbers are cut into deciles, as far as those are distinct; flags and categories into their values, of categories
    /// the 50 most frequent ones. A column of the wrong length or number is counted as it is and found by the check of
    /// the model file.
    pub fn of(schema: &Schema, columns: &[&[f64]], probabilities: &[f64]) -> Self {
        let features = schema.features().iter().zip(columns);
        let features = features.map(|(feature, values)| match feature.kind {
            Kind::Category => Histogram::of_levels(&feature.name, values),
            Kind::Flag => Histogram::of_numbers(&feature.name, values, vec![0.0]),
            Kind::Real | Kind::Integer => {
                Histogram::of_numbers(&feature.name, values, deciles(values))
            }
        });
        let score = Histogram::of_numbers("score", probabilities, deciles(probabilities));
        Self { features: features.collect(), score }
    }

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
    fn of_numbers(of: &str, values: &[f64], edges: Vec<f64>) -> Self {
        let mut histogram = Self::empty(of, values, edges);
        for &value in values.iter().filter(|value| !value.is_nan()) {
            let bin = histogram.bin(value);
            histogram.counts[bin] += 1;
        }
        histogram
    }

    fn of_levels(of: &str, values: &[f64]) -> Self {
        let sorted = sorted(values);
        let mut runs: Vec<_> = sorted.chunk_by(|one, other| one == other).collect();
        // The most frequent first; equally frequent ones stay in the order of their numbers.
        runs.sort_by_key(|run| std::cmp::Reverse(run.len()));
        let others = runs.iter().skip(LEVELS).map(|run| run.len() as u64).sum();
        runs.truncate(LEVELS);
        runs.sort_by(|one, other| one[0].total_cmp(&other[0]));
        let mut histogram = Self::empty(of, values, runs.iter().map(|run| run[0]).collect());
        histogram.counts = runs.iter().map(|run| run.len() as u64).chain([others]).collect();
        histogram
    }

    /// Without a count but of the missing values.
    fn empty(of: &str, values: &[f64], edges: Vec<f64>) -> Self {
        let filled = || values.iter().copied().filter(|value| !value.is_nan());
        let low = filled().reduce(f64::min);
        let high = filled().reduce(f64::max);
        let counts = vec![0; edges.len() + 1];
        let missing = (values.len() - filled().count()) as u64;
        let range = low.zip(high).map(|(low, high)| [low, high]);
        Self { of: of.to_owned(), edges, counts, missing, range }
    }

    /// The bin of a number that is not missing.
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

/// The values that are not missing, rising.
fn sorted(values: &[f64]) -> Vec<f64> {
    let mut sorted: Vec<_> = values.iter().copied().filter(|value| !value.is_nan()).collect();
    sorted.sort_unstable_by(f64::total_cmp);
    sorted
}

/// The distinct values at the ends of the first nine tenths, without the largest of all, which needs no end.
fn deciles(values: &[f64]) -> Vec<f64> {
    let sorted = sorted(values);
    let Some(&largest) = sorted.last() else { return Vec::new() };
    let end = |part: usize| sorted[(part * sorted.len()).div_ceil(BINS) - 1];
    let mut edges: Vec<_> = (1..BINS).map(end).filter(|&edge| edge < largest).collect();
    edges.dedup();
    edges
}

#[cfg(test)]
mod tests {
    use super::{Histogram, deciles};

    #[test]
    fn deciles_end_where_a_tenth_of_the_rows_does() {
        let hundred: Vec<_> = (1..=100).map(f64::from).collect();
        assert_eq!(deciles(&hundred), [10.0, 20.0, 30.0, 40.0, 50.0, 60.0, 70.0, 80.0, 90.0]);
        let histogram = Histogram::of_numbers("n", &hundred, deciles(&hundred));
        assert_eq!((histogram.counts, histogram.range), (vec![10; 10], Some([1.0, 100.0])));
    }

    #[test]
    fn repeated_values_share_an_edge_and_nothing_has_none() {
        assert_eq!(deciles(&[0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 9.0]), [0.0, 1.0]);
        assert!(deciles(&[4.0; 7]).is_empty() && deciles(&[f64::NAN; 3]).is_empty());
        let histogram = Histogram::of_numbers("n", &[f64::NAN; 3], Vec::new());
        assert_eq!((histogram.counts, histogram.missing, histogram.range), (vec![0], 3, None));
    }

    #[test]
    fn rare_levels_share_the_last_bin() {
        // Level k comes 100 - k times, so the last of 60 are the rare ones.
        let values: Vec<_> =
            (0..60_u8).flat_map(|k| vec![f64::from(k); 100 - usize::from(k)]).collect();
        let histogram = Histogram::of_levels("level", &values);
        assert!(histogram.edges.iter().copied().eq((0..50_u8).map(f64::from)));
        assert_eq!(histogram.counts[50], (41..=50).sum::<u64>());
        assert_eq!(histogram.rows(), values.len() as u64);
    }
}
