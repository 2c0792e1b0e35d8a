//! Log lines on stderr, in Locust's form.
//!
//! [`Log`] writes `[2026-11-23 18:40:02,317] host/INFO/lead_loadgen.main: text`, in local time, for levels that are wanted.
//! Tables go through [`Log::table`]: without a prefix and at every level, as Locust does. Nothing on the way of a request
//! logs.

use std::io::{self, Write};

use jiff::ZonedDateTime;

use crate::cli::Level;
use crate::ring::Ring;

/// Writes log lines and tables.
#[derive(Debug, Clone)]
pub(crate) struct Log {
    least: Level,
    host: String,
    /// Keeps the last lines.
    ring: Ring,
}

impl Log {
    /// Lines of `least` and above, in the name of `host` up to its first dot.
    pub(crate) fn new(least: Level, host: &str) -> Self {
        Self {
            least,
            host: host.split('.').next().unwrap_or_default().to_owned(),
            ring: Ring::default(),
        }
    }

    /// The last lines.
    pub(crate) fn ring(&self) -> &Ring {
        &self.ring
    }

    /// A line about what happens.
    pub(crate) fn info(&self, logger: &str, text: &str) {
        self.line(Level::Info, logger, text);
    }

    /// A line about what may spoil the run.
    pub(crate) fn warning(&self, logger: &str, text: &str) {
        self.line(Level::Warning, logger, text);
    }

    /// A line about what spoiled the run.
    pub(crate) fn error(&self, logger: &str, text: &str) {
        self.line(Level::Error, logger, text);
    }

    /// Lines as they are, at every level.
    pub(crate) fn table(&self, lines: &str) {
        self.ring.keep(lines);
        put(lines);
    }

    fn line(&self, level: Level, logger: &str, text: &str) {
        if level >= self.least {
            let line = self.form(&ZonedDateTime::now(), level, logger, text);
            self.ring.keep(&line);
            put(&line);
        }
    }

    fn form(&self, now: &ZonedDateTime, level: Level, logger: &str, text: &str) -> String {
        let time = now.strftime("%Y-%m-%d %H:%M:%S");
        let millisecond = now.millisecond();
        format!(
            "[{time},{millisecond:03}] {}/{}/lead_loadgen.{logger}: {text}\n",
            self.host,
            name(level)
        )
    }
}

fn name(level: Level) -> &'static str {
    match level {
        Level::Debug => "DEBUG",
        Level::Info => "INFO",
        Level::Warning => "WARNING",
        Level::Error => "ERROR",
        Level::Critical => "CRITICAL",
    }
}

/// A closed stderr must not end a run whose files still have to be written.
fn put(text: &str) {
    let _unheard = io::stderr().lock().write_all(text.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::{Level, Log, ZonedDateTime};

    #[test]
    fn a_line_has_locusts_form() {
        let now: jiff::Timestamp = "2026-11-23T18:40:02.0071Z".parse().unwrap();
        let now = ZonedDateTime::new(now, jiff::tz::TimeZone::UTC);
        let log = Log::new(Level::Info, "worker-3.example.org");
        assert_eq!(
            log.form(&now, Level::Warning, "main", "text"),
            "[2026-11-23 18:40:02,007] worker-3/WARNING/lead_loadgen.main: text\n"
        );
    }
}
