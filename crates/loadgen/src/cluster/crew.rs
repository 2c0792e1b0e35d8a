//! The users of one test, in threads of their own.
//!
//! [`Crew`] looks at the target, asks whether it may be loaded, runs the load, and leaves behind at this end what a plain run
//! leaves: files, final tables, the verdict on this generator. What it sees it tells as [`CrewNews`]. How many users run is
//! said from outside, at any time.

use std::io;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use tokio::sync::mpsc::UnboundedSender;

use super::deed::Job;
use crate::cli::{Level, WorkerOrder};
use crate::engine::{Reached, Steering, Stop, load_steered, reach};
use crate::files::Files;
use crate::log::Log;
use crate::machine::{Machine, is_this_machine, raise_open_files};
use crate::plan::{Origin, Plan};
use crate::record::{Recording, Second};
use crate::report::{
    Account, Header, final_tables, html, json, load_words, run_verdict, twin, verdict_words,
};
use crate::safety::consent;
use crate::scenario::Corpus;
use crate::screen::terminal_width;
use crate::verdict::{Facts, judge};
use crate::vitals::Vitals;

/// How long files wait for the last report to leave.
const COURTESY: Duration = Duration::from_secs(1);

/// What happens to a crew.
#[derive(Debug)]
pub(super) enum CrewNews {
    /// The target was reached and may be loaded; users start.
    Begun,
    /// The target was not reached, or may not be loaded; why, in words.
    Refused(String),
    /// A second of the run, which began then (Unix seconds).
    Second(Box<Second>, f64),
    /// The last answer is counted. Files may still be written.
    Ended,
    /// The generator broke; how, in words.
    Broke(String),
}

/// Users of one test.
#[derive(Debug)]
pub(super) struct Crew {
    stop: Stop,
    steering: Steering,
    reported: SyncSender<()>,
    thread: JoinHandle<()>,
}

impl Crew {
    /// Begins a test as soon as `earlier`, whose load is over, has written its files.
    pub(super) fn start(
        order: &Arc<WorkerOrder>,
        job: Job,
        earlier: Option<Self>,
        log: &Log,
        news: UnboundedSender<CrewNews>,
    ) -> io::Result<Self> {
        let (stop, steering) = (Stop::new(), Steering::new());
        steering.users(job.users, f64::INFINITY);
        let (reported, heard) = sync_channel(1);
        let test = Test {
            reported: heard,
            order: Arc::clone(order),
            job,
            log: log.clone(),
            stop: stop.clone(),
            steering: steering.clone(),
            news,
        };
        let thread = thread::Builder::new().name("crew".to_owned()).spawn(move || {
            if let Some(earlier) = earlier {
                earlier.wait();
            }
            test.go();
        })?;
        Ok(Self { stop, steering, reported, thread })
    }

    /// From now on so many users run, at once.
    pub(super) fn users(&self, users: u32) {
        self.steering.users(users, f64::INFINITY);
    }

    /// Ends the users; requests in flight have the test's time.
    pub(super) fn stop(&self) {
        self.stop.stop();
    }

    /// Ends the users and what is in flight.
    pub(super) fn stop_now(&self) {
        self.stop.stop_now();
    }

    /// The last report is on its way: the rest can take its time. A master that quits waits for half a second only, and
    /// writing files may keep a core busy for longer.
    pub(super) fn reported(&self) {
        let _known = self.reported.try_send(());
    }

    /// Waits until everything is written. A crew that panicked has said so.
    pub(super) fn wait(self) {
        let _panicked = self.thread.join();
    }
}

/// One test, in its thread.
struct Test {
    order: Arc<WorkerOrder>,
    job: Job,
    log: Log,
    stop: Stop,
    steering: Steering,
    news: UnboundedSender<CrewNews>,
    reported: Receiver<()>,
}

impl Test {
    fn go(self) {
        // Nobody waits for the news of a test that was given up.
        let ready = self.ready();
        let _unheard = match ready {
            Ok((plan, reached)) => return self.run(&plan, reached),
            Err(reason) => self.news.send(CrewNews::Refused(reason)),
        };
    }

