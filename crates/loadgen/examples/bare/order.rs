//! [`Order`]: what a bare loop is asked for on its command line, and how it tells what came of it.
//!
//! Shared by the examples `bare_reqwest` and `bare_hyper`, which hold the loops.

use std::cell::Cell;
use std::error::Error;
use std::num::NonZeroUsize;
use std::time::{Duration, Instant};

use bytes::Bytes;
use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeValLike;

/// What to send, where, and for how long.
pub(crate) struct Order {
    pub(crate) address: String,
    pub(crate) connections: NonZeroUsize,
    pub(crate) body: Bytes,
    ends: Instant,
    answers: Cell<u64>,
}

impl Order {
    /// Reads `ADDRESS CONNECTIONS SECONDS FILE`; the file is the body.
    pub(crate) fn read() -> Result<Self, Box<dyn Error>> {
        let words: Vec<String> = std::env::args().skip(1).collect();
        let [address, connections, seconds, file] = &words[..] else {
            return Err(
                "usage: ADDRESS CONNECTIONS SECONDS FILE, such as 127.0.0.1:8000 32 10 lead.json"
                    .into(),
            );
        };
        Ok(Self {
            address: address.clone(),
            connections: connections.parse()?,
            body: std::fs::read(file)?.into(),
            ends: Instant::now() + Duration::from_secs(seconds.parse()?),
            answers: Cell::new(0),
        })
    }

    /// Counts an answer; whether there is time for another.
    pub(crate) fn goes_on(&self) -> bool {
        self.answers.set(self.answers.get() + 1);
        Instant::now() < self.ends
    }

    /// Prints how many answers there were, and the processor time of each.
    #[expect(clippy::print_stdout, reason = "an example that tells its result")]
    pub(crate) fn tell(&self) -> Result<(), Box<dyn Error>> {
        let usage = getrusage(UsageWho::RUSAGE_SELF)?;
        let spent_us = (usage.user_time() + usage.system_time()).num_microseconds();
        let answers = self.answers.get();
        let each_us = spent_us as f64 / answers as f64;
        println!("{answers} answers, {each_us:.2} us CPU each");
        Ok(())
    }
}
