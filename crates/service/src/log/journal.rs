//! A bounded room for log lines and the one thread that writes them.
//!
//! [`Journal::write`] never waits for the stream: one that nobody reads (a stuck pipe, a full disk) costs log lines,
//! which are counted, and never a request. The thread takes what came in a few milliseconds at once, so that a busy
//! service pays one system call for many lines, and a line costs its copy under a lock that nobody holds for longer than
//! that. Formatting is not done here.

use std::{
    io::{self, Write},
    mem,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};

use prometheus::IntCounter;

use super::Level;
use crate::metrics;

/// Bytes that may wait: what 50,000 lines/s fill in a third of a second.
const ROOM: usize = 4 * 1024 * 1024;

/// Bytes that a busy moment takes; what a rush took beyond that is given back.
const USUAL: usize = 256 * 1024;

/// How long the writer lets lines gather after the first one. It bounds its wake-ups to 200 a second under load.
const GATHER: Duration = Duration::from_millis(5);

/// How long a stop waits for the last lines; a stream that is stuck must not keep the process alive.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// The way to the log; clones share one room.
#[derive(Debug, Clone)]
pub struct Journal {
    level: Level,
    room: Arc<Door>,
    dropped: IntCounter,
}

/// Closes the room when the last [`Journal`] is gone.
#[derive(Debug)]
struct Door(Arc<Room>);

#[derive(Debug, Default)]
struct Room {
    waiting: Mutex<Waiting>,
    /// Wakes the writer.
    came: Condvar,
    /// Wakes who waits for what was written.
    written: Condvar,
}

#[derive(Debug, Default)]
struct Waiting {
    /// Lines, newlines included.
    lines: Vec<u8>,
    /// Bytes that ever came, and how many of them are out.
    came: u64,
    written: u64,
    /// The writer sleeps until it is woken.
    idle: bool,
    closed: bool,
}

impl Journal {
    /// Starts the thread that writes lines of at least `level` to `stream`.
    ///
    /// # Errors
    ///
    /// Fails when the system grants no thread.
    pub fn start(level: Level, stream: impl Write + Send + 'static) -> io::Result<Self> {
        let room = Arc::new(Room::default());
        let door = Arc::new(Door(Arc::clone(&room)));
        thread::Builder::new().name("log".to_owned()).spawn(move || room.write_all(stream))?;
        Ok(Self { level, room: door, dropped: metrics::dropped_log_lines() })
    }

    /// Least severe level that is written.
    pub fn level(&self) -> Level {
        self.level
    }

    /// Whether a line of this level would be written; ask before formatting one.
    pub(crate) fn wants(&self, level: Level) -> bool {
        level >= self.level
    }

    /// Hands over one line with its newline, or counts it as dropped when there is no room.
    pub(crate) fn write(&self, line: impl AsRef<[u8]>) {
        let Door(room) = &*self.room;
        let line = line.as_ref();
        let mut waiting = room.lock();
        if waiting.lines.len() + line.len() > ROOM {
            self.dropped.inc();
            return;
        }
        waiting.lines.extend_from_slice(line);
        waiting.came += line.len() as u64;
        let was_idle = mem::take(&mut waiting.idle);
        drop(waiting);
        if was_idle {
            room.came.notify_one();
        }
    }

    /// How many lines were dropped, as a metric.
    pub(crate) fn dropped(&self) -> &IntCounter {
        &self.dropped
    }

    /// Waits until the lines handed over so far are written, but not for ever.
    pub fn flush(&self) {
        let Door(room) = &*self.room;
        let waiting = room.lock();
        let last = waiting.came;
        // Whether they are out or the patience ended, the caller goes on.
        let _ =
            room.written.wait_timeout_while(waiting, LAST_WORDS, |waiting| waiting.written < last);
    }
}

impl Room {
    /// Writes until the last [`Journal`] is gone. A stream that fails is tried again with the next lines.
    fn write_all(&self, mut stream: impl Write) {
        let mut lines = Vec::with_capacity(USUAL);
        while self.wait() {
            thread::sleep(GATHER);
            mem::swap(&mut self.lock().lines, &mut lines);
            // There is no place left to report a failing log.
            let _ = stream.write_all(&lines).and_then(|()| stream.flush());
            self.lock().written += lines.len() as u64;
            self.written.notify_all();
            lines.clear();
            lines.shrink_to(USUAL);
        }
    }

    /// Sleeps until there is a line; false once there will be none.
    fn wait(&self) -> bool {
        let mut waiting = self.lock();
        while waiting.lines.is_empty() {
            if waiting.closed {
                return false;
            }
            waiting.idle = true;
            waiting = self.came.wait(waiting).unwrap_or_else(PoisonError::into_inner);
        }
        waiting.idle = false;
        true
    }

    /// Nothing is done under the lock that could panic and leave a half of something.
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        self.0.lock().closed = true;
        self.0.came.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use std::{
        io::{self, Write},
        sync::{
            Arc, Mutex,
            mpsc::{Receiver, sync_channel},
        },
    };

    use super::{Journal, ROOM};
    use crate::log::Level;

    /// A stream that is read while it is written.
    #[derive(Clone, Default)]
    struct Sheet(Arc<Mutex<Vec<u8>>>);

    impl Write for Sheet {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().expect("no test panics holding it").write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

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
        let line = [b'x'; 1024];
        // What fits, once more what the writer may have taken before it got stuck, and as much again.
        let (room, sent) = (ROOM / line.len(), 3 * ROOM / line.len());
        for _ in 0..sent {
            journal.write(line);
        }
        let dropped = journal.dropped().get();
        assert!((room as u64..=2 * room as u64).contains(&dropped), "{dropped} dropped");
        drop(release);
    }

    #[test]
    fn what_was_handed_over_before_a_flush_is_written_after_it_in_order() {
        let sheet = Sheet::default();
        let journal = Journal::start(Level::Info, sheet.clone()).expect("a thread");
        let mut expected = Vec::new();
        for round in 0..3 {
            for number in 0..100 {
                let line = format!("{round} {number}\n");
                expected.extend_from_slice(line.as_bytes());
                journal.clone().write(&line);
            }
            journal.flush();
            assert_eq!(*sheet.0.lock().expect("no test panics holding it"), expected);
        }
    }

    /// A stream whose end is seen from outside.
    struct Ended(std::sync::mpsc::Sender<()>);

    impl Write for Ended {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl Drop for Ended {
        fn drop(&mut self) {
            // Nobody listens where the test has failed already.
            let _ = self.0.send(());
        }
    }

    #[test]
    fn the_writer_ends_with_the_last_journal() {
        let (end, ended) = std::sync::mpsc::channel();
        let journal = Journal::start(Level::Info, Ended(end)).expect("a thread");
        let other = journal.clone();
        drop(journal);
        other.write("still open\n");
        other.flush();
        assert!(ended.try_recv().is_err());
        drop(other);
        ended.recv().expect("the writer drops its stream");
    }
}