    /// The plan, and where the target is: reached, and allowed to be loaded.
    fn ready(&self) -> Result<(Plan, Reached), String> {
        let target = self.target()?;
        let plan = self
            .order
            .plan(target, self.job.users, self.job.stop_timeout)
            .map_err(|fault| fault.text().trim().to_owned())?;
        let reached = reach(&plan.target).map_err(|fault| fault.to_string())?;
        let (address, is_confirmed) = (reached.address(), self.order.is_confirmed);
        consent(&plan.target, address, "what its master orders", is_confirmed, &self.stop)
            .map_err(|refusal| refusal.to_string())?;
        Ok((plan, reached))
    }

    /// The master's host, or that of the command line where it names none.
    fn target(&self) -> Result<Origin, String> {
        let own = self.order.host();
        let Some(named) = self.job.host.as_deref().filter(|host| !host.trim().is_empty()) else {
            return own.cloned().ok_or_else(|| {
                "neither the master nor this worker was given a host: fill in Host on the master's page, or start one of \
                 both with --host"
                    .to_owned()
            });
        };
        let target =
            Origin::parse(named).map_err(|fault| format!("the master's host '{named}' {fault}"))?;
        if own.is_some_and(|own| *own != target) {
            self.log.warning(
                "cluster",
                &format!("The master's host takes the place of --host: {target}"),
            );
        }
        Ok(target)
    }

    fn run(self, plan: &Plan, reached: Reached) {
        let machine = Machine::read();
        let files = Files::create(&self.order.outputs);
        let mut files = match files {
            Ok(files) => files,
            Err(fault) => return self.tell(CrewNews::Refused(fault.to_string())),
        };
        raise_open_files();
        let corpus = Arc::new(Corpus::new(&plan.scenario, plan.seed));
        let answers = Arc::clone(&corpus);
        let mut vitals = Vitals::start();
        let mut broken = false;
        let run =
            load_steered(plan, corpus, reached, &self.stop, &self.steering, |recording, second| {
                vitals.look(recording.elapsed());
                self.watch(recording, second);
                // The master keeps the numbers: a full disk at this end costs the files alone.
                if !broken && let Err(fault) = files.tick(recording, second, &self.log) {
                    broken = true;
                    self.log.error("cluster", &format!("{fault}; the run goes on without them"));
                }
            });
        let recording = match run {
            Ok(recording) => recording,
            Err(fault) => return self.tell(CrewNews::Broke(fault.to_string())),
        };
        let is_target_here = is_this_machine(reached.address().ip());
        let facts = Facts { is_target_here, ..Facts::of(&recording, plan, &vitals) };
        let judgement = judge(&facts);
        let wrong_score = answers.first_mismatch().map(ToString::to_string);
        let header = Header { wrong_score, ..Header::new(plan, &self.order.command, &machine) };
        let verdict = run_verdict(&judgement, &facts);
        let account = Account {
            pulses: vitals.pulses().to_vec(),
            ..Account::new(recording, header, judgement)
        };
        let written = files
            .finish(&account.recording)
            .and_then(|()| files.write_verdict(&verdict))
            .and(files.write_reports(
                || html(&account),
                || json(&account),
                || twin(&account),
                &self.log,
            ));
        if let Err(fault) = written {
            self.log.error("cluster", &fault.to_string());
        }
        // The master shows tables; these are for who looks after this worker.
        if self.order.outputs.level <= Level::Info {
            self.log.table(&final_tables(&account.recording, terminal_width()));
            self.log.table(&load_words(&account.recording));
            self.log.table(&verdict_words(&account.judgement));
        }
    }

    fn watch(&self, recording: &Recording, second: Option<&Second>) {
        self.tell(match second {
            None => CrewNews::Begun,
            Some(second) => {
                let start = recording.start().as_duration().as_secs_f64();
                CrewNews::Second(Box::new(second.clone()), start)
            }
        });
        if second.is_some_and(|second| second.end.is_some()) {
            self.tell(CrewNews::Ended);
            let _late = self.reported.recv_timeout(COURTESY);
        }
    }

    fn tell(&self, news: CrewNews) {
        // Nobody waits for the news of a test that was given up.
        let _unheard = self.news.send(news);
    }
}
