//! One thread's share of the load, from the first request to the last answer.
//!
//! [`work`] starts users when they arrive, or the [`Pacer`] of the open model, hands out a [`Snapshot`] a second and ends
//! everything when time is up. Which requests are sent is [`Traffic`]'s, how long they took is the [`Target`]'s to say.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::{LocalSet, spawn_local};
use tokio::time::{Instant, Interval, interval_at, sleep_until};

use super::alarm::Alarm;
use super::arrival::{Arrival, Spawns, Wanted};
use super::desk::Desk;
use super::pacer::Pacer;
use super::run::Haste;
use super::schedule::Schedule;
use super::stall::Stall;
use super::steer::Lookout;
use super::target::{Clock, NEVER, Target};
use super::traffic::Traffic;
use super::user::be_a_user;
use crate::snapshot::{Last, Snapshot};

/// How often a worker reports.
const SECOND: Duration = Duration::from_secs(1);

/// What one worker has to do.
pub(super) struct Share {
    pub(super) worker: usize,
    pub(super) workers: usize,
    pub(super) traffic: Arc<Traffic>,
    pub(super) warm_up: Duration,
    pub(super) run_time: Option<Duration>,
    pub(super) stop_timeout: Duration,
    pub(super) stop: watch::Receiver<Haste>,
    pub(super) lookout: Lookout,
    pub(super) snapshots: Sender<Snapshot>,
}

/// A worker's part of the load.
pub(super) enum Part {
    /// Users that come and go.
    Closed(Spawns, Wanted),
    /// Requests that are due, and how many of them may be in flight.
    Open(Schedule, u64),
}

/// Runs a worker's share to its end.
pub(super) async fn work<T: Target>(share: Share, part: Part, target: T, clock: Clock) {
    let desk = Rc::new(Desk::new(share.traffic.tasks(), share.warm_up));
    let local = LocalSet::new();
    let mut shift = Shift::new(share, Rc::new(target), desk, clock);
    let mut last = local.run_until(shift.run(part, clock)).await;
    // Requests that still wait are given up with the set, and leave behind since when they waited.
    drop(local);
    last.waited = shift.desk.waited(last.at);
    shift.report(Some(last));
}

/// The worker's own side: the clock, the arrivals and the end.
struct Shift<T> {
    share: Share,
    target: Rc<T>,
    desk: Rc<Desk>,
    tick: Interval,
    stall: Stall,
    second: u64,
    end: Duration,
    /// Users below this number were started, as far as they are this worker's, or stay from before.
    manned: u32,
}

impl<T: Target> Shift<T> {
    fn new(share: Share, target: Rc<T>, desk: Rc<Desk>, clock: Clock) -> Self {
        let tick = interval_at(desk.start + SECOND, SECOND);
        let end = share.run_time.unwrap_or(NEVER).min(NEVER);
        Self { share, target, desk, tick, stall: Stall::of(clock), second: 0, end, manned: 0 }
    }

    /// From the first request to the last answer that is waited for; how long what is given up had waited is not known yet.
    async fn run(&mut self, part: Part, clock: Clock) -> Last {
        let unsent = match part {
            Part::Closed(spawns, wanted) => {
                self.load_closed(spawns, wanted).await;
                0
            }
            Part::Open(schedule, most_in_flight) => {
                self.load_open(schedule, most_in_flight, Alarm::of(clock)).await
            }
        };
        self.desk.stopping.set(true);
        let stopped = self.desk.now().min(self.end);
        self.drain().await;
        let dropped = self.desk.measured_in_flight();
        Last {
            at: self.desk.now(),
            stopped,
            dropped,
            waited: Duration::ZERO,
            unsent,
            late: self.desk.all_late(),
        }
    }

    /// Starts users as they arrive, until time is up or somebody stops the run.
    async fn load_closed(&mut self, mut spawns: Spawns, wanted: Wanted) {
        let mut next = spawns.next();
        let mut stop = self.share.stop.clone();
        loop {
            let now = self.desk.now();
            if let Some(ordered) = self.share.lookout.users(now) {
                next = None;
                self.man(ordered, &wanted);
            }
            let step = self.share.lookout.next_change(now);
            let due = next.map(|arrival| arrival.at).into_iter().chain(step).min();
            let due_at = self.desk.start + due.unwrap_or(NEVER).min(NEVER);
            tokio::select! {
                biased;
                _ = self.tick.tick() => self.report(None),
                () = sleep_until(self.desk.start + self.end) => return,
                // An error means that nobody is left who could stop the run: then it ends, too.
                _ = stop.wait_for(|&haste| haste > Haste::None) => return,
                () = self.stall.watch() => {}
                () = self.share.lookout.changed() => {}
                () = sleep_until(due_at), if due.is_some() => {
                    let is_due = |arrival: &Arrival| Some(arrival.at) == due;
                    // What is due is an order's step otherwise, which is next.
                    if let Some(arrival) = next.take_if(|arrival| is_due(arrival)) {
                        self.start_user(arrival.user, &wanted);
                        next = spawns.next();
                    }
                }
            }
        }
    }

