//! The words of a scenario: who does what, how often, and which answer is right.
//!
//! [`Scenario`] is plain data; the built-in one stands in `builtin.rs`. It makes no request and knows no client.

use std::fmt;
use std::ops::RangeInclusive;
use std::time::Duration;

/// What every user does, over and over: a task by weight, then a pause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scenario {
    /// The kind of user, as log lines name it.
    pub user_class: String,
    /// What users choose from; never empty in a scenario that runs.
    pub tasks: Vec<Task>,
    /// Pause after each request, drawn uniformly.
    pub think_time: RangeInclusive<Duration>,
}

/// One kind of request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// Method of the request; the first column of every table.
    pub method: Method,
    /// Path below the base URL, beginning with a slash; the name in every table.
    pub path: String,
    /// How often this task is chosen, relative to the others' weights.
    pub weight: u32,
    /// What is sent.
    pub body: Body,
    /// Which answer is right.
    pub expect: Expect,
}

/// Method of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Asks without a body.
    Get,
    /// Sends a body.
    Post,
}

impl Method {
    /// The method as tables and requests write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
        }
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What a task sends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// Nothing.
    Empty,
    /// One lead.
    Lead,
    /// Several leads; how many is drawn uniformly.
    Batch(RangeInclusive<usize>),
}

/// Which answer is right. The status must be 200 in every case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expect {
    /// Any JSON object that is not empty.
    Object,
    /// The score of the lead that was sent.
    Score,
    /// A score for each lead that was sent, in order.
    Scores,
    /// Any body: only the status counts.
    Status,
}
