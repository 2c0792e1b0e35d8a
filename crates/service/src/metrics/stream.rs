//! Streams: how many ended in which way, and how many of their lines got a score.
//!
//! [`Streams`] only holds handles. What was scored is counted among the predictions like everything else that is.

use prometheus::IntCounter;

use super::catalog::Catalog;

/// `stream_lines_total` and `streams_total`.
#[derive(Debug)]
pub(crate) struct Streams {
    /// Lines that got a score.
    pub(crate) scored: IntCounter,
    /// Lines that got errors.
    pub(crate) failed: IntCounter,
    /// Streams that were read to the end of their body.
    pub(crate) complete: IntCounter,
    /// Streams that were not.
    pub(crate) broken: IntCounter,
}

impl Streams {
    pub(super) fn new(catalog: &Catalog) -> Self {
        let lines = |outcome| catalog.stream_lines.with_label_values(&[outcome]);
        let streams = |outcome| catalog.streams.with_label_values(&[outcome]);
        Self {
            scored: lines("scored"),
            failed: lines("failed"),
            complete: streams("complete"),
            broken: streams("broken"),
        }
    }
}
