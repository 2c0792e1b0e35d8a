//! What a worker's requests write on: counts since the last snapshot.
//!
//! Everything here lives in one thread: no lock, no atomic, no allocation for counting. A request belongs to the moment
//! in which it was due (open model) or sent (closed model): begun in the warm-up, it is kept apart from the measured
//! ones, however long it takes. Who sends what, and when, is [`user`](super::user)'s and [`pacer`](super::pacer)'s.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

use super::target::Reply;
use crate::histogram::Latency;
use crate::snapshot::{Late, Tally};

/// Counts of one worker.
pub(super) struct Desk {
    pub(super) start: Instant,
    warm_up: Duration,
    tasks: usize,
    measured: RefCell<Vec<Tally>>,
    /// Empty while nothing of the warm-up was counted since the last snapshot.
    warming: RefCell<Vec<Tally>>,
    send_lag: RefCell<Latency>,
    in_flight: Cell<u64>,
    /// Those of them that began in the warm-up.
    warming_in_flight: Cell<u64>,
    /// Users that are there, by number: each of them once.
    users: RefCell<BTreeSet<u32>>,
    /// When the oldest measured request began that was given up; later than any when none was.
    given_up: Cell<Duration>,
    late: Cell<Late>,
    /// Those of them that were handed out.
    late_before: Cell<Late>,
    panicked: Cell<bool>,
    pub(super) stopping: Cell<bool>,
    /// Users that are wanted by order; nothing while the plan's own count.
    pub(super) ordered: Cell<Option<u32>>,
    /// There is another order: whoever waits looks up. Nobody calls where nobody steers.
    pub(super) call: Notify,
    /// A request ended.
    pub(super) freed: Notify,
}

/// What a worker counted since its last snapshot.
pub(super) struct Counts {
    pub(super) measured: Vec<Tally>,
    pub(super) warming: Vec<Tally>,
    pub(super) send_lag: Latency,
    /// Those that were sent late, or never.
    pub(super) late: Late,
}

impl Desk {
    /// Opens now, with this many kinds of request.
    pub(super) fn new(tasks: usize, warm_up: Duration) -> Self {
        Self {
            start: Instant::now(),
            warm_up,
            tasks,
            measured: RefCell::new(blank(tasks)),
            warming: RefCell::default(),
            send_lag: RefCell::default(),
            in_flight: Cell::new(0),
            warming_in_flight: Cell::new(0),
            users: RefCell::default(),
            given_up: Cell::new(Duration::MAX),
            late: Cell::default(),
            late_before: Cell::default(),
            panicked: Cell::new(false),
            stopping: Cell::new(false),
            ordered: Cell::new(None),
            call: Notify::new(),
            freed: Notify::new(),
        }
    }

    /// Since the start.
    pub(super) fn now(&self) -> Duration {
        self.start.elapsed()
    }

    /// Whether a request that was due or sent `begun` after the start counts.
    pub(super) fn is_measured(&self, begun: Duration) -> bool {
        begun >= self.warm_up
    }

    /// Notes that a request that was due or sent `begun` after the start is on its way.
    pub(super) fn sending(&self, begun: Duration) {
        self.in_flight.set(self.in_flight.get() + 1);
        if !self.is_measured(begun) {
            self.warming_in_flight.set(self.warming_in_flight.get() + 1);
        }
    }

    pub(super) fn in_flight(&self) -> u64 {
        self.in_flight.get()
    }

    /// Those of the requests in flight that count: in the warm-up none does.
    pub(super) fn measured_in_flight(&self) -> u64 {
        self.in_flight.get() - self.warming_in_flight.get()
    }

    pub(super) fn users(&self) -> u64 {
        self.users.borrow().len() as u64
    }

    /// Lets a user come unless it is still there: one that thought or waited while the stages had no place for it never
    /// noticed, and goes on. It leaves with its [`Present`].
    pub(super) fn admit(&self, user: u32) -> bool {
        self.users.borrow_mut().insert(user)
    }

