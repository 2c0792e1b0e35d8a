//! What is shown while a run lasts: the live table, and that all users have come.
//!
//! A terminal can be stopped (Ctrl-S) and a pipe can be full. Whoever writes to one waits, and the run's counts must not
//! wait in memory meanwhile: so [`Screen`] writes from a thread of its own, and leaves tables out that nobody reads in
//! time. What is said before and after the run is [`headless`](crate::headless())'s.

use std::io;
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crate::cli::Outputs;
use crate::engine::Stop;
use crate::log::Log;
use crate::plan::{Load, Plan};
use crate::record::Recording;
use crate::report::{NameWidth, live_table, wait_words, warm_up_words};

/// Locust's rhythm of the live table, in seconds.
const TABLE_EVERY_S: u64 = 2;

/// Tables and lines that may wait to be written.
const MOST_WAITING: usize = 4;

/// What is to be written.
#[derive(Debug)]
enum Said {
    Line(String),
    Table(String),
}

/// The live table and the end of the ramp.
pub(crate) struct Screen {
    said: SyncSender<Said>,
    writer: io::Result<JoinHandle<()>>,
    /// How many users there will be; nothing in the open model.
    users: u64,
    class: String,
    is_live: bool,
    has_ramped: bool,
    /// When the load ends by itself.
    ends: Option<Duration>,
    /// How long answers are waited for after it.
    patience: Duration,
    has_explained: bool,
}

impl Screen {
    /// Writes to a log from now on.
    pub(crate) fn open(plan: &Plan, outputs: &Outputs, log: &Log) -> Self {
        let log = log.clone();
        Self::onto(plan, !outputs.only_summary, move |said| match said {
            Said::Line(text) => log.info("runners", &text),
            Said::Table(text) => log.table(&text),
        })
    }

    fn onto(plan: &Plan, is_live: bool, write: impl FnMut(Said) + Send + 'static) -> Self {
        let (said, waiting) = sync_channel(MOST_WAITING);
        // Without a thread there is no live table; the senders, which need threads too, will tell why.
        let writer = thread::Builder::new()
            .name("screen".to_owned())
            .spawn(move || waiting.into_iter().for_each(write));
        let users = match &plan.load {
            Load::Closed(users) => u64::from(users.peak().get()),
            Load::Open(_) => 0,
        };
        let class = plan.scenario.user_class.clone();
        Self {
            said,
            writer,
            users,
            class,
            is_live,
            has_ramped: false,
            ends: plan.ends(),
            patience: plan.stop_timeout,
            has_explained: false,
        }
    }

    /// Expects another number of users from now on, unless it is the same.
    pub(crate) fn expect(&mut self, users: u64) {
        if users != self.users {
            self.users = users;
            self.has_ramped = false;
        }
    }

    /// Shows what was seen so far, if it is time; waits for nobody.
    pub(crate) fn show(&mut self, recording: &Recording) {
        let users = self.users;
        if !self.has_ramped && users > 0 && recording.users() == users {
            let class = &self.class;
            let text = format!("All users spawned: {{\"{class}\": {users}}} ({users} total users)");
            self.has_ramped = self.say(Said::Line(text));
        }
        let is_due = recording.elapsed().as_secs().is_multiple_of(TABLE_EVERY_S);
        if self.is_live && is_due && !recording.has_ended() {
            let table = if recording.is_warming_up() {
                warm_up_words(recording)
            } else {
                live_table(recording, terminal_width())
            };
            // The next one will say more.
            let _left_out = self.say(Said::Table(format!("{table}\n")));
        }
    }

    /// Says once why the run goes on: a second after the load, or where a signal ended the load and not the wait.
    pub(crate) fn explain_wait(&mut self, recording: &Recording, stop: &Stop) {
        let passed = recording.forgotten() + recording.elapsed();
        let waits = self.ends.map_or(Duration::ZERO, |end| passed.saturating_sub(end));
        let is_over = stop.is_stopped() || waits >= Duration::from_secs(1);
        let in_flight = recording.series().points().last().map_or(0, |second| second.in_flight);
        let left = self.patience.saturating_sub(waits).as_secs();
        if self.has_explained || !is_over || in_flight == 0 || left == 0 {
            return;
        }
        if !recording.has_ended() && !stop.is_stopped_now() {
            self.has_explained = self.say(Said::Line(wait_words(left, in_flight)));
        }
    }

    /// Whether it will be written.
    fn say(&self, said: Said) -> bool {
        !matches!(self.said.try_send(said), Err(TrySendError::Full(_)))
    }

    /// Waits until all is written, so that what is said next comes after it.
    pub(crate) fn close(self) {
        drop(self.said);
        // A writer that panicked has said so itself, and costs no result.
        let _written = self.writer.map(JoinHandle::join);
    }
}

/// The terminal's width as it is now: it may have changed since the last table.
pub(crate) fn terminal_width() -> NameWidth {
    let size = terminal_size::terminal_size_of(io::stderr());
    NameWidth::of_terminal(size.map(|(terminal_size::Width(columns), _)| columns))
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use jiff::Timestamp;

    use super::{MOST_WAITING, Said, Screen};
    use crate::cli::Args;
    use crate::record::{Recording, Second};

    #[test]
    fn a_terminal_that_stands_still_holds_up_nobody_and_fills_no_memory() {
        let words = ["lead-loadgen", "--host", "http://127.0.0.1:1", "-u", "3"];
        let plan = Args::order(words.map(Into::into)).expect("an order").plan;
        let (go, standing) = channel::<()>();
        let (written, log) = channel();
        let mut screen = Screen::onto(&plan, true, move |said| {
            // Stands still at the first table, until nobody is left who could let it go.
            let _gone = standing.recv();
            written.send(said).expect("the test reads it");
        });
        let mut recording = Recording::new(&plan, Timestamp::UNIX_EPOCH);
        let shown = |screen: &mut Screen, recording: &mut Recording, users| {
            let number = recording.elapsed().as_secs();
            recording.fold(&Second { users, ..Second::blank(number) });
            screen.show(recording);
        };
        (0..1_000).for_each(|_| shown(&mut screen, &mut recording, 2));
        shown(&mut screen, &mut recording, 3);
        drop(go);
        // The line that did not fit in is said as soon as there is room.
        while !screen.has_ramped {
            shown(&mut screen, &mut recording, 3);
        }
        screen.close();
        let said: Vec<Said> = log.into_iter().collect();
        let lines = said.iter().filter(|said| matches!(said, Said::Line(_))).count();
        assert_eq!(lines, 1);
        assert!(said.len() < 500, "{} of 500 tables and more", said.len());
        assert!(matches!(&said[..MOST_WAITING], [Said::Table(_), ..]));
    }

    #[test]
    fn what_was_said_is_written_before_the_screen_closes() {
        let words = ["lead-loadgen", "--host", "http://127.0.0.1:1"];
        let plan = Args::order(words.map(Into::into)).expect("an order").plan;
        let (written, log) = channel();
        let mut screen = Screen::onto(&plan, true, move |said| written.send(said).expect("read"));
        screen.show(&Recording::new(&plan, Timestamp::UNIX_EPOCH));
        screen.close();
        assert!(matches!(log.try_recv(), Ok(Said::Table(_))));
    }
}
