//! Is the thread there when it is needed?
//!
//! [`Stall`] wants to be woken every ten milliseconds and remembers by how much the latest call came too late: so long
//! the thread could neither send nor look at an answer, because it had too much to do or the machine gave its core to
//! somebody else. A simulated clock never stalls. The worker awaits it beside its other work; what a stall means for a
//! run is the [verdict](crate::judge)'s to say.

use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use super::target::Clock;

/// How often the thread wants to be woken.
const PERIOD: Duration = Duration::from_millis(10);

/// The greatest gap of a thread since it was last asked.
pub(super) struct Stall {
    /// When the thread wants to be woken; nothing under a clock that cannot stall.
    due: Option<Instant>,
    greatest: Duration,
}

impl Stall {
    /// Begins to watch, now.
    pub(super) fn of(clock: Clock) -> Self {
        let due = (clock == Clock::System).then(|| Instant::now() + PERIOD);
        Self { due, greatest: Duration::ZERO }
    }

    /// Waits for the next call and notes how late it came. Dropping the future loses nothing.
    pub(super) async fn watch(&mut self) {
        match self.due {
            Some(due) => sleep_until(due).await,
            None => std::future::pending().await,
        }
        self.note();
    }

    /// The greatest gap beyond ten milliseconds since it was last taken, also one that is just being noticed.
    pub(super) fn take(&mut self) -> Duration {
        if self.due.is_some_and(|due| due <= Instant::now()) {
            self.note();
        }
        std::mem::take(&mut self.greatest)
    }

    fn note(&mut self) {
        let now = Instant::now();
        if let Some(due) = &mut self.due {
            self.greatest = self.greatest.max(now.duration_since(*due));
            *due = now + PERIOD;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::advance;

    use super::{Clock, Stall};

    const fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    #[tokio::test(start_paused = true)]
    async fn a_thread_that_is_called_in_time_has_no_gap() {
        let mut stall = Stall::of(Clock::System);
        for _ in 0..5 {
            stall.watch().await;
        }
        assert_eq!(stall.take(), Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn the_greatest_gap_is_kept_until_it_is_taken() {
        let mut stall = Stall::of(Clock::System);
        for late in [3, 40, 7] {
            advance(ms(10 + late)).await;
            stall.watch().await;
        }
        assert_eq!(stall.take(), ms(40));
        assert_eq!(stall.take(), Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn a_gap_is_taken_before_the_thread_itself_has_noticed_and_not_twice() {
        let mut stall = Stall::of(Clock::System);
        advance(ms(160)).await;
        assert_eq!(stall.take(), ms(150));
        stall.watch().await;
        assert_eq!(stall.take(), Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn a_future_that_is_dropped_loses_nothing() {
        let mut stall = Stall::of(Clock::System);
        for _ in 0..3 {
            tokio::select! {
                biased;
                () = std::future::ready(()) => {}
                () = stall.watch() => unreachable!("the other branch is always ready"),
            }
            advance(ms(20)).await;
        }
        stall.watch().await;
        assert_eq!(stall.take(), ms(50));
    }

    #[tokio::test(start_paused = true)]
    async fn a_simulated_clock_never_stalls() {
        let mut stall = Stall::of(Clock::Simulated);
        advance(ms(500)).await;
        assert_eq!(stall.take(), Duration::ZERO);
    }
}
