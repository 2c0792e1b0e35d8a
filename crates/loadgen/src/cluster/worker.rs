//! A worker of Locust's master, from its name to its last word.
//!
//! [`worker`] opens the [`Link`] and lets a [`Runner`] do the rest; how a worker may end is in [`fault`](super::fault).

use super::fault::WorkerError;
use super::link::Link;
use super::runner::Runner;
use super::tempo::Tempo;
use super::voice::Voice;
use crate::cli::WorkerOrder;
use crate::engine::Stop;
use crate::errand::open_log;
use crate::machine::Machine;

/// Works for the order's master until it quits or `stop` is given; returns the [exit code](crate::exit), which is 0 in both
/// cases: how the requests fared is the master's to judge.
///
/// # Errors
///
/// [`WorkerError`] when there is no master, when there is none any more, or when the generator broke.
pub fn worker(order: WorkerOrder, stop: &Stop) -> Result<u8, WorkerError> {
    worker_at(order, stop, Tempo::default())
}

/// As [`worker`], to another beat than Locust's.
///
/// # Errors
///
/// As [`worker`].
pub fn worker_at(order: WorkerOrder, stop: &Stop, tempo: Tempo) -> Result<u8, WorkerError> {
    let machine = Machine::read();
    let log = open_log(&order.outputs, &machine)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let id = id(&machine.host);
        let (link, news) = Link::open(&order.master.host, order.master.port, &id);
        let voice = Voice::new(link, id, tempo, &log);
        let (mut runner, crews) = Runner::new(order, voice, tempo, log);
        let end = runner.work(news, crews, stop).await;
        runner.part().await;
        end
    })
}

/// The name that a master knows a worker by, as Locust makes it: a master spreads users over what stands before the first
/// underscore.
fn id(host: &str) -> String {
    let host: String = host.chars().take(200).collect();
    let host = if host.is_empty() { "worker".to_owned() } else { host };
    format!("{host}_{:032x}", rand::random::<u128>())
}

#[cfg(test)]
mod tests {
    use super::id;

    #[test]
    fn a_worker_is_named_after_its_machine_and_like_no_other() {
        let (one, other) = (id("node-3"), id("node-3"));
        assert_ne!(one, other);
        let (host, tail) = one.split_once('_').expect("an underscore");
        assert_eq!((host, tail.len()), ("node-3", 32));
        assert!(tail.bytes().all(|byte| byte.is_ascii_hexdigit()));
        assert!(id("").starts_with("worker_"));
        assert!(id(&"x".repeat(300)).len() <= 255, "a ZeroMQ identity has no more");
    }
}
