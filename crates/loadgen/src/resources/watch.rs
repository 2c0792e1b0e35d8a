//! The thread that watches what the service uses.
//!
//! [`Watch`] asks once a second and never twice at once; an answer that takes longer than a second is not waited for. A
//! target that does not answer in the right form three times in a row, before it ever has, is left alone. Dropping the watch
//! ends the thread.

use std::sync::mpsc::{RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::sample::ResourceSample;
use crate::engine::{Probe, Reached};
use crate::plan::Plan;

/// From one question to the next. The service looks at itself every two seconds.
const INTERVAL: Duration = Duration::from_secs(1);

/// As often as a target may fail before it is left alone: the first answer may be late under a load that begins at once.
const PATIENCE: u32 = 3;

/// Watches a service until it is dropped.
#[derive(Debug)]
pub struct Watch {
    /// In order; times are the service's answers' by our clock.
    seen: Arc<Mutex<Vec<(Timestamp, ResourceSample)>>>,
    /// Never sent on: dropping it ends the thread.
    _running: SyncSender<()>,
}

impl Watch {
    /// Begins to watch the target of a plan, which was `reached` before. A thread that cannot be started is a watch that sees
    /// nothing.
    pub fn start(plan: &Plan, reached: Reached) -> Self {
        let seen = Arc::default();
        let (running, stopped) = sync_channel::<()>(0);
        let (noted, plan) = (Arc::clone(&seen), plan.clone());
        let watch = move || {
            let Some(probe) = Probe::open(&plan, reached) else { return };
            let (mut failures, mut due) = (0, Instant::now());
            while failures < PATIENCE || has_any(&noted) {
                match probe.get("/resources").and_then(|body| ResourceSample::of(&body, 0.0)) {
                    Some(sample) => lock(&noted).push((Timestamp::now(), sample)),
                    None => failures += 1,
                }
                due = (due + INTERVAL).max(Instant::now());
                let pause = due.saturating_duration_since(Instant::now());
                if stopped.recv_timeout(pause) == Err(RecvTimeoutError::Disconnected) {
                    return;
                }
            }
        };
        // Without the thread there is no chart, and nothing else is different.
        let _no_thread = thread::Builder::new().name("resources".to_owned()).spawn(watch);
        Self { seen, _running: running }
    }

    /// What was seen since a run began, with the run's own time.
    pub fn samples(&self, start: Timestamp) -> Vec<ResourceSample> {
        let of_run = |(at, sample): &(Timestamp, ResourceSample)| {
            let at_s = at.duration_since(start).as_secs_f64();
            (at_s >= 0.0).then_some(ResourceSample { at_s, ..*sample })
        };
        lock(&self.seen).iter().filter_map(of_run).collect()
    }
}

fn has_any(seen: &Mutex<Vec<(Timestamp, ResourceSample)>>) -> bool {
    !lock(seen).is_empty()
}

/// A list to which something was being added by a thread that panicked is still a list.
fn lock<T>(seen: &Mutex<Vec<T>>) -> std::sync::MutexGuard<'_, Vec<T>> {
    seen.lock().unwrap_or_else(PoisonError::into_inner)
}
