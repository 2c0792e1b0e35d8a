//! What was refused or cut so that the rest is served.
//!
//! [`Shedding`] only holds handles; who is refused is decided in [`shed`](crate::shed) and, where a key's rate is used up, in
//! [`auth`](crate::auth); who is cut by the timers in [`connection`](crate::connection) and [`wire`](crate::wire).

use prometheus::{IntCounter, IntGauge};

use super::catalog::Catalog;

/// `requests_shed_total`, `slow_clients_cut_total` and `http_connections_active`.
#[derive(Debug)]
pub(crate) struct Shedding {
    /// Requests refused because too many were in flight.
    pub(crate) in_flight: IntCounter,
    /// Requests refused because their key came more often than its rate allows.
    pub(crate) rate: IntCounter,
    /// Connections cut while they sent a later head, or the rest of a body that had been refused.
    pub(crate) slow_heads: IntCounter,
    /// Requests refused because their body did not come in time.
    pub(crate) slow_bodies: IntCounter,
    /// Open connections.
    pub(crate) connections: IntGauge,
}

impl Shedding {
    pub(super) fn new(catalog: &Catalog) -> Self {
        Self {
            in_flight: catalog.requests_shed.with_label_values(&["in_flight"]),
            rate: catalog.requests_shed.with_label_values(&["rate"]),
            slow_heads: catalog.slow_clients_cut.with_label_values(&["head"]),
            slow_bodies: catalog.slow_clients_cut.with_label_values(&["body"]),
            connections: catalog.http_connections.clone(),
        }
    }
}