    /// Sees that there are so many users over all workers: starts those of its own that are missing, and calls those that
    /// think, so that they leave whom nobody wants any more.
    fn man(&mut self, ordered: u32, wanted: &Wanted) {
        let before = self.desk.ordered.replace(Some(ordered));
        let own = (self.share.worker as u32, self.share.workers as u32);
        let missing = self.manned..ordered;
        missing.filter(|user| user % own.1 == own.0).for_each(|user| self.start_user(user, wanted));
        self.manned = ordered;
        if before.is_none_or(|before| ordered < before) {
            self.desk.call.notify_waiters();
        }
    }

    fn start_user(&mut self, user: u32, wanted: &Wanted) {
        if !self.desk.admit(user) {
            return;
        }
        let is_steered = self.share.lookout.is_steered();
        let (desk, target) = (Rc::clone(&self.desk), Rc::clone(&self.target));
        let traffic = Arc::clone(&self.share.traffic);
        spawn_local(be_a_user(desk, target, traffic, wanted.clone(), user, is_steered));
    }

    /// Lets requests be sent when they are due, until time is up or somebody stops the run; returns how many that count
    /// were due and never sent.
    async fn load_open(&mut self, schedule: Schedule, most_in_flight: u64, alarm: Alarm) -> u64 {
        let pacer = Rc::new(Pacer {
            desk: Rc::clone(&self.desk),
            target: Rc::clone(&self.target),
            traffic: Arc::clone(&self.share.traffic),
            schedule: RefCell::new(schedule),
            most_in_flight,
            is_held_up: Cell::new(false),
            is_steered: self.share.lookout.is_steered(),
            end: self.end,
        });
        self.share.lookout.rate().iter().for_each(|rate| pacer.follow(rate));
        let pace = Rc::clone(&pacer);
        let pacing = spawn_local(async move { pace.pace(alarm).await });
        let mut stop = self.share.stop.clone();
        loop {
            tokio::select! {
                biased;
                _ = self.tick.tick() => self.report(None),
                () = sleep_until(self.desk.start + self.end) => break,
                _ = stop.wait_for(|&haste| haste > Haste::None) => break,
                () = self.stall.watch() => {}
                () = self.share.lookout.changed() => {
                    self.share.lookout.rate().iter().for_each(|rate| pacer.follow(rate));
                }
            }
        }
        pacing.abort();
        pacer.finish(self.desk.now().min(self.end))
    }

    /// Until no request is in flight, patience is over, or somebody ends the wait: at once, or by a signal that comes after
    /// the one that ended the load.
    async fn drain(&mut self) {
        let mut stop = self.share.stop.clone();
        let before = *stop.borrow();
        let end = Instant::now() + self.share.stop_timeout.min(NEVER);
        let desk = Rc::clone(&self.desk);
        while desk.in_flight() > 0 && Instant::now() < end {
            tokio::select! {
                biased;
                _ = stop.wait_for(|&haste| haste > before || haste == Haste::Wait) => return,
                () = desk.freed.notified() => {}
                () = self.stall.watch() => {}
                _ = self.tick.tick() => self.report(None),
                () = sleep_until(end) => {}
            }
        }
    }

    fn report(&mut self, last: Option<Last>) {
        assert!(!self.desk.has_panicked(), "a user or a request panicked");
        let users = if last.is_some() { 0 } else { self.desk.users() };
        let counts = self.desk.hand_out();
        let snapshot = Snapshot {
            worker: self.share.worker,
            second: self.second,
            users,
            in_flight: self.desk.in_flight(),
            tasks: counts.measured,
            warm_up: counts.warming,
            send_lag: counts.send_lag,
            phases: self.target.take_phases(),
            stall: self.stall.take(),
            late: counts.late,
            last,
        };
        self.second += 1;
        // Nobody listens only when the whole run was given up; the stop signal follows.
        let _unheard = self.share.snapshots.send(snapshot);
    }
}
