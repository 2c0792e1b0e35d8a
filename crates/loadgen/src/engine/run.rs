//! One run: workers that send, one recorder that listens.
//!
//! [`run`] starts a thread per worker, folds their snapshots on the calling thread and shows the recording to a watcher
//! after each second. Workers share nothing but the ready bodies and the stop signal. Preflight, log lines and files are
//! [`headless`](crate::headless())'s.

use std::io;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{self, ScopedJoinHandle};

use jiff::Timestamp;
use thiserror::Error;
use tokio::sync::watch;

use super::arrival::{Spawns, Wanted};
use super::schedule::Schedule;
use super::sponge::Sponge;
use super::start::{Runner, StartLine};
use super::steer::{Lookout, Steering};
use super::target::Targets;
use super::traffic::Traffic;
use super::worker::{Part, Share, work};
use crate::plan::{Load, Plan};
use crate::record::{Gather, Recording, Second};
use crate::scenario::Corpus;
use crate::snapshot::Snapshot;
use crate::stages::Stages;

/// Why a run did not start, or broke.
#[derive(Debug, Error)]
pub enum RunError {
    /// The scenario gives users nothing to do.
    #[error("the scenario has no task with a weight above zero; give it one")]
    NothingToDo,
    /// The system refused a thread or a runtime.
    #[error("cannot start sender thread {worker}: {reason}; try fewer with --threads")]
    Thread {
        /// Which one.
        worker: usize,
        /// The system's words.
        reason: io::Error,
    },
    /// A target could not be opened.
    #[error("cannot make the client of a sender thread")]
    Target(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A sender panicked; what it had counted since its last snapshot is lost, so no total would be true.
    #[error(
        "a sender thread panicked: this is a bug in the load generator, its counts would be wrong"
    )]
    Panicked,
}

/// Ends a run from another thread; clones end the same run.
#[derive(Debug, Clone)]
pub struct Stop(Arc<watch::Sender<Haste>>);

/// How soon a run is to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Haste {
    /// When its time is up.
    None,
    /// Without sending anything more.
    Load,
    /// Without waiting for anything more.
    Wait,
}

impl Default for Stop {
    fn default() -> Self {
        Self::new()
    }
}

impl Stop {
    /// A signal that nobody has given yet.
    pub fn new() -> Self {
        Self(Arc::new(watch::Sender::new(Haste::None)))
    }

    /// Ends the load: what is in flight may end as `stop_timeout` allows. Where the load is over already, ends the wait.
    pub fn stop(&self) {
        self.raise(Haste::Load);
    }

    /// Ends the load and the wait for what is in flight, which is dropped.
    pub fn stop_now(&self) {
        self.raise(Haste::Wait);
    }

    /// Whether one of both was given.
    pub fn is_stopped(&self) -> bool {
        *self.0.borrow() >= Haste::Load
    }

    /// Whether nothing is to be waited for.
    pub fn is_stopped_now(&self) -> bool {
        *self.0.borrow() == Haste::Wait
    }

    fn raise(&self, haste: Haste) {
        self.0.send_if_modified(|now| haste > std::mem::replace(now, haste.max(*now)));
    }
}

/// Loads `targets` by the plan until its time is up or `stop` is given, and returns what was seen.
///
/// `watcher` is shown the recording at the start and after each second; how long it takes delays nobody's requests.
///
/// # Errors
///
/// [`RunError`] when nothing could be sent, or when the generator itself broke. Failing requests are no error.
pub fn run<T: Targets>(
    plan: &Plan,
    corpus: Arc<Corpus>,
    targets: &T,
    stop: &Stop,
    mut watcher: impl FnMut(&Recording),
) -> Result<Recording, RunError> {
    run_by_second(plan, corpus, targets, stop, |recording, _second| watcher(recording))
}

/// As [`run`], for a watcher that wants to keep what the recording only adds up: it is shown each [`Second`] by itself, too
/// (none at the start).
///
/// # Errors
///
/// As [`run`].
pub fn run_by_second<T: Targets>(
    plan: &Plan,
    corpus: Arc<Corpus>,
    targets: &T,
    stop: &Stop,
    watcher: impl FnMut(&Recording, Option<&Second>),
) -> Result<Recording, RunError> {
    run_with(plan, corpus, targets, stop, None, watcher)
}

/// As [`run_by_second`], where `steering` may change the load while the run goes on, and make the recording begin anew.
///
/// # Errors
///
/// As [`run`].
pub fn run_steered<T: Targets>(
    plan: &Plan,
    corpus: Arc<Corpus>,
    targets: &T,
    stop: &Stop,
    steering: &Steering,
    watcher: impl FnMut(&Recording, Option<&Second>),
) -> Result<Recording, RunError> {
    let plan = &Plan { is_steered: true, ..plan.clone() };
    run_with(plan, corpus, targets, stop, Some(steering), watcher)
}

