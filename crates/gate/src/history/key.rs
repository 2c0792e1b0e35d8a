//! What two runs must have in common to be compared.
//!
//! Different load or another machine is no change of the service. A [`Key`] is a hash of each.

use std::{env, fmt, fmt::Write, fs, thread};

use lead_stats::{LoadModel, RunVerdict, Summary};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Hashes of the load and of the machine, each of 12 hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Key {
    /// The load: its model, its users or its rate, and the endpoints.
    pub config: String,
    /// The machine: processor, cores, memory, governor, image of a hosted runner.
    pub machine: String,
}

impl Key {
    /// The key of a run that was measured on this machine.
    pub(super) fn here(
        summary: &Summary,
        users: Option<u64>,
        generator: Option<&RunVerdict>,
    ) -> Self {
        Self {
            config: hash(load(summary, users, generator).as_bytes()),
            machine: hash(machine().as_bytes()),
        }
    }
}

/// What was asked of the service. Length and ramp are never twice the same and are left out, and so are the users of a
/// run at a given rate, who are as many as it takes.
fn load(summary: &Summary, users: Option<u64>, generator: Option<&RunVerdict>) -> String {
    let rate = generator.and_then(|verdict| verdict.rate).map(|rate| rate.asked_per_s);
    let model = match generator.and_then(|verdict| verdict.model) {
        None => "unknown",
        Some(LoadModel::Closed) => "closed",
        Some(LoadModel::Open) => "open",
    };
    let users = users.filter(|_| rate.is_none());
    // It is a mean over a measured time: three digits of it are always the same.
    let rate = rate.map(|rate| format!("{rate:.2e}"));
    let mut text = format!("model {model}\nusers {users:?}\nrate {rate:?}\n");
    let asked = summary.endpoints.iter().filter(|row| row.requests > 0);
    let mut endpoints: Vec<_> = asked.map(|row| (&row.method, &row.name)).collect();
    endpoints.sort();
    for (method, name) in endpoints {
        writeln!(text, "endpoint {method:?} {name:?}").expect("writing to a string cannot fail");
    }
    text
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.config, self.machine)
    }
}

/// What speed depends on, as the system tells it; what it does not tell is left out. A new kernel is no other machine:
/// a change that it makes is one to be found.
fn machine() -> String {
    let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
    let field = |path: &str, name: &str| {
        let text = read(path);
        let value = text.lines().find_map(|line| line.strip_prefix(name)?.split_once(':'));
        value.map(|(_, value)| value.trim().to_owned()).unwrap_or_default()
    };
    let memory_kib = field("/proc/meminfo", "MemTotal");
    let memory_kib = memory_kib.split(' ').next().and_then(|kib| kib.parse::<f64>().ok());
    format!(
        "cpu {}\ncores {}\nmemory {:.0} GiB\ngovernor {}\nimage {}\n",
        field("/proc/cpuinfo", "model name"),
        thread::available_parallelism().map_or(0, usize::from),
        // Each kernel keeps a little for itself.
        memory_kib.unwrap_or_default() / 1024.0 / 1024.0,
        read("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor").trim(),
        env::var("ImageOS").unwrap_or_default()
    )
}

/// The first 12 hexadecimal digits of SHA-256: nobody has enough runs for two to meet by chance.
fn hash(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest[..6].iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use lead_stats::{Endpoint, Summary};

    use super::{Key, load};

    fn summary(names: &[&str]) -> Summary {
        let row = |name: &&str| Endpoint {
            method: "GET".into(),
            name: (*name).into(),
            requests: 9,
            ..Endpoint::default()
        };
        Summary { endpoints: names.iter().map(row).collect(), ..Summary::default() }
    }

    #[test]
    fn other_users_and_other_endpoints_make_another_key_and_their_order_does_not() {
        let key = |names: &[&str], users| Key::here(&summary(names), Some(users), None);
        assert_eq!(key(&["/a", "/b"], 300), key(&["/b", "/a"], 300));
        assert_ne!(key(&["/a", "/b"], 300).config, key(&["/a"], 300).config);
        assert_ne!(key(&["/a"], 300).config, key(&["/a"], 100).config);
        assert_eq!(key(&["/a"], 300).machine, key(&["/b"], 100).machine);
    }

    #[test]
    fn the_load_is_told_in_words_before_it_is_hashed() {
        assert_eq!(
            load(&summary(&["/a"]), Some(300), None),
            "model unknown\nusers Some(300)\nrate None\nendpoint \"GET\" \"/a\"\n"
        );
    }
}
