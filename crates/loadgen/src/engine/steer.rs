//! The helm: changes a run's load while it goes on.
//!
//! [`Steering`] takes orders from any thread, each stamped with the run's own time, so that all senders obey it as of the
//! same moment; [`Lookout`] is a sender's eye on them. What an order means at a time is pure and stands in
//! [`course`](super::course). Users are told apart by number and each sender has those of its own, so the numbers of all
//! senders always add up to what was ordered. It sends nothing and counts nothing.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use tokio::sync::watch;

use super::course::Course;
use crate::plan::Load;
use crate::stages::Stages;

/// Changes the load of one run while it goes on; clones steer the same run.
#[derive(Debug, Clone, Default)]
pub struct Steering(Arc<Helm>);

#[derive(Debug)]
struct Helm {
    course: watch::Sender<Course>,
    /// When the senders began.
    begun: OnceLock<Instant>,
    /// How often the counts were to be forgotten.
    resets: AtomicU64,
}

impl Default for Helm {
    fn default() -> Self {
        Self {
            course: watch::Sender::new(Course::default()),
            begun: OnceLock::new(),
            resets: AtomicU64::new(0),
        }
    }
}

impl Steering {
    /// Of a run that goes by its plan until the first order.
    pub fn new() -> Self {
        Self::default()
    }

    /// Wants so many users from now on, over all threads: at the start of the run if it has not begun. Users are started and
    /// dismissed in Locust's batches, so many a second; a rate that is infinite (or not above zero) means all at once.
    /// Nobody at all is a number, too: the run goes on. A dismissed user still gets the answer it waits for. In the open
    /// model this changes nothing.
    pub fn users(&self, target: u32, spawn_rate: f64) {
        self.users_at(self.now(), target, spawn_rate);
    }

    /// As [`users`](Self::users), from a time of the run on, counted from its start. Takes back orders of users that
    /// would come later.
    pub fn users_at(&self, since_start: Duration, target: u32, spawn_rate: f64) {
        self.0.course.send_modify(|course| course.order_users(since_start, target, spawn_rate));
    }

    /// Wants so many requests per second from now on, over all threads: at the start of the run if it has not begun. Zero is
    /// a rate, too; what is not finite or below zero is none and changes nothing. What was due keeps its due time, and the
    /// schedule goes on behind it: no request is lost or due twice. In the closed model this changes nothing.
    pub fn rate(&self, per_s: f64) {
        self.rate_at(self.now(), per_s);
    }

    /// As [`rate`](Self::rate), from a time of the run on, counted from its start. Takes back orders of rates that would
    /// come later.
    pub fn rate_at(&self, since_start: Duration, per_s: f64) {
        if per_s.is_finite() && per_s >= 0.0 {
            self.0.course.send_modify(|course| course.order_rate(since_start, per_s));
        }
    }

    /// Forgets what was counted: the recording then begins with the second that is just going on, see
    /// [`Recording::forgotten`](crate::Recording::forgotten).
    pub fn reset(&self) {
        self.0.resets.fetch_add(1, Ordering::Relaxed);
    }

    /// Whether users still come or go `since_start`, or the rate still rises to what it was to become.
    pub fn is_spawning(&self, since_start: Duration) -> bool {
        since_start < self.settles(since_start)
    }

    /// The time of the run; its start until it begins.
    pub(crate) fn now(&self) -> Duration {
        self.0.begun.get().map_or(Duration::ZERO, Instant::elapsed)
    }

    /// Takes over a run of a plan's load.
    pub(super) fn board(&self, load: &Load) {
        self.0.course.send_modify(|course| course.begin(load));
    }

    /// The senders begin now.
    pub(super) fn begin(&self) {
        // A second run would count its time from the first one's start: a helm is for one.
        let _begun_before = self.0.begun.set(Instant::now());
    }

    /// How often the counts were to be forgotten so far.
    pub(super) fn resets(&self) -> u64 {
        self.0.resets.load(Ordering::Relaxed)
    }

    /// When the load will be, or was, what it was to become by what counts now.
    pub(super) fn settles(&self, now: Duration) -> Duration {
        self.0.course.borrow().settles(now)
    }

    /// The rate over time as it was ordered; nothing while the plan's own counts.
    pub(super) fn ordered_rate(&self) -> Option<Arc<Stages>> {
        self.0.course.borrow().ordered_rate()
    }

    /// A sender's eye on the orders.
    pub(super) fn lookout(&self) -> Lookout {
        Lookout(Some(self.0.course.subscribe()))
    }
}

/// A sender's eye on the orders.
pub(super) struct Lookout(Option<watch::Receiver<Course>>);

impl Lookout {
    /// Of a run that nobody steers.
    pub(super) fn none() -> Self {
        Self(None)
    }

    /// Whether somebody may give orders.
    pub(super) fn is_steered(&self) -> bool {
        self.0.is_some()
    }

    /// Waits for the next order; for ever where nobody gives any.
    pub(super) async fn changed(&mut self) {
        if let Some(course) = &mut self.0
            && course.changed().await.is_ok()
        {
            return;
        }
        std::future::pending::<()>().await;
    }

    /// Users that are wanted by order at a time; nothing while the plan's own count.
    pub(super) fn users(&self, now: Duration) -> Option<u32> {
        self.0.as_ref()?.borrow().ordered_users(now)
    }

    /// When another number of users will be wanted by order than now.
    pub(super) fn next_change(&self, now: Duration) -> Option<Duration> {
        self.0.as_ref()?.borrow().next_change(now)
    }

    /// The rate over time as it was ordered; nothing while the plan's own counts.
    pub(super) fn rate(&self) -> Option<Arc<Stages>> {
        self.0.as_ref()?.borrow().ordered_rate()
    }
}
