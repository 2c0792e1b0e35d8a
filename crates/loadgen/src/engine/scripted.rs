//! A target that answers from a script.
//!
//! [`Scripted`] gives each task its answers in turn and takes as long as the answer says, by the runtime's clock. Under a
//! simulated clock a minute's run takes milliseconds and every number of its reports is known beforehand.

use std::cell::Cell;
use std::time::Duration;

use super::target::{Reply, Request, Target};
use crate::failure::{Failure, FailureClass};

/// One answer of a script.
#[derive(Debug, Clone)]
pub struct ScriptedAnswer {
    /// How long it takes.
    pub latency: Duration,
    /// How large it is.
    pub bytes: u64,
    /// What is wrong with it, nothing when it is right.
    pub failure: Option<Failure>,
}

impl ScriptedAnswer {
    /// A right answer.
    pub fn right(latency: Duration, bytes: u64) -> Self {
        Self { latency, bytes, failure: None }
    }

    /// An unexpected status in these words, without a body.
    pub fn wrong(latency: Duration, text: &str) -> Self {
        Self { latency, bytes: 0, failure: Some(Failure::new(FailureClass::Status, text)) }
    }
}

/// Answers from a script, each task's in turn and over again.
#[derive(Debug)]
pub struct Scripted {
    tasks: Vec<(Vec<ScriptedAnswer>, Cell<usize>)>,
}

impl Scripted {
    /// A script: the answers of each task, by its position in the scenario; each task needs at least one.
    pub fn new(tasks: Vec<Vec<ScriptedAnswer>>) -> Self {
        Self { tasks: tasks.into_iter().map(|answers| (answers, Cell::new(0))).collect() }
    }
}

impl Target for Scripted {
    async fn send(&self, request: Request) -> Reply {
        let (answers, turn) = &self.tasks[request.task()];
        let answer = &answers[turn.get() % answers.len()];
        turn.set(turn.get() + 1);
        tokio::time::sleep(answer.latency).await;
        Reply {
            latency: answer.latency,
            first_byte: Some(answer.latency),
            bytes: answer.bytes,
            outcome: answer.failure.clone().map_or(Ok(()), Err),
        }
    }
}
