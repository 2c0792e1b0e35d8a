//! Everything that a report of a run is made of.
//!
//! [`Account`] owns it, so that a report can be drawn long after the run: from a run that has just ended, from one that still
//! goes on, from a file that was read back. What becomes of it is [`html`](super::html())'s and [`json`](super::json())'s.

use super::gate::GateVerdict;
use super::header::Header;
use crate::record::Recording;
use crate::resources::ResourceSample;
use crate::verdict::Judgement;
use crate::vitals::Pulse;

/// A run, as reports tell it.
#[derive(Debug, Clone)]
pub struct Account {
    /// What was seen.
    pub recording: Recording,
    /// What was asked, of whom, from where.
    pub header: Header,
    /// What is to be thought of the numbers.
    pub judgement: Judgement,
    /// The generator's vital signs, in order; empty where nobody looked.
    pub pulses: Vec<Pulse>,
    /// What the service itself used, in order; empty where it was not asked.
    pub resources: Vec<ResourceSample>,
    /// What the gate said; nothing where it was not asked.
    pub gate: Option<GateVerdict>,
}

impl Account {
    /// An account of a run without vital signs.
    pub fn new(recording: Recording, header: Header, judgement: Judgement) -> Self {
        Self { recording, header, judgement, pulses: Vec::new(), resources: Vec::new(), gate: None }
    }
}
