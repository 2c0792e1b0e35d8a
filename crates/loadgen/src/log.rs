//! Log lines on stderr, in Locust's form.
//!
//! [`Log`] writes `[2026-11-23 18:40:02,317] host/INFO/lead_loadgen.main: text`, in local time, for levels that are wanted.
//! Tables go through [`Log::table`]: without a prefix and at every level, as Locust does. A log file takes the lines and not
//! the tables; without a log set up there are only bare warnings, as in Python. Nothing on the way of a request logs.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

use jiff::ZonedDateTime;

use crate::cli::{Level, Outputs};
use crate::ring::Ring;

/// Writes log lines and tables.
#[derive(Debug, Clone)]
pub(crate) struct Log {
    least: Level,
    host: String,
    /// Keeps the last lines.
    ring: Ring,
    /// Takes the lines in place of the standard error.
    file: Option<Arc<File>>,
    is_set_up: bool,
}

impl Log {
    /// Lines of `least` and above, in the name of `host` up to its first dot.
    pub(crate) fn new(least: Level, host: &str) -> Self {
        let host = host.split('.').next().unwrap_or_default().to_owned();
        Self { least, host, ring: Ring::default(), file: None, is_set_up: true }
    }

    /// The last lines.
    pub(crate) fn ring(&self) -> &Ring {
        &self.ring
    }

    /// As the outputs say; lines are added to a log file that is there, whose folders are created.
    pub(crate) fn open(outputs: &Outputs, host: &str) -> io::Result<Self> {
        let log = Self { is_set_up: !outputs.skip_log_setup, ..Self::new(outputs.level, host) };
        let Some(path) = outputs.logfile.as_ref().filter(|_| log.is_set_up) else { return Ok(log) };
        fs::create_dir_all(path.parent().unwrap_or(Path::new("")))?;
        let file = OpenOptions::new().append(true).create(true).open(path)?;
        Ok(Self { file: Some(Arc::new(file)), ..log })
    }

    /// A line for who looks for a fault.
    pub(crate) fn debug(&self, logger: &str, text: &str) {
        self.line(Level::Debug, logger, text);
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
        if self.is_set_up {
            put(lines);
        }
    }

    fn line(&self, level: Level, logger: &str, text: &str) {
        if !self.is_set_up {
            // What Python does with a logger that nobody has given a handler.
            if level >= Level::Warning {
                self.ring.keep(text);
                put(&format!("{text}\n"));
            }
            return;
        }
        if level < self.least {
            return;
        }
        let line = self.form(&ZonedDateTime::now(), level, logger, text);
        self.ring.keep(&line);
        match &self.file {
            // A full disk costs the line, not the run.
            Some(file) => drop(file.as_ref().write_all(line.as_bytes())),
            None => put(&line),
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
