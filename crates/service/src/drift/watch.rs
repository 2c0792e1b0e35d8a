//! [`Watch`]: the leads of one model, counted by the workers that score them.
//!
//! Each worker has a shard of its own, as far as there are enough, and takes the next one where that is being read; it
//! never waits. A lead that one in `every` was drawn for counts as `every` leads, so that hours of high traffic weigh what
//! they should beside quiet ones.

use std::{
    iter,
    sync::{
        Mutex, MutexGuard, PoisonError, TryLockError,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use lead_model::{Artifact, Drift, Lead, Reference, Score, Tally};

use super::{
    pace::Pace,
    window::{Calendar, Total, Window},
};
use crate::dice::Dice;

/// Fewest and most shards: two, so that one is free while the other is read; of eight, one nearly always is, and the
/// memory of a model stays below 2 MB on machines with many cores.
const SHARDS: [usize; 2] = [2, 8];

/// Counts the leads of one model over a sliding window.
#[derive(Debug)]
pub(crate) struct Watch {
    reference: Reference,
    empty: Tally,
    calendar: Calendar,
    shards: Box<[Shard]>,
}

/// What one worker counts, on cache lines of its own.
#[derive(Debug)]
#[repr(align(128))]
struct Shard {
    /// One in so many leads is counted; a power of two.
    every: AtomicU64,
    counts: Mutex<Counts>,
}

#[derive(Debug)]
struct Counts {
    pace: Pace,
    window: Window,
}

/// What became of some leads that were shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Seen {
    /// Leads that were drawn and counted.
    pub(crate) counted: u64,
    /// Leads that were drawn while every shard was busy.
    pub(crate) skipped: u64,
}

/// What the window holds.
#[derive(Debug)]
pub(crate) struct Observed {
    /// How far the leads have moved; its rows are those that were counted and those that they stand for.
    pub(crate) drift: Drift,
    /// Leads that were counted.
    pub(crate) counted: u64,
    /// How far back the counts reach.
    pub(crate) covered: Duration,
}

impl Watch {
    /// Watches the leads of this model; `None` if its file does not say how its training rows were distributed.
    pub(crate) fn new(model: &Artifact, window: Duration) -> Option<Self> {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        Self::with_shards(model, window, cores.clamp(SHARDS[0], SHARDS[1]), Instant::now())
    }

    fn with_shards(
        model: &Artifact,
        window: Duration,
        shards: usize,
        now: Instant,
    ) -> Option<Self> {
        let reference = model.reference.clone()?;
        let shard = || Shard {
            every: AtomicU64::new(1),
            counts: Mutex::new(Counts { pace: Pace::new(now), window: Window::default() }),
        };
        Some(Self {
            empty: Tally::new(&reference, &model.schema),
            reference,
            calendar: Calendar::new(now, window),
            shards: iter::repeat_with(shard).take(shards).collect(),
        })
    }

    /// Counts leads of this model and their scores, or some of them.
    pub(crate) fn see(&self, leads: &[Lead], scores: &[Score]) -> Seen {
        Dice::of_thread(|dice| self.draw(dice, leads, scores, Instant::now))
    }

    fn draw(
        &self,
        dice: &Dice,
        leads: &[Lead],
        scores: &[Score],
        clock: impl FnOnce() -> Instant,
    ) -> Seen {
        let own = dice.hand() % self.shards.len();
        let every = self.shards[own].every.load(Ordering::Relaxed);
        let pairs = leads.iter().zip(scores);
        let mut drawn = pairs.filter(|_| dice.roll() & (every - 1) == 0).peekable();
        // At a high rate most requests end here.
        if drawn.peek().is_none() {
            return Seen::default();
        }
        let Some((shard, mut counts)) = self.free_from(own) else {
            return Seen { counted: 0, skipped: drawn.count() as u64 };
        };
        let (now, mut counted) = (clock(), 0);
        let slice = counts.window.slice(self.calendar.slice(now), &self.empty);
        for (lead, score) in drawn {
            slice.tally.add_times(lead, score, every);
            counted += 1;
        }
        slice.counted += counted;
        shard.every.store(counts.pace.next(every, counted, now), Ordering::Relaxed);
        Seen { counted, skipped: 0 }
    }

    /// The first shard from `own` on that nobody else holds.
    fn free_from(&self, own: usize) -> Option<(&Shard, MutexGuard<'_, Counts>)> {
        let (before, from) = self.shards.split_at(own);
        from.iter().chain(before).find_map(|shard| match shard.counts.try_lock() {
            Ok(counts) => Some((shard, counts)),
            // Counts are sound after every single addition.
            Err(TryLockError::Poisoned(poisoned)) => Some((shard, poisoned.into_inner())),
            Err(TryLockError::WouldBlock) => None,
        })
    }

    /// What the leads of the last window say.
    pub(crate) fn observe(&self) -> Observed {
        self.observe_at(Instant::now())
    }

    fn observe_at(&self, now: Instant) -> Observed {
        let (current, mut total) = (self.calendar.slice(now), Total::new(&self.empty));
        for shard in &self.shards {
            let counts = shard.counts.lock().unwrap_or_else(PoisonError::into_inner);
            counts.window.add_to(&mut total, current);
        }
        Observed {
            drift: Drift::between(&self.reference, &total.tally),
            counted: total.counted,
            covered: total.oldest.map_or(Duration::ZERO, |oldest| self.calendar.age(oldest, now)),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use lead_model::{Drift, Lead, Score, Scorer, Tally, synth::Leads};

    use super::{Seen, Watch};
    use crate::dice::Dice;

    const HOUR: Duration = Duration::from_secs(3_600);

    fn scorer() -> Scorer {
        let committed = include_str!("../../../../models/b2b-v1.json");
        Scorer::load(committed.as_bytes()).expect("the committed model")
    }

    fn scored(scorer: &Scorer, count: usize) -> (Vec<Lead>, Vec<Score>) {
        let leads: Vec<_> = Leads::new(11).take(count).map(|example| example.lead).collect();
        let mut scores = Vec::new();
        scorer.score_many(&leads, &mut scores);
        (leads, scores)
    }

    fn watch(scorer: &Scorer, start: Instant) -> Watch {
        Watch::with_shards(scorer.artifact(), HOUR, 2, start).expect("a model with a reference")
    }

    #[test]
    fn what_is_observed_is_what_the_model_crate_finds_in_the_same_leads() {
        let scorer = scorer();
        let (leads, scores) = scored(&scorer, 900);
        let (start, dice) = (Instant::now(), [Dice::new(0), Dice::new(1)]);
        let watch = watch(&scorer, start);
        // Two workers, single leads and batches, in two slices of time.
        for (turn, place) in (0..900).step_by(9).enumerate() {
            let now = start + Duration::from_secs(if turn < 50 { 0 } else { 400 });
            let (leads, scores) = (&leads[place..place + 9], &scores[place..place + 9]);
            let seen = watch.draw(&dice[turn % 2], leads, scores, || now);
            assert_eq!(seen, Seen { counted: 9, skipped: 0 });
        }
        let reference = scorer.artifact().reference.as_ref().expect("a reference");
        let mut tally = Tally::new(reference, scorer.schema());
        leads.iter().zip(&scores).for_each(|(lead, score)| tally.add(lead, score));
        let observed = watch.observe_at(start + Duration::from_secs(500));
        assert_eq!(observed.drift, Drift::between(reference, &tally));
        assert_eq!((observed.counted, observed.covered), (900, Duration::from_secs(500)));
    }

    #[test]
    fn at_a_high_rate_some_stand_for_all() {
        const LEADS: usize = 200_000;
        let scorer = scorer();
        let (leads, scores) = scored(&scorer, 1_000);
        let (start, dice) = (Instant::now(), Dice::new(0));
        let watch = watch(&scorer, start);
        let mut counted = 0;
        for turn in 0..LEADS {
            let now = start + Duration::from_secs(2).mul_f64(turn as f64 / LEADS as f64);
            let place = turn % leads.len();
            let one = place..=place;
            counted += watch.draw(&dice, &leads[one.clone()], &scores[one], || now).counted;
        }
        let observed = watch.observe_at(start + Duration::from_secs(2));
        assert_eq!(observed.counted, counted);
        assert!((5_000..10_000).contains(&counted), "{counted}");
        // 6,000 draws of 1 in 32 have a standard deviation of about 1.3 % of the whole.
        let rows = observed.drift.rows as f64;
        assert!((rows / LEADS as f64 - 1.0).abs() < 0.05, "{rows}");
        // The sample says of the score what all say.
        let reference = scorer.artifact().reference.as_ref().expect("a reference");
        let mut tally = Tally::new(reference, scorer.schema());
        leads.iter().zip(&scores).for_each(|(lead, score)| tally.add(lead, score));
        let all = Drift::between(reference, &tally);
        assert!((observed.drift.score.psi - all.score.psi).abs() < 0.01);
    }

    #[test]
    fn leads_are_forgotten_when_the_window_has_passed() {
        let scorer = scorer();
        let (leads, scores) = scored(&scorer, 10);
        let (start, dice) = (Instant::now(), Dice::new(0));
        let watch = watch(&scorer, start);
        watch.draw(&dice, &leads[..4], &scores[..4], || start);
        watch.draw(&dice, &leads[4..], &scores[4..], || start + HOUR / 2);
        let rows = |after| watch.observe_at(start + after).drift.rows;
        assert_eq!(rows(HOUR / 2), 10);
        assert_eq!(rows(HOUR), 6);
        assert_eq!(rows(HOUR * 2), 0);
    }

    #[test]
    fn a_worker_never_waits_for_a_shard() {
        let scorer = scorer();
        let (leads, scores) = scored(&scorer, 3);
        let (start, dice) = (Instant::now(), Dice::new(1));
        let watch = watch(&scorer, start);
        let one = watch.shards[1].counts.lock().expect("no panic");
        let seen = watch.draw(&dice, &leads, &scores, || start);
        assert_eq!(seen, Seen { counted: 3, skipped: 0 }, "the other one is free");
        let other = watch.shards[0].counts.lock().expect("no panic");
        let seen = watch.draw(&dice, &leads, &scores, || start);
        assert_eq!(seen, Seen { counted: 0, skipped: 3 });
        drop((one, other));
        assert_eq!(watch.observe_at(start).counted, 3);
    }
}
