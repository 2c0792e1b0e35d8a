//! What two runs must have in common to be compared.
//!
//! Different load or another machine is no change of the service. A [`Key`] is the beginning of the hash of each: of a
//! [`Workload`] and of a [`Machine`], which say what makes another one. A new kernel makes none: a change that it makes is one
//! to be found.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{baseline::Workload, machine::Machine};

/// Nobody has enough loads or machines for two to meet in so many digits by chance.
const DIGITS: usize = 12;

/// Hashes of the load and of the machine, each of 12 hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Key {
    /// The load: its model, its users or its rate, and the endpoints.
    pub config: String,
    /// The machine: processor, cores, memory, governor, image of a hosted runner.
    pub machine: String,
}

impl Key {
    /// The key of a run of this load on this machine.
    pub(super) fn of(workload: &Workload, machine: &Machine) -> Self {
        let [config, machine] = [workload.hash(), machine.hash()].map(|mut hash| {
            hash.truncate(DIGITS);
            hash
        });
        Self { config, machine }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.config, self.machine)
    }
}

#[cfg(test)]
mod tests {
    use super::Key;
    use crate::{
        baseline::{Share, Workload},
        machine::Machine,
    };

    fn workload(users: u64) -> Workload {
        Workload {
            model: None,
            users: Some(users),
            asked_per_s: None,
            ramp_s: Some(29),
            run_time_s: Some(150),
            endpoints: vec![Share { method: "GET".into(), name: "/".into(), percent: 100.0 }],
        }
    }

    #[test]
    fn each_half_of_a_key_changes_by_itself() {
        let here = Machine { cores: Some(2), ..Machine::default() };
        let there = Machine { cores: Some(4), ..Machine::default() };
        let key = Key::of(&workload(300), &here);
        assert_eq!((key.config.len(), key.machine.len()), (12, 12));
        let (other, elsewhere) = (Key::of(&workload(100), &here), Key::of(&workload(300), &there));
        assert!(other.config != key.config && other.machine == key.machine);
        assert!(elsewhere.config == key.config && elsewhere.machine != key.machine);
        let longer = Workload { run_time_s: Some(151), ramp_s: None, ..workload(300) };
        assert_eq!(Key::of(&longer, &here), key);
    }
}
