//! Every number that a verdict turns on, with its reason.
//!
//! Two questions decide between suspect and invalid. *Does the run tell of the load that was asked for, and of the
//! service?* If not, it is invalid: no figure of it means what it says. *Could some figure, a tail or a maximum, be the
//! generator's own?* Then it is suspect: the figures stand, and somebody should look. Shares are of one.

use std::time::Duration;

/// Less of the asked load than this, and the run tells of another load: invalid. Whose fault it is does not matter for
/// that, and the reason says it.
pub(super) const ACHIEVED: f64 = 0.99;

/// More due requests than this, and more than one for each thread, were never sent: invalid. They would have been the slowest ones, so every percentile from
/// the 99.9th up is too good.
pub(super) const UNSENT: f64 = 0.001;

/// More requests than this were given up in flight at the end: suspect. Again the slowest ones are missing, but only those
/// of the last moment.
pub(super) const DROPPED: f64 = 0.01;

/// One of them had waited for so many times the longest response time (and for longer than a stall that makes a run
/// invalid): no answer was to be expected any more. It is a failure, and more of them may be, that no number shows.
pub(super) const WAITED: f64 = 2.0;

/// The 99th percentile of the send lag may be this, or ...
pub(super) const SEND_LAG: Duration = Duration::from_millis(5);

/// ... this share of the response times' 99th percentile, which it is part of; above both: suspect.
pub(super) const SEND_LAG_SHARE: f64 = 0.1;

/// The 99th percentile of the send lag above this ...
pub(super) const SEND_LAG_LONG: Duration = Duration::from_millis(25);

/// ... and above this share of the response times' tail: invalid. More than half of the p99 that is shown is the generator's
/// own queue. Below 25 ms (five times what is suspect) a busy machine's scheduler makes as much without the service's figures
/// being another's; above, a service of a few milliseconds is told as ten times as slow as it is. With
/// fewer requests than [`MANY`] the percentile is one of the ten slowest, which a single hiccup makes: suspect at most.
pub(super) const SEND_LAG_MOST: f64 = 0.5;

/// More of its CPU than this, as the greatest mean over ten seconds: suspect. A fifth has to stay idle for bursts; k6 asks
/// for the same.
pub(super) const OWN_CPU: f64 = 0.8;

/// More than this: invalid. What answers wait for is then the generator, and a closed run's rate is the generator's.
pub(super) const OWN_CPU_SPENT: f64 = 0.9;

/// More of one core than this in one sender thread, as the greatest mean over ten seconds: invalid. Its users wait for it,
/// however idle the others are. Locust warns at the same share.
pub(super) const SENDER: f64 = 0.9;

/// For more of the time than this a sender thread was at work or waited for a core, as the greatest mean over ten seconds:
/// invalid, because its users waited for it as for one that works all the time. Over less than ten seconds suspect: any
/// machine is short of time for a moment.
pub(super) const WANTING: f64 = 0.9;

/// More of the machine's CPU than this, as the greatest mean over ten seconds: suspect. It need not have hurt: whether it
/// did shows in lag and stalls, which are judged by themselves.
pub(super) const HOST_CPU: f64 = 0.95;

/// A longer stall of a sender thread: suspect, because maxima and high percentiles may be the generator's own.
pub(super) const STALL: Duration = Duration::from_millis(100);

/// A stall of this length, or ...
pub(super) const STALL_LONG: Duration = Duration::from_secs(1);

/// ... of this share of the measured time, whichever is longer: invalid. As many requests as the 99th percentile leaves out
/// were sent or looked at too late.
pub(super) const STALL_SHARE: f64 = 0.01;

/// More failures of the generator's own (no descriptor, no port) than this share of all requests: invalid, like requests
/// that were never sent. Any at all: suspect.
pub(super) const OWN_FAILURES: f64 = 0.001;

/// At least this share of the requests that were late or never sent waited for a place in flight: it is the service that held
/// requests up. Less, and the generator's own time made most of them late.
pub(super) const HELD_UP: f64 = 0.5;

/// From so many requests on ten and more are beyond the 99th percentile.
pub(super) const MANY: u64 = 1_000;

/// Fewer requests: suspect. The 99th percentile of fewer than a hundred is the slowest one.
pub(super) const FEW: u64 = 100;
