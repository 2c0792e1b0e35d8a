//! The run as an HdrHistogram interval log, live: every latency of it, second by second, for other tools.
//!
//! [`HdrLog`] writes the standard text format (V2 histograms, compressed) that `HistogramLogProcessor` and the readers in
//! most languages take. Values are microseconds. A second of the run is an interval without a tag that holds the response
//! times of all endpoints, and beside it intervals with tags:
//!
//! | tag | what it holds |
//! | --- | --- |
//! | `POST:/path` | response times of an endpoint |
//! | `service` | service times of all endpoints, in the open model, where they differ from response times |
//! | `service:POST:/path` | service times of an endpoint, likewise |
//! | `send-lag` | how much later than due requests were sent, in the open model |
//!
//! Adding up the intervals of a tag gives the run's own histogram. The warm-up is in none. Each second reaches the file in one
//! piece, so that a run that is killed leaves whole lines. Numbers of the run are the [recording](crate::Recording)'s.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;
use std::time::{Duration, SystemTime};

use hdrhistogram::serialization::V2DeflateSerializer;
use hdrhistogram::serialization::interval_log::{
    IntervalLogWriter, IntervalLogWriterBuilder, IntervalLogWriterError, Tag,
};

use crate::histogram::Latency;
use crate::record::{Recording, Second};
use crate::snapshot::Tally;

/// What the file says about itself, for whoever opens it.
const COMMENTS: &str = "[Histogram log format version 1.3]\n\
    [Latencies in microseconds, up to a minute; lines without a tag: response times of all endpoints]\n\
    [Tags: METHOD:/path one endpoint, service: from sending, send-lag: from due to sent]";

/// The names of the columns, as other writers put them.
const LEGEND: &str =
    "\"StartTimestamp\",\"Interval_Length\",\"Interval_Max\",\"Interval_Compressed_Histogram\"\n";

/// An interval log while a run lasts.
pub struct HdrLog {
    file: File,
    serializer: V2DeflateSerializer,
    lines: Vec<u8>,
    has_header: bool,
}

impl std::fmt::Debug for HdrLog {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HdrLog").field("file", &self.file).finish_non_exhaustive()
    }
}

impl HdrLog {
    /// Makes the file, replacing an older one; missing folders are created.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    pub fn create(path: &Path) -> io::Result<Self> {
        fs::create_dir_all(path.parent().unwrap_or(Path::new("")))?;
        let file = File::create(path)?;
        let serializer = V2DeflateSerializer::new();
        Ok(Self { file, serializer, lines: Vec::new(), has_header: false })
    }

    /// Appends a second of the run that `recording` has just taken in, unless nothing counts yet.
    ///
    /// # Errors
    ///
    /// When the file cannot be written.
    pub fn tick(&mut self, recording: &Recording, second: &Second) -> io::Result<()> {
        self.lines.clear();
        let since_start = Duration::from_secs(second.number);
        // No run began before 1970.
        let start = Duration::try_from(recording.start().as_duration()).unwrap_or_default();
        if !self.has_header {
            self.has_header = true;
            IntervalLogWriterBuilder::new()
                .add_comment(COMMENTS)
                .with_start_time(SystemTime::UNIX_EPOCH + start)
                .begin_log_with(&mut self.lines, &mut self.serializer)?;
            self.lines.extend_from_slice(LEGEND.as_bytes());
        }
        if since_start >= recording.warm_up() || counts(second) {
            let end = second.end.map_or(since_start + Duration::from_secs(1), |end| end.at);
            let interval =
                Interval { begins: start + since_start, lasts: end.saturating_sub(since_start) };
            let writer = IntervalLogWriterBuilder::new()
                .begin_log_with(&mut self.lines, &mut self.serializer)?;
            interval.write(writer, recording, second)?;
        }
        self.file.write_all(&self.lines)
    }
}

