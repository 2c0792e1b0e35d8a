//! What a session and its runs share.
//!
//! [`House`] has what lasts as long as the session, and the [`Helm`] of the run that goes on, if one does. Who may take the
//! helm is the handle's to say (`host`), what is done with it the run's (`conduct`).

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use super::board::Board;
use super::changes::Changes;
use super::view::View;
use crate::cli::Order;
use crate::engine::{Steering, Stop};
use crate::log::Log;
use crate::machine::Machine;
use crate::plan::Plan;

/// What a session and its runs share.
#[derive(Debug)]
pub(super) struct House {
    /// What the command line said.
    pub(super) order: Order,
    pub(super) machine: Machine,
    pub(super) log: Log,
    pub(super) board: Board,
    helm: Mutex<Option<Helm>>,
    /// Told when a run has left the helm.
    free: Condvar,
}

/// How a run that goes on is reached.
#[derive(Debug, Clone)]
pub(super) struct Helm {
    pub(super) stop: Stop,
    pub(super) steering: Steering,
    /// As edited.
    pub(super) plan: Arc<Plan>,
    pub(super) changes: Changes,
}

impl House {
    /// Of a session in which nothing runs yet.
    pub(super) fn new(order: Order, machine: Machine, log: Log) -> Self {
        let board = Board::new(&order.plan);
        Self { order, machine, log, board, helm: Mutex::default(), free: Condvar::new() }
    }

    /// How the run that goes on is reached, if one does.
    pub(super) fn helm(&self) -> MutexGuard<'_, Option<Helm>> {
        self.helm.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts up another view.
    pub(super) fn publish(&self, change: impl FnOnce(&mut View)) {
        self.board.publish(&self.log, change);
    }

    /// Leaves the helm to the next run, with a last view of this one.
    pub(super) fn leave(&self, change: impl FnOnce(&mut View)) {
        let mut place = self.helm();
        *place = None;
        self.publish(change);
        // Told while nobody can take the helm: whoever waits for it finds the view that belongs to it.
        self.free.notify_all();
    }

    /// Waits until no run goes on; `meanwhile` sees each one that does.
    pub(super) fn wait(&self, meanwhile: impl Fn(&Helm)) {
        let mut place = self.helm();
        while let Some(helm) = place.as_ref() {
            meanwhile(helm);
            place = self.free.wait(place).unwrap_or_else(PoisonError::into_inner);
        }
    }
}
