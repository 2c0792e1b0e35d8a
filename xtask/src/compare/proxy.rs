//! A proxy that makes answers later, so that a regression can be made to order: `cargo xtask proxy`, hidden.
//!
//! It is a process of its own on the cores of the servers, and stands before both sides alike, so that what it costs is no
//! difference. Bytes go through as they are; the first ones of each answer wait. How long is said on its standard input, one
//! number of microseconds a line; when that closes, it ends.

use std::hint::spin_loop;
use std::io::{self, BufRead, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::process::{ChildStdin, ExitCode, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::flags::ProxyFlags;
use crate::machine;
use crate::program::{self, Program};

/// Large enough for any answer of a load test to pass at once.
const BUFFER: usize = 64 * 1024;

/// No sleep is longer than it should be by more, on a machine that does little else.
const LATE: Duration = Duration::from_micros(200);

/// A running proxy.
#[derive(Debug)]
pub(super) struct Proxy {
    program: Program,
    orders: ChildStdin,
    address: String,
}

impl Proxy {
    /// Starts a proxy before the server at `to`, without a delay.
    pub(super) fn start(to: &str, cores: &str) -> Result<Self> {
        let itself = std::env::current_exe().context("failed to find xtask itself")?;
        let mut command = machine::pinned(cores, &itself);
        command.args(["proxy", "--to", to]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut program = Program::start("the proxy", &mut command)?;
        let stdout = program.take_stdout().expect("standard output is piped above");
        let orders = program.take_stdin().expect("standard input is piped above");
        let address = program::first_line(stdout);
        if address.is_empty() {
            bail!("the proxy did not start: {}", program.wait()?);
        }
        Ok(Self { program, orders, address })
    }

    /// Where it listens.
    pub(super) fn address(&self) -> &str {
        &self.address
    }

    /// From now on answers leave this much later.
    pub(super) fn delay(&mut self, delay: Duration) -> Result<()> {
        writeln!(self.orders, "{}", delay.as_micros())
            .and_then(|()| self.orders.flush())
            .with_context(|| format!("the proxy (pid {}) is gone", self.program.pid()))?;
        // It is told within a moment, and nothing is measured in it.
        thread::sleep(Duration::from_millis(50));
        Ok(())
    }
}

/// Is the proxy.
#[expect(clippy::print_stdout, reason = "where it listens is its first line")]
pub(crate) fn run(flags: &ProxyFlags) -> Result<ExitCode> {
    // A sleep may be late by 50 us otherwise; threads inherit this. Where it is refused, delays are so much longer.
    let _ = std::fs::write("/proc/self/timerslack_ns", "1");
    let listener = TcpListener::bind("127.0.0.1:0").context("failed to listen")?;
    println!("{}", listener.local_addr()?);
    let delay = Arc::new(AtomicU64::new(0));
    let told = Arc::clone(&delay);
    thread::spawn(move || {
        for line in io::stdin().lock().lines().map_while(Result::ok) {
            if let Ok(microseconds) = line.trim().parse() {
                told.store(microseconds, Ordering::Relaxed);
            }
        }
        std::process::exit(0);
    });
    for client in listener.incoming().flatten() {
        let (to, delay) = (flags.to.clone(), Arc::clone(&delay));
        // A connection that breaks is the client's to notice.
        thread::spawn(move || {
            TcpStream::connect(to).and_then(|server| join(client, server, &delay))
        });
    }
    Ok(ExitCode::SUCCESS)
}

/// Carries bytes both ways until one side is done.
fn join(client: TcpStream, server: TcpStream, delay: &AtomicU64) -> io::Result<()> {
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    let is_due = Arc::new(AtomicBool::new(false));
    let (asked, from, to) = (Arc::clone(&is_due), client.try_clone()?, server.try_clone()?);
    let up = thread::spawn(move || carry(from, to, || asked.store(true, Ordering::Release)));
    let down = carry(server, client, || {
        if is_due.swap(false, Ordering::Acquire) {
            wait(Duration::from_micros(delay.load(Ordering::Relaxed)));
        }
    });
    let _ = up.join();
    down
}

/// Waits exactly as long: who sleeps is woken some tens of microseconds late, so the end of it turns in circles.
fn wait(delay: Duration) {
    let end = Instant::now() + delay;
    thread::sleep(delay.saturating_sub(LATE));
    while Instant::now() < end {
        spin_loop();
    }
}

/// Carries bytes one way; `before` comes between reading and writing.
fn carry(mut from: TcpStream, mut to: TcpStream, before: impl Fn()) -> io::Result<()> {
    let mut buffer = vec![0; BUFFER];
    loop {
        let length = match from.read(&mut buffer) {
            Ok(0) | Err(_) => break,
            Ok(length) => length,
        };
        before();
        if to.write_all(&buffer[..length]).is_err() {
            break;
        }
    }
    // The other direction ends too, so that no thread waits for a side that is gone.
    let _ = (to.shutdown(Shutdown::Both), from.shutdown(Shutdown::Both));
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::{TcpListener, TcpStream};
    use std::sync::atomic::AtomicU64;
    use std::thread;
    use std::time::{Duration, Instant};

    use super::join;

    /// Every answer of a server that echoes is whole, and none is earlier than the delay.
    #[test]
    fn answers_come_whole_and_later() {
        let server = TcpListener::bind("127.0.0.1:0").unwrap();
        let before = TcpListener::bind("127.0.0.1:0").unwrap();
        let (to, proxy) = (server.local_addr().unwrap(), before.local_addr().unwrap());
        thread::spawn(move || {
            let (mut socket, _) = server.accept().unwrap();
            let mut buffer = [0; 5];
            while socket.read_exact(&mut buffer).is_ok() {
                socket.write_all(&buffer).unwrap();
            }
        });
        let carried = thread::spawn(move || {
            let (client, _) = before.accept().unwrap();
            join(client, TcpStream::connect(to).unwrap(), &AtomicU64::new(20_000))
        });
        let mut client = TcpStream::connect(proxy).unwrap();
        for word in [b"hello", b"again"] {
            let asked = Instant::now();
            client.write_all(word).unwrap();
            let mut answer = [0; 5];
            client.read_exact(&mut answer).unwrap();
            assert_eq!(&answer, word);
            assert!(asked.elapsed() >= Duration::from_millis(20));
        }
        drop(client);
        carried.join().unwrap().unwrap();
    }
}
