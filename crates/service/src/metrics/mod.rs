//! What the service counts about itself, for Prometheus.
//!
//! [`Metrics`] joins the parts: `catalog` declares every metric once; the others hold handles that are
//! resolved once, so that counting a request takes a few atomic additions and no look-up by label.

mod catalog;
mod host;
mod keys;
mod predictions;
mod registrar;
mod requests;
mod shedding;

pub(crate) use self::{
    catalog::dropped_log_lines,
    host::HostGauges,
    keys::{AuthFailures, KeyFileReloads},
    predictions::Predictions,
    requests::{Answered, PANIC, Requests},
    shedding::Shedding,
};

use prometheus::{Encoder, IntCounter, Registry, TextEncoder};

use self::catalog::Catalog;

/// Every metric of one running service.
#[derive(Debug)]
pub(crate) struct Metrics {
    pub(crate) requests: Requests,
    pub(crate) predictions: Predictions,
    pub(crate) host: HostGauges,
    pub(crate) auth_failures: AuthFailures,
    pub(crate) key_file_reloads: KeyFileReloads,
    pub(crate) shedding: Shedding,
    registry: Registry,
}

impl Metrics {
    /// Declares every metric in a registry of its own; `dropped` is counted by the log.
    pub(crate) fn new(dropped: &IntCounter, hostname: &str) -> Result<Self, prometheus::Error> {
        let registry = Registry::new();
        let catalog = Catalog::register(&registry, dropped)?;
        catalog.describe_application(hostname);
        Ok(Self {
            predictions: Predictions::new(&catalog),
            host: HostGauges::new(&catalog),
            auth_failures: AuthFailures::new(&catalog),
            key_file_reloads: KeyFileReloads::new(&catalog),
            shedding: Shedding::new(&catalog),
            requests: Requests::new(catalog),
            registry,
        })
    }

    /// The page that Prometheus reads, in its text format 0.0.4.
    pub(crate) fn page(&self) -> Result<Vec<u8>, prometheus::Error> {
        let mut page = Vec::with_capacity(32 * 1024);
        TextEncoder::new().encode(&self.registry.gather(), &mut page)?;
        Ok(page)
    }
}
