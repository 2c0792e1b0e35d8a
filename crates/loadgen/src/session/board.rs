//! Where the picture hangs: put up by one, seen by many.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;

use super::view::View;
use crate::log::Log;
use crate::plan::Plan;

/// The present view, and who is told when there is another one.
#[derive(Debug)]
pub(super) struct Board {
    view: Mutex<Arc<View>>,
    changes: watch::Sender<u64>,
}

impl Board {
    /// Shows that nothing has run yet.
    pub(super) fn new(plan: &Plan) -> Self {
        Self { view: Mutex::new(Arc::new(View::new(plan))), changes: watch::Sender::new(0) }
    }

    /// The present view.
    pub(super) fn view(&self) -> Arc<View> {
        Arc::clone(&self.view.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Told of each new view, by its number.
    pub(super) fn changed(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    /// Puts up another view, with the log as it is now.
    pub(super) fn publish(&self, log: &Log, change: impl FnOnce(&mut View)) {
        let mut place = self.view.lock().unwrap_or_else(PoisonError::into_inner);
        let mut view = View::clone(&place);
        change(&mut view);
        view.number += 1;
        view.logs = log.ring().lines().into();
        let number = view.number;
        *place = Arc::new(view);
        // Told while the view cannot change, so that numbers arrive in order.
        self.changes.send_replace(number);
    }
}
