//! One look at everything.
//!
//! [`Sources`] holds the files that [`procfs`] understands open, so that they can still be read when the
//! process has no descriptor left, which is when they are wanted most. A [`Reading`] is what they say at a moment: counters
//! only; what they grew by is a [`Pulse`](super::Pulse)'s. Whatever cannot be read is missing, on every system but Linux
//! all of it.

use std::fs::{self, File};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::time::Instant;

use super::procfs::{self, HostTicks, Sockets};

/// More of a file is not read: what is looked for stands well before.
const MOST_BYTES: usize = 4096;

/// What the sender threads of a run are called.
const SENDERS: &str = "sender-";

/// The counters at a moment.
#[derive(Debug, Clone)]
pub(super) struct Reading {
    /// When.
    pub(super) taken: Instant,
    /// What this process has used, in clock ticks.
    pub(super) process: Option<u64>,
    /// Its sender threads.
    pub(super) senders: Vec<Sender>,
    /// What the machine has used.
    pub(super) host: Option<HostTicks>,
    /// Resident memory.
    pub(super) resident_kb: Option<u64>,
    /// Open file descriptors.
    pub(super) open_files: Option<u64>,
    /// The machine's TCP sockets.
    pub(super) sockets: Option<Sockets>,
}

/// A sender thread.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sender {
    /// The system's number for it.
    pub(super) id: u32,
    /// What it has used, in clock ticks.
    pub(super) ticks: u64,
    /// For how long it wanted a core, in nanoseconds.
    pub(super) wanted_ns: Option<u64>,
}

/// The files that are read each second.
#[derive(Debug)]
pub(super) struct Sources {
    process: Option<File>,
    status: Option<File>,
    host: Option<File>,
    sockets: Option<File>,
}

impl Sources {
    /// Opens what there is.
    pub(super) fn open() -> Self {
        let file = |path: &str| File::open(path).ok();
        Self {
            process: file("/proc/self/stat"),
            status: file("/proc/self/status"),
            host: file("/proc/stat"),
            sockets: file("/proc/net/sockstat"),
        }
    }

    /// Reads everything there is to read.
    pub(super) fn read(&self) -> Reading {
        Reading {
            taken: Instant::now(),
            process: text(&self.process).and_then(|text| Some(procfs::stat(&text)?.ticks)),
            senders: senders(Path::new("/proc/self/task")),
            host: text(&self.host).and_then(|text| procfs::host(&text)),
            resident_kb: text(&self.status).and_then(|text| procfs::resident_kb(&text)),
            open_files: open_files(Path::new("/proc/self/fd")),
            sockets: text(&self.sockets).and_then(|text| procfs::sockets(&text)),
        }
    }
}

/// What a file says now; the kernel writes it anew whenever it is read from its beginning.
fn text(file: &Option<File>) -> Option<String> {
    let mut bytes = vec![0; MOST_BYTES];
    let length = file.as_ref()?.read_at(&mut bytes, 0).ok()?;
    bytes.truncate(length);
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// The sender threads that there are.
fn senders(tasks: &Path) -> Vec<Sender> {
    let Ok(entries) = fs::read_dir(tasks) else { return Vec::new() };
    let sender = |entry: fs::DirEntry| {
        let text = |name: &str| fs::read_to_string(entry.path().join(name)).ok();
        let stat = text("stat")?;
        let stat = procfs::stat(&stat).filter(|stat| stat.name.starts_with(SENDERS))?;
        let id = entry.file_name().to_str()?.parse().ok()?;
        let wanted_ns = text("schedstat").and_then(|text| procfs::wanted_ns(&text));
        Some(Sender { id, ticks: stat.ticks, wanted_ns })
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
