//! [`Contest`]: one challenger against the live model.
//!
//! Leads wait in a bounded queue that nobody ever waits for; a [`Judge`] on a thread of its own empties it.

use std::{
    io,
    sync::{
        Arc, MutexGuard,
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    thread,
};

use lead_model::{Lead, Score};

use super::{
    board::{Board, Job, Standing},
    judge::Judge,
};
use crate::{metrics::Challenges, models::Live};

/// Leads that may wait: 2 MB at most with 50 features, and 200,000 a second at the pace at which they are fetched.
const QUEUE: usize = 2_048;

/// One challenger with its queue.
#[derive(Debug)]
pub(crate) struct Contest {
    queue: SyncSender<Job>,
    board: Arc<Board>,
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
        (Self { queue, board: Arc::new(Board::new(live, challenger, series)) }, jobs)
    }

    /// The model that is compared.
    pub(crate) fn challenger(&self) -> &Arc<Live> {
        &self.board.challenger
    }

    /// Leads that found the queue full since the two models were first compared.
    pub(crate) fn dropped(&self) -> u64 {
        self.board.dropped()
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
            self.board.drop_lead();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path, sync::Arc};

    use lead_model::{Artifact, Lead, Score, synth::Leads};

    use super::{Contest, Judge, QUEUE};
    use crate::{
        metrics::{Metrics, dropped_log_lines, suppressed_log_lines},
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
        Metrics::new([&dropped_log_lines(), &suppressed_log_lines()], "host")
            .expect("a fresh registry")
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
