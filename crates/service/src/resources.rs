//! What the machine and the process use, sampled by a thread of its own.
//!
//! [`Resources::current`] hands out the last [`Sample`] without waiting, so that neither `/resources` nor `/metrics`
//! ever makes a worker read `/proc`. The thread ends when the last [`Resources`] is gone. Percentages of processor time
//! are means since the sample before; the first one is taken at the start.

use std::{
    collections::HashSet,
    fs, io,
    path::Path,
    process,
    sync::{
        Arc,
        mpsc::{RecvTimeoutError, SyncSender, sync_channel},
    },
    thread,
    time::Duration,
};

use arc_swap::{ArcSwap, Guard};
use serde::Serialize;
use sysinfo::{
    DiskRefreshKind, Disks, Networks, Pid, ProcessRefreshKind, ProcessesToUpdate, System,
};
use utoipa::ToSchema;

use crate::{metrics::HostGauges, timestamp::Timestamp};

/// Between two samples: fresh enough for a scrape every 10 s, and far above the 200 ms below which processor times are
/// too coarse to compare.
const INTERVAL: Duration = Duration::from_secs(2);

/// The second sample comes early, because the first one has no interval behind it to measure processor time over.
const FIRST_INTERVAL: Duration = Duration::from_millis(250);

/// The last sample, for whoever asks.
#[derive(Debug)]
pub(crate) struct Resources {
    current: Arc<ArcSwap<Sample>>,
    /// Never sent on: dropping it ends the thread.
    _running: SyncSender<()>,
}

/// The body of `GET /resources`.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Resources)]
pub(crate) struct Sample {
    status: &'static str,
    cpu: Cpu,
    memory: Memory,
    disk: Disk,
    process: Process,
    network: Network,
    alerts: Alerts,
    timestamp: Timestamp,
}

#[derive(Debug, Serialize, ToSchema)]
struct Cpu {
    usage_percent: f64,
    count: usize,
    per_cpu: Vec<f64>,
}

#[derive(Debug, Serialize, ToSchema)]
struct Memory {
    total_mb: f64,
    available_mb: f64,
    used_mb: f64,
    usage_percent: f64,
}

#[derive(Debug, Serialize, ToSchema)]
struct Disk {
    total_gb: f64,
    used_gb: f64,
    free_gb: f64,
    usage_percent: f64,
}

#[derive(Debug, Serialize, ToSchema)]
struct Process {
    memory_mb: f64,
    cpu_percent: f64,
    threads: usize,
    open_files: usize,
}

#[derive(Debug, Serialize, ToSchema)]
struct Network {
    bytes_sent_mb: f64,
    bytes_recv_mb: f64,
    packets_sent: u64,
    packets_recv: u64,
}

/// The contract's thresholds: 80 % of processors and memory, 85 % of the disk.
#[derive(Debug, Serialize, ToSchema)]
struct Alerts {
    high_cpu: bool,
    high_memory: bool,
    low_disk: bool,
}

