//! What is known of a run when it is judged.
//!
//! [`Facts`] is plain data. [`Facts::of`] takes it from a recording, its plan and the vitals; what only the surroundings
//! know (was the run cut short, is the target this machine) is added by whoever ran it. What was not measured is nothing,
//! and no rule guesses it.

use std::time::Duration;

use lead_stats::LoadModel;
use nix::errno::Errno;

use crate::failure::FailureClass;
use crate::plan::{Load, Plan, Spacing, Transport};
use crate::record::Recording;
use crate::snapshot::{Errors, Late};
use crate::vitals::Vitals;

/// What is known of a run. Everything is about its measured part, without the warm-up.
#[derive(Debug, Clone, PartialEq)]
pub struct Facts {
    /// How the load came about.
    pub model: LoadModel,
    /// How long was measured.
    pub measured: Duration,
    /// Requests that ended.
    pub requests: u64,
    /// Requests in flight at the end that nobody waited for.
    pub dropped: u64,
    /// How long the one of them had waited that began first.
    pub waited: Duration,
    /// Failures that were the generator's own.
    pub own_failures: OwnFailures,
    /// What was asked for and what was sent; nothing in the closed model, which asks for no rate and cannot miss one.
    pub sent: Option<Sent>,
    /// The 99th percentile of the response times.
    pub response_p99: Duration,
    /// The longest of the response times.
    pub response_max: Duration,
    /// Threads that sent.
    pub threads: usize,
    /// Cores that the generator may use.
    pub cores: usize,
    /// What carried the requests.
    pub transport: Transport,
    /// The share of its CPU (a core for each thread, as far as there are cores) that the generator used: greatest mean over
    /// ten seconds, 0 to 1 and a little.
    pub own_cpu: Option<f64>,
    /// The share of a core that the busiest sender thread used: greatest mean over ten seconds.
    pub busiest_sender: Option<f64>,
    /// The share of the time in which a sender thread was at work or waited for a core: greatest mean over ten seconds.
    pub wanting_sender: Option<f64>,
    /// The share of the machine's CPU that all programs used: greatest mean over ten seconds.
    pub host_cpu: Option<f64>,
    /// The longest time for which a sender thread was away.
    pub stall: Option<Duration>,
    /// The most memory the generator had, in megabytes.
    pub resident_mb: Option<f64>,
    /// The most files it had open, and how many it may have.
    pub open_files: Option<(u64, Option<u64>)>,
    /// The most TCP sockets of the machine, and how many ports connections may come from.
    pub tcp_sockets: Option<(u64, Option<u64>)>,
    /// Set when the run was stopped before its time.
    pub cut_short: Option<CutShort>,
    /// Whether the target is on this machine: said, not judged.
    pub is_target_here: bool,
}

/// What the open model asked for, and what became of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sent {
    /// Requests that the plan asked for; where they come by chance, those that chance asked for.
    pub asked: f64,
    /// For how long it asked.
    pub time: Duration,
    /// Requests that were sent, whether their answer came in time or not.
    pub sent: u64,
    /// Requests that were due and never sent.
    pub unsent: u64,
    /// The 99th percentile of how much later than due they were sent.
    pub lag_p99: Duration,
    /// Those that were sent late or never, and how many of them waited for a place in flight.
    pub late: Late,
    /// Requests in flight that were allowed.
    pub most_in_flight: u32,
}

impl Sent {
    /// Requests per second that were asked for, on average.
    pub fn asked_per_s(&self) -> f64 {
        self.per_s(self.asked)
    }

    /// Requests per second that were sent, on average.
    pub fn sent_per_s(&self) -> f64 {
        self.per_s(self.sent as f64)
    }

    fn per_s(&self, requests: f64) -> f64 {
        if self.time.is_zero() { 0.0 } else { requests / self.time.as_secs_f64() }
    }
}

/// Failures that were the generator's own, by what it lacked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct OwnFailures {
    /// File descriptors.
    pub files: u64,
    /// Ports for new connections.
    pub ports: u64,
    /// Memory, or something else.
    pub other: u64,
}

