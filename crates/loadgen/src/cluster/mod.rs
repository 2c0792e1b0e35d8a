//! Under Locust's master: the way past one machine.
//!
//! [`worker()`] joins a real `locust --master` as one of its workers, runs the users that it is told to, and reports what they
//! saw. What is said is in [`message`] and [`report`], when it is said in [`bond`] and [`life`]; both are pure. There is no
//! master of ours.

mod quote;
mod tempo;

mod classes;

mod report;

mod message;

mod bond;
mod deed;
mod ledger;
mod life;

mod crew;
mod gauge;
mod link;

mod voice;

mod fault;

mod runner;

mod worker;

#[cfg(test)]
mod tests;

pub use fault::WorkerError;
pub use tempo::Tempo;
pub use worker::{worker, worker_at};
