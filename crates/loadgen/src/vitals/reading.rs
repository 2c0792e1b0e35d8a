//! One look at everything.
//!
//! [`Reading::now`] opens the files that [`procfs`](super::procfs) understands; whatever cannot be read is missing, on
//! every system but Linux all of it. Counters only: what they grew by between two readings is a
//! [`Pulse`](super::Pulse)'s.

use std::fs;
use std::path::Path;
use std::time::Instant;

use super::procfs::{self, HostTicks, Sockets};

/// What the sender threads of a run are called.
const SENDERS: &str = "sender-";

/// The counters at a moment.
#[derive(Debug, Clone)]
pub(super) struct Reading {
    /// When.
    pub(super) taken: Instant,
    /// What this process has used, in clock ticks.
    pub(super) process: Option<u64>,
    /// What each of its sender threads has used, by thread id.
    pub(super) senders: Vec<(u32, u64)>,
    /// What the machine has used.
    pub(super) host: Option<HostTicks>,
    /// Resident memory.
    pub(super) resident_kb: Option<u64>,
    /// Open file descriptors.
    pub(super) open_files: Option<u64>,
    /// The machine's TCP sockets.
    pub(super) sockets: Option<Sockets>,
}

impl Reading {
    /// Reads everything there is to read.
    pub(super) fn now() -> Self {
        let text = |path: &str| fs::read_to_string(path).ok();
        Self {
            taken: Instant::now(),
            process: text("/proc/self/stat").and_then(|text| Some(procfs::stat(&text)?.ticks)),
            senders: senders(Path::new("/proc/self/task")),
            host: text("/proc/stat").and_then(|text| procfs::host(&text)),
            resident_kb: text("/proc/self/status").and_then(|text| procfs::resident_kb(&text)),
            open_files: open_files(Path::new("/proc/self/fd")),
            sockets: text("/proc/net/sockstat").and_then(|text| procfs::sockets(&text)),
        }
    }
}

/// What each sender thread has used.
fn senders(tasks: &Path) -> Vec<(u32, u64)> {
    let Ok(entries) = fs::read_dir(tasks) else { return Vec::new() };
    let sender = |entry: fs::DirEntry| {
        let text = fs::read_to_string(entry.path().join("stat")).ok()?;
        let stat = procfs::stat(&text)?;
        let id = entry.file_name().to_str()?.parse().ok()?;
        stat.name.starts_with(SENDERS).then_some((id, stat.ticks))
    };
    entries.flatten().filter_map(sender).collect()
}

/// How many descriptors there are. Since Linux 6.2 the folder's size says so; counting ten thousand takes milliseconds.
fn open_files(descriptors: &Path) -> Option<u64> {
    match fs::metadata(descriptors).ok()?.len() {
        0 => Some(fs::read_dir(descriptors).ok()?.count() as u64),
        count => Some(count),
    }
}
