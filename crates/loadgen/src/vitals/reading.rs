//! One look at everything.
//!
//! [`Sources`] holds the files that [`procfs`](super::procfs) understands open, so that they can still be read when the
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
