//! A worker of Locust's master, from the first word to the last.
//!
//! [`worker`] brings together in time what is decided elsewhere: the [`Link`] carries, [`Bond`] and [`Life`] decide, a
//! [`Crew`] loads, the [`Ledger`] remembers. Everything happens in one loop; nothing in it waits for anything.

use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use thiserror::Error;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::bond::{Bond, Tie};
use super::crew::{Crew, CrewNews};
use super::deed::{Deed, Job, Parting};
use super::gauge::Gauge;
use super::ledger::Ledger;
use super::life::Life;
use super::link::{Link, News};
use super::message::{Classes, Heard, Pulse, Said};
use super::tempo::Tempo;
use crate::cli::{Master, WorkerOrder};
use crate::engine::Stop;
use crate::errand::open_log;
use crate::exit;
use crate::files::FileError;
use crate::log::Log;
use crate::machine::Machine;

/// How often a worker looks at its clock, and whether somebody wants it to end.
const GLANCE: Duration = Duration::from_millis(20);

/// Tries that are not worth a line: a master may be started a little later.
const QUIET_TRIES: u32 = 6;

/// Why a worker ended without being told to.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum WorkerError {
    /// No master acknowledged the worker.
    #[error(
        "Failed to connect to the Locust master: {}:{} ({reason}); is it started with --master, and are host and port right?",
        master.host, master.port
    )]
    NoMaster {
        /// Where it was looked for.
        master: Master,
        /// What was last known of it.
        reason: String,
    },
    /// The master gave no sign any more.
    #[error("Didn't get heartbeat from master in over {}s", silence.as_secs())]
    Silent {
        /// How long it was waited for.
        silence: Duration,
    },
    /// The generator broke.
    #[error("the load generator broke: {0}")]
    Broken(String),
    /// The log's file cannot be written.
    #[error(transparent)]
    File(#[from] FileError),
    /// The system refused what a worker needs.
    #[error("cannot start the worker: {0}")]
    Refused(#[from] std::io::Error),
}

impl WorkerError {
    /// What the program exits with.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::NoMaster { .. } => exit::IMPOSSIBLE,
            Self::Silent { .. } | Self::Broken(_) | Self::File(_) | Self::Refused(_) => {
                exit::NO_RESULT
            }
        }
    }
}

/// Works for the order's master until it quits or `stop` is given; returns the [exit code](crate::exit), which is 0 in both
/// cases: how the requests fared is the master's to judge.
///
/// # Errors
///
/// [`WorkerError`] when there is no master, when there is none any more, or when the generator broke.
pub fn worker(order: WorkerOrder, stop: &Stop) -> Result<u8, WorkerError> {
    worker_at(order, stop, Tempo::default())
}

/// As [`worker`], to another beat than Locust's.
///
/// # Errors
///
/// As [`worker`].
pub fn worker_at(order: WorkerOrder, stop: &Stop, tempo: Tempo) -> Result<u8, WorkerError> {
    let machine = Machine::read();
    let log = open_log(&order.outputs, &machine)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let id = id(&machine.host);
        let (link, news) = Link::open(&order.master.host, order.master.port, &id);
        let (mut worker, crews) = Worker::new(order, id, link, tempo, log);
        let end = worker.work(news, crews, stop).await;
        worker.part().await;
        end
    })
}

/// The name that a master knows a worker by, as Locust makes it: a master spreads users over what stands before the first
/// underscore.
fn id(host: &str) -> String {
    let host: String = host.chars().take(200).collect();
    let host = if host.is_empty() { "worker".to_owned() } else { host };
    format!("{host}_{:032x}", rand::random::<u128>())
}

struct Worker {
    order: Arc<WorkerOrder>,
    id: String,
    log: Log,
    tempo: Tempo,
    started: Instant,
    link: Link,
    /// Why there is no connection, while there is none.
    trouble: String,
    bond: Bond,
    life: Life,
    ledger: Ledger,
    gauge: Gauge,
    crew: Option<Crew>,
    crew_news: UnboundedSender<CrewNews>,
    next_heartbeat: Instant,
    next_report: Instant,
    /// When the crew's requests in flight are given up.
    hurry: Option<Instant>,
    was_signalled: bool,
    broke: String,
    end: Option<Result<u8, WorkerError>>,
}

