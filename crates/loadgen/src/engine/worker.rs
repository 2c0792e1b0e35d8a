//! THE loop: users that send, wait and send again, within one thread.
//!
//! [`work`] starts a worker's users when they are due, hands out a [`Snapshot`] a second and ends them when time is up.
//! Everything here lives in one thread: no lock, no atomic, no allocation for counting. Which requests are sent is
//! [`Traffic`]'s, how long they took is the [`Target`]'s to say.
//!
//! The model is closed, as in Locust: a user waits for its answer before it asks again, so a stalled server also lowers
//! the load.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::time::Duration;

use tokio::sync::{Notify, watch};
use tokio::task::{JoinSet, LocalSet};
use tokio::time::{Instant, Interval, interval_at, sleep, sleep_until};

use super::arrival::{Arrival, Spawns};
use super::target::{Reply, Request, Target};
use super::traffic::Traffic;
use crate::snapshot::{Last, Snapshot, Tally};

/// How often a worker reports.
const SECOND: Duration = Duration::from_secs(1);

/// Later than any run; where a plan has no end, and for users that never come.
const NEVER: Duration = Duration::from_secs(100 * 365 * 86_400);

/// What one worker has to do.
pub(super) struct Share {
    pub(super) worker: usize,
    pub(super) arrivals: Spawns,
    pub(super) traffic: Arc<Traffic>,
    pub(super) run_time: Option<Duration>,
    pub(super) stop_timeout: Duration,
    pub(super) stop: watch::Receiver<bool>,
    pub(super) snapshots: Sender<Snapshot>,
}

/// Runs a worker's users from the first arrival to the last answer.
pub(super) async fn work<T: Target>(share: Share, target: T) {
    let desk = Rc::new(Desk::new(share.traffic.tasks()));
    let local = LocalSet::new();
    local.run_until(Shift::new(share, Rc::new(target), Rc::clone(&desk)).run()).await;
    // Users that still wait are dropped with the set; what they had in flight is in the last snapshot.
}

/// The worker's own side: the clock, the arrivals and the end.
struct Shift<T> {
    share: Share,
    target: Rc<T>,
    desk: Rc<Desk>,
    users: JoinSet<()>,
    tick: Interval,
    second: u64,
}

impl<T: Target> Shift<T> {
    fn new(share: Share, target: Rc<T>, desk: Rc<Desk>) -> Self {
        let tick = interval_at(desk.start + SECOND, SECOND);
        Self { share, target, desk, users: JoinSet::new(), tick, second: 0 }
    }

    async fn run(mut self) {
        self.load().await;
        self.desk.stopping.set(true);
        self.drain().await;
        let last = Last { at: self.desk.start.elapsed(), dropped: self.desk.in_flight.get() };
        self.report(Some(last));
    }

    /// Until time is up or somebody stops the run.
    async fn load(&mut self) {
        let end = self.desk.start + self.share.run_time.unwrap_or(NEVER).min(NEVER);
        let mut stop = self.share.stop.clone();
        let mut next = self.share.arrivals.next();
        loop {
            let due = self.desk.start + next.map_or(NEVER, |arrival| arrival.at.min(NEVER));
            tokio::select! {
                biased;
                _ = self.tick.tick() => self.report(None),
                () = sleep_until(end) => return,
                // An error means that nobody is left who could stop the run: then it ends, too.
                _ = stop.wait_for(|&stopped| stopped) => return,
                () = sleep_until(due), if next.is_some() => {
                    next.take().into_iter().for_each(|arrival| self.start_user(arrival));
                    next = self.share.arrivals.next();
                }
            }
        }
    }

    /// Until no request is in flight, or patience is over.
    async fn drain(&mut self) {
        let end = Instant::now() + self.share.stop_timeout.min(NEVER);
        let desk = Rc::clone(&self.desk);
        while desk.in_flight.get() > 0 && Instant::now() < end {
            tokio::select! {
                biased;
                () = desk.idle.notified() => {}
                _ = self.tick.tick() => self.report(None),
                () = sleep_until(end) => {}
            }
        }
    }

    fn start_user(&mut self, arrival: Arrival) {
        let (desk, target, traffic) =
            (Rc::clone(&self.desk), Rc::clone(&self.target), Arc::clone(&self.share.traffic));
        self.users.spawn_local(be_a_user(desk, target, traffic, arrival.user));
    }

    fn report(&mut self, last: Option<Last>) {
        self.surface_panics();
        let users = if last.is_some() { 0 } else { self.users.len() as u64 };
        let snapshot = Snapshot {
            worker: self.share.worker,
            second: self.second,
            users,
            tasks: self.desk.hand_out(),
            last,
        };
        self.second += 1;
        // Nobody listens only when the whole run was given up; the stop signal follows.
        let _unheard = self.share.snapshots.send(snapshot);
    }

    /// A user that panicked would otherwise be missing silently, and the load lower than the report says.
    fn surface_panics(&mut self) {
        while let Some(ended) = self.users.try_join_next() {
            if let Err(fault) = ended
                && fault.is_panic()
            {
                std::panic::resume_unwind(fault.into_panic());
            }
        }
    }
}

/// One user: a request, a pause, again.
async fn be_a_user<T: Target>(desk: Rc<Desk>, target: Rc<T>, traffic: Arc<Traffic>, user: u32) {
    let mut chance = traffic.chance(user);
    while !desk.stopping.get() {
        let call = traffic.next_call(&mut chance);
        let task = call.task;
        desk.in_flight.set(desk.in_flight.get() + 1);
        let reply = target.send(Request::new(call)).await;
        desk.count(task, reply);
        match traffic.think_time(&mut chance) {
            // A pause of nothing still lets the others have their turn.
            Duration::ZERO => tokio::task::yield_now().await,
            pause => sleep(pause).await,
        }
    }
}

/// What a worker's users write on: counts since the last snapshot.
struct Desk {
    start: Instant,
    tallies: RefCell<Vec<Tally>>,
    in_flight: Cell<u64>,
    stopping: Cell<bool>,
    idle: Notify,
}

impl Desk {
    fn new(tasks: usize) -> Self {
        Self {
            start: Instant::now(),
            tallies: RefCell::new(blank(tasks)),
            in_flight: Cell::new(0),
            stopping: Cell::new(false),
            idle: Notify::new(),
        }
    }

    /// Counts a request that ended, exactly once.
    fn count(&self, task: usize, reply: Reply) {
        let at = self.start.elapsed();
        let tally = &mut self.tallies.borrow_mut()[task];
        tally.latency.record(reply.latency);
        tally.bytes += reply.bytes;
        tally.last_request = Some(at);
        if let Err(failure) = reply.outcome {
            tally.failures += 1;
            tally.errors.add(failure, at);
        }
        self.in_flight.set(self.in_flight.get() - 1);
        if self.stopping.get() && self.in_flight.get() == 0 {
            self.idle.notify_one();
        }
    }

    /// Takes the counts away and leaves blank ones.
    fn hand_out(&self) -> Vec<Tally> {
        let mut tallies = self.tallies.borrow_mut();
        let tasks = tallies.len();
        std::mem::replace(&mut tallies, blank(tasks))
    }
}

fn blank(tasks: usize) -> Vec<Tally> {
    (0..tasks).map(|_| Tally::default()).collect()
}