fn run_with<T: Targets>(
    plan: &Plan,
    corpus: Arc<Corpus>,
    targets: &T,
    stop: &Stop,
    steering: Option<&Steering>,
    mut watcher: impl FnMut(&Recording, Option<&Second>),
) -> Result<Recording, RunError> {
    if plan.scenario.tasks.iter().all(|task| task.weight == 0) {
        return Err(RunError::NothingToDo);
    }
    let traffic = Arc::new(Traffic::new(&plan.scenario, corpus, plan.seed));
    let (sender, snapshots) = channel();
    steering.iter().for_each(|steering| steering.board(&plan.load));
    let line = StartLine::of(plan.workers());
    let line = &line;
    thread::scope(|scope| {
        // A watcher that panics takes the senders along: nobody else would end them, and the scope waits for all.
        let guard = StopOnDrop(stop);
        let start = |worker, runner| {
            let share = share(plan, worker, Arc::clone(&traffic), stop, steering, &sender);
            let part = part(plan, worker);
            thread::Builder::new()
                .name(format!("sender-{worker}"))
                .spawn_scoped(scope, move || send(share, part, targets, stop, runner))
        };
        let mut refused = Ok(());
        let mut workers = Vec::new();
        for (worker, runner) in line.runners().enumerate() {
            match start(worker, runner) {
                Ok(started) => workers.push(started),
                // One sender less would be another load than the plan's: the others stop, and the error tells why.
                Err(reason) => {
                    stop.stop();
                    refused = refused.and(Err(RunError::Thread { worker, reason }));
                }
            }
        }
        drop(sender);
        line.wait();
        steering.iter().for_each(|steering| steering.begin());
        let recording = record(plan, &snapshots, steering, &mut watcher);
        guard.disarm();
        // All are heard before one is blamed: a scope that finds a panic itself panics.
        let ends: Vec<_> = workers.into_iter().map(ScopedJoinHandle::join).collect();
        refused?;
        ends.into_iter().try_for_each(|end| end.unwrap_or(Err(RunError::Panicked)))?;
        Ok(recording)
    })
}

fn share(
    plan: &Plan,
    worker: usize,
    traffic: Arc<Traffic>,
    stop: &Stop,
    steering: Option<&Steering>,
    snapshots: &Sender<Snapshot>,
) -> Share {
    Share {
        worker,
        workers: plan.workers(),
        traffic,
        warm_up: plan.warm_up,
        run_time: plan.ends(),
        stop_timeout: plan.stop_timeout,
        stop: stop.0.subscribe(),
        lookout: steering.map_or_else(Lookout::none, Steering::lookout),
        snapshots: snapshots.clone(),
    }
}

/// A worker's part of the plan's load.
fn part(plan: &Plan, worker: usize) -> Part {
    let workers = plan.workers();
    match &plan.load {
        Load::Closed(users) => Part::Closed(Spawns::of(users, worker, workers), Wanted::of(users)),
        Load::Open(arrivals) => {
            let most = (arrivals.max_in_flight.get() as usize + worker) / workers;
            Part::Open(Schedule::of(arrivals, plan.seed, worker, workers), most as u64)
        }
    }
}

/// A sender's thread: its runtime, its target, its users.
fn send<T: Targets>(
    share: Share,
    part: Part,
    targets: &T,
    stop: &Stop,
    runner: Runner<'_>,
) -> Result<(), RunError> {
    let worker = share.worker;
    // A sender that breaks takes the others along: what remained would be another load than the plan's.
    let guard = StopOnDrop(stop);
    let runtime = targets.runtime().map_err(|reason| RunError::Thread { worker, reason })?;
    runtime.block_on(async {
        let target = targets.open(worker).map_err(RunError::Target)?;
        runner.set();
        work(share, part, target, targets.clock()).await;
        guard.disarm();
        Ok(())
    })
}

/// Gives the signal unless it is disarmed: also when a panic passes by.
struct StopOnDrop<'s>(&'s Stop);

impl StopOnDrop<'_> {
    fn disarm(self) {
        std::mem::forget(self);
    }
}

impl Drop for StopOnDrop<'_> {
    fn drop(&mut self) {
        self.0.stop();
    }
}

/// Listens until every sender has ended.
fn record(
    plan: &Plan,
    snapshots: &Receiver<Snapshot>,
    steering: Option<&Steering>,
    watcher: &mut impl FnMut(&Recording, Option<&Second>),
) -> Recording {
    let mut recording = Recording::new(plan, Timestamp::now());
    let mut gather = Gather::new(plan.workers());
    let mut sponge = Sponge::of(plan, steering);
    let mut obeyed: Option<Arc<Stages>> = None;
    watcher(&recording, None);
    for snapshot in snapshots {
        for mut second in gather.add(snapshot) {
            if sponge.is_due(&second) {
                recording.forget();
            }
            // The same one until somebody orders another: it grows with the orders, and is copied when there is one.
            let rate = steering.and_then(Steering::ordered_rate);
            if let Some(rate) =
                rate.filter(|rate| obeyed.as_ref().is_none_or(|old| !Arc::ptr_eq(old, rate)))
            {
                recording.follow(Stages::clone(&rate));
                obeyed = Some(rate);
            }
            second.count_from(recording.forgotten());
            recording.fold(&second);
            watcher(&recording, Some(&second));
        }
    }
    recording
}
