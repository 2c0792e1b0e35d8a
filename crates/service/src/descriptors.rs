//! How many connections the process may hold: each takes file descriptors, and a process has a limit of them.
//!
//! [`room_for`] raises the process's own (soft) limit as far as the administrator's (hard) limit lets it, and says how many
//! connections then fit, so that accepting one never fails for want of a descriptor. Connections beyond that wait in the
//! system's queue, which [`listener`](crate::listener) sizes.

use nix::sys::resource::{Resource, getrlimit, setrlimit};

/// Connections that are held when nothing else was asked for: 10,000 take 200 MB of buffers at most.
const USUAL: u32 = 10_000;

/// Below this the usual number is so far away that somebody should know.
const FEW: u32 = 1_000;

/// Descriptors of a connection: the socket, and the second handle by which it can be cut.
const PER_CONNECTION: u64 = 2;

/// Descriptors for everything else: the log, the model, the sampler, runtimes.
const RESERVED: u64 = 128;

/// Descriptors of a worker thread: its event queue and the wakers of its runtime, with room to spare.
const PER_WORKER: u64 = 8;

/// How many connections may be held at once, of those `asked` for.
pub(crate) fn room_for(asked: Option<u32>, workers: usize) -> u32 {
    let reserved = RESERVED + PER_WORKER * workers as u64;
    let wanted = asked.unwrap_or(USUAL);
    // Without an answer from the system, what was asked for is the best guess.
    let Ok((soft, hard)) = getrlimit(Resource::RLIMIT_NOFILE) else { return wanted };
    let needed = reserved + PER_CONNECTION * u64::from(wanted);
    let raised = soft.max(needed.min(hard));
    let limit = match setrlimit(Resource::RLIMIT_NOFILE, raised, hard) {
        Ok(()) => raised,
        Err(_) => soft,
    };
    let fitting = fitting(limit, reserved).min(wanted);
    if fitting < asked.unwrap_or(FEW) {
        tracing::warn!(
            open_files = limit,
            connections = fitting,
            "the limit of open files allows fewer connections than wanted; raise it (LimitNOFILE of systemd, ulimit -Hn), \
             or set MAX_CONNECTIONS to this number"
        );
    }
    fitting
}

/// How many connections fit into a limit; one always does, or nothing could ever be served.
fn fitting(limit: u64, reserved: u64) -> u32 {
    let fitting = limit.saturating_sub(reserved) / PER_CONNECTION;
    u32::try_from(fitting).unwrap_or(u32::MAX).max(1)
}

#[cfg(test)]
mod tests {
    use super::fitting;

    #[test]
    fn connections_share_what_the_limit_leaves() {
        assert_eq!(fitting(1_024, 144), 440);
        assert_eq!(fitting(u64::MAX, 144), u32::MAX);
        assert_eq!(fitting(100, 144), 1);
    }
}
