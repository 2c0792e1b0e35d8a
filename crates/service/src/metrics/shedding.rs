//! What was refused so that the rest is served.
//!
//! [`Shedding`] only holds handles; whose rate is used up is decided in [`auth`](crate::auth).

use prometheus::IntCounter;

use super::catalog::Catalog;

/// `requests_shed_total`.
#[derive(Debug)]
pub(crate) struct Shedding {
    /// Requests refused because their key came more often than its rate allows.
    pub(crate) rate: IntCounter,
}

impl Shedding {
    pub(super) fn new(catalog: &Catalog) -> Self {
        Self { rate: catalog.requests_shed.with_label_values(&["rate"]) }
    }
}
