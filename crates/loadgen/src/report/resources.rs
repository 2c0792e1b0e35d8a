//! What the service itself used during a run, as it tells at `/resources`.
//!
//! [`ResourceSample`] is one look: plain data. Who asks, and how often, is not decided here.

/// One look at what the service uses.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ResourceSample {
    /// When, in seconds since the start of the run.
    pub at_s: f64,
    /// CPU in percent of one core, since the look before; nothing where the service does not tell.
    pub cpu_percent: Option<f64>,
    /// Resident memory in bytes; nothing where the service does not tell.
    pub memory_bytes: Option<u64>,
}
