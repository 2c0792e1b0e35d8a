//! The machine and the process as gauges.
//!
//! [`HostGauges`] only holds the handles; the sampler in [`resources`](crate::resources) sets them.

use prometheus::{Gauge, IntGauge};

use super::catalog::Catalog;

/// The `system_*` gauges and the contract's own three of `process_*`.
#[derive(Debug, Clone)]
pub(crate) struct HostGauges {
    pub(crate) system_cpu_percent: Gauge,
    pub(crate) system_memory_percent: Gauge,
    pub(crate) system_memory_bytes: IntGauge,
    pub(crate) system_disk_percent: Gauge,
    pub(crate) process_cpu_percent: Gauge,
    pub(crate) process_memory_bytes: IntGauge,
    pub(crate) process_threads: IntGauge,
}

impl HostGauges {
    pub(super) fn new(catalog: &Catalog) -> Self {
        Self {
            system_cpu_percent: catalog.system_cpu.clone(),
            system_memory_percent: catalog.system_memory.clone(),
            system_memory_bytes: catalog.system_memory_bytes.clone(),
            system_disk_percent: catalog.system_disk.clone(),
            process_cpu_percent: catalog.process_cpu.clone(),
            process_memory_bytes: catalog.process_memory_bytes.clone(),
            process_threads: catalog.process_threads.clone(),
        }
    }
}
