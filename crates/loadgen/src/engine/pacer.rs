//! The open model: requests that are sent when they are due, whatever became of earlier ones.
//!
//! [`Pacer`] walks a worker's [`Schedule`] and starts each request at its time. A request that cannot start at once,
//! because too many are in flight or the thread is behind, keeps its due time: its lag is in its response time, and
//! what was never started is counted as unsent (unless it was due in the warm-up, which counts nowhere). The schedule
//! itself is the queue, so a backlog takes no memory. Latencies are the [`Target`]'s to say, counting is the [`Desk`]'s.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::{spawn_local, yield_now};

use super::alarm::Alarm;
use super::desk::{Desk, Present, Wait};
use super::schedule::{Due, Schedule};
use super::target::{Request, Target};
use super::traffic::Traffic;
use crate::stages::Stages;

/// Requests that are started in a row before answers get their turn.
const BURST: u32 = 32;

/// A request that is late by no more than this when time is up was due just now: it is sent, not given up.
const GRACE: Duration = Duration::from_millis(10);

/// A request that is sent later than this is late, and whose fault it was is counted: what the send lag may be at most.
const LATE: Duration = Duration::from_millis(5);

/// Starts one worker's requests.
pub(super) struct Pacer<T> {
    pub(super) desk: Rc<Desk>,
    pub(super) target: Rc<T>,
    pub(super) traffic: Arc<Traffic>,
    pub(super) schedule: RefCell<Schedule>,
    /// In flight at most, by this worker.
    pub(super) most_in_flight: u64,
    /// Set from a want of places until the schedule is caught up: requests are late for the answers that are missing.
    pub(super) is_held_up: Cell<bool>,
    /// Whether the rate may become another one.
    pub(super) is_steered: bool,
    /// Nothing is due from here on.
    pub(super) end: Duration,
}

impl<T: Target> Pacer<T> {
    /// Starts each request at its time, until nothing more is due.
    pub(super) async fn pace(&self, mut alarm: Alarm) {
        // A panic in here would leave a run that sends nothing more and looks well.
        let _present = Present::nobody(&self.desk);
        let mut in_a_row = 0;
        loop {
            let Some(due) = self.next_due() else {
                if !self.is_steered {
                    return;
                }
                self.desk.call.notified().await;
                continue;
            };
            if self.is_full() {
                self.is_held_up.set(true);
                self.desk.freed.notified().await;
            } else if due.at > self.desk.now() {
                in_a_row = 0;
                self.is_held_up.set(false);
                self.wait_for(due, &mut alarm).await;
            } else if in_a_row == BURST {
                in_a_row = 0;
                yield_now().await;
            } else {
                in_a_row += 1;
                self.start(due);
            }
        }
    }

    /// Waits until a request is due, or the rate has become another one.
    async fn wait_for(&self, due: Due, alarm: &mut Alarm) {
        let due = alarm.wait_until(self.desk.start + due.at);
        if !self.is_steered {
            return due.await;
        }
        tokio::select! {
            biased;
            () = due => {}
            () = self.desk.call.notified() => {}
        }
    }

    /// Goes by another rate from now on.
    pub(super) fn follow(&self, rate: &Stages) {
        self.schedule.borrow_mut().follow(rate);
        // The one that waits, or the next that will.
        self.desk.call.notify_one();
    }

    /// Ends the schedule `now`: starts what was due a moment ago, and returns how many measured requests were due and never
    /// sent. Those behind a want of places were held up.
    pub(super) fn finish(&self, now: Duration) -> u64 {
        let mut unsent = 0;
        while let Some(due) = self.next_due().filter(|due| due.at < now) {
            let is_full = self.is_full();
            self.is_held_up.set(self.is_held_up.get() || is_full);
            if is_full || now - due.at > GRACE {
                self.schedule.borrow_mut().next();
                if self.desk.is_measured(due.at) {
                    unsent += 1;
                    self.desk.late(self.is_held_up.get());
                }
            } else {
                self.start(due);
            }
        }
        unsent
    }

    fn next_due(&self) -> Option<Due> {
        self.schedule.borrow_mut().peek().filter(|due| due.at < self.end)
    }

    fn is_full(&self) -> bool {
        self.desk.in_flight() >= self.most_in_flight
    }

    fn start(&self, due: Due) {
        self.schedule.borrow_mut().next();
        self.desk.sending(due.at);
        let (desk, target) = (Rc::clone(&self.desk), Rc::clone(&self.target));
        let is_held_up = self.is_held_up.get();
        spawn_local(send(desk, target, Arc::clone(&self.traffic), due, is_held_up));
    }
}

/// One request of the open model.
async fn send<T: Target>(
    desk: Rc<Desk>,
    target: Rc<T>,
    traffic: Arc<Traffic>,
    due: Due,
    is_held_up: bool,
) {
    let _present = Present::nobody(&desk);
    let call = traffic.next_call(&mut traffic.chance(due.number));
    let task = call.task;
    let lag = desk.now().saturating_sub(due.at);
    let is_measured = desk.is_measured(due.at);
    if lag > LATE && is_measured {
        desk.late(is_held_up);
    }
    let wait = Wait::since(&desk, due.at);
    let reply = target.send(Request::new(call, is_measured)).await;
    wait.over();
    desk.count_due(task, due.at, lag, reply);
}

#[cfg(test)]
mod tests {
    use std::cell::{Cell, RefCell};
    use std::rc::Rc;
    use std::sync::Arc;
    use std::time::Duration;

    use tokio::runtime::Builder;
    use tokio::task::{LocalSet, spawn_local};

    use super::Pacer;
    use crate::cli::Args;
    use crate::engine::alarm::Alarm;
    use crate::engine::desk::Desk;
    use crate::engine::schedule::Schedule;
    use crate::engine::scripted::Scripted;
    use crate::engine::target::Clock;
    use crate::engine::traffic::Traffic;
    use crate::plan::Load;
    use crate::scenario::Corpus;

    #[test]
    fn a_pacer_that_panics_is_seen() {
        let words = ["lead-loadgen", "--host", "http://127.0.0.1:1", "--rate", "5"];
        let plan = Args::order(words.map(Into::into)).expect("an order").plan;
        let Load::Open(arrivals) = &plan.load else { unreachable!("--rate is the open model") };
        let corpus = Arc::new(Corpus::new(&plan.scenario, plan.seed));
        let traffic = Arc::new(Traffic::new(&plan.scenario, corpus, plan.seed));
        let desk = Rc::new(Desk::new(traffic.tasks(), Duration::ZERO));
        let pacer = Rc::new(Pacer {
            desk: Rc::clone(&desk),
            target: Rc::new(Scripted::new(Vec::new())),
            traffic,
            schedule: RefCell::new(Schedule::of(arrivals, plan.seed, 0, 1)),
            most_in_flight: 1,
            is_held_up: Cell::new(false),
            is_steered: false,
            end: Duration::from_secs(1),
        });
        let pace = Rc::clone(&pacer);
        // Whoever holds the schedule makes the pacer panic.
        let held = pacer.schedule.borrow_mut();
        let alarm = Alarm::of(Clock::Simulated);
        let runtime = Builder::new_current_thread().build().expect("a runtime");
        let paced = LocalSet::new()
            .block_on(&runtime, async { spawn_local(async move { pace.pace(alarm).await }).await });
        drop(held);
        assert!(paced.is_err() && desk.has_panicked());
    }
}