/// The run so far as a log of one interval, for whoever kept none while it went on.
///
/// # Errors
///
/// When a histogram cannot be written; none that the recording makes is such.
pub(crate) fn whole(recording: &Recording) -> io::Result<Vec<u8>> {
    let start = Duration::try_from(recording.start().as_duration()).unwrap_or_default();
    let (mut lines, mut serializer) = (Vec::new(), V2DeflateSerializer::new());
    IntervalLogWriterBuilder::new()
        .add_comment(COMMENTS)
        .with_start_time(SystemTime::UNIX_EPOCH + start)
        .begin_log_with(&mut lines, &mut serializer)?;
    lines.extend_from_slice(LEGEND.as_bytes());
    let interval = Interval {
        begins: start + recording.warm_up(),
        lasts: recording.elapsed().saturating_sub(recording.warm_up()),
    };
    let writer = IntervalLogWriterBuilder::new().begin_log_with(&mut lines, &mut serializer)?;
    interval.write_whole(writer, recording)?;
    Ok(lines)
}

/// Whether measured requests are in a second: also in the last one of a warm-up, when a thread reports it a moment after
/// its end.
fn counts(second: &Second) -> bool {
    second.send_lag.count() > 0 || second.tasks.iter().any(|tally| tally.requests() > 0)
}

/// When a second was.
struct Interval {
    begins: Duration,
    lasts: Duration,
}

type Lines<'a, 'b> = IntervalLogWriter<'a, 'b, Vec<u8>, V2DeflateSerializer>;

impl Interval {
    fn write(
        &self,
        mut lines: Lines<'_, '_>,
        recording: &Recording,
        second: &Second,
    ) -> io::Result<()> {
        let all = sum(second, |tally| &tally.latency);
        // Also of nothing: a second without an answer is a second of the run.
        self.line(&mut lines, &all, "")?;
        self.line_of_some(&mut lines, &sum(second, |tally| &tally.service), "service")?;
        self.line_of_some(&mut lines, &second.send_lag, "send-lag")?;
        for ((method, name), tally) in recording.tasks().zip(&second.tasks) {
            let tag = tag_of(method, name);
            self.line_of_some(&mut lines, &tally.latency, &tag)?;
            self.line_of_some(&mut lines, &tally.service, &format!("service:{tag}"))?;
        }
        Ok(())
    }

    fn write_whole(&self, mut lines: Lines<'_, '_>, recording: &Recording) -> io::Result<()> {
        let total = recording.total();
        self.line(&mut lines, total.latency(), "")?;
        if let Some(lag) = recording.send_lag() {
            self.line_of_some(&mut lines, total.service(), "service")?;
            self.line_of_some(&mut lines, lag, "send-lag")?;
        }
        for entry in recording.endpoints() {
            let tag = tag_of(&entry.method, &entry.name);
            self.line_of_some(&mut lines, entry.latency(), &tag)?;
            if recording.send_lag().is_some() {
                self.line_of_some(&mut lines, entry.service(), &format!("service:{tag}"))?;
            }
        }
        Ok(())
    }

    fn line_of_some(
        &self,
        lines: &mut Lines<'_, '_>,
        latency: &Latency,
        tag: &str,
    ) -> io::Result<()> {
        if latency.count() == 0 { Ok(()) } else { self.line(lines, latency, tag) }
    }

    fn line(&self, lines: &mut Lines<'_, '_>, latency: &Latency, tag: &str) -> io::Result<()> {
        let tag = Some(tag).filter(|tag| !tag.is_empty()).and_then(Tag::new);
        let histogram = latency.to_histogram();
        lines.write_histogram(&histogram, self.begins, self.lasts, tag).map_err(|fault| match fault
        {
            IntervalLogWriterError::IoError(fault) => fault,
            IntervalLogWriterError::SerializeError(fault) => io::Error::other(fault),
        })
    }
}

/// All endpoints of a second together.
fn sum(second: &Second, part: fn(&Tally) -> &Latency) -> Latency {
    let mut all = Latency::new();
    second.tasks.iter().for_each(|tally| all.merge(part(tally)));
    all
}

/// `POST:/path`: the format takes neither blanks nor commas in a tag.
fn tag_of(method: &str, name: &str) -> String {
    let plain = |c: char| if c.is_whitespace() || c.is_control() || c == ',' { '_' } else { c };
    format!("{method}:{name}").chars().map(plain).collect()
}

#[cfg(test)]
mod tests {
    use super::tag_of;

    #[test]
    fn tags_hold_nothing_that_the_format_cannot() {
        assert_eq!(tag_of("POST", "/api/v1/score"), "POST:/api/v1/score");
        assert_eq!(tag_of("GET", "/a b,\r\nc"), "GET:/a_b___c");
    }
}
