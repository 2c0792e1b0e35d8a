//! What a worker does when it is told something: the life cycle, without a socket, a clock or a user.
//!
//! [`Life`] is told what happens and answers with [`Deed`]s, in the order in which they are to be done. It follows Locust's
//! worker (`WorkerRunner` in `runners.py`), with two differences: the last report of a test goes out before the worker says
//! that it stopped, so that the master loses no request; and a target that cannot or may not be loaded is told to the master
//! instead of filling its table with failures. Whether the master is there at all is [`Bond`](super::bond::Bond)'s.

use super::classes::{Classes, capped, count, none_of};
use super::deed::{Deed, Job, Parting, seconds};
use super::message::{Heard, Said, Spawn, State};

/// What a worker does.
#[derive(Debug)]
pub(super) struct Life {
    stage: Stage,
    /// When the last order was given that was obeyed, in the master's Unix seconds.
    obeyed: f64,
    /// Users that are to run here.
    wanted: Classes,
    /// An order that came while users of an earlier test were still stopping.
    next: Option<Box<Spawn>>,
    /// Whether the users that are ending were ordered by a master that is gone: what they did is none of the new one's.
    is_orphaned: bool,
    /// More users than this are not started.
    most_users: u64,
    /// What was complained about in this test: once is enough.
    complained: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Nobody runs.
    Ready,
    /// The target is being looked at.
    Starting,
    /// Users run.
    Running,
    /// Users are ending, for this reason.
    Ending(Reason),
}

/// Why users end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reason {
    /// The master stops the test.
    Stop,
    /// The master, or somebody at the keyboard, ends the worker.
    Leave(Parting),
    /// The master that ordered them is gone, and another one is there.
    Forgotten,
}

impl Life {
    /// Of a worker that starts no more users than these.
    pub(super) fn new(most_users: u64) -> Self {
        Self {
            stage: Stage::Ready,
            obeyed: f64::NEG_INFINITY,
            wanted: Classes::new(),
            next: None,
            is_orphaned: false,
            most_users,
            complained: None,
        }
    }

    /// What heartbeats say. A worker whose users are ending still runs them.
    pub(super) fn state(&self) -> State {
        match self.stage {
            Stage::Ready => State::Ready,
            Stage::Starting => State::Spawning,
            Stage::Running | Stage::Ending(_) => State::Running,
        }
    }

    /// Users that run, as reports say it.
    pub(super) fn users(&self) -> Classes {
        match self.stage {
            Stage::Ready | Stage::Starting => none_of(&self.wanted),
            Stage::Running | Stage::Ending(_) => self.wanted.clone(),
        }
    }

    /// Whether users still end that a master ordered which is gone. Until they have, the new one is neither joined nor told
    /// anything: it would count their requests as those of its own test.
    pub(super) fn is_orphaned(&self) -> bool {
        self.is_orphaned
    }

    /// The master said something; what concerns the connection alone asks nothing of users.
    pub(super) fn hear(&mut self, heard: Heard) -> Vec<Deed> {
        match heard {
            Heard::Spawn(spawn) => self.spawn(spawn),
            Heard::Stop => self.stop(),
            Heard::Quit => {
                let said = "Got quit message from master, shutting down...".to_owned();
                let mut deeds = vec![Deed::Inform(said)];
                deeds.extend(self.leave(Parting::Dismissed));
                deeds
            }
            Heard::Reconnect => {
                let said = "Received reconnect message from master. Resetting RPC connection.";
                vec![Deed::Warn(said.to_owned()), Deed::Reconnect]
            }
            Heard::Ack(_) | Heard::Heartbeat | Heard::SpawningComplete | Heard::Other(_) => {
                Vec::new()
            }
        }
    }

    fn spawn(&mut self, spawn: Box<Spawn>) -> Vec<Deed> {
        let mut deeds = vec![Deed::Say(Said::Spawning)];
        // Not a number is never later than anything.
        if spawn.timestamp <= self.obeyed || spawn.timestamp.is_nan() {
            let said = "Discard spawn message with older or equal timestamp than timestamp of previous spawn message";
            deeds.push(Deed::Inform(said.to_owned()));
            return deeds;
        }
        self.obeyed = spawn.timestamp;
        if let Stage::Ending(_) = self.stage {
            self.next = Some(spawn);
            return deeds;
        }
        let (wanted, left_out) = capped(spawn.user_classes_count, self.most_users);
        self.wanted = wanted;
        if left_out > 0 {
            let most = self.most_users;
            deeds.extend(self.complain(&format!(
                "The master asks this worker for more than {most} users: {left_out} of them are not started; \
                 start more workers, or this one with --no-caps"
            )));
        }
        let users = count(&self.wanted);
        match self.stage {
            Stage::Ready => {
                self.stage = Stage::Starting;
                let stop_timeout = seconds(spawn.stop_timeout);
                deeds.push(Deed::Start(Job { host: spawn.host, stop_timeout, users }));
            }
            Stage::Starting => deeds.push(Deed::Users(users)),
            Stage::Running | Stage::Ending(_) => {
                deeds.push(Deed::Users(users));
                deeds.push(Deed::Say(Said::SpawningComplete(self.wanted.clone())));
            }
        }
        deeds
    }

