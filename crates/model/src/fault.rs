//! Everything that can be wrong with a lead, each with the place where it is wrong.
//!
//! A reader collects all [`Fault`]s of a body before it gives up, so that a client can mend them at once. Details are
//! sentences made from the schema; nothing of the input's values is repeated, since inputs hold personal data.

use std::fmt;

/// One thing that is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// RFC 6901 pointer into the body, for example `/1/features/bounce_rate`; empty for the body itself.
    pub pointer: String,
    /// What kind of fault it is.
    pub code: FaultCode,
    /// A sentence for people, which never repeats the input's values.
    pub detail: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = if self.pointer.is_empty() { "body" } else { &self.pointer };
        write!(f, "{place}: {} ({})", self.detail, self.code.as_str())
    }
}

/// The kinds of faults, stable words for programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FaultCode {
    /// The body is not JSON; no other fault is reported beside it.
    InvalidJson,
    /// A required member is not there.
    Missing,
    /// A number lies outside the feature's range.
    OutOfRange,
    /// A value of another type: text for a number, a fraction for a whole number, null.
    WrongType,
    /// A number too large for 64-bit floating point.
    NotFinite,
    /// A member that the schema does not know.
    UnknownName,
    /// A member that appears more than once.
    Duplicate,
    /// A text longer than allowed.
    TooLong,
}

impl FaultCode {
    /// The code as written in answers, for example `out_of_range`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InvalidJson => "invalid_json",
            Self::Missing => "missing",
            Self::OutOfRange => "out_of_range",
            Self::WrongType => "wrong_type",
            Self::NotFinite => "not_finite",
            Self::UnknownName => "unknown_name",
            Self::Duplicate => "duplicate",
            Self::TooLong => "too_long",
        }
    }
}

/// All faults of one body, in the order they were met; never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Faults {
    faults: Vec<Fault>,
    truncated: bool,
    lead_id: Option<Box<str>>,
}

impl Faults {
    /// Most faults that are kept: enough for twenty leads without a single good value, small enough to answer with.
    pub const LIMIT: usize = 1000;

    /// The faults, in the order they were met.
    pub fn iter(&self) -> impl Iterator<Item = &Fault> {
        self.faults.iter()
    }

    /// How many faults are kept; at least 1 and at most [`Faults::LIMIT`].
    #[expect(clippy::len_without_is_empty, reason = "faults are never empty")]
    pub fn len(&self) -> usize {
        self.faults.len()
    }

    /// Whether there were more faults than are kept.
    pub fn is_truncated(&self) -> bool {
        self.truncated
    }

    /// The id of the lead at fault, if the body is one lead and its id could be read. It was sent from outside, and is in
    /// none of the faults.
    pub fn lead_id(&self) -> Option<&str> {
        self.lead_id.as_deref()
    }

    /// A single fault that stands for the whole body.
    pub(crate) fn one(fault: Fault) -> Self {
        Self { faults: vec![fault], truncated: false, lead_id: None }
    }

    /// The same as faults of the lead of this id.
    pub(crate) fn of(self, lead_id: Option<Box<str>>) -> Self {
        Self { lead_id, ..self }
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.faults[0])?;
        match self.faults.len() - 1 {
            0 => Ok(()),
            1 => write!(f, " and 1 more fault"),
            more if self.truncated => write!(f, " and at least {more} more faults"),
            more => write!(f, " and {more} more faults"),
        }
    }
}

impl std::error::Error for Faults {}

/// Where a reader puts the faults it meets.
#[derive(Debug)]
pub(crate) struct Collector {
    faults: Vec<Fault>,
    room: usize,
    truncated: bool,
}

impl Default for Collector {
    fn default() -> Self {
        Self::with_room(Faults::LIMIT)
    }
}

impl Collector {
    /// Keeps at most `room` faults.
    pub(crate) fn with_room(room: usize) -> Self {
        Self { faults: Vec::new(), room, truncated: false }
    }

    /// Keeps `fault`, or only notes that there was one more than fits.
    pub(crate) fn push(&mut self, fault: Fault) {
        if self.faults.len() < self.room {
            self.faults.push(fault);
        } else {
            self.truncated = true;
        }
    }

    /// `value` if nothing was wrong, else everything that was.
    pub(crate) fn finish<T>(self, value: T) -> Result<T, Faults> {
        if self.faults.is_empty() {
            return Ok(value);
        }
        Err(Faults { faults: self.faults, truncated: self.truncated, lead_id: None })
    }
}

/// Why a batch of leads was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BatchError {
    /// More leads than the caller's limit; their faults were not looked at.
    #[error("a batch may hold {limit} leads, this one holds {found}")]
    TooMany {
        /// Most leads allowed.
        limit: usize,
        /// Leads in the body.
        found: usize,
    },
    /// At least one lead, or the body itself, is faulty.
    #[error(transparent)]
    Faulty(#[from] Faults),
}
