//! A worker at work: all that happens to it, in one loop that waits for nothing.
//!
//! [`Runner`] (Locust's word) brings together in time what is decided elsewhere: [`Bond`] and [`Life`] decide, the [`Voice`]
//! tells the master, a [`Crew`] loads.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::bond::{Bond, Tie};
use super::crew::{Crew, CrewNews};
use super::deed::{Deed, Job, Parting};
use super::fault::WorkerError;
use super::life::Life;
use super::link::News;
use super::message::{Heard, Said};
use super::tempo::Tempo;
use super::voice::{Voice, unix_now};
use crate::cli::{Master, WorkerOrder};
use crate::engine::Stop;
use crate::exit;
use crate::log::Log;

/// How often a worker looks at its clock, and whether somebody wants it to end.
const GLANCE: Duration = Duration::from_millis(20);

/// Tries that are not worth a line: a master may be started a little later.
const QUIET_TRIES: u32 = 6;

/// A worker at work.
pub(super) struct Runner {
    order: Arc<WorkerOrder>,
    log: Log,
    tempo: Tempo,
    started: Instant,
    voice: Voice,
    /// Why there is no connection, while there is none.
    trouble: String,
    bond: Bond,
    life: Life,
    crew: Option<Crew>,
    crew_news: UnboundedSender<CrewNews>,
    /// When the crew's requests in flight are given up.
    hurry: Option<Instant>,
    was_signalled: bool,
    broke: String,
    end: Option<Result<u8, WorkerError>>,
}

impl Runner {
    /// One that has done nothing yet, and where news of its crews come from.
    pub(super) fn new(
        order: WorkerOrder,
        voice: Voice,
        tempo: Tempo,
        log: Log,
    ) -> (Self, UnboundedReceiver<CrewNews>) {
        let (crew_news, crews) = unbounded_channel();
        let runner = Self {
            voice,
            log,
            life: Life::new(order.most_users.into()),
            order: Arc::new(order),
            tempo,
            started: Instant::now(),
            trouble: "nobody answers".to_owned(),
            bond: Bond::new(tempo, Duration::ZERO),
            crew: None,
            crew_news,
            hurry: None,
            was_signalled: false,
            broke: String::new(),
            end: None,
        };
        (runner, crews)
    }

