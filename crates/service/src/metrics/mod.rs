//! What the service counts about itself, for Prometheus.
//!
//! [`Metrics`] joins the parts: `catalog` declares every metric once; the others hold handles that are
//! resolved once, so that counting a request takes a few atomic additions and no look-up by label.

mod catalog;
mod challenger;
mod drift;
mod histogram;
mod host;
mod keys;
mod models;
mod predictions;
mod registrar;
mod requests;
mod shedding;
mod stream;

pub(crate) use self::{
    catalog::{dropped_log_lines, suppressed_log_lines},
    challenger::{Challenges, Contender, contest_families},
    drift::{Sampling, families as drift_families},
    host::HostGauges,
    keys::{AuthFailures, KeyFileReloads},
    models::{ModelLabels, ModelMetrics},
    predictions::Predictions,
    requests::{Answered, PANIC, Requests},
    shedding::Shedding,
    stream::Streams,
};

use prometheus::{Encoder, IntCounter, Registry, TextEncoder, proto::MetricFamily};

use self::catalog::Catalog;

/// Every metric of one running service.
#[derive(Debug)]
pub(crate) struct Metrics {
    pub(crate) requests: Requests,
    pub(crate) predictions: Predictions,
    pub(crate) drift: Sampling,
    pub(crate) challenges: Challenges,
    pub(crate) models: ModelMetrics,
    pub(crate) host: HostGauges,
    pub(crate) auth_failures: AuthFailures,
    pub(crate) key_file_reloads: KeyFileReloads,
    pub(crate) shedding: Shedding,
    pub(crate) streams: Streams,
    registry: Registry,
}

impl Metrics {
    /// Declares every metric in a registry of its own; the log counts its own lines, dropped and suppressed.
    pub(crate) fn new(
        log_lines: [&IntCounter; 2],
        hostname: &str,
    ) -> Result<Self, prometheus::Error> {
        let registry = Registry::new();
        let catalog = Catalog::register(&registry, log_lines)?;
        catalog.describe_application(hostname);
        Ok(Self {
            predictions: Predictions::new(&catalog),
            drift: Sampling::new(&catalog),
            challenges: Challenges::new(&catalog),
            models: ModelMetrics::new(&catalog),
            host: HostGauges::new(&catalog),
            auth_failures: AuthFailures::new(&catalog),
            key_file_reloads: KeyFileReloads::new(&catalog),
            shedding: Shedding::new(&catalog),
            streams: Streams::new(&catalog),
            requests: Requests::new(catalog),
            registry,
        })
    }

    /// The page that Prometheus reads, in its text format 0.0.4, with `more` families that were made for it.
    pub(crate) fn page(&self, more: Vec<MetricFamily>) -> Result<Vec<u8>, prometheus::Error> {
        let mut page = Vec::with_capacity(32 * 1024);
        let mut families = self.registry.gather();
        families.extend(more);
        TextEncoder::new().encode(&families, &mut page)?;
        Ok(page)
    }
}
