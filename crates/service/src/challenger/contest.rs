//! [`Contest`]: one challenger against the live model, on a thread of its own.
//!
//! Leads wait in a bounded queue that nobody ever waits for. The thread looks into it every few milliseconds instead of
//! sleeping on it, because waking a thread would cost the answer more than everything else here; it ends when the contest
//! is gone. Where another model comes live, the comparison starts anew against that one.

use std::{
    io, ptr,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
        mpsc::{Receiver, SyncSender, TryRecvError, sync_channel},
    },
    thread,
    time::Duration,
};

use arc_swap::ArcSwap;
use lead_model::{Lead, Score};

use super::{
    comparison::Comparison,
    reading::{Misfit, Reading},
};
use crate::{metrics::Challenges, models::Live, timestamp::Timestamp};

/// Leads that may wait: 2 MB at most with 50 features, and 200,000 a second at the pace at which they are fetched.
const QUEUE: usize = 2_048;
/// Between two looks into a queue that was empty.
const PAUSE: Duration = Duration::from_millis(10);
/// Leads scored at once; a block of columns stays in the fastest cache.
const BLOCK: usize = 64;

/// One challenger with its queue.
#[derive(Debug)]
pub(crate) struct Contest {
    queue: SyncSender<Job>,
    board: Arc<Board>,
}

/// A lead as the live model read and scored it.
#[derive(Debug)]
struct Job {
    live: Arc<Live>,
    values: Box<[f64]>,
    score: Score,
}

/// What both sides of the queue share.
#[derive(Debug)]
struct Board {
    challenger: Arc<Live>,
    /// The model that leads are compared against; whoever sees another one answering puts it here.
    live: ArcSwap<Live>,
    dropped: AtomicU64,
    standing: Mutex<Standing>,
    series: Challenges,
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

impl Contest {
    /// Starts a thread on which `challenger` meets `live`.
    pub(super) fn start(
        live: Arc<Live>,
        challenger: Arc<Live>,
        series: Challenges,
    ) -> io::Result<Self> {
        let (contest, jobs) = Self::queued(live, challenger, series);
        let board = Arc::clone(&contest.board);
        thread::Builder::new()
            .name("challenger".to_owned())
            .spawn(move || Judge::new(&board).listen(&jobs))?;
        Ok(contest)
    }

    /// A contest whose queue somebody else has to empty.
    fn queued(live: Arc<Live>, challenger: Arc<Live>, series: Challenges) -> (Self, Receiver<Job>) {
        let (queue, jobs) = sync_channel(QUEUE);
        let standing = Mutex::new(Standing::new(Arc::clone(&live), None));
        let board = Board {
            challenger,
            live: ArcSwap::new(live),
            dropped: AtomicU64::new(0),
            standing,
            series,
        };
        (Self { queue, board: Arc::new(board) }, jobs)
    }

    /// The model that is compared.
    pub(crate) fn challenger(&self) -> &Arc<Live> {
        &self.board.challenger
    }

    /// Leads that found the queue full since the two models were first compared.
    pub(crate) fn dropped(&self) -> u64 {
        self.board.dropped.load(Ordering::Relaxed)
    }

    /// How the two models stand.
    pub(crate) fn standing(&self) -> MutexGuard<'_, Standing> {
        self.board.standing()
    }

    /// Queues a lead that `model` has scored, or drops it; `current` says which model is live.
    pub(super) fn offer(
        &self,
        current: impl Fn() -> Arc<Live>,
        model: &Live,
        lead: &Lead,
        score: &Score,
    ) {
        let Some(live) = self.board.against(current, model) else { return };
        let job = Job { live, values: lead.values().into(), score: *score };
        if self.queue.try_send(job).is_err() {
            self.board.dropped.fetch_add(1, Ordering::Relaxed);
            self.board.series.dropped();
        }
    }
}

