//! Is anybody there? Asked once, before the first user.
//!
//! [`reach`] resolves the target's host and opens one TCP connection, so that a dead service is one clear line and not a
//! table full of failures. It sends no request; the address that answered is the one that is loaded.

use std::io;
use std::net::{IpAddr, SocketAddr, TcpStream, ToSocketAddrs};
use std::time::{Duration, Instant};

use nix::errno::Errno;
use thiserror::Error;

use crate::phases::Phases;
use crate::plan::Origin;

/// Long enough for a handshake around the globe with two lost packets (retransmitted after 1 and 3 s).
const PATIENCE: Duration = Duration::from_secs(5);

/// A service that accepted a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reached {
    address: SocketAddr,
    /// How long it took to look the name up; nothing for an address.
    lookup: Option<Duration>,
}

impl Reached {
    /// The address that answered.
    pub fn address(self) -> SocketAddr {
        self.address
    }

    /// Connects once more, to the same address, within this time.
    ///
    /// # Errors
    ///
    /// Why it cannot.
    pub(crate) fn again(self, patience: Duration) -> Result<(), Refusal> {
        TcpStream::connect_timeout(&self.address, patience)
            .map(drop)
            .map_err(|reason| Refusal::of(&reason))
    }

    /// Writes down how long it took to look the name up, with the first of several workers.
    pub(super) fn note_lookup(self, worker: usize, phases: &mut Phases) {
        if worker == 0 {
            self.lookup.into_iter().for_each(|time| phases.lookup.record(time));
        }
    }
}

/// Why a service cannot be loaded.
#[derive(Debug, Error)]
pub enum PreflightError {
    /// The host's name has no address.
    #[error(
        "cannot connect to {target}: cannot resolve the host name ({reason}); is --host spelled right?"
    )]
    Unresolved {
        /// The target.
        target: Origin,
        /// The resolver's words.
        reason: io::Error,
    },
    /// No address accepted a connection.
    #[error(
        "cannot connect to {target}: {reason}; is the service running? Start it, or name another one with --host"
    )]
    Unreachable {
        /// The target.
        target: Origin,
        /// What the last address said.
        reason: &'static str,
    },
}

/// Why there was no connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// In words.
    pub(crate) words: &'static str,
    /// Whether this machine had no descriptor or no port for it: nothing is known about the service.
    pub(crate) is_own: bool,
}

impl Refusal {
    fn of(reason: &io::Error) -> Self {
        let own = match reason.raw_os_error().map(Errno::from_raw) {
            Some(Errno::EMFILE | Errno::ENFILE) => {
                Some("this machine allows no more open files (see ulimit -n)")
            }
            Some(Errno::EADDRNOTAVAIL) => Some(
                "this machine has no free port for a connection (see net.ipv4.ip_local_port_range)",
            ),
            _ => None,
        };
        Self { words: own.unwrap_or_else(|| in_words(reason)), is_own: own.is_some() }
    }
}

/// Finds an address of the target that accepts connections.
///
/// # Errors
///
/// [`PreflightError`], within seconds, when there is none.
pub fn reach(target: &Origin) -> Result<Reached, PreflightError> {
    let unresolved = |reason| PreflightError::Unresolved { target: target.clone(), reason };
    let began = Instant::now();
    let addresses = (target.host(), target.port()).to_socket_addrs().map_err(unresolved)?;
    let is_name = target.host().parse::<IpAddr>().is_err();
    let lookup = is_name.then(|| began.elapsed());
    let mut reason = "the host name has no address";
    for address in addresses {
        match TcpStream::connect_timeout(&address, PATIENCE) {
            Ok(_connection) => return Ok(Reached { address, lookup }),
            Err(refusal) => reason = Refusal::of(&refusal).words,
        }
    }
    Err(PreflightError::Unreachable { target: target.clone(), reason })
}

fn in_words(refusal: &io::Error) -> &'static str {
    match refusal.kind() {
        io::ErrorKind::ConnectionRefused => "connection refused",
        io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => "no answer within 5 s",
        io::ErrorKind::HostUnreachable => "host unreachable",
        io::ErrorKind::NetworkUnreachable => "network unreachable",
        _ => "connection failed",
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use nix::errno::Errno;

    use super::Refusal;

    #[test]
    fn what_this_machine_lacks_is_told_from_what_the_service_refuses() {
        let of = |number: Errno| Refusal::of(&io::Error::from_raw_os_error(number as i32));
        for (number, word) in [
            (Errno::EMFILE, "open files"),
            (Errno::ENFILE, "open files"),
            (Errno::EADDRNOTAVAIL, "free port"),
        ] {
            let refusal = of(number);
            assert!(refusal.is_own && refusal.words.contains(word), "{refusal:?}");
        }
        assert_eq!(of(Errno::ECONNREFUSED), Refusal { words: "connection refused", is_own: false });
        assert!(!of(Errno::ETIMEDOUT).is_own);
    }
}
