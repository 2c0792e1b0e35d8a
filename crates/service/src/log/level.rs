//! How severe a log line is.
//!
//! [`Level`] reads the names that the Python predecessor's `LOG_LEVEL` took as well as Rust's, and writes Rust's.

use std::str::FromStr;

use tracing::level_filters::LevelFilter;

/// Severity, from the least to the most severe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// What a developer looks for.
    Debug,
    /// What happened, as it should; every answer below 400.
    Info,
    /// What the caller should change; every answer from 400 to 499.
    Warn,
    /// What the operator should change; every answer from 500 on.
    Error,
}

impl Level {
    /// The severity of an answer with this HTTP status.
    pub(crate) fn of_status(status: u16) -> Self {
        match status {
            ..400 => Self::Info,
            400..500 => Self::Warn,
            _ => Self::Error,
        }
    }

    /// The name in a log line.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Debug => "DEBUG",
            Self::Info => "INFO",
            Self::Warn => "WARN",
            Self::Error => "ERROR",
        }
    }
}

impl FromStr for Level {
    type Err = String;

    fn from_str(typed: &str) -> Result<Self, String> {
        match typed.to_ascii_lowercase().as_str() {
            "trace" | "debug" => Ok(Self::Debug),
            "info" => Ok(Self::Info),
            "warn" | "warning" => Ok(Self::Warn),
            "error" | "critical" => Ok(Self::Error),
            _ => Err("LOG_LEVEL must be debug, info, warning or error".to_owned()),
        }
    }
}

impl From<Level> for LevelFilter {
    fn from(level: Level) -> Self {
        match level {
            Level::Debug => Self::DEBUG,
            Level::Info => Self::INFO,
            Level::Warn => Self::WARN,
            Level::Error => Self::ERROR,
        }
    }
}
