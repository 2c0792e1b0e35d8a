//! What two runs must have in common to be compared.
//!
//! Different load or another machine is no change of the service. A [`Key`] is a hash of each.

use std::{fmt, fmt::Write, fs, thread};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::evidence::Evidence;

/// Hashes of the load and of the machine, each of 12 hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Key {
    /// The load: users and endpoints.
    pub config: String,
    /// The machine: processor, cores, memory, system.
    pub machine: String,
}

impl Key {
    /// The key of a run that was measured on this machine.
    pub(crate) fn here(evidence: &Evidence) -> Self {
        let users = evidence.steady().ok().map(|steady| steady.users);
        let mut config = format!("users {users:?}\n");
        let asked = evidence.summary().endpoints.iter().filter(|row| row.requests > 0);
        for row in asked {
            writeln!(config, "endpoint {:?} {:?}", row.method, row.name)
                .expect("writing to a string cannot fail");
        }
        Self { config: hash(config.as_bytes()), machine: hash(machine().as_bytes()) }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.config, self.machine)
    }
}

/// What speed depends on, as the system tells it; what it does not tell is left out.
fn machine() -> String {
    let line = |path: &str, start: &str| {
        let text = fs::read_to_string(path).unwrap_or_default();
        text.lines().find(|line| line.starts_with(start)).unwrap_or_default().to_owned()
    };
    let cores = thread::available_parallelism().map_or(0, usize::from);
    format!(
        "{}\n{cores}\n{}\n{}\n",
        line("/proc/cpuinfo", "model name"),
        line("/proc/meminfo", "MemTotal"),
        line("/proc/sys/kernel/osrelease", "")
    )
}

/// The first 12 hexadecimal digits of SHA-256: nobody has enough runs for two to meet by chance.
pub(super) fn hash(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest[..6].iter().map(|byte| format!("{byte:02x}")).collect()
}
