//! What the code reports through `tracing`, as JSON lines of the same form as a request's.
//!
//! [`report_events`] installs the subscriber of the process. Requests do not pass through here: a span per request
//! would cost more than scoring one.

use std::io;

use tracing::level_filters::LevelFilter;
use tracing_subscriber::{
    filter::Targets,
    fmt::{format::Writer, time::FormatTime},
    layer::SubscriberExt,
};

use super::Journal;
use crate::timestamp::Timestamp;

/// Where actix reports, as errors, what it refuses with an empty 4xx and which connections broke: everybody who scans the
/// network can write such lines, and whoever is woken by errors would be woken by them.
const CONNECTIONS: &str = "actix_http::h1::dispatcher";

/// Sends every `tracing` event of the process to `journal`; the first call wins.
pub fn report_events(journal: &Journal) {
    let queue = journal.clone();
    let ours = LevelFilter::from(journal.level());
    // Other crates say at info how many workers they start; only their warnings are news.
    let targets = Targets::new()
        .with_target(env!("CARGO_CRATE_NAME"), ours)
        .with_target(CONNECTIONS, LevelFilter::OFF)
        .with_default(ours.min(LevelFilter::WARN));
    let subscriber = tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_current_span(false)
        .with_span_list(false)
        .with_timer(Utc)
        .with_max_level(journal.level())
        .with_writer(move || Line(queue.clone()))
        .finish()
        .with(targets);
    // A second App in the same process (a test) keeps the first one's subscriber.
    let _ = tracing::subscriber::set_global_default(subscriber);
}

/// Timestamps as everywhere else in the service.
struct Utc;

impl FormatTime for Utc {
    fn format_time(&self, writer: &mut Writer<'_>) -> std::fmt::Result {
        write!(writer, "{}", Timestamp::now())
    }
}

/// One event; the JSON format writes it in one piece.
struct Line(Journal);

impl io::Write for Line {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.0.write(line);
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
