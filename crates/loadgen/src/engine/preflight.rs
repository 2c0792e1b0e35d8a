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
            Err(refusal) => reason = in_words(&refusal),
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
        _ if refusal.raw_os_error() == Some(Errno::EMFILE as i32) => {
            "this machine allows no more open files (see ulimit -n)"
        }
        _ => "connection failed",
    }
}
