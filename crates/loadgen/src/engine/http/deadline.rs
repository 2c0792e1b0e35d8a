//! A time limit for every request, at the price of a timer for very few.
//!
//! All requests of a thread have the same limit, so a timer that was set for one is never too late for the next: it is
//! handed on as it stands and set anew only when it rings too early. [`Deadlines`] so sets one timer per limit and
//! concurrent request instead of one per request.

use std::cell::RefCell;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;
use std::time::{Duration, Instant};

use tokio::time::{Sleep, sleep_until};

use crate::engine::target::NEVER;

/// The timers of one thread.
#[derive(Debug)]
pub(super) struct Deadlines {
    limit: Duration,
    idle: RefCell<Vec<Pin<Box<Sleep>>>>,
}

impl Deadlines {
    /// For requests that may take so long.
    pub(super) fn new(limit: Duration) -> Self {
        Self { limit, idle: RefCell::default() }
    }

    /// How long a request may take.
    pub(super) fn limit(&self) -> Duration {
        self.limit
    }

    /// Works until it is done, or until the limit after `began`; then there is nothing. Work that began later must not come
    /// earlier. It comes pinned because it is large and would be moved for every request.
    pub(super) async fn within<W: Future>(
        &self,
        began: Instant,
        mut work: Pin<&mut W>,
    ) -> Option<W::Output> {
        let deadline = began.checked_add(self.limit).unwrap_or_else(|| began + NEVER);
        let idle = self.idle.borrow_mut().pop();
        let mut timer = idle.unwrap_or_else(|| Box::pin(sleep_until(deadline.into())));
        let output = poll_fn(|context| {
            if let Poll::Ready(output) = work.as_mut().poll(context) {
                return Poll::Ready(Some(output));
            }
            while timer.as_mut().poll(context).is_ready() {
                if Instant::now() >= deadline {
                    return Poll::Ready(None);
                }
                timer.as_mut().reset(deadline.into());
            }
            Poll::Pending
        })
        .await;
        self.idle.borrow_mut().push(timer);
        output
    }
}

#[cfg(test)]
mod tests {
    use std::future::pending;
    use std::pin::pin;
    use std::time::{Duration, Instant};

    use super::Deadlines;

    fn run(test: impl Future<Output = ()>) {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        runtime.enable_time().build().unwrap().block_on(test);
    }

    #[test]
    fn what_never_ends_is_given_up_at_the_limit_and_not_before() {
        let limit = Duration::from_millis(20);
        run(async {
            let deadlines = Deadlines::new(limit);
            // The second takes over a timer that rang already, the third one that has still to ring.
            for turn in 0..3 {
                let began = Instant::now();
                assert_eq!(deadlines.within(began, pin!(pending::<()>())).await, None, "{turn}");
                assert!(began.elapsed() >= limit, "{turn}");
                assert_eq!(deadlines.within(Instant::now(), pin!(async { 7 })).await, Some(7));
            }
            assert_eq!(deadlines.idle.borrow().len(), 1, "one timer does for one after the other");
        });
    }

    #[test]
    fn a_timer_that_rings_early_is_set_anew_and_takes_no_request_down() {
        run(async {
            let deadlines = Deadlines::new(Duration::from_millis(40));
            deadlines.within(Instant::now(), pin!(async {})).await;
            for _ in 0..4 {
                let pause = tokio::time::sleep(Duration::from_millis(25));
                assert!(deadlines.within(Instant::now(), pin!(pause)).await.is_some());
            }
        });
    }
}
