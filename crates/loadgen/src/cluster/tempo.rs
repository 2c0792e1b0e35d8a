//! When a worker says what, and how long it waits for whom: Locust's constants.
//!
//! [`Tempo::default`] is what real masters expect. Others are for tests, which have no time.

use std::time::Duration;

/// How often a worker speaks, and how patient it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tempo {
    /// Between two heartbeats. A master misses a worker after about four seconds.
    pub heartbeat: Duration,
    /// Between two reports.
    pub report: Duration,
    /// For the master to acknowledge a worker that is ready, before it says so again.
    pub acknowledgement: Duration,
    /// How often a worker says so before it gives up.
    pub tries: u32,
    /// Without a sign of the master, before the worker leaves.
    pub silence: Duration,
    /// For a master on a new connection to answer a heartbeat. One that does not is not the one that was there before.
    pub recognition: Duration,
    /// For requests in flight when the master quits: it waits half a second for last reports.
    pub farewell: Duration,
}

impl Default for Tempo {
    fn default() -> Self {
        Self {
            heartbeat: Duration::from_secs(1),
            report: Duration::from_secs(3),
            acknowledgement: Duration::from_secs(5),
            tries: 60,
            silence: Duration::from_secs(60),
            recognition: Duration::from_secs(3),
            farewell: Duration::from_millis(250),
        }
    }
}
