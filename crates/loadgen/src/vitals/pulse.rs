//! One second of the generator and its machine.
//!
//! [`Pulse`] is plain data: what the counters of two readings grew by, over the time between them. What is not measured
//! is nothing, not zero.

use std::time::Duration;

use super::reading::{Reading, Sender};

/// One second, or whatever lay between two looks.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Pulse {
    /// When it ended, in seconds since the start of the run.
    pub at_s: f32,
    /// How many seconds it covers.
    pub covers_s: f32,
    /// Cores that the generator kept busy; 1.5 is one and a half.
    pub own_cores: Option<f32>,
    /// The share of the time in which the busiest sender thread was at work, 0 to 1.
    pub busiest_sender: Option<f32>,
    /// The share of the time in which a sender thread was at work or waited for a core, 0 to 1: that of the thread where it
    /// is greatest.
    pub wanting_sender: Option<f32>,
    /// The share of the machine's CPU that all programs used, 0 to 1.
    pub host: Option<f32>,
    /// The generator's resident memory in megabytes.
    pub resident_mb: Option<f32>,
    /// The generator's open files, sockets included.
    pub open_files: Option<u32>,
    /// The machine's TCP sockets, at both ends: open ones and closed ones whose port is still taken.
    pub tcp_sockets: Option<u32>,
    /// Those of them that are closed and whose port is still taken (`TIME_WAIT`).
    pub time_wait: Option<u32>,
}

impl Pulse {
    /// What happened between two readings, the later one taken `at` (since the start of the run).
    pub(super) fn between(
        before: &Reading,
        after: &Reading,
        at: Duration,
        ticks_per_s: Option<f64>,
    ) -> Self {
        let covers_s = after.taken.duration_since(before.taken).as_secs_f64();
        let cores = |from: u64, to: u64| {
            let cores = to.saturating_sub(from) as f64 / ticks_per_s? / covers_s;
            (covers_s > 0.0).then_some(cores as f32)
        };
        let small = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
        // A thread that was not there before has used all of its time since.
        let earlier = |id: u32| before.senders.iter().find(|sender| sender.id == id);
        let busy = |sender: &Sender| {
            cores(earlier(sender.id).map_or(0, |earlier| earlier.ticks), sender.ticks)
        };
        let wanting = |sender: &Sender| {
            let from = earlier(sender.id).map_or(Some(0), |earlier| earlier.wanted_ns)?;
            let wanted_s = sender.wanted_ns?.saturating_sub(from) as f64 / 1e9;
            (covers_s > 0.0).then_some((wanted_s / covers_s) as f32)
        };
        Self {
            at_s: at.as_secs_f32(),
            covers_s: covers_s as f32,
            own_cores: before.process.zip(after.process).and_then(|(from, to)| cores(from, to)),
            busiest_sender: after.senders.iter().filter_map(busy).reduce(f32::max),
            wanting_sender: after.senders.iter().filter_map(wanting).reduce(f32::max),
            host: before.host.zip(after.host).and_then(|(from, to)| {
                let all = to.all.saturating_sub(from.all);
                let busy = to.busy.saturating_sub(from.busy);
                (all > 0).then(|| (busy as f64 / all as f64) as f32)
            }),
            resident_mb: after.resident_kb.map(|kb| kb as f32 * 1.024e-3),
            open_files: after.open_files.map(small),
            tcp_sockets: after.sockets.map(|sockets| small(sockets.in_use + sockets.time_wait)),
            time_wait: after.sockets.map(|sockets| small(sockets.time_wait)),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::{Pulse, Reading, Sender};
    use crate::vitals::procfs::{HostTicks, Sockets};

    fn sender(id: u32, ticks: u64, wanted_ms: u64) -> Sender {
        Sender { id, ticks, wanted_ns: Some(wanted_ms * 1_000_000) }
    }

    fn reading(taken: Instant) -> Reading {
        Reading {
            taken,
            process: Some(1_000),
            senders: vec![sender(7, 400, 4_000), sender(8, 500, 5_000)],
            host: Some(HostTicks { busy: 50_000, all: 100_000 }),
            resident_kb: Some(10_000),
            open_files: Some(40),
            sockets: Some(Sockets { in_use: 30, time_wait: 12 }),
        }
    }

    #[test]
    fn a_pulse_is_what_the_counters_grew_by_over_the_time_between() {
        let start = Instant::now();
        let before = reading(start);
        let after = Reading {
            process: Some(1_300),
            senders: vec![sender(7, 520, 5_300), sender(8, 510, 6_800), sender(9, 60, 600)],
            host: Some(HostTicks { busy: 50_300, all: 100_400 }),
            ..reading(start + Duration::from_secs(2))
        };
        let pulse = Pulse::between(&before, &after, Duration::from_secs(5), Some(100.0));
        let expect = Pulse {
            at_s: 5.0,
            covers_s: 2.0,
            own_cores: Some(1.5),
            busiest_sender: Some(0.6),
            wanting_sender: Some(0.9),
            host: Some(0.75),
            resident_mb: Some(10.24),
            open_files: Some(40),
            tcp_sockets: Some(42),
            time_wait: Some(12),
        };
        assert_eq!(pulse, expect);
    }

    #[test]
    fn what_cannot_be_read_is_missing_and_not_zero() {
        let start = Instant::now();
        let nothing = |taken| Reading {
            taken,
            process: None,
            senders: Vec::new(),
            host: None,
            resident_kb: None,
            open_files: None,
            sockets: None,
        };
        let (before, after) = (nothing(start), nothing(start + Duration::from_secs(1)));
        let pulse = Pulse::between(&before, &after, Duration::from_secs(1), Some(100.0));
        assert_eq!(pulse, Pulse { at_s: 1.0, covers_s: 1.0, ..Pulse::default() });
        // Without the length of a tick, ticks say nothing; shares of the machine need no length.
        let pulse = Pulse::between(&before, &reading(start), Duration::ZERO, None);
        assert_eq!((pulse.own_cores, pulse.busiest_sender, pulse.host), (None, None, None));
        let later = reading(start + Duration::from_secs(1));
        let pulse = Pulse::between(&reading(start), &later, Duration::from_secs(1), None);
        assert_eq!((pulse.own_cores, pulse.busiest_sender), (None, None));
    }
}