    /// Counts a user's request that was sent `begun` after the start and has ended, exactly once.
    pub(super) fn count(&self, task: usize, begun: Duration, reply: Reply) {
        let Reply { latency, bytes, outcome, .. } = reply;
        self.tally(begun, task, |tally, at| tally.count(latency, bytes, outcome, at));
        self.done(begun);
    }

    /// Counts a request that was `due` after the start, sent `lag` later and has ended, exactly once.
    pub(super) fn count_due(&self, task: usize, due: Duration, lag: Duration, reply: Reply) {
        let Reply { latency, bytes, outcome, .. } = reply;
        self.tally(due, task, |tally, at| {
            tally.service.record(latency);
            tally.count(lag + latency, bytes, outcome, at);
        });
        if self.is_measured(due) {
            self.send_lag.borrow_mut().record(lag);
        }
        self.done(due);
    }

    /// Counts a measured request that was sent late or never, and whether it was so for want of a place in flight.
    pub(super) fn late(&self, is_held_up: bool) {
        let Late { requests, held_up } = self.late.get();
        self.late.set(Late { requests: requests + 1, held_up: held_up + u64::from(is_held_up) });
    }

    /// Those that were sent late or never so far.
    pub(super) fn all_late(&self) -> Late {
        self.late.get()
    }

    fn tally(&self, begun: Duration, task: usize, count: impl FnOnce(&mut Tally, Duration)) {
        let at = self.now();
        if self.is_measured(begun) {
            return count(&mut self.measured.borrow_mut()[task], at);
        }
        let mut warming = self.warming.borrow_mut();
        if warming.is_empty() {
            *warming = blank(self.tasks);
        }
        count(&mut warming[task], at);
    }

    fn done(&self, begun: Duration) {
        self.in_flight.set(self.in_flight.get() - 1);
        if !self.is_measured(begun) {
            self.warming_in_flight.set(self.warming_in_flight.get() - 1);
        }
        self.freed.notify_one();
    }

    /// How long the oldest measured request had waited that was given up before `now`; nothing when none was.
    pub(super) fn waited(&self, now: Duration) -> Duration {
        now.saturating_sub(self.given_up.get())
    }

    /// Takes the counts away and leaves blank ones.
    pub(super) fn hand_out(&self) -> Counts {
        Counts {
            measured: self.measured.replace(blank(self.tasks)),
            warming: self.warming.take(),
            send_lag: self.send_lag.take(),
            late: self.late.get().without(self.late_before.replace(self.late.get())),
        }
    }

    /// Whether a task of this desk panicked: what it had to count is lost, so no total would be true.
    pub(super) fn has_panicked(&self) -> bool {
        self.panicked.get()
    }
}

/// Held by a task while it runs: keeps its user there, and sees it panic.
pub(super) struct Present<'d> {
    desk: &'d Desk,
    user: Option<u32>,
}

impl<'d> Present<'d> {
    /// A user that was admitted.
    pub(super) fn user(desk: &'d Desk, user: u32) -> Self {
        Self { desk, user: Some(user) }
    }

    /// Something that belongs to no user.
    pub(super) fn nobody(desk: &'d Desk) -> Self {
        Self { desk, user: None }
    }
}

impl Drop for Present<'_> {
    fn drop(&mut self) {
        if let Some(user) = &self.user {
            self.desk.users.borrow_mut().remove(user);
        }
        if std::thread::panicking() {
            self.desk.panicked.set(true);
        }
    }
}

/// Held while a request waits for its answer: dropped before it is [over](Self::over), the request was given up.
pub(super) struct Wait<'d> {
    desk: &'d Desk,
    begun: Duration,
}

impl<'d> Wait<'d> {
    /// For the answer to a request that was due or sent `begun` after the start.
    pub(super) fn since(desk: &'d Desk, begun: Duration) -> Self {
        Self { desk, begun }
    }

    /// The answer is there.
    pub(super) fn over(self) {
        std::mem::forget(self);
    }
}

impl Drop for Wait<'_> {
    fn drop(&mut self) {
        if self.desk.is_measured(self.begun) {
            self.desk.given_up.set(self.desk.given_up.get().min(self.begun));
        }
    }
}

fn blank(tasks: usize) -> Vec<Tally> {
    (0..tasks).map(|_| Tally::default()).collect()
}
