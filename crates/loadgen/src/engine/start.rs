//! Where senders wait for one another.
//!
//! Opening a client takes some milliseconds, more on a busy machine. A [`StartLine`] lets no sender begin before the last
//! one is ready, so that all their clocks, and the seconds they report, begin together. One that cannot start holds
//! nobody up. What they do from then on is [`worker`](super::worker)'s.

use std::sync::{Condvar, Mutex, PoisonError};

/// Lets all runners go when each of them is ready or has given up.
pub(super) struct StartLine {
    runners: usize,
    /// Runners that are neither ready nor gone.
    awaited: Mutex<usize>,
    go: Condvar,
}

impl StartLine {
    /// For so many runners.
    pub(super) fn of(runners: usize) -> Self {
        Self { runners, awaited: Mutex::new(runners), go: Condvar::new() }
    }

    /// The runners, each to be given to one thread.
    pub(super) fn runners(&self) -> impl Iterator<Item = Runner<'_>> {
        (0..self.runners).map(|_| Runner(self))
    }

    /// Waits until all runners may go.
    pub(super) fn wait(&self) {
        let mut awaited = self.awaited.lock().unwrap_or_else(PoisonError::into_inner);
        while *awaited > 0 {
            awaited = self.go.wait(awaited).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

/// One that is awaited until it is ready or dropped.
pub(super) struct Runner<'l>(&'l StartLine);

impl Runner<'_> {
    /// Is ready, and waits for the others.
    pub(super) fn set(self) {
        let line = self.0;
        drop(self);
        line.wait();
    }
}

impl Drop for Runner<'_> {
    fn drop(&mut self) {
        *self.0.awaited.lock().unwrap_or_else(PoisonError::into_inner) -= 1;
        self.0.go.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::thread;

    use super::StartLine;

    #[test]
    fn nobody_goes_before_the_last_one_is_ready() {
        let (line, ready) = (StartLine::of(4), AtomicUsize::new(0));
        thread::scope(|scope| {
            for runner in line.runners() {
                scope.spawn(|| {
                    ready.fetch_add(1, Ordering::SeqCst);
                    runner.set();
                    assert_eq!(ready.load(Ordering::SeqCst), 4);
                });
            }
            line.wait();
            assert_eq!(ready.load(Ordering::SeqCst), 4);
        });
    }

    #[test]
    fn one_that_gives_up_holds_nobody_up() {
        let line = StartLine::of(2);
        let mut runners = line.runners();
        let (one, other) = (runners.next(), runners.next());
        drop(one);
        other.into_iter().for_each(super::Runner::set);
        line.wait();
    }
}
