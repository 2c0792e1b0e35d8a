//! Leads scored: how many, how fast, and how the scores lie.
//!
//! [`Predictions`] resolves its handles once. A batch is gathered and added in one go, so that a
//! hundred leads cost little more than one.

use std::time::Duration;

use lead_model::{Score, Tier};
use prometheus::IntCounter;

use super::{
    catalog::{Catalog, PROVIDER},
    histogram::Histogram,
};

/// The `model_*` metrics.
#[derive(Debug)]
pub(crate) struct Predictions {
    by_tier: [IntCounter; Tier::ALL.len()],
    latency: Histogram,
    buckets: Histogram,
    raw_scores: Histogram,
    batch_size: Histogram,
    not_finite: IntCounter,
}

impl Predictions {
    pub(super) fn new(catalog: &Catalog) -> Self {
        Self {
            by_tier: Tier::ALL
                .map(|tier| catalog.predictions.with_label_values(&[PROVIDER, tier.as_str()])),
            latency: catalog.prediction_latency.with_label_values(&[PROVIDER]),
            buckets: catalog.prediction_buckets.with_label_values(&[PROVIDER]),
            raw_scores: catalog.prediction_raw_scores.with_label_values(&[PROVIDER]),
            batch_size: catalog.batch_size.with_label_values::<&str>(&[]),
            not_finite: catalog.prediction_errors.with_label_values(&[PROVIDER, "not_finite"]),
        }
    }

    /// Counts one lead that was read and scored in `duration`.
    pub(crate) fn observe(&self, score: &Score, duration: Duration) {
        self.tier(score).inc();
        self.latency.observe(duration.as_secs_f64());
        self.buckets.observe(f64::from(score.bucket.get()));
        self.raw_scores.observe(score.probability);
    }

    /// Counts leads that were read and scored in `duration`, as one observation of time and one score per lead.
    pub(crate) fn observe_many(&self, scores: &[Score], duration: Duration) {
        self.latency.observe(duration.as_secs_f64());
        let mut buckets = self.buckets.gather();
        let mut raw_scores = self.raw_scores.gather();
        for score in scores {
            self.tier(score).inc();
            buckets.observe(f64::from(score.bucket.get()));
            raw_scores.observe(score.probability);
        }
    }

    /// Counts a batch of so many leads.
    pub(crate) fn observe_batch_size(&self, leads: usize) {
        self.batch_size.observe(leads as f64);
    }

    /// Counts a lead whose score is not a number.
    pub(crate) fn observe_not_finite(&self) {
        self.not_finite.inc();
    }

    fn tier(&self, score: &Score) -> &IntCounter {
        &self.by_tier[score.tier as usize]
    }
}