impl Board {
    /// The live model, if `model` is it; `None` for the answer of one that was replaced meanwhile.
    fn against(&self, current: impl Fn() -> Arc<Live>, model: &Live) -> Option<Arc<Live>> {
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

    fn standing(&self) -> MutexGuard<'_, Standing> {
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

/// The other end of the queue.
struct Judge<'a> {
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
    fn new(board: &'a Board) -> Self {
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
    fn listen(mut self, jobs: &Receiver<Job>) {
        while self.empty(jobs) {
            thread::sleep(PAUSE);
        }
    }

    /// Judges what is queued; `false` if nothing will ever be again.
    fn empty(&mut self, jobs: &Receiver<Job>) -> bool {
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
            if !Arc::ptr_eq(&job.live, &self.board.live.load()) {
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
        self.board.dropped.store(0, Ordering::Relaxed);
        *self.board.standing() = Standing::new(Arc::clone(live), misfit);
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

#[cfg(test)]
mod tests {
    use std::{fs, path::Path, sync::Arc};

    use lead_model::{Artifact, Lead, Score, synth::Leads};

    use super::{Contest, Judge, QUEUE};
    use crate::{
        metrics::{Metrics, dropped_log_lines},
        models::{Live, load},
    };

    const COMMITTED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../models/b2b-v1.json");

    fn live() -> Arc<Live> {
        Arc::new(load(Path::new(COMMITTED)).expect("the committed model"))
    }

    /// A model that reads a feature nobody sends.
    fn foreign() -> Arc<Live> {
        let text = fs::read_to_string(COMMITTED).expect("the committed model");
        let text = text.replace("bounce_rate", "bounce_ratio");
        let json: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        let artifact: Artifact =
            serde_json::from_value(json["model"].clone()).expect("only a name is another");
        let mut bytes = Vec::new();
        artifact.write(&mut bytes).expect("a sound model");
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("foreign.json");
        fs::write(&path, bytes).expect("written");
        Arc::new(load(&path).expect("a sound model"))
    }

    fn metrics() -> Metrics {
        Metrics::new(&dropped_log_lines(), "host").expect("a fresh registry")
    }

    fn scored(model: &Live, count: usize) -> Vec<(Lead, Score)> {
        let leads = Leads::new(5).take(count).map(|example| example.lead);
        leads.map(|lead| (lead.clone(), model.scorer.score(&lead))).collect()
    }

    #[test]
    fn what_finds_the_queue_full_is_dropped_and_counted_and_nobody_waits() {
        let (model, metrics) = (live(), metrics());
        let (contest, jobs) =
            Contest::queued(Arc::clone(&model), live(), metrics.challenges.clone());
        let (lead, score) = scored(&model, 1).remove(0);
        for _ in 0..QUEUE + 5 {
            contest.offer(|| Arc::clone(&model), &model, &lead, &score);
        }
        assert_eq!(contest.dropped(), 5);
        assert!(Judge::new(&contest.board).empty(&jobs), "more may come");
        assert_eq!(contest.standing().comparison.leads(), QUEUE as u64);
        let page = String::from_utf8(metrics.page(Vec::new()).expect("a page")).expect("UTF-8");
        assert!(page.contains("\nchallenger_dropped_total 5\n"), "{page}");
        assert!(page.contains("\nchallenger_scored_total 2048\n"), "{page}");
    }

    #[test]
    fn a_model_that_comes_live_is_compared_from_the_start() {
        let (first, metrics) = (live(), metrics());
        let (contest, jobs) =
            Contest::queued(Arc::clone(&first), live(), metrics.challenges.clone());
        let leads = scored(&first, 10);
        for (lead, score) in &leads[..6] {
            contest.offer(|| Arc::clone(&first), &first, lead, score);
        }
        let second = live();
        // The answer that finds the new model, and one of the old model that comes later.
        for model in [&second, &first] {
            contest.offer(|| Arc::clone(&second), model, &leads[6].0, &leads[6].1);
        }
        let mut judge = Judge::new(&contest.board);
        judge.empty(&jobs);
        let standing = contest.standing();
        assert!(Arc::ptr_eq(&standing.live, &second));
        // What was queued for the old model has no say any more.
        assert_eq!((standing.comparison.leads(), standing.unreadable), (1, 0));
    }

    #[test]
    fn a_live_model_whose_leads_cannot_be_read_is_named_as_the_reason() {
        let (first, metrics) = (live(), metrics());
        let (contest, jobs) =
            Contest::queued(Arc::clone(&first), live(), metrics.challenges.clone());
        let mut judge = Judge::new(&contest.board);
        let foreign = foreign();
        for (lead, score) in &scored(&first, 3) {
            contest.offer(|| Arc::clone(&foreign), &foreign, lead, score);
        }
        judge.empty(&jobs);
        let standing = contest.standing();
        let misfit = standing.misfit.as_ref().expect("a reason").to_string();
        assert!(misfit.contains("bounce_rate"), "{misfit}");
        assert_eq!((standing.comparison.leads(), standing.unreadable), (0, 3));
    }

    #[test]
    fn the_thread_ends_with_the_contest() {
        let metrics = metrics();
        let contest = Contest::start(live(), live(), metrics.challenges.clone()).expect("a thread");
        let board = Arc::downgrade(&contest.board);
        drop(contest);
        // The board is the thread's alone now; it goes when the thread does.
        while board.upgrade().is_some() {
            std::thread::yield_now();
        }
    }
}
