//! How long a slow client is waited for: while it sends a head or a body, and while it takes an answer.
//!
//! [`TimerArgs`] is what was typed, [`Timers`] what it means: values only. The head's timer runs in actix and in
//! [`connection`](crate::connection), the body's in [`wire`](crate::wire), and the answer's in the kernel, which
//! [`listener`](crate::listener) asks for it.

use std::time::Duration;

use clap::Args;

/// Longest time that can be asked for: a day.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

/// How long a client is waited for.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Slow clients")]
pub struct TimerArgs {
    /// Seconds in which the head of a request must have come in
    #[arg(long, env = "HEAD_TIMEOUT", value_name = "HEAD_TIMEOUT", default_value = "5", value_parser = head_seconds)]
    pub head_timeout: Duration,

    /// Seconds in which a body must have come in, or the next piece of one that streams
    #[arg(long, env = "BODY_TIMEOUT", value_name = "BODY_TIMEOUT", default_value = "20", value_parser = seconds)]
    pub body_timeout: Duration,

    /// Seconds after which a connection is cut whose client takes nothing of its answer
    #[arg(long, env = "WRITE_TIMEOUT", value_name = "WRITE_TIMEOUT", default_value = "30", value_parser = seconds)]
    pub write_timeout: Duration,
}

/// The patience with clients.
#[derive(Debug, Clone)]
pub struct Timers {
    /// `HEAD_TIMEOUT`: from a connection to its first request's whole head (default 5 s, at least 1 s; a head is one
    /// packet). A later head of the same connection gets once or twice `KEEP_ALIVE` and `HEAD_TIMEOUT` together.
    pub head: Duration,
    /// `BODY_TIMEOUT`: for a whole body (default 20 s: the largest batch then asks for 52 kB/s, a lead for 3 kB/s), and
    /// between two pieces of a body that streams.
    pub body: Duration,
    /// `WRITE_TIMEOUT`: for the client to take something of its answer (default 30 s, on Linux only). Any progress
    /// starts it anew.
    pub write: Duration,
}

impl Timers {
    pub(super) fn new(args: &TimerArgs) -> Self {
        Self { head: args.head_timeout, body: args.body_timeout, write: args.write_timeout }
    }
}

/// Reads at least a second: actix's clock for heads ticks every half second, and would cut short ones off at once.
fn head_seconds(typed: &str) -> Result<Duration, String> {
    let parsed = seconds(typed).ok().filter(|timer| *timer >= Duration::from_secs(1));
    parsed.ok_or_else(|| {
        "it must be a number of seconds from 1 to 86400, such as 5 or 1.5".to_owned()
    })
}

/// Reads seconds with decimals: above 0, because no timer means no end, and at most a day.
fn seconds(typed: &str) -> Result<Duration, String> {
    let parsed = typed.parse().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    parsed.filter(|timer| !timer.is_zero() && *timer <= LONGEST).ok_or_else(|| {
        "it must be a number of seconds above 0 and at most 86400, such as 5 or 0.5".to_owned()
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{head_seconds, seconds};

    #[test]
    fn a_timer_is_a_number_of_seconds_that_ends() {
        assert_eq!(seconds("5"), Ok(Duration::from_secs(5)));
        assert_eq!(seconds("0.25"), Ok(Duration::from_millis(250)));
        for refused in ["", "0", "-1", "NaN", "inf", "1e300", "86401", "5s", "1e-12"] {
            assert!(seconds(refused).is_err(), "{refused}");
        }
        assert_eq!(head_seconds("1"), Ok(Duration::from_secs(1)));
        assert!(head_seconds("0.9").is_err());
    }
}
