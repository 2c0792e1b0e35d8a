//! The users of one test, in threads of their own.
//!
//! [`Crew`] runs the load, which is an [errand](crate::errand) like that of a plain run and leaves the same at this end. What it
//! sees it tells as [`CrewNews`]. How many users run is said from outside, at any time.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use tokio::sync::mpsc::UnboundedSender;

use super::deed::Job;
use crate::cli::{Level, Outputs, WorkerOrder};
use crate::engine::{Steering, Stop, load_steered};
use crate::errand::{BUG, Errand, Terms};
use crate::log::Log;
use crate::machine::Machine;
use crate::plan::{Origin, Plan};
use crate::record::{Recording, Second};
use crate::safety::consent;

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
        let told = news.clone();
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
            guarded(&told, || test.go());
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

    /// Waits until everything is written. A crew that panicked [has said so](guarded).
    pub(super) fn wait(self) {
        let _panicked = self.thread.join();
    }
}

/// Makes a test. However it ends, the worker hears of it: nobody else would end what waits for its end.
fn guarded(news: &UnboundedSender<CrewNews>, test: impl FnOnce()) {
    if catch_unwind(AssertUnwindSafe(test)).is_err() {
        // Nobody waits for the news of a test that was given up.
        let _unheard = news.send(CrewNews::Broke(BUG.to_owned()));
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
    fn go(&self) {
        let plan = match self.plan() {
            Ok(plan) => plan,
            Err(reason) => return self.tell(CrewNews::Refused(reason)),
        };
        let WorkerOrder { outputs, command, is_confirmed, .. } = &*self.order;
        let terms = Terms { plan: &plan, outputs, command, is_led: true };
        let errand = Errand::prepare(terms, &Machine::read(), &self.log, false, |reached| {
            let address = reached.address();
            consent(&plan.target, address, "what its master orders", *is_confirmed, &self.stop)
        });
        match errand {
            Ok(errand) => self.run(&plan, errand),
            Err(fault) => self.tell(CrewNews::Refused(fault.to_string())),
        }
    }

    fn plan(&self) -> Result<Plan, String> {
        self.order
            .plan(self.target()?, self.job.users, self.job.stop_timeout)
            .map_err(|fault| fault.text().trim().to_owned())
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

    fn run(&self, plan: &Plan, mut errand: Errand<'_>) {
        errand.warn();
        let (corpus, reached) = (errand.corpus(), errand.reached());
        let (stop, steering) = (&self.stop, &self.steering);
        let run = load_steered(plan, corpus, reached, stop, steering, |recording, second| {
            // The master first: files take their time.
            self.watch(recording, second);
            errand.look(recording, second, stop);
        });
        let recording = match run {
            Ok(recording) => recording,
            Err(fault) => return self.tell(CrewNews::Broke(fault.to_string())),
        };
        let ended = errand.conclude(recording, stop);
        if let Err(fault) = &ended.written {
            self.log.error("cluster", &fault.to_string());
        }
        // The master shows tables; these are for who looks after this worker.
        let outputs = &self.order.outputs;
        if outputs.level <= Level::Info {
            ended.tell(&Outputs { print_json: false, ..outputs.clone() }, &self.log);
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

#[cfg(test)]
mod tests {
    use tokio::sync::mpsc::unbounded_channel;

    use super::{CrewNews, guarded};

    #[test]
    fn a_test_that_panics_is_told_of() {
        let (news, mut heard) = unbounded_channel();
        guarded(&news, || panic!("a report that cannot be drawn"));
        let told = heard.try_recv();
        assert!(matches!(&told, Ok(CrewNews::Broke(text)) if text.contains("bug")), "{told:?}");
        guarded(&news, || ());
        assert!(heard.try_recv().is_err(), "nothing to tell of one that ends well");
    }
}
