//! [`Judge`]: the thread at the other end of the queue, where the challenger scores.
//!
//! It looks into the queue every few milliseconds instead of sleeping on it, because waking a thread would cost the answer
//! more than everything else here; it ends when the contest is gone.

use std::{
    sync::{
        Arc,
        mpsc::{Receiver, TryRecvError},
    },
    thread,
    time::Duration,
};

use lead_model::Score;

use super::{
    board::{Board, Job},
    reading::{Misfit, Reading},
};
use crate::models::Live;

/// Between two looks into a queue that was empty.
const PAUSE: Duration = Duration::from_millis(10);
/// Leads scored at once; a block of columns stays in the fastest cache.
const BLOCK: usize = 64;

/// The other end of the queue.
pub(super) struct Judge<'a> {
    board: &'a Board,
    live: Arc<Live>,
    reading: Result<Reading, Misfit>,
    /// Leads that were read and wait to be scored, one column per feature of the challenger.
    columns: Vec<Vec<f64>>,
    /// What the live model said of each.
    said: Vec<Score>,
    unreadable: u64,
}

impl<'a> Judge<'a> {
    pub(super) fn new(board: &'a Board) -> Self {
        // Not the model of this moment, which may already be another one: the figures are about this one.
        let live = Arc::clone(&board.standing().live);
        let own = board.challenger.scorer.schema();
        Self {
            board,
            reading: Reading::new(live.scorer.schema(), own),
            live,
            columns: vec![Vec::with_capacity(BLOCK); own.len()],
            said: Vec::with_capacity(BLOCK),
            unreadable: 0,
        }
    }

    /// Empties the queue until nobody can fill it any more.
    pub(super) fn listen(mut self, jobs: &Receiver<Job>) {
        while self.empty(jobs) {
            thread::sleep(PAUSE);
        }
    }

    /// Judges what is queued; `false` if nothing will ever be again.
    pub(super) fn empty(&mut self, jobs: &Receiver<Job>) -> bool {
        loop {
            match jobs.try_recv() {
                Ok(job) => self.take(&job),
                Err(nothing) => {
                    self.settle();
                    return nothing == TryRecvError::Empty;
                }
            }
        }
    }

    fn take(&mut self, job: &Job) {
        if !Arc::ptr_eq(&job.live, &self.live) {
            if !self.board.is_live(&job.live) {
                // Scored by a model that was replaced while the lead waited.
                return;
            }
            self.turn_to(&job.live);
        }
        let reading = self.reading.as_ref();
        if reading.is_ok_and(|reading| reading.add(&job.values, &mut self.columns)) {
            self.said.push(job.score);
        } else {
            self.unreadable += 1;
        }
        if self.said.len() == BLOCK {
            self.settle();
        }
    }

    /// Starts anew against another live model.
    fn turn_to(&mut self, live: &Arc<Live>) {
        self.settle();
        self.live = Arc::clone(live);
        self.reading = Reading::new(live.scorer.schema(), self.board.challenger.scorer.schema());
        let misfit = self.reading.as_ref().err().cloned();
        if let Some(misfit) = &misfit {
            tracing::warn!(%misfit, "the challenger cannot read the leads of the model that came live");
        }
        self.board.turn_to(live, misfit);
    }

    /// Scores what was read, and adds it to the figures.
    fn settle(&mut self) {
        if self.said.is_empty() && self.unreadable == 0 {
            return;
        }
        let mut scores = Vec::with_capacity(self.said.len());
        let columns: Vec<_> = self.columns.iter().map(Vec::as_slice).collect();
        self.board.challenger.scorer.score_columns(&columns, &mut scores);
        // Counters first: whoever has seen the figures finds at least as much in the metrics.
        self.board.series.scored(&self.said, &scores, self.unreadable);
        let mut standing = self.board.standing();
        for (live, own) in self.said.iter().zip(&scores) {
            standing.comparison.add(live, own);
        }
        standing.unreadable += self.unreadable;
        drop(standing);
        self.columns.iter_mut().for_each(Vec::clear);
        self.said.clear();
        self.unreadable = 0;
    }
}
