//! Which model answers, and how often another one was wanted.
//!
//! [`ModelMetrics`] keeps exactly one `model_info` series, that of the live model. When a model is swapped is not decided
//! here.

use prometheus::{Gauge, GaugeVec, IntCounter, IntCounterVec};

use super::catalog::Catalog;
use crate::timestamp::Timestamp;

/// A model as a metric names it: name, version, fingerprint.
pub(crate) type ModelLabels<'a> = [&'a str; 3];

/// The metrics of the live model.
#[derive(Debug, Clone)]
pub(crate) struct ModelMetrics {
    swapped: IntCounter,
    unchanged: IntCounter,
    refused: IntCounter,
    swaps: IntCounterVec,
    reloaded_at: Gauge,
    info: GaugeVec,
}

impl ModelMetrics {
    pub(super) fn new(catalog: &Catalog) -> Self {
        let outcome = |name| catalog.model_reloads.with_label_values(&[name]);
        // Each has its series before it first happens.
        for cause in ["reload", "activation", "rollback", "promotion"] {
            catalog.model_swaps.with_label_values(&[cause]);
        }
        Self {
            swapped: outcome("swapped"),
            unchanged: outcome("unchanged"),
            refused: outcome("refused"),
            swaps: catalog.model_swaps.clone(),
            reloaded_at: catalog.model_reloaded_at.clone(),
            info: catalog.model_info.clone(),
        }
    }

    /// The service starts with this model.
    pub(crate) fn started(&self, live: ModelLabels<'_>) {
        self.info.with_label_values(&live).set(1.0);
        self.reloaded_at.set(Timestamp::now().unix_seconds());
    }

    /// A reload went well, whether or not it found another model.
    pub(crate) fn reloaded(&self, swapped: bool) {
        let outcome = if swapped { &self.swapped } else { &self.unchanged };
        outcome.inc();
        self.reloaded_at.set(Timestamp::now().unix_seconds());
    }

    /// A reload found nothing that it could take.
    pub(crate) fn refused(&self) {
        self.refused.inc();
    }

    /// One model took over from another; the two are not the same.
    pub(crate) fn swapped(&self, before: ModelLabels<'_>, live: ModelLabels<'_>, cause: &str) {
        // The new one first: a page that is read in between shows two rather than none.
        self.info.with_label_values(&live).set(1.0);
        // It is there: it was set when that model went live.
        let _ = self.info.remove_label_values(&before);
        self.swaps.with_label_values(&[cause]).inc();
    }
}
