//! Waking up on time.
//!
//! The runtime's timers count whole milliseconds, too coarse for a service that answers in a fifth of one. [`Alarm`] waits
//! on a timer of the kernel (Linux `timerfd`, nanoseconds) through the runtime's own poll, so that it costs no spinning
//! core. Where there is none it sleeps until shortly before and yields until the time has come. A simulated clock keeps
//! the runtime's timers: no kernel knows its time.

use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use super::target::Clock;

/// The runtime's timers fire up to this much late.
#[cfg(not(target_os = "linux"))]
const COARSE: Duration = Duration::from_millis(2);

/// Waits for one time after another.
pub(super) enum Alarm {
    /// By the kernel's timer.
    #[cfg(target_os = "linux")]
    Kernel(timer::Timer),
    /// Sleep, then yield.
    #[cfg(not(target_os = "linux"))]
    Yielding,
    /// By the runtime's timers.
    Runtime,
}

impl Alarm {
    /// The finest that a clock allows; called within a runtime.
    pub(super) fn of(clock: Clock) -> Self {
        match clock {
            Clock::Simulated => Self::Runtime,
            #[cfg(target_os = "linux")]
            // Without a file descriptor to spare the run will not go far; it may still go coarsely.
            Clock::System => timer::Timer::new().map_or(Self::Runtime, Self::Kernel),
            #[cfg(not(target_os = "linux"))]
            Clock::System => Self::Yielding,
        }
    }

    /// Waits until `time`; returns at once when it has passed.
    pub(super) async fn wait_until(&mut self, time: Instant) {
        match self {
            #[cfg(target_os = "linux")]
            Self::Kernel(timer) => {
                let left = time.saturating_duration_since(Instant::now());
                if left > Duration::ZERO && timer.wait(left).await.is_err() {
                    sleep_until(time).await;
                }
            }
            #[cfg(not(target_os = "linux"))]
            Self::Yielding => {
                sleep_until(time - COARSE).await;
                while Instant::now() < time {
                    tokio::task::yield_now().await;
                }
            }
            Self::Runtime => sleep_until(time).await,
        }
    }
}

#[cfg(target_os = "linux")]
mod timer {
    use std::io;
    use std::os::fd::{AsFd, AsRawFd, RawFd};
    use std::time::Duration;

    use nix::sys::time::TimeSpec;
    use nix::sys::timerfd::{ClockId, Expiration, TimerFd, TimerFlags, TimerSetTimeFlags};
    use tokio::io::unix::AsyncFd;

    /// A kernel timer in the runtime's poll.
    pub(in super::super) struct Timer(AsyncFd<Owned>);

    /// The descriptor that this value owns, and closes when it is dropped.
    struct Owned(TimerFd);

    impl AsRawFd for Owned {
        fn as_raw_fd(&self) -> RawFd {
            self.0.as_fd().as_raw_fd()
        }
    }

    impl Timer {
        pub(super) fn new() -> io::Result<Self> {
            let flags = TimerFlags::TFD_NONBLOCK | TimerFlags::TFD_CLOEXEC;
            let owned = Owned(TimerFd::new(ClockId::CLOCK_MONOTONIC, flags)?);
            #[expect(
                deprecated,
                reason = "its successor is unsafe; ours keeps its one promise: it owns the descriptor"
            )]
            Ok(Self(AsyncFd::new(owned)?))
        }

        /// Waits for a time that is above zero: zero would disarm the timer.
        pub(super) async fn wait(&self, left: Duration) -> io::Result<()> {
            let once = Expiration::OneShot(TimeSpec::from_duration(left));
            self.0.get_ref().0.set(once, TimerSetTimeFlags::empty())?;
            // Setting a timer forgets its earlier expirations, so there is nothing to read; only the readiness of the
            // last one is still noted.
            loop {
                let mut ready = self.0.readable().await?;
                ready.clear_ready();
                if self.has_expired()? {
                    return Ok(());
                }
            }
        }

        fn has_expired(&self) -> io::Result<bool> {
            Ok(self.0.get_ref().0.get()?.is_none())
        }
    }
}
