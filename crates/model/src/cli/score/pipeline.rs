//! Blocks to workers and back, in order, with a bounded number on the way.
//!
//! The calling thread reads and writes, the workers do the rest. Each block carries the way back for its result, and the
//! ways back are kept in the order of the blocks: nothing has to be sorted, and a worker that dies is noticed.

use std::{
    collections::VecDeque,
    sync::{
        Mutex, PoisonError,
        mpsc::{self, Receiver, Sender, SyncSender},
    },
    thread,
};

use anyhow::{Context, Result};

/// A block and the way back for what becomes of it.
type Job<B, D> = (B, SyncSender<D>);

/// Lets `jobs` workers turn blocks into results, which `take` gets in the order of the blocks.
///
/// `worker` makes what one worker keeps to itself. At most two blocks per worker and one more are on the way.
pub(super) fn run<B: Send, D: Send, W: FnMut(B) -> D>(
    jobs: usize,
    mut next: impl FnMut() -> Result<Option<B>>,
    worker: impl Fn() -> W + Sync,
    mut take: impl FnMut(D) -> Result<()>,
) -> Result<()> {
    let (send, receive) = mpsc::channel::<Job<B, D>>();
    let receive = Mutex::new(receive);
    thread::scope(|scope| {
        for _ in 0..jobs {
            scope.spawn(|| work(&receive, worker()));
        }
        let outcome = feed(&send, 2 * jobs + 1, &mut next, &mut take);
        // Without a sender the workers come to their end, and the scope with them.
        drop(send);
        outcome
    })
}

fn feed<B, D>(
    send: &Sender<Job<B, D>>,
    most: usize,
    next: &mut impl FnMut() -> Result<Option<B>>,
    take: &mut impl FnMut(D) -> Result<()>,
) -> Result<()> {
    let mut waiting: VecDeque<Receiver<D>> = VecDeque::new();
    let mut first = |waiting: &mut VecDeque<Receiver<D>>| match waiting.pop_front() {
        Some(result) => take(result.recv().context("score a block: a worker has died")?),
        None => Ok(()),
    };
    // What could be read before an error is still written.
    let read = loop {
        match next() {
            Ok(Some(block)) => {
                let (back, result) = mpsc::sync_channel(1);
                send.send((block, back)).ok().context("score a block: no worker is left")?;
                waiting.push_back(result);
            }
            Ok(None) => break Ok(()),
            Err(error) => break Err(error),
        }
        if waiting.len() == most {
            first(&mut waiting)?;
        }
    };
    while !waiting.is_empty() {
        first(&mut waiting)?;
    }
    read
}

fn work<B, D>(receive: &Mutex<Receiver<Job<B, D>>>, mut worker: impl FnMut(B) -> D) {
    loop {
        let job = receive.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok((block, back)) = job else { return };
        // Nobody waits for it if the run has failed meanwhile.
        let _ = back.send(worker(block));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use anyhow::{Result, bail};

    use super::run;

    fn squares(jobs: usize, count: usize, fail_at: usize) -> (Vec<usize>, Result<()>, usize) {
        let (read, open) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let mut most = 0;
        let mut squares = Vec::new();
        let next = || {
            let number = read.fetch_add(1, Ordering::Relaxed);
            if number == fail_at {
                bail!("torn");
            }
            most = most.max(open.fetch_add(1, Ordering::Relaxed));
            Ok((number < count).then_some(number))
        };
        let outcome = run(
            jobs,
            next,
            || |number: usize| number * number,
            |square| {
                open.fetch_sub(1, Ordering::Relaxed);
                squares.push(square);
                Ok(())
            },
        );
        (squares, outcome, most)
    }

    #[test]
    fn results_keep_the_order_of_their_blocks_and_few_are_on_the_way() {
        for jobs in 1..5 {
            let (squares, outcome, most) = squares(jobs, 100, usize::MAX);
            assert!(outcome.is_ok());
            assert_eq!(squares, (0..100).map(|n| n * n).collect::<Vec<_>>());
            assert!(most <= 2 * jobs + 1, "{most} blocks were open");
        }
    }

    #[test]
    fn what_was_read_before_an_error_is_still_taken() {
        let (squares, outcome, _) = squares(2, 100, 7);
        assert_eq!(outcome.unwrap_err().to_string(), "torn");
        assert_eq!(squares.len(), 7);
    }
}
