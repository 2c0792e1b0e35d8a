//! The rules by name.
//!
//! A [`Rule`] is how files and programs speak of a [`Reason`]; the sentence beside it is for people.

use std::fmt;

use lead_stats::Validity;

/// What a rule makes of a run, and why: one sentence; nothing where it has nothing against it.
pub(super) type Doubt = Option<(Validity, String)>;

/// What a run can be doubted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// Nothing was measured.
    NoRequests,
    /// The asked rate was not reached.
    Achieved,
    /// Requests that were due were never sent.
    Unsent,
    /// Requests were sent too late.
    SendLag,
    /// The generator had too little CPU left.
    OwnCpu,
    /// One of its threads had no time left.
    SenderThread,
    /// One of its threads got no core when it needed one.
    Starved,
    /// A thread was away for too long.
    Stall,
    /// The generator's machine refused descriptors, ports or memory.
    OwnFailures,
    /// The machine had no CPU left.
    HostCpu,
    /// Answers were still outstanding when the run ended.
    Dropped,
    /// The run was stopped before its time.
    CutShort,
    /// Too few requests for percentiles.
    FewRequests,
}

/// One doubt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// What it is about.
    pub rule: Rule,
    /// What it makes of the run: suspect or invalid.
    pub validity: Validity,
    /// What was measured, the limit, and what to do next, in one sentence.
    pub sentence: String,
}

impl Rule {
    /// All rules, in the order in which reasons of the same weight are told.
    pub const ALL: [Self; 13] = [
        Self::NoRequests,
        Self::Achieved,
        Self::Unsent,
        Self::SendLag,
        Self::OwnCpu,
        Self::SenderThread,
        Self::Starved,
        Self::Stall,
        Self::OwnFailures,
        Self::HostCpu,
        Self::Dropped,
        Self::CutShort,
        Self::FewRequests,
    ];

    /// The name in files: lower case with hyphens.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NoRequests => "no-requests",
            Self::Achieved => "achieved",
            Self::Unsent => "unsent",
            Self::SendLag => "send-lag",
            Self::OwnCpu => "own-cpu",
            Self::SenderThread => "sender-thread",
            Self::Starved => "starved",
            Self::Stall => "stall",
            Self::OwnFailures => "own-failures",
            Self::HostCpu => "host-cpu",
            Self::Dropped => "dropped",
            Self::CutShort => "cut-short",
            Self::FewRequests => "few-requests",
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
