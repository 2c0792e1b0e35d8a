//! Where the service listens, with how many workers, and how long it waits for others.
//!
//! [`ServerArgs`] is what was typed, [`Server`] what it means: values only; [`App`](crate::App) binds the socket and starts the timers.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    num::{NonZeroU16, NonZeroU32},
    thread,
    time::Duration,
};

use clap::Args;

use super::whole::{count, seconds};

/// How long a reachable service stays up after it has turned not ready, so that load balancers notice before the socket
/// closes. Most ask every few seconds.
const DRAIN_DELAY_FOR_OTHERS: Duration = Duration::from_secs(5);

/// Where to listen, and when to leave.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Server")]
pub struct ServerArgs {
    /// IP address to listen on
    #[arg(long, env = "HOST", value_name = "HOST", default_value = "127.0.0.1", value_parser = host)]
    pub host: IpAddr,

    /// TCP port to listen on; 0 takes a free one
    #[arg(long, env = "PORT", value_name = "PORT", default_value_t = 8000)]
    pub port: u16,

    /// Worker threads [default: one per core]
    #[arg(long, env = "WORKERS", value_name = "WORKERS", value_parser = count::<NonZeroU16>)]
    pub workers: Option<NonZeroU16>,

    /// Most connections at once; further ones wait unaccepted [default: 10000, or what the limit of open files allows]
    #[arg(long, env = "MAX_CONNECTIONS", value_name = "MAX_CONNECTIONS", value_parser = count::<NonZeroU32>)]
    pub max_connections: Option<NonZeroU32>,

    /// Seconds that an idle connection stays open
    #[arg(long, env = "KEEP_ALIVE", value_name = "KEEP_ALIVE", default_value = "75", value_parser = seconds)]
    pub keep_alive: u32,

    /// Seconds between turning not ready and closing the socket on SIGTERM [default: 0 on a loopback address, else 5]
    #[arg(long, env = "DRAIN_DELAY", value_name = "DRAIN_DELAY", value_parser = seconds)]
    pub drain_delay: Option<u32>,

    /// Seconds that requests in flight get to finish after that
    #[arg(long, env = "SHUTDOWN_TIMEOUT", value_name = "SHUTDOWN_TIMEOUT", default_value = "25", value_parser = seconds)]
    pub shutdown_timeout: u32,
}

/// The address, the workers and the timers of the HTTP server.
#[derive(Debug, Clone)]
pub struct Server {
    /// `HOST` and `PORT`: where to listen (default `127.0.0.1:8000`; port 0 takes a free one).
    pub address: SocketAddr,
    /// `WORKERS`: threads that answer requests (default: one per core).
    pub workers: usize,
    /// `MAX_CONNECTIONS`: connections at once, `None` for as many as usual (10,000) and as the limit of open files
    /// allows. Further ones wait in the system's queue until one closes.
    pub max_connections: Option<u32>,
    /// `KEEP_ALIVE`: how long an idle connection stays open (default 75 s, longer than the 60 s of common load
    /// balancers, so that it is never the service that closes a connection under a request).
    pub keep_alive: Duration,
    /// `DRAIN_DELAY`: between turning not ready and closing the socket (default 0 s on loopback, where nobody balances,
    /// otherwise 5 s).
    pub drain_delay: Duration,
    /// `SHUTDOWN_TIMEOUT`: how long requests in flight get to finish (default 25 s, inside the 30 s that orchestrators
    /// grant).
    pub shutdown_timeout: Duration,
}

impl Server {
    /// Fills in the defaults that depend on the machine and on the address.
    pub(super) fn new(args: &ServerArgs) -> Self {
        let default_delay =
            if args.host.is_loopback() { Duration::ZERO } else { DRAIN_DELAY_FOR_OTHERS };
        Self {
            address: SocketAddr::new(args.host, args.port),
            workers: args.workers.map_or_else(cores, |workers| usize::from(workers.get())),
            max_connections: args.max_connections.map(NonZeroU32::get),
            keep_alive: Duration::from_secs(args.keep_alive.into()),
            drain_delay: args
                .drain_delay
                .map_or(default_delay, |seconds| Duration::from_secs(seconds.into())),
            shutdown_timeout: Duration::from_secs(args.shutdown_timeout.into()),
        }
    }
}

/// Reads `HOST`: an IP address, or `localhost`, which means the IPv4 loopback address and nothing else (two sockets
/// would double the workers).
fn host(typed: &str) -> Result<IpAddr, String> {
    if typed.eq_ignore_ascii_case("localhost") {
        return Ok(Ipv4Addr::LOCALHOST.into());
    }
    typed.parse().map_err(|_| {
        "HOST must be an IP address such as 127.0.0.1 or 0.0.0.0, or localhost, without scheme and port".to_owned()
    })
}

/// One worker per core: a request is computation and a little copying, so more threads would only take turns.
fn cores() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}
