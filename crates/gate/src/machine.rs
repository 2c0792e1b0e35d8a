//! The machine that a run was measured on.
//!
//! Speed depends on it more than on most changes of a service, so figures of two machines are not held against each
//! other. [`Machine`] is what the system tells of itself; the gate runs where the load test ran. What follows from a
//! difference is not decided here.

use std::{env, fs, thread};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::digest::hex;

/// Memory that differs by no more than this, in percent, is the same: each kernel keeps a little for itself.
const SAME_MEMORY_PERCENT: u64 = 5;

/// What speed depends on, as far as the system tells.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Machine {
    /// The processor's name.
    pub cpu: Option<String>,
    /// Cores that a program may use.
    pub cores: Option<u64>,
    /// Memory in MiB.
    pub memory_mib: Option<u64>,
    /// The kernel's release.
    pub kernel: Option<String>,
    /// How the clock of the first core is governed: `performance`, `powersave`.
    pub governor: Option<String>,
    /// The image of a hosted runner, from `ImageOS`: `ubuntu24`.
    pub image: Option<String>,
    /// Its version, from `ImageVersion`.
    pub image_version: Option<String>,
}

impl Machine {
    /// This machine.
    pub fn here() -> Self {
        let cpu =
            field("/proc/cpuinfo", "model name").or_else(|| field("/proc/cpuinfo", "CPU part"));
        let memory_kib = field("/proc/meminfo", "MemTotal")
            .and_then(|text| text.split_whitespace().next()?.parse::<u64>().ok());
        Self {
            cpu,
            cores: thread::available_parallelism().ok().map(|cores| cores.get() as u64),
            memory_mib: memory_kib.map(|kib| kib / 1024),
            kernel: line("/proc/sys/kernel/osrelease"),
            governor: line("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"),
            image: variable("ImageOS"),
            image_version: variable("ImageVersion"),
        }
    }

    /// Why figures of `self` say nothing about `other`, as a clause that speaks of `self` as "it"; `None` if they do.
    ///
    /// What only one of both knows is no difference, and neither is another kernel or a newer image: see
    /// [`Machine::news`].
    pub(crate) fn difference(&self, other: &Self) -> Option<String> {
        let differs =
            |what: &str, mine: &Option<String>, theirs: &Option<String>| match (mine, theirs) {
                (Some(mine), Some(theirs)) if mine != theirs => {
                    Some(format!("it has the {what} {mine:?}, this one {theirs:?}"))
                }
                _ => None,
            };
        let cores = match (self.cores, other.cores) {
            (Some(mine), Some(theirs)) if mine != theirs => {
                Some(format!("it has {mine} cores, this one {theirs}"))
            }
            _ => None,
        };
        let memory = match (self.memory_mib, other.memory_mib) {
            (Some(mine), Some(theirs))
                if mine.abs_diff(theirs).saturating_mul(100)
                    > mine.max(theirs).saturating_mul(SAME_MEMORY_PERCENT) =>
            {
                Some(format!("it has {mine} MiB of memory, this one {theirs}"))
            }
            _ => None,
        };
        differs("processor", &self.cpu, &other.cpu)
            .or(cores)
            .or(memory)
            .or_else(|| differs("governor", &self.governor, &other.governor))
            .or_else(|| differs("runner image", &self.image, &other.image))
    }

    /// What is newer or older on `other` without making it another machine, as a clause; `None` if nothing is.
    pub(crate) fn news(&self, other: &Self) -> Option<String> {
        let differs =
            |what: &str, mine: &Option<String>, theirs: &Option<String>| match (mine, theirs) {
                (Some(mine), Some(theirs)) if mine != theirs => {
                    Some(format!("{what} {mine:?}, now it is {theirs:?}"))
                }
                _ => None,
            };
        differs("the kernel was", &self.kernel, &other.kernel).or_else(|| {
            differs("the runner image was of version", &self.image_version, &other.image_version)
        })
    }

    /// SHA-256, in hexadecimal, of what makes another machine: all but the kernel and the version of an image.
    pub(crate) fn hash(&self) -> String {
        // Each kernel keeps a little for itself of what was built in, which is a round number: up to the next eighth.
        let memory_mib = self.memory_mib.map(|mib| {
            let eighth = (1 << mib.max(8).ilog2()) / 8;
            mib.div_ceil(eighth).saturating_mul(eighth)
        });
        let Self { cpu, cores, governor, image, .. } = self;
        let text = format!(
            "cpu {cpu:?}\ncores {cores:?}\nmemory {memory_mib:?}\ngovernor {governor:?}\nimage {image:?}\n"
        );
        hex(&Sha256::digest(text.as_bytes()))
    }
}

/// The value behind a name and a colon, in a file of the kernel.
fn field(path: &str, name: &str) -> Option<String> {
    let text = fs::read_to_string(path).ok()?;
    let line = text.lines().find(|line| line.starts_with(name))?;
    line.split_once(':').map(|(_, value)| value.trim().to_owned())
}

/// The first line of a file of the kernel.
fn line(path: &str) -> Option<String> {
    let text = fs::read_to_string(path).ok()?;
    text.lines().next().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty())
}

fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::Machine;

    fn machine() -> Machine {
        Machine {
            cpu: Some("Example 9000".to_owned()),
            cores: Some(4),
            memory_mib: Some(16_000),
            kernel: Some("6.8.0".to_owned()),
            governor: Some("performance".to_owned()),
            image: Some("ubuntu24".to_owned()),
            image_version: Some("20261101.1".to_owned()),
        }
    }

    #[test]
    fn each_part_that_speed_depends_on_makes_another_machine() {
        let here = machine();
        let others = [
            Machine { cpu: Some("Example 9001".to_owned()), ..machine() },
            Machine { cores: Some(2), ..machine() },
            Machine { memory_mib: Some(8000), ..machine() },
            Machine { governor: Some("powersave".to_owned()), ..machine() },
            Machine { image: Some("ubuntu22".to_owned()), ..machine() },
        ];
        for other in others {
            assert!(other.difference(&here).is_some(), "{other:?}");
            assert_ne!(other.hash(), here.hash(), "{other:?}");
            assert_eq!(other.news(&here), None);
        }
        assert_eq!(
            Machine { cores: Some(2), ..machine() }.difference(&here).as_deref(),
            Some("it has 2 cores, this one 4")
        );
    }

    #[test]
    fn a_new_kernel_and_what_nobody_knows_make_no_other_machine() {
        let newer =
            Machine { kernel: Some("6.9.1".to_owned()), memory_mib: Some(15_800), ..machine() };
        assert_eq!(machine().difference(&newer), None);
        assert_eq!(machine().hash(), newer.hash());
        assert_eq!(
            machine().news(&newer).as_deref(),
            Some("the kernel was \"6.8.0\", now it is \"6.9.1\"")
        );
        assert_eq!(machine().difference(&Machine::default()), None);
        assert_eq!(Machine::here().difference(&Machine::here()), None);
    }
}
