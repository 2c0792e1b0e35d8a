//! Keys that were refused, and key files that were read again.
//!
//! Both hold one resolved counter for each value of their label, so that every series is on the page from the start.

use prometheus::IntCounter;

use super::catalog::Catalog;

/// Requests without a key that opens, by reason.
#[derive(Debug)]
pub(crate) struct AuthFailures {
    pub(crate) missing: IntCounter,
    pub(crate) wrong: IntCounter,
    pub(crate) expired: IntCounter,
    pub(crate) not_yet_valid: IntCounter,
    pub(crate) scope: IntCounter,
    /// Wrong keys beyond what one address may send.
    pub(crate) throttled: IntCounter,
}

/// Changed key files, by what became of them.
#[derive(Debug, Clone)]
pub(crate) struct KeyFileReloads {
    pub(crate) succeeded: IntCounter,
    pub(crate) failed: IntCounter,
}

impl AuthFailures {
    pub(super) fn new(catalog: &Catalog) -> Self {
        let of = |reason| catalog.auth_failures.with_label_values(&[reason]);
        Self {
            missing: of("missing"),
            wrong: of("wrong"),
            expired: of("expired"),
            not_yet_valid: of("not_yet_valid"),
            scope: of("scope"),
            throttled: of("throttled"),
        }
    }
}

impl KeyFileReloads {
    pub(super) fn new(catalog: &Catalog) -> Self {
        let of = |outcome| catalog.key_file_reloads.with_label_values(&[outcome]);
        Self { succeeded: of("success"), failed: of("failure") }
    }
}
