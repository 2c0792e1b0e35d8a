//! What went wrong with a request: its class, and its text.
//!
//! A [`Failure`]'s text is what tables and CSV show and group by; its [`FailureClass`] says what kind of fault it is and on
//! whose side it lies. Which fault is which is the target's to say, counting the snapshot's.

use std::fmt;

/// One failed request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What kind of fault it is.
    pub class: FailureClass,
    /// The same for the same cause, as tables and CSV show it.
    pub text: String,
}

impl Failure {
    /// A failure of a class, in words.
    pub fn new(class: FailureClass, text: impl Into<String>) -> Self {
        Self { class, text: text.into() }
    }
}

/// Kinds of failure, told apart in every report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FailureClass {
    /// An answer with an unexpected status.
    Status,
    /// An answer with the right status and wrong content.
    WrongAnswer,
    /// No complete answer in time.
    Timeout,
    /// No connection: refused, unreachable, not resolved, TLS not agreed.
    Connect,
    /// The connection was closed or reset before the answer was complete.
    Broken,
    /// What came is no HTTP.
    Protocol,
    /// The generator's own machine refused: no file descriptor, no port, no memory. Not the service's fault.
    Generator,
}

impl FailureClass {
    /// All classes, in the order of reports.
    pub const ALL: [Self; 7] = [
        Self::Status,
        Self::WrongAnswer,
        Self::Timeout,
        Self::Connect,
        Self::Broken,
        Self::Protocol,
        Self::Generator,
    ];

    /// One or two lower-case words, as reports and JSON write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Status => "status",
            Self::WrongAnswer => "wrong answer",
            Self::Timeout => "timeout",
            Self::Connect => "connect",
            Self::Broken => "broken connection",
            Self::Protocol => "protocol",
            Self::Generator => "generator",
        }
    }
}

impl fmt::Display for FailureClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