    fn stop(&mut self) -> Vec<Deed> {
        self.next = None;
        match self.stage {
            Stage::Ready => self.rest(),
            Stage::Starting | Stage::Running => {
                self.stage = Stage::Ending(Reason::Stop);
                vec![Deed::Stop]
            }
            Stage::Ending(_) => Vec::new(),
        }
    }

    /// Somebody wants the worker to end.
    pub(super) fn leave(&mut self, parting: Parting) -> Vec<Deed> {
        self.next = None;
        match self.stage {
            Stage::Ready => self.part(parting),
            // Who asks twice has waited long enough.
            Stage::Ending(Reason::Leave(_)) => vec![Deed::StopNow],
            Stage::Starting | Stage::Running | Stage::Ending(_) => {
                self.stage = Stage::Ending(Reason::Leave(parting));
                if self.is_orphaned {
                    return vec![Deed::StopSoon];
                }
                // A master that quits waits half a second: what is known already goes at once.
                vec![Deed::Report(self.users()), Deed::StopSoon]
            }
        }
    }

    /// A master that does not know this worker took the place of the one that did.
    pub(super) fn forgotten(&mut self) -> Vec<Deed> {
        self.next = None;
        // Its clock may be another one.
        self.obeyed = f64::NEG_INFINITY;
        self.is_orphaned = self.stage != Stage::Ready;
        match self.stage {
            Stage::Ready => vec![Deed::Forget, Deed::Say(Said::ClientReady)],
            Stage::Starting | Stage::Running | Stage::Ending(Reason::Stop) => {
                self.stage = Stage::Ending(Reason::Forgotten);
                vec![Deed::StopNow]
            }
            Stage::Ending(_) => Vec::new(),
        }
    }

    /// The target was reached and may be loaded: users run.
    pub(super) fn begun(&mut self) -> Vec<Deed> {
        if self.stage != Stage::Starting {
            return Vec::new();
        }
        self.stage = Stage::Running;
        vec![Deed::Say(Said::SpawningComplete(self.wanted.clone()))]
    }

    /// The target was not reached, or may not be loaded: nobody runs.
    pub(super) fn refused(&mut self, reason: &str) -> Vec<Deed> {
        let was = std::mem::replace(&mut self.stage, Stage::Ready);
        let mut deeds = self.complain(reason);
        match was {
            // The master waits for an answer to go on with its ramp.
            Stage::Starting => {
                deeds.push(Deed::Say(Said::SpawningComplete(none_of(&self.wanted))));
                deeds
            }
            Stage::Ending(why) => self.after(why),
            Stage::Ready | Stage::Running => deeds,
        }
    }

    /// The last answer is counted, and the last second noted.
    pub(super) fn ended(&mut self) -> Vec<Deed> {
        match std::mem::replace(&mut self.stage, Stage::Ready) {
            Stage::Ending(why) => self.after(why),
            // Nobody asked for it: the generator broke, and so would the next test.
            Stage::Starting | Stage::Running | Stage::Ready => self.part(Parting::Broken),
        }
    }

    /// The generator broke.
    pub(super) fn broke(&mut self, reason: &str) -> Vec<Deed> {
        self.stage = Stage::Ready;
        let mut deeds = self.complain(reason);
        deeds.extend(self.part(Parting::Broken));
        deeds
    }

    fn after(&mut self, why: Reason) -> Vec<Deed> {
        match why {
            Reason::Leave(parting) => self.part(parting),
            Reason::Forgotten => {
                self.complained = None;
                self.is_orphaned = false;
                let mut deeds = vec![Deed::Forget, Deed::Say(Said::ClientReady)];
                deeds.extend(self.go_on());
                deeds
            }
            Reason::Stop => {
                let mut deeds = self.rest();
                deeds.extend(self.go_on());
                deeds
            }
        }
    }

    /// Obeys the order that came while users were still ending.
    fn go_on(&mut self) -> Vec<Deed> {
        let Some(spawn) = self.next.take() else { return Vec::new() };
        self.obeyed = f64::NEG_INFINITY;
        self.spawn(spawn)
    }

    /// Tells all there is, and that the worker is idle.
    fn rest(&mut self) -> Vec<Deed> {
        self.complained = None;
        vec![
            Deed::Report(none_of(&self.wanted)),
            Deed::Say(Said::ClientStopped),
            Deed::Say(Said::ClientReady),
        ]
    }

    fn part(&self, parting: Parting) -> Vec<Deed> {
        let last = match self.is_orphaned {
            true => Deed::Forget,
            false => Deed::Report(none_of(&self.wanted)),
        };
        vec![last, Deed::Say(Said::Quit), Deed::Part(parting)]
    }

    /// Tells the master's page and this end why something is not done, once in a test.
    fn complain(&mut self, reason: &str) -> Vec<Deed> {
        if self.complained.as_deref() == Some(reason) {
            return Vec::new();
        }
        self.complained = Some(reason.to_owned());
        vec![Deed::Warn(reason.to_owned()), Deed::Say(Said::Exception(reason.to_owned()))]
    }
}
