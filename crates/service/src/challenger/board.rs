//! [`Board`]: what both ends of a challenger's queue share, and how the two models stand.
//!
//! Where another model comes live, the comparison starts anew against that one. What is written here comes from the judge.

use std::{
    ptr,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use arc_swap::ArcSwap;
use lead_model::Score;

use super::{comparison::Comparison, reading::Misfit};
use crate::{metrics::Challenges, models::Live, timestamp::Timestamp};

/// A lead as the live model read and scored it.
#[derive(Debug)]
pub(super) struct Job {
    pub(super) live: Arc<Live>,
    pub(super) values: Box<[f64]>,
    pub(super) score: Score,
}

/// What both sides of the queue share.
#[derive(Debug)]
pub(super) struct Board {
    pub(super) challenger: Arc<Live>,
    /// The model that leads are compared against; whoever sees another one answering puts it here.
    live: ArcSwap<Live>,
    /// Leads that found the queue full, of those that were to be compared against this live model.
    dropped: AtomicU64,
    standing: Mutex<Standing>,
    pub(super) series: Challenges,
}

/// How the challenger stands against one live model.
#[derive(Debug)]
pub(crate) struct Standing {
    pub(crate) live: Arc<Live>,
    /// When the two were first compared.
    pub(crate) since: Timestamp,
    pub(crate) comparison: Comparison,
    /// Leads that the challenger would have refused or could not read.
    pub(crate) unreadable: u64,
    /// Why it cannot read any.
    pub(crate) misfit: Option<Misfit>,
}

impl Board {
    /// Nothing compared yet.
    pub(super) fn new(live: Arc<Live>, challenger: Arc<Live>, series: Challenges) -> Self {
        Self {
            challenger,
            live: ArcSwap::new(Arc::clone(&live)),
            dropped: AtomicU64::new(0),
            standing: Mutex::new(Standing::new(live, None)),
            series,
        }
    }

    /// The live model, if `model` is it; `None` for the answer of one that was replaced meanwhile.
    pub(super) fn against(
        &self,
        current: impl Fn() -> Arc<Live>,
        model: &Live,
    ) -> Option<Arc<Live>> {
        let live = self.live.load();
        if ptr::eq(&raw const **live, model) {
            return Some(Arc::clone(&live));
        }
        let current = current();
        ptr::eq(&raw const *current, model).then(|| {
            self.live.store(Arc::clone(&current));
            current
        })
    }

    /// Whether this is the model that leads are compared against from now on.
    pub(super) fn is_live(&self, live: &Arc<Live>) -> bool {
        Arc::ptr_eq(live, &self.live.load())
    }

    /// Starts anew against another live model.
    pub(super) fn turn_to(&self, live: &Arc<Live>, misfit: Option<Misfit>) {
        self.dropped.store(0, Ordering::Relaxed);
        *self.standing() = Standing::new(Arc::clone(live), misfit);
    }

    /// Counts a lead that found the queue full.
    pub(super) fn drop_lead(&self) {
        self.dropped.fetch_add(1, Ordering::Relaxed);
        self.series.dropped();
    }

    /// How many leads did.
    pub(super) fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }

    /// How the two models stand.
    pub(super) fn standing(&self) -> MutexGuard<'_, Standing> {
        // Figures are sound after every single lead.
        self.standing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Standing {
    fn new(live: Arc<Live>, misfit: Option<Misfit>) -> Self {
        let comparison = Comparison::new(live.scorer.artifact());
        Self { live, since: Timestamp::now(), comparison, unreadable: 0, misfit }
    }
}