/// Why nothing can be sampled.
#[derive(Debug, thiserror::Error)]
pub enum ResourcesError {
    /// The system tells nothing about itself.
    #[error("cannot read the use of this machine's resources: {0}")]
    System(#[from] sysinfo::Error),
    /// No thread to sample with.
    #[error("cannot start the thread that samples resources: {0}")]
    Thread(#[from] io::Error),
}

impl Resources {
    /// Takes the first sample, then starts the thread that takes the others and sets the gauges.
    pub(crate) fn start(gauges: HostGauges) -> Result<Self, ResourcesError> {
        let mut sampler = Sampler::new(gauges)?;
        let current = Arc::new(ArcSwap::from_pointee(sampler.sample()));
        let (running, stopped) = sync_channel(0);
        let published = Arc::clone(&current);
        thread::Builder::new().name("resources".to_owned()).spawn(move || {
            let mut interval = FIRST_INTERVAL;
            while stopped.recv_timeout(interval) == Err(RecvTimeoutError::Timeout) {
                published.store(Arc::new(sampler.sample()));
                interval = INTERVAL;
            }
        })?;
        Ok(Self { current, _running: running })
    }

    /// The last sample.
    pub(crate) fn current(&self) -> Guard<Arc<Sample>> {
        self.current.load()
    }
}

/// What is kept from sample to sample.
struct Sampler {
    system: System,
    disks: Disks,
    networks: Networks,
    pid: Pid,
    gauges: HostGauges,
}

impl Sampler {
    fn new(gauges: HostGauges) -> Result<Self, sysinfo::Error> {
        Ok(Self {
            system: System::new()?,
            disks: Disks::new_with_refreshed_list_specifics(
                DiskRefreshKind::nothing().with_storage(),
            )?,
            networks: Networks::new_with_refreshed_list()?,
            pid: Pid::from_u32(process::id()),
            gauges,
        })
    }

    fn sample(&mut self) -> Sample {
        let kind = ProcessRefreshKind::nothing().with_cpu().with_memory().with_tasks();
        self.system.refresh_cpu_usage();
        self.system.refresh_memory();
        self.system.refresh_processes_specifics(ProcessesToUpdate::Some(&[self.pid]), false, kind);
        self.disks.refresh_specifics(false, DiskRefreshKind::nothing().with_storage());
        self.networks.refresh(true);

        let (cpu, memory, disk) = (self.cpu(), self.memory(), self.disk());
        let alerts = Alerts {
            high_cpu: cpu.usage_percent > 80.0,
            high_memory: memory.usage_percent > 80.0,
            low_disk: disk.usage_percent > 85.0,
        };
        let process = self.process();
        self.set_gauges(&cpu, &memory, &disk, &process);
        let (network, timestamp) = (self.network(), Timestamp::now());
        Sample { status: "ok", cpu, memory, disk, process, network, alerts, timestamp }
    }

    fn cpu(&self) -> Cpu {
        let cores = self.system.cpus();
        Cpu {
            usage_percent: rounded(self.system.global_cpu_usage().into()),
            count: cores.len(),
            per_cpu: cores.iter().map(|core| rounded(core.usage().into())).collect(),
        }
    }

    fn memory(&self) -> Memory {
        let (total, available) = (self.system.total_memory(), self.system.available_memory());
        let used = total.saturating_sub(available);
        Memory {
            total_mb: megabytes(total),
            available_mb: megabytes(available),
            used_mb: megabytes(used),
            usage_percent: percent(used, total),
        }
    }

    /// The file system that holds `/`; none is known on some containers, which then report zeros.
    fn disk(&self) -> Disk {
        let root = self.disks.iter().find(|disk| disk.mount_point() == Path::new("/"));
        let (total, free) =
            root.map_or((0, 0), |disk| (disk.total_space(), disk.available_space()));
        let used = total.saturating_sub(free);
        Disk {
            total_gb: gigabytes(total),
            used_gb: gigabytes(used),
            free_gb: gigabytes(free),
            usage_percent: percent(used, total),
        }
    }

    fn process(&self) -> Process {
        let process = self.system.process(self.pid);
        Process {
            memory_mb: megabytes(process.map_or(0, sysinfo::Process::memory)),
            cpu_percent: rounded(process.map_or(0.0, |process| process.cpu_usage().into())),
            // sysinfo lists the threads beside the first one.
            threads: 1 + process.and_then(sysinfo::Process::tasks).map_or(0, HashSet::len),
            // Reading the folder opens one more.
            open_files: fs::read_dir("/proc/self/fd")
                .map_or(0, |files| files.count().saturating_sub(1)),
        }
    }

    fn network(&self) -> Network {
        let sum =
            |of: fn(&sysinfo::NetworkData) -> u64| self.networks.values().map(of).sum::<u64>();
        Network {
            bytes_sent_mb: megabytes(sum(sysinfo::NetworkData::total_transmitted)),
            bytes_recv_mb: megabytes(sum(sysinfo::NetworkData::total_received)),
            packets_sent: sum(sysinfo::NetworkData::total_packets_transmitted),
            packets_recv: sum(sysinfo::NetworkData::total_packets_received),
        }
    }

    fn set_gauges(&self, cpu: &Cpu, memory: &Memory, disk: &Disk, process: &Process) {
        let used_bytes = self.system.total_memory().saturating_sub(self.system.available_memory());
        let resident_bytes = self.system.process(self.pid).map_or(0, sysinfo::Process::memory);
        self.gauges.system_cpu_percent.set(cpu.usage_percent);
        self.gauges.system_memory_percent.set(memory.usage_percent);
        self.gauges.system_memory_bytes.set(used_bytes.cast_signed());
        self.gauges.system_disk_percent.set(disk.usage_percent);
        self.gauges.process_cpu_percent.set(process.cpu_percent);
        self.gauges.process_memory_bytes.set(resident_bytes.cast_signed());
        self.gauges.process_threads.set(process.threads.cast_signed() as i64);
    }
}

/// Two decimals, as the contract has them.
fn rounded(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}

fn percent(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { rounded(part as f64 / whole as f64 * 100.0) }
}

/// Binary megabytes, as the predecessor counted them.
fn megabytes(bytes: u64) -> f64 {
    rounded(bytes as f64 / f64::from(1 << 20))
}

/// Binary gigabytes.
fn gigabytes(bytes: u64) -> f64 {
    rounded(bytes as f64 / f64::from(1 << 30))
}
