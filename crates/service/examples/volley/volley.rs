//! Requests over many connections from one thread: one after another, or each at its time.

use std::{
    io,
    net::SocketAddr,
    time::{Duration, Instant},
};

use nix::sys::epoll::{Epoll, EpollCreateFlags, EpollEvent, EpollFlags, EpollTimeout};
use serde::Serialize;

use super::connection::Connection;

/// How long answers are waited for once the last request was sent.
const PATIENCE: Duration = Duration::from_secs(10);

/// Milliseconds that a loop sleeps where nothing comes; then it looks at the clock.
const DOZE_MS: u8 = 50;

/// When it is over.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Length {
    Time(Duration),
    Requests(u64),
}

/// Open connections and what goes over them.
#[derive(Debug)]
pub(crate) struct Volley<'a> {
    epoll: Epoll,
    connections: Vec<Connection<'a>>,
    requests: &'a [Vec<u8>],
    sent: u64,
}

/// What happened.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    refused: u64,
    took: Duration,
    /// From due to answered, in nanoseconds.
    latencies: Vec<u64>,
}

/// The line that is printed.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    requests: u64,
    refused: u64,
    seconds: f64,
    p50_us: f64,
    p99_us: f64,
    max_us: f64,
}

impl<'a> Volley<'a> {
    pub(crate) fn connect(
        address: SocketAddr,
        connections: usize,
        requests: &'a [Vec<u8>],
    ) -> io::Result<Self> {
        let epoll = Epoll::new(EpollCreateFlags::empty())?;
        let connections: Vec<_> =
            (0..connections).map(|_| Connection::open(address)).collect::<Result<_, _>>()?;
        // Edges, so that a socket is registered once for both directions.
        let flags = EpollFlags::EPOLLIN | EpollFlags::EPOLLOUT | EpollFlags::EPOLLET;
        for (index, connection) in connections.iter().enumerate() {
            epoll.add(connection, EpollEvent::new(flags, index as u64))?;
        }
        Ok(Self { epoll, connections, requests, sent: 0 })
    }

    /// Every connection sends its next request when its last one is answered.
    pub(crate) fn one_after_another(&mut self, length: Length) -> io::Result<Outcome> {
        let mut outcome = Outcome::default();
        let mut events = [EpollEvent::empty(); 256];
        let start = Instant::now();
        for index in 0..self.connections.len() {
            self.send(index, start)?;
        }
        loop {
            let ready = self.epoll.wait(&mut events, EpollTimeout::from(DOZE_MS))?;
            for event in &events[..ready] {
                let index = event.data() as usize;
                let Some(status) = self.connections[index].proceed()? else { continue };
                let now = Instant::now();
                outcome.count(status, now - self.connections[index].due);
                if outcome.is_over(length, now - start) {
                    outcome.took = now - start;
                    return Ok(outcome);
                }
                self.send(index, now)?;
            }
            if ready == 0 && outcome.is_over(length, start.elapsed()) {
                outcome.took = start.elapsed();
                return Ok(outcome);
            }
        }
    }

    /// Sends `rate` requests a second at even distances. A request that finds no free connection waits for one, and its
    /// latency runs all the same. Never sleeps: a core of its own is what its accuracy costs.
    pub(crate) fn at_a_rate(&mut self, rate: f64, length: Length) -> io::Result<Outcome> {
        let mut outcome = Outcome::default();
        let mut events = [EpollEvent::empty(); 256];
        let mut free: Vec<usize> = (0..self.connections.len()).collect();
        let total = match length {
            Length::Requests(requests) => requests,
            Length::Time(time) => (rate * time.as_secs_f64()) as u64,
        };
        let start = Instant::now();
        let due = |number: u64| start + Duration::from_secs_f64(number as f64 / rate);
        while (outcome.latencies.len() as u64) < total {
            while self.sent < total && due(self.sent) <= Instant::now() {
                let Some(index) = free.pop() else { break };
                self.send(index, due(self.sent))?;
            }
            let ready = self.epoll.wait(&mut events, EpollTimeout::ZERO)?;
            for event in &events[..ready] {
                let index = event.data() as usize;
                if let Some(status) = self.connections[index].proceed()? {
                    outcome.count(status, self.connections[index].due.elapsed());
                    free.push(index);
                }
            }
            if start.elapsed() > due(total) - start + PATIENCE {
                return Err(io::Error::other("the service does not keep up with this rate"));
            }
        }
        outcome.took = start.elapsed();
        Ok(outcome)
    }

    fn send(&mut self, index: usize, due: Instant) -> io::Result<()> {
        let request = &self.requests[(self.sent % self.requests.len() as u64) as usize];
        self.sent += 1;
        self.connections[index].send(request, due)
    }
}

impl Outcome {
    fn count(&mut self, status: u16, latency: Duration) {
        self.refused += u64::from(status != 200);
        self.latencies.push(latency.as_nanos() as u64);
    }

    fn is_over(&self, length: Length, after: Duration) -> bool {
        match length {
            Length::Time(time) => after >= time,
            Length::Requests(requests) => self.latencies.len() as u64 >= requests,
        }
    }

    pub(crate) fn report(mut self) -> Report {
        self.latencies.sort_unstable();
        let quantile = |share: f64| {
            let index = (self.latencies.len() as f64 * share) as usize;
            self.latencies.get(index).or(self.latencies.last()).map_or(0.0, |ns| *ns as f64 / 1e3)
        };
        Report {
            requests: self.latencies.len() as u64,
            refused: self.refused,
            seconds: self.took.as_secs_f64(),
            p50_us: quantile(0.5),
            p99_us: quantile(0.99),
            max_us: quantile(1.0),
        }
    }
}