impl OwnFailures {
    /// All of them.
    pub fn count(&self) -> u64 {
        self.files + self.ports + self.other
    }

    /// Sorts them by the system's own number in their texts.
    fn of(errors: &Errors) -> Self {
        let all = errors.of_class(FailureClass::Generator);
        let of = |numbers: &[Errno]| {
            let is_one = |text: &str| {
                numbers
                    .iter()
                    .any(|number| text.starts_with(&format!("OSError({},", *number as i32)))
            };
            errors.iter().filter(|(text, _)| is_one(text)).map(|(_, seen)| seen.count).sum::<u64>()
        };
        let files = of(&[Errno::EMFILE, Errno::ENFILE]).min(all);
        let ports = of(&[Errno::EADDRNOTAVAIL]).min(all - files);
        Self { files, ports, other: all - files - ports }
    }
}

/// A run that was stopped before its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CutShort {
    /// When, since the start.
    pub after: Duration,
    /// When it would have ended by itself.
    pub planned: Duration,
}

impl Facts {
    /// What a recording, its plan and the vitals tell. The target is taken to be elsewhere, and the run to have gone on for
    /// as long as it should; whoever knows better says so.
    pub fn of(recording: &Recording, plan: &Plan, vitals: &Vitals) -> Self {
        let total = recording.total();
        let warm_up = recording.warm_up();
        let stopped = recording.stopped().unwrap_or(recording.elapsed());
        let mean = |value| vitals.greatest_mean(warm_up, stopped, value);
        let cores = vitals.cores();
        let threads = plan.workers();
        let budget = threads.min(cores).max(1) as f64;
        // A simulated clock has no vitals; its stalls are no stalls.
        let stall = (!vitals.pulses().is_empty()).then(|| recording.greatest_stall());
        Self {
            model: match plan.load {
                Load::Closed(_) => LoadModel::Closed,
                Load::Open(_) => LoadModel::Open,
            },
            measured: stopped.saturating_sub(warm_up),
            requests: total.requests(),
            dropped: recording.dropped(),
            waited: recording.waited(),
            own_failures: OwnFailures::of(total.errors()),
            sent: sent(recording, plan),
            response_p99: millis(total.latency().percentile_ms(0.99)),
            response_max: millis(total.latency().max_ms()),
            threads,
            cores,
            transport: plan.transport,
            own_cpu: mean(|pulse| pulse.own_cores).map(|used| used / budget),
            busiest_sender: mean(|pulse| pulse.busiest_sender),
            wanting_sender: mean(|pulse| pulse.wanting_sender),
            host_cpu: mean(|pulse| pulse.host),
            stall,
            resident_mb: vitals.greatest(warm_up, |pulse| pulse.resident_mb).map(f64::from),
            open_files: vitals
                .greatest(warm_up, |pulse| pulse.open_files)
                .map(|most| (u64::from(most), vitals.open_files_limit())),
            tcp_sockets: vitals
                .greatest(warm_up, |pulse| pulse.tcp_sockets)
                .map(|most| (u64::from(most), vitals.ports())),
            cut_short: None,
            is_target_here: false,
        }
    }
}

/// What the open model asked for.
fn sent(recording: &Recording, plan: &Plan) -> Option<Sent> {
    let Load::Open(arrivals) = &plan.load else { return None };
    let unsent = recording.unsent();
    // Requests that were in flight when a recording began anew were asked for before.
    let ended = recording.total().requests() + recording.dropped();
    let sent = ended.saturating_sub(recording.carried());
    Some(Sent {
        // Chance asks for a few more or less than the rate; what fell due is what was asked for.
        asked: match arrivals.spacing {
            Spacing::Constant => recording.asked()?,
            Spacing::Poisson => (sent + unsent) as f64,
        },
        time: recording.asked_time()?,
        sent,
        unsent,
        lag_p99: millis(recording.send_lag()?.percentile_ms(0.99)),
        late: recording.late(),
        most_in_flight: arrivals.max_in_flight.get(),
    })
}

fn millis(ms: f64) -> Duration {
    Duration::from_secs_f64(ms / 1e3)
}
