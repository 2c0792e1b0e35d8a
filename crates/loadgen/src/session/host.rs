//! The handle of a session: what may be done to it, and when.
//!
//! [`Session`] lets one run go on at a time. It checks wishes, gives the signals and shows the [`View`]; the run itself, in
//! threads of its own, is `conduct`'s.

use std::sync::Arc;
use std::sync::mpsc::sync_channel;
use std::thread;

use tokio::sync::watch;

use super::changes::Changes;
use super::conduct::conduct;
use super::fault::SessionFault;
use super::house::{Helm, House};
use super::view::{State, View};
use crate::cli::{Order, Wish};
use crate::engine::{Steering, Stop};
use crate::errand::{HeadlessError, open_log};
use crate::log::Log;
use crate::machine::Machine;
use crate::plan::{Load, Users};
use crate::report::{Account, plan_words};

/// A run that can be started, changed, stopped and started again; clones are the same session.
#[derive(Debug, Clone)]
pub struct Session(Arc<House>);

impl Session {
    /// A session in which nothing runs yet. What a wish leaves open is as the order says, and each run leaves the files that
    /// it names: those of the one before are replaced.
    ///
    /// # Errors
    ///
    /// When the log file cannot be opened that the order names.
    pub fn new(order: Order) -> Result<Self, HeadlessError> {
        let machine = Machine::read();
        let log = open_log(&order.outputs, &machine)?;
        Ok(Self(Arc::new(House::new(order, machine, log))))
    }

    /// Starts a run. Waits until the target has accepted a connection and the run's files are there, which takes some seconds
    /// where nobody answers: call it where waiting is allowed.
    ///
    /// # Errors
    ///
    /// [`SessionFault`] when the wish is wrong, another run goes on, or this one cannot begin; the session then stays as it was,
    /// but for [`View::fault`].
    pub fn start(&self, wish: &Wish) -> Result<(), SessionFault> {
        let mut order = wish.order(&self.0.order).map_err(SessionFault::Usage)?;
        order.plan.is_steered = true;
        let helm = Helm {
            stop: Stop::new(),
            steering: Steering::new(),
            plan: Arc::new(order.plan.clone()),
            changes: Changes::default(),
        };
        {
            let mut place = self.0.helm();
            if place.is_some() {
                return Err(SessionFault::Busy);
            }
            *place = Some(helm.clone());
        }
        if order.plan.api_key.is_none() && self.0.order.plan.api_key.is_some() {
            let text = format!(
                "The API key is for the --host that it was given with and is not sent to {}: give one with the run (api_key)",
                order.plan.target
            );
            self.0.log.warning("main", &text);
        }
        let house = Arc::clone(&self.0);
        let (told, begun) = sync_channel(1);
        let thread = thread::Builder::new()
            .name("run".to_owned())
            .spawn(move || conduct(&house, &order, &helm, &told));
        // Whoever waits for the run waits for its helm, which it leaves last.
        if let Err(reason) = thread {
            let words = format!("cannot start a thread for the run: {reason}");
            self.0.leave(|view| view.fault = Some(words.clone()));
            return Err(SessionFault::Broken(words));
        }
        let broken = || SessionFault::Broken(self.0.board.view().fault.clone().unwrap_or_default());
        begun.recv().unwrap_or_else(|_| Err(broken()))
    }

    /// Changes the users, or the rate, of the run that goes on.
    ///
    /// # Errors
    ///
    /// [`SessionFault`] when no run goes on, or when the wish is wrong or for something that cannot change.
    pub fn edit(&self, wish: &Wish) -> Result<(), SessionFault> {
        let mut place = self.0.helm();
        let going = place.as_mut().filter(|helm| !helm.stop.is_stopped());
        let helm = going.ok_or(SessionFault::Idle)?;
        let plan = wish.edited(&self.0.order, &helm.plan).map_err(SessionFault::Usage)?;
        if plan.load == helm.plan.load {
            return Ok(());
        }
        match &plan.load {
            Load::Closed(Users::Ramp { users, spawn_rate }) => {
                helm.steering.users(users.get(), spawn_rate.per_second());
            }
            Load::Closed(Users::Stages(_)) => {}
            Load::Open(arrivals) => helm.steering.rate(arrivals.rate.peak()),
        }
        let at = helm.steering.now();
        self.0.log.info("runners", &plan_words(&plan.load));
        helm.changes.note(format!("changed to {} after {} s", plan.load, at.as_secs()));
        helm.plan = Arc::new(plan);
        let (plan, is_spawning) = (Arc::clone(&helm.plan), helm.steering.is_spawning(at));
        self.0.publish(|view| {
            view.plan = plan;
            if view.state == State::Running && is_spawning {
                view.state = State::Spawning;
            }
        });
        Ok(())
    }

    /// Ends the run: requests in flight may end as the stop timeout allows; asked once more, they may not. Without a run
    /// nothing happens.
    pub fn stop(&self) {
        let place = self.0.helm();
        let Some(helm) = place.as_ref() else { return };
        if helm.stop.is_stopped() {
            helm.stop.stop_now();
        } else {
            helm.stop.stop();
        }
        self.0.publish(|view| {
            if view.state.is_active() {
                view.state = State::Stopping;
            }
        });
    }

    /// Forgets what was counted: while a run goes on as of the second that is going on, otherwise at once. Files of a run that
    /// is over stay.
    pub fn reset(&self) {
        let place = self.0.helm();
        match place.as_ref() {
            Some(helm) => helm.steering.reset(),
            None => self.0.publish(|view| {
                view.account = view.account.take().map(|account| Arc::new(blank(&account)));
                view.exit_code = None;
            }),
        }
    }

    /// What there is to see now.
    pub fn view(&self) -> Arc<View> {
        self.0.board.view()
    }

    /// Told of each new view, by its number.
    pub fn changed(&self) -> watch::Receiver<u64> {
        self.0.board.changed()
    }

    /// Where the session says what it does; what is said there is among its last lines, too.
    pub(crate) fn log(&self) -> &Log {
        &self.0.log
    }

    /// The last lines of the log, the oldest first; also those that came after the present view.
    pub fn logs(&self) -> Vec<Arc<str>> {
        self.0.log.ring().lines()
    }

    /// Ends the run, without waiting for what is in flight, and waits until its reports are written; so does a run that somebody
    /// else starts meanwhile. For who ends the program.
    pub fn close(&self) {
        self.0.wait(|helm| helm.stop.stop_now());
    }

    /// Waits until no run goes on and the reports of the last one are written; any number may wait.
    pub fn wait(&self) {
        self.0.wait(|_helm| {});
    }
}

/// An account of the same run in which nothing was seen.
fn blank(account: &Account) -> Account {
    let mut blank =
        Account::new(account.recording.clone(), account.header.clone(), account.judgement.clone());
    blank.recording.forget();
    blank
}
