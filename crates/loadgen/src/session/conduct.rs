//! One run of a session, in a thread of its own: from the wish to the last file.
//!
//! [`conduct`] does what `headless` does, steered, and puts up a view after each second. However a run ends, also by a bug,
//! the session is ready for the next one.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::SyncSender;

use super::fault::SessionFault;
use super::house::{Helm, House};
use super::view::{State, View};
use crate::cli::{Order, Outputs};
use crate::engine::load_steered;
use crate::errand::{BUG, Errand, HeadlessError};
use crate::exit;
use crate::plan::{Load, Users};
use crate::record::Recording;
use crate::safety::allow;
use crate::screen::Screen;

/// Who waits for a run to begin.
type Told = SyncSender<Result<(), SessionFault>>;

/// Makes a run, and leaves the session ready for the next one.
pub(super) fn conduct(house: &House, order: &Order, helm: &Helm, told: &Told) {
    let done = catch_unwind(AssertUnwindSafe(|| run(house, order, helm, told)));
    let fault = match done {
        Ok(Ok(())) => None,
        Ok(Err(Broken::AtStart(fault))) => {
            house.log.error("main", &fault.to_string());
            let words = fault.to_string();
            house.leave(|view| view.fault = Some(words));
            // Told last: whoever hears it finds the session as it is.
            let _unheard = told.send(Err(fault.into()));
            return;
        }
        Ok(Err(Broken::Later(fault))) => Some(fault.to_string()),
        Err(_panic) => Some(BUG.to_owned()),
    };
    if let Some(fault) = &fault {
        house.log.error("main", fault);
    }
    house.leave(|view| {
        view.state = State::Stopped;
        if fault.is_some() {
            view.exit_code = Some(exit::NO_RESULT);
        }
        view.fault = fault;
    });
}

/// When a run broke.
enum Broken {
    /// Before anything was sent.
    AtStart(HeadlessError),
    /// When somebody was told that it began.
    Later(HeadlessError),
}

fn run(house: &House, order: &Order, helm: &Helm, told: &Told) -> Result<(), Broken> {
    let (plan, log, stop) = (&order.plan, &house.log, &helm.stop);
    let mut errand = Errand::prepare(order, &house.machine, log, true, |reached| {
        allow(&plan.target, reached.address(), order.is_confirmed)
    })
    .map_err(Broken::AtStart)?;
    errand.announce();
    house.publish(|view| {
        let runs = view.runs + 1;
        *view = View { number: view.number, state: State::Spawning, runs, ..View::new(plan) };
    });
    let _unheard = told.send(Ok(()));
    // Tables during the run are the page's.
    let mut screen = Screen::open(
        plan,
        &Outputs { only_summary: !order.outputs.print_stats, ..order.outputs.clone() },
        log,
    );
    let (corpus, reached) = (errand.corpus(), errand.reached());
    let done = load_steered(plan, corpus, reached, stop, &helm.steering, |recording, second| {
        let now = house.helm().as_ref().map(|helm| (helm.changes.words(), users(helm), ramp(helm)));
        let mut awaited = 0;
        if let Some((changes, users, ramp)) = now {
            errand.note_changes(changes);
            screen.expect(users);
            awaited = ramp;
        }
        errand.look(recording, second, stop);
        screen.show(recording);
        screen.explain_wait(recording, stop);
        let account = Arc::new(errand.account(recording, stop));
        house.publish(|view| {
            view.account = Some(account);
            // Asked now: whoever stops the run puts up its own view behind this one.
            view.state = state(recording, order, helm, awaited);
        });
    });
    screen.close();
    let recording = done.map_err(|fault| Broken::Later(fault.into()))?;
    let ended = errand.conclude(recording, stop);
    ended.tell(&order.outputs, log);
    let written = ended.written.map_err(|fault| Broken::Later(fault.into()));
    house.publish(|view| {
        view.account = Some(Arc::new(ended.account));
        view.exit_code = Some(ended.code);
    });
    written
}

/// Users that there are to be; none in the open model, which has none.
fn users(helm: &Helm) -> u64 {
    match &helm.plan.load {
        Load::Closed(users) => users.peak().get().into(),
        Load::Open(_) => 0,
    }
}

/// Users at the end of a ramp; none of stages, which say themselves when they have settled.
fn ramp(helm: &Helm) -> u64 {
    match &helm.plan.load {
        Load::Closed(Users::Ramp { users, .. }) => users.get().into(),
        _ => 0,
    }
}

/// How a run that goes on is doing. What is shown beside it is of the last second: it runs when all of its users are seen
/// there, as scripts that wait for this expect.
fn state(recording: &Recording, order: &Order, helm: &Helm, awaited: u64) -> State {
    let now = recording.forgotten() + recording.elapsed();
    let is_over = recording.has_ended() || order.plan.ends().is_some_and(|end| now >= end);
    match () {
        () if helm.stop.is_stopped() || is_over => State::Stopping,
        () if helm.steering.is_spawning(now) || recording.users() < awaited => State::Spawning,
        () => State::Running,
    }
}
