//! A bounded queue of log lines and the one thread that writes them.
//!
//! [`Journal::write`] never waits: a stream that nobody reads (a stuck pipe, a full disk) costs log lines, which are
//! counted, and never a request. The thread gathers what came in a few milliseconds into one write, so that a busy
//! service pays one system call for many lines. Formatting is not done here.

use std::{
    io::{self, Write},
    sync::mpsc::{Receiver, SyncSender, sync_channel},
    thread,
    time::Duration,
};

use prometheus::IntCounter;

use super::Level;
use crate::metrics;

/// Lines that may wait; at 250 bytes each they hold 4 MB, and 50,000 lines/s fill them in a third of a second.
const QUEUE_LINES: usize = 16_384;

/// How long the writer lets lines gather after the first one. It bounds its wake-ups to 200 a second under load.
const GATHER: Duration = Duration::from_millis(5);

/// How long a stop waits for the last lines; a stream that is stuck must not keep the process alive.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// The way to the log; clones share one queue.
#[derive(Debug, Clone)]
pub struct Journal {
    level: Level,
    queue: SyncSender<Entry>,
    dropped: IntCounter,
}

#[derive(Debug)]
enum Entry {
    /// One line, newline included.
    Line(Vec<u8>),
    /// Asks for a sign once every line before it is written.
    Flush(SyncSender<()>),
}

impl Journal {
    /// Starts the thread that writes lines of at least `level` to `stream`.
    ///
    /// # Errors
    ///
    /// Fails when the system grants no thread.
    pub fn start(level: Level, stream: impl Write + Send + 'static) -> io::Result<Self> {
        let (queue, lines) = sync_channel(QUEUE_LINES);
        thread::Builder::new().name("log".to_owned()).spawn(move || write_all(&lines, stream))?;
        Ok(Self { level, queue, dropped: metrics::dropped_log_lines() })
    }

    /// Least severe level that is written.
    pub fn level(&self) -> Level {
        self.level
    }

    /// Whether a line of this level would be written; ask before formatting one.
    pub(crate) fn wants(&self, level: Level) -> bool {
        level >= self.level
    }

    /// Hands over one line with its newline, or counts it as dropped when the queue is full.
    pub(crate) fn write(&self, line: Vec<u8>) {
        if self.queue.try_send(Entry::Line(line)).is_err() {
            self.dropped.inc();
        }
    }

    /// How many lines were dropped, as a metric.
    pub(crate) fn dropped(&self) -> &IntCounter {
        &self.dropped
    }

    /// Waits until the lines handed over so far are written, but not for ever.
    pub fn flush(&self) {
        let (written, sign) = sync_channel(1);
        // A queue that stays full means a stuck stream: there is nobody to wait for.
        if self.queue.try_send(Entry::Flush(written)).is_ok() {
            // Whether the sign came or the patience ended, the caller goes on.
            let _ = sign.recv_timeout(LAST_WORDS);
        }
    }
}

/// Writes until the last [`Journal`] is gone. A stream that fails is tried again with the next lines.
fn write_all(lines: &Receiver<Entry>, mut stream: impl Write) {
    let mut gathered = Vec::with_capacity(64 * 1024);
    while let Ok(first) = lines.recv() {
        let mut signs = Vec::new();
        take(first, &mut gathered, &mut signs);
        if signs.is_empty() {
            thread::sleep(GATHER);
        }
        while let Ok(entry) = lines.try_recv() {
            take(entry, &mut gathered, &mut signs);
        }
        // There is no place left to report a failing log.
        let _ = stream.write_all(&gathered).and_then(|()| stream.flush());
        gathered.clear();
        for sign in signs {
            // The one who asked may have stopped waiting.
            let _ = sign.try_send(());
        }
    }
}

fn take(entry: Entry, gathered: &mut Vec<u8>, signs: &mut Vec<SyncSender<()>>) {
    match entry {
        Entry::Line(line) => gathered.extend_from_slice(&line),
        Entry::Flush(sign) => signs.push(sign),
    }
}

#[cfg(test)]
mod tests {
    use std::{
        io::{self, Write},
        sync::mpsc::{Receiver, sync_channel},
    };

    use super::{Journal, QUEUE_LINES};
    use crate::log::Level;

    /// A stream that takes nothing until it is released.
    struct Stuck(Receiver<()>);

    impl Write for Stuck {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            // The sender is dropped at the end of the test.
            let _ = self.0.recv();
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_stream_that_nobody_reads_costs_counted_lines_and_no_time() {
        let (release, stuck) = sync_channel::<()>(0);
        let journal = Journal::start(Level::Info, Stuck(stuck)).expect("a thread");
        // What fits: the queue, and once more what the writer may have taken out before it got stuck.
        for _ in 0..3 * QUEUE_LINES {
            journal.write(b"{}\n".to_vec());
        }
        assert!(
            journal.dropped().get() >= QUEUE_LINES as u64,
            "{} dropped",
            journal.dropped().get()
        );
        drop(release);
    }
}