    /// Does what is to be done until the worker's end.
    pub(super) async fn work(
        &mut self,
        mut news: UnboundedReceiver<News>,
        mut crews: UnboundedReceiver<CrewNews>,
        stop: &Stop,
    ) -> Result<u8, WorkerError> {
        let Master { host, port } = &self.order.master;
        let version = env!("CARGO_PKG_VERSION");
        self.log
            .info("main", &format!("Starting lead-loadgen {version} as a worker of {host}:{port}"));
        self.order.notes.iter().for_each(|note| self.log.warning("main", note));
        let mut tick = tokio::time::interval(GLANCE);
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                biased;
                _ = tick.tick() => self.tick(stop),
                Some(news) = news.recv() => self.on_link(news),
                Some(news) = crews.recv() => self.on_crew(news),
            }
            if let Some(end) = self.end.take() {
                return end;
            }
        }
    }

    /// Lets the last words leave, and the last files be written.
    pub(super) async fn part(self) {
        let untold = self.voice.ledger.untold();
        if untold > 0 {
            self.log.warning(
                "cluster",
                &format!("{untold} requests were not reported: there was no master to tell"),
            );
        }
        self.voice.close().await;
        if let Some(crew) = self.crew {
            crew.stop_now();
            crew.wait();
        }
    }

    fn now(&self) -> Duration {
        self.started.elapsed()
    }

    fn tick(&mut self, stop: &Stop) {
        let now = Instant::now();
        if stop.is_stopped() && !self.was_signalled {
            self.was_signalled = true;
            self.log.info("main", "Got a stop signal, leaving the master");
            let deeds = self.life.leave(Parting::Signalled);
            self.do_all(deeds);
        }
        if self.hurry.is_some_and(|at| now >= at) || stop.is_stopped_now() {
            self.hurry = None;
            self.crew.iter().for_each(Crew::stop_now);
        }
        if let Some(tie) = self.bond.tick(self.now()) {
            self.do_tie(tie);
        }
        if self.bond.beats() && self.voice.is_beat_due(now) {
            self.beat();
        }
        if self.is_heard() && self.voice.is_report_due(now) {
            self.voice.report(&self.life.users());
        }
    }

    fn on_link(&mut self, news: News) {
        match news {
            News::Connected => {
                let tie = self.bond.connected(self.now());
                self.do_tie(tie);
            }
            News::Lost(reason) => {
                if self.bond.holds() {
                    self.log.warning(
                        "cluster",
                        &format!("The connection to the master is lost ({reason}), trying again"),
                    );
                }
                self.trouble = reason;
                self.bond.lost();
            }
            News::Heard(bytes) => match Heard::of_bytes(&bytes) {
                Ok(heard) => self.hear(heard),
                Err(garbled) => self.log.warning("cluster", &garbled.to_string()),
            },
        }
    }

    fn hear(&mut self, heard: Heard) {
        match &heard {
            Heard::Ack(index) => {
                if let Some(tie) = self.bond.acknowledged(*index, self.now()) {
                    self.do_tie(tie);
                }
            }
            Heard::Heartbeat => self.bond.heard(self.now()),
            Heard::Other(kind) => {
                self.log.debug(
                    "cluster",
                    &format!("The master's message '{kind}' asks nothing of this worker"),
                );
            }
            _ => {}
        }
        let deeds = self.life.hear(heard);
        self.do_all(deeds);
    }

    fn on_crew(&mut self, news: CrewNews) {
        let deeds = match news {
            CrewNews::Begun => self.life.begun(),
            CrewNews::Refused(reason) => self.life.refused(&reason),
            CrewNews::Second(second, start) => {
                self.voice.ledger.note(&second, start);
                return;
            }
            CrewNews::Ended => {
                let deeds = self.life.ended();
                self.do_all(deeds);
                return self.crew.iter().for_each(Crew::reported);
            }
            CrewNews::Broke(reason) => {
                let deeds = self.life.broke(&reason);
                self.broke = reason;
                deeds
            }
        };
        self.do_all(deeds);
    }

    fn do_tie(&mut self, tie: Tie) {
        match tie {
            Tie::Present => self.present(),
            Tie::Beat => self.beat(),
            Tie::Forgotten => {
                self.log.warning(
                    "cluster",
                    "The master was started anew: what the earlier one ordered ends here",
                );
                let deeds = self.life.forgotten();
                self.do_all(deeds);
            }
            Tie::Welcome { index } => {
                self.log.info("cluster", &welcome(index));
                self.voice.report_soon();
            }
            Tie::Unanswered { tries, is_stuck } => self.unanswered(tries, is_stuck),
            Tie::Mute => {
                let text = "The master gives no sign: looking for it on a new connection";
                self.log.warning("cluster", text);
                self.renew();
            }
            Tie::Hopeless => {
                let (master, reason) = (self.order.master.clone(), self.trouble.clone());
                self.end = Some(Err(WorkerError::NoMaster { master, reason }));
            }
            Tie::Silent => {
                self.end = Some(Err(WorkerError::Silent { silence: self.tempo.silence }));
            }
        }
    }

    fn unanswered(&mut self, tries: u32, is_stuck: bool) {
        let Master { host, port } = &self.order.master;
        let (most, why) = (self.tempo.tries, &self.trouble);
        let text =
            format!("Failed to connect to master {host}:{port}, retry {tries}/{most} ({why}).");
        if tries < QUIET_TRIES {
            self.log.debug("cluster", &text);
        } else {
            self.log.info("cluster", &text);
        }
        if self.bond.is_connected() {
            self.trouble = "it does not acknowledge this worker".to_owned();
            if is_stuck { self.renew() } else { self.present() }
        }
    }

    /// Says that the worker is ready, which it is not while it ends what another master ordered; it says so behind that.
    fn present(&self) {
        if !self.life.is_orphaned() {
            self.voice.say(&Said::ClientReady);
        }
    }

    /// Whether there is a master that shall hear what is counted.
    fn is_heard(&self) -> bool {
        self.bond.holds() && !self.life.is_orphaned()
    }

    /// Lets the connection go for a new one.
    fn renew(&mut self) {
        self.bond.lost();
        self.voice.renew();
    }

    fn do_all(&mut self, deeds: Vec<Deed>) {
        deeds.into_iter().for_each(|deed| self.act(deed));
    }

    fn act(&mut self, deed: Deed) {
        match deed {
            Deed::Say(said) => self.voice.say(&said),
            Deed::Report(users) if self.is_heard() => self.voice.report_last(&users),
            Deed::Report(_) => {}
            Deed::Forget => {
                let lost = self.voice.ledger.forget();
                if lost > 0 {
                    self.log.warning(
                        "cluster",
                        &format!("{lost} requests of the earlier master's test were not reported"),
                    );
                }
            }
            Deed::Start(job) => self.start(job),
            Deed::Users(users) => self.crew.iter().for_each(|crew| crew.users(users)),
            Deed::Stop => self.crew.iter().for_each(Crew::stop),
            Deed::StopSoon => {
                self.crew.iter().for_each(Crew::stop);
                self.hurry = Some(Instant::now() + self.tempo.farewell);
            }
            Deed::StopNow => self.crew.iter().for_each(Crew::stop_now),
            Deed::Reconnect => self.renew(),
            Deed::Inform(text) => self.log.info("cluster", &text),
            Deed::Warn(text) => self.log.warning("cluster", &text),
            Deed::Part(Parting::Broken) => {
                self.end = Some(Err(WorkerError::Broken(self.broke.clone())));
            }
            Deed::Part(Parting::Dismissed | Parting::Signalled) => {
                self.log.info("main", &format!("Shutting down (exit code {})", exit::CLEAN));
                self.end = Some(Ok(exit::CLEAN));
            }
        }
    }

    fn start(&mut self, job: Job) {
        let tasks = &self.order.scenario().tasks;
        let tasks = tasks.iter().map(|task| (task.method.as_str(), task.name.as_str()));
        self.voice.ledger.open(tasks, unix_now());
        let crew =
            Crew::start(&self.order, job, self.crew.take(), &self.log, self.crew_news.clone());
        match crew {
            Ok(crew) => self.crew = Some(crew),
            Err(reason) => {
                // The channel's other end is this worker's own.
                let _heard = self.crew_news.send(CrewNews::Broke(reason.to_string()));
            }
        }
    }

    fn beat(&mut self) {
        self.voice.beat(self.life.state());
    }
}

/// What is said when a master acknowledges the worker. No master tells its version; those that give no number are old.
fn welcome(index: Option<u64>) -> String {
    match index {
        Some(index) => format!("Connected to the master as worker {index}"),
        None => "Connected to a master up to 2.10.2, much older than those this worker is tested with (2.46, 2.47): update it \
                 if numbers are missing"
            .to_owned(),
    }
}