impl Worker {
    fn new(
        order: WorkerOrder,
        id: String,
        link: Link,
        tempo: Tempo,
        log: Log,
    ) -> (Self, UnboundedReceiver<CrewNews>) {
        let (crew_news, crews) = unbounded_channel();
        let now = Instant::now();
        let worker = Self {
            log,
            life: Life::new(order.most_users.into()),
            order: Arc::new(order),
            id,
            tempo,
            started: now,
            link,
            trouble: "nobody answers".to_owned(),
            bond: Bond::new(tempo, Duration::ZERO),
            ledger: Ledger::new(unix_now()),
            gauge: Gauge::new(),
            crew: None,
            crew_news,
            next_heartbeat: now,
            next_report: now,
            hurry: None,
            was_signalled: false,
            broke: String::new(),
            end: None,
        };
        (worker, crews)
    }

    /// Does what is to be done until the worker's end.
    async fn work(
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
    async fn part(self) {
        let untold = self.ledger.untold();
        if untold > 0 {
            self.log.warning(
                "cluster",
                &format!("{untold} requests were not reported: there was no master to tell"),
            );
        }
        self.link.close().await;
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
        if now >= self.next_heartbeat && self.bond.beats() {
            self.beat();
        }
        if now >= self.next_report && self.bond.holds() {
            self.report(&self.life.users());
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
                self.ledger.note(&second, start);
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
            Tie::Present => self.say(&Said::ClientReady),
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
                self.next_report = Instant::now();
            }
            Tie::Unanswered { tries } => self.unanswered(tries),
            Tie::Hopeless => {
                let (master, reason) = (self.order.master.clone(), self.trouble.clone());
                self.end = Some(Err(WorkerError::NoMaster { master, reason }));
            }
            Tie::Silent => {
                self.end = Some(Err(WorkerError::Silent { silence: self.tempo.silence }));
            }
        }
    }

    fn unanswered(&mut self, tries: u32) {
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
            self.say(&Said::ClientReady);
        }
    }

    fn do_all(&mut self, deeds: Vec<Deed>) {
        deeds.into_iter().for_each(|deed| self.act(deed));
    }

    fn act(&mut self, deed: Deed) {
        match deed {
            Deed::Say(said) => self.say(&said),
            Deed::Report(users) => self.report_last(&users),
            Deed::Forget => {
                let lost = self.ledger.forget();
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
            Deed::Reconnect => {
                self.bond.lost();
                self.link.renew();
            }
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
        self.ledger.open(tasks, unix_now());
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

    fn say(&self, said: &Said) {
        self.link.say(said.to_bytes(&self.id));
    }

    fn beat(&mut self) {
        self.gauge.look();
        let pulse = Pulse {
            state: self.life.state(),
            current_cpu_usage: self.gauge.cpu_percent(),
            current_memory_usage: self.gauge.resident_bytes(),
        };
        self.say(&Said::Heartbeat(pulse));
        self.next_heartbeat = Instant::now() + self.tempo.heartbeat;
    }

    /// Reports what is not reported yet, if there is a master to tell.
    fn report(&mut self, users: &Classes) {
        let report = self.ledger.take(users, unix_now());
        self.say(&Said::Stats(Box::new(report)));
        self.next_report = Instant::now() + self.tempo.report;
        let told = self.ledger.told();
        self.log.debug(
            "cluster",
            &format!("Reported {} requests so far, {} failed", told.requests, told.failures),
        );
    }

    fn report_last(&mut self, users: &Classes) {
        if !self.bond.holds() {
            return;
        }
        self.report(users);
        let told = self.ledger.told();
        if told.requests > 0 && users.values().all(|&users| users == 0) {
            self.log.info(
                "cluster",
                &format!("Reported {} requests in all, {} failed", told.requests, told.failures),
            );
        }
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

fn unix_now() -> f64 {
    Timestamp::now().as_duration().as_secs_f64()
}

#[cfg(test)]
mod tests {
    use super::id;

    #[test]
    fn a_worker_is_named_after_its_machine_and_like_no_other() {
        let (one, other) = (id("node-3"), id("node-3"));
        assert_ne!(one, other);
        let (host, tail) = one.split_once('_').expect("an underscore");
        assert_eq!((host, tail.len()), ("node-3", 32));
        assert!(tail.bytes().all(|byte| byte.is_ascii_hexdigit()));
        assert!(id("").starts_with("worker_"));
        assert!(id(&"x".repeat(300)).len() <= 255, "a ZeroMQ identity has no more");
    }
}
