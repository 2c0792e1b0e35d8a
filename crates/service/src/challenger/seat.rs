//! [`Seat`]: the place for one challenger, empty unless somebody takes it.
//!
//! An empty seat costs a lead one atomic load. Who may seat a challenger is asked by the routes; where its file comes
//! from is the models' business.

use std::{
    io,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use arc_swap::ArcSwapOption;
use lead_model::{Lead, ModelError, Score};

use super::{
    contest::Contest,
    reading::{Misfit, Reading},
};
use crate::{
    config::ChallengerShare,
    dice::Dice,
    metrics::Challenges,
    models::{Live, LoadError},
};

/// The challenger, if there is one, and how much it gets to see.
#[derive(Debug)]
pub(crate) struct Seat {
    /// Of 2^32 draws, how many show the lead to the challenger; 0 also where there is none.
    chance: AtomicU64,
    contest: ArcSwapOption<Contest>,
    /// Held by whoever changes the two above, so that they change together. A share outlives its challenger.
    share: Mutex<ChallengerShare>,
    series: Challenges,
}

/// Why a model cannot be seated.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Refusal {
    /// It does not understand the leads.
    #[error(transparent)]
    Misfit(#[from] Misfit),
    /// Nowhere to score.
    #[error("there is no thread for it: {0}")]
    Thread(#[from] io::Error),
}

/// What keeps a file from being a challenger, without its path.
///
/// Nor with any of its content where it is no model: whoever asks names the path, and it may lead to any file.
pub(crate) fn unloadable(error: &LoadError) -> String {
    match error {
        LoadError::Missing(_) => "there is no file at that path".to_owned(),
        LoadError::Refused { source: ModelError::Form(form), .. } => format!(
            "the file is torn or not a model at line {} column {}",
            form.line(),
            form.column()
        ),
        other => other.reason(),
    }
}

impl Seat {
    /// An empty seat; `share` is what the next challenger gets if nothing else is said.
    pub(crate) fn new(share: ChallengerShare, series: Challenges) -> Self {
        Self {
            chance: AtomicU64::new(0),
            contest: ArcSwapOption::empty(),
            share: Mutex::new(share),
            series,
        }
    }

    /// Shows leads that `model` has scored to the challenger, or some of them; `current` says which model is live, and is
    /// asked only where it was another one before.
    pub(crate) fn see(
        &self,
        current: impl Fn() -> Arc<Live>,
        model: &Live,
        leads: &[Lead],
        scores: &[Score],
    ) {
        let chance = self.chance.load(Ordering::Relaxed);
        if chance == 0 {
            return;
        }
        Dice::of_thread(|dice| {
            let pairs = leads.iter().zip(scores);
            let mut drawn = pairs.filter(|_| dice.roll() >> 32 < chance).peekable();
            if drawn.peek().is_none() {
                return;
            }
            if let Some(contest) = &*self.contest.load() {
                drawn.for_each(|(lead, score)| contest.offer(&current, model, lead, score));
            }
        });
    }

    /// The contest that is going on.
    pub(crate) fn contest(&self) -> Option<Arc<Contest>> {
        self.contest.load_full()
    }

    /// The share of leads that a challenger gets to see.
    pub(crate) fn share(&self) -> ChallengerShare {
        *self.changing()
    }

    /// Seats `challenger` against `live`, in place of any other.
    pub(crate) fn take(
        &self,
        live: Arc<Live>,
        challenger: Arc<Live>,
        share: Option<ChallengerShare>,
    ) -> Result<(), Refusal> {
        Reading::new(live.scorer.schema(), challenger.scorer.schema())?;
        let contest = Contest::start(live, challenger, self.series.clone())?;
        let mut current = self.changing();
        *current = share.unwrap_or(*current);
        self.contest.store(Some(Arc::new(contest)));
        self.chance.store(current.chance(), Ordering::Relaxed);
        Ok(())
    }

    /// Changes how much the challenger gets to see; `false` if there is none.
    pub(crate) fn give(&self, share: ChallengerShare) -> bool {
        let mut current = self.changing();
        let is_taken = self.contest.load().is_some();
        if is_taken {
            *current = share;
            self.chance.store(share.chance(), Ordering::Relaxed);
        }
        is_taken
    }

    /// Empties the seat, if this contest is still the one that goes on; of two callers at once, only one hears `true`.
    pub(crate) fn leave(&self, contest: &Arc<Contest>) -> bool {
        let _changing = self.changing();
        let is_on = self.contest.load().as_ref().is_some_and(|other| Arc::ptr_eq(other, contest));
        if is_on {
            self.chance.store(0, Ordering::Relaxed);
            self.contest.store(None);
        }
        is_on
    }

    fn changing(&self) -> MutexGuard<'_, ChallengerShare> {
        self.share.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
