//! The machine that generates the load: what it is, and what it allows.
//!
//! [`Machine`] holds the facts that a report's header shows, read from `/proc`; [`raise_open_files`] makes room for one
//! connection per user. It measures nothing.

use std::fmt;
use std::fs;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, UdpSocket};

use nix::sys::resource::{Resource, getrlimit, setrlimit};

/// What Locust raises the limit to; each user holds one connection.
const OPEN_FILES: u64 = 10_000;

/// Facts about this machine; empty where the system does not tell.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Machine {
    /// The host's name.
    pub host: String,
    /// The processor's model.
    pub cpu: String,
    /// Cores that this process may use.
    pub cores: usize,
    /// The kernel's name and release.
    pub kernel: String,
}

impl Machine {
    /// This machine.
    pub fn read() -> Self {
        let line = |path: &str| fs::read_to_string(path).unwrap_or_default().trim().to_owned();
        let cpuinfo = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let model =
            cpuinfo.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
        Self {
            host: line("/proc/sys/kernel/hostname"),
            cpu: model.map(|(_, model)| model.trim().to_owned()).unwrap_or_default(),
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            kernel: format!(
                "{} {}",
                line("/proc/sys/kernel/ostype"),
                line("/proc/sys/kernel/osrelease")
            ),
        }
    }
}

impl fmt::Display for Machine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cores = format!("{} core{}", self.cores, if self.cores == 1 { "" } else { "s" });
        let facts = [self.host.trim(), self.cpu.trim(), &cores, self.kernel.trim()];
        f.write_str(
            &facts.iter().filter(|fact| !fact.is_empty()).copied().collect::<Vec<_>>().join(" · "),
        )
    }
}

/// Whether an address is one of this machine's own. The system is asked from which address it would send there, which sends
/// nothing: to itself it sends from the address itself.
pub(crate) fn is_this_machine(address: IpAddr) -> bool {
    let any: IpAddr = match address {
        IpAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
        IpAddr::V6(_) => Ipv6Addr::UNSPECIFIED.into(),
    };
    let from = UdpSocket::bind((any, 0)).and_then(|socket| {
        socket.connect((address, 9))?;
        socket.local_addr()
    });
    address.is_loopback() || address.is_unspecified() || from.is_ok_and(|from| from.ip() == address)
}

/// Raises the soft limit of open files to 10,000, or as far as the system allows, and returns the limit in force.
pub(crate) fn raise_open_files() -> u64 {
    let Ok((soft, hard)) = getrlimit(Resource::RLIMIT_NOFILE) else { return OPEN_FILES };
    let wanted = OPEN_FILES.min(hard);
    if soft >= wanted || setrlimit(Resource::RLIMIT_NOFILE, wanted, hard).is_err() {
        return soft;
    }
    wanted
}

#[cfg(test)]
mod tests {
    use super::is_this_machine;

    #[test]
    fn a_machine_knows_its_own_addresses() {
        for own in ["127.0.0.1", "127.1.2.3", "::1", "0.0.0.0"] {
            assert!(is_this_machine(own.parse().unwrap()), "{own}");
        }
        // An address for documentation is nobody's.
        assert!(!is_this_machine("203.0.113.9".parse().unwrap()));
    }
}
