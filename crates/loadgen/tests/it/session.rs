//! A session against a small server: started, edited, stopped, reset, started again, and watched by more than one.

use std::fs;
use std::sync::Arc;
use std::time::Duration;

use lead_loadgen::{
    Args, Method, Order, Scenario, Session, SessionFault, State, Task, Values, View, Wish,
};

use crate::program::wait_until;
use crate::server::{Manner, Server};

/// An order for users that ask for one path without a pause.
fn order(url: &str, words: &[&str]) -> Order {
    let all = ["lead-loadgen", "--host", url, "-u", "2", "-r", "1000", "--threads", "2"];
    let words = all.iter().chain(words).map(Into::into);
    let mut order = Args::order(words).unwrap();
    order.plan.scenario = Scenario {
        user_class: "Visitor".to_owned(),
        tasks: vec![Task::new(Method::Get, "/health?visitor")],
        think_time: Duration::ZERO..=Duration::ZERO,
        values: Values::default(),
        verifier: None,
    };
    order
}

fn users(users: &str, spawn_rate: &str) -> Wish {
    let (users, spawn_rate) = (Some(users.to_owned()), Some(spawn_rate.to_owned()));
    Wish { users, spawn_rate, ..Wish::default() }
}

/// Requests of the scenario, without the questions of whoever wants to know who answers.
fn asked(server: &Server) -> u64 {
    let requests = server.seen().requests;
    requests.iter().filter(|(line, _)| line.ends_with("?visitor")).map(|(_, count)| count).sum()
}

fn total(session: &Session) -> u64 {
    session.view().recording().unwrap().total().requests()
}

#[test]
fn a_session_is_started_edited_stopped_and_started_again() {
    let server = Server::start(Manner::After(Duration::from_millis(10)));
    let session = Session::new(order(&server.url(), &["--stop-timeout", "5"])).unwrap();
    assert_eq!((session.view().state, session.view().account.is_none()), (State::Ready, true));
    assert!(matches!(session.edit(&users("3", "1")), Err(SessionFault::Idle)));
    session.stop();
    session.reset();
    assert_eq!(session.view().state, State::Ready, "there is nothing to stop or to forget");

    session.start(&Wish::default()).unwrap();
    assert!(session.view().state.is_active());
    assert!(matches!(session.start(&Wish::default()), Err(SessionFault::Busy)));
    wait_until(|| session.view().users() == 2 && session.view().state == State::Running);
    session.edit(&users("5", "1000")).unwrap();
    assert_eq!(session.view().target_users(), Some(5));
    wait_until(|| session.view().users() == 5);
    session.edit(&users("1", "1000")).unwrap();
    wait_until(|| session.view().users() == 1);
    assert!(session.view().judgement().is_none(), "it is not over");
    // Nine more at one in ten seconds: long enough to be seen.
    session.edit(&users("10", "0.1")).unwrap();
    assert_eq!(session.view().state, State::Spawning);

    session.stop();
    // The answers in flight may have come by now.
    assert!(matches!(session.view().state, State::Stopping | State::Stopped));
    session.wait();
    let view = session.view();
    assert_eq!((view.state, view.runs, view.exit_code), (State::Stopped, 1, Some(0)));
    assert!(view.judgement().is_some() && view.fault.is_none(), "{:?}", view.fault);
    assert_eq!(view.recording().unwrap().peak_users(), 5);
    assert_eq!(total(&session), asked(&server), "every request is counted once");
    let load = &view.account.as_ref().unwrap().header.load;
    assert!(load.contains("; changed to 5 users at 1000 per second after "), "{load}");

    let before = asked(&server);
    session.start(&users("3", "1000")).unwrap();
    wait_until(|| session.view().users() == 3);
    session.stop();
    session.wait();
    assert_eq!((session.view().state, session.view().runs), (State::Stopped, 2));
    assert_eq!(
        total(&session),
        asked(&server) - before,
        "the first run is in no number of the second"
    );
}

#[test]
fn everybody_who_waits_for_a_run_waits_until_its_reports_are_written() {
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("report.html");
    let server = Server::start(Manner::After(Duration::from_millis(10)));
    let words = ["--run-time", "1s", "--html", page.to_str().unwrap()];
    let session = Session::new(order(&server.url(), &words)).unwrap();
    session.start(&Wish::default()).unwrap();
    let waiters = [(); 3].map(|()| {
        let (session, page) = (session.clone(), page.clone());
        std::thread::spawn(move || {
            session.wait();
            (session.view().state, fs::read_to_string(page).unwrap().contains("</html>"))
        })
    });
    for waiter in waiters {
        assert_eq!(waiter.join().unwrap(), (State::Stopped, true));
    }
}

#[test]
fn all_watchers_see_the_same() {
    let server = Server::start(Manner::After(Duration::from_millis(10)));
    let session = Session::new(order(&server.url(), &["--run-time", "3s"])).unwrap();
    let watch = |session: Session| {
        std::thread::spawn(move || {
            let mut changed = session.changed();
            let mut seen = Vec::new();
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            // Asked of what was seen: the session may have gone on since.
            while seen.last().is_none_or(|view: &Arc<View>| view.state != State::Stopped) {
                runtime.block_on(changed.changed()).unwrap();
                seen.push(session.view());
            }
            seen
        })
    };
    let watchers = [watch(session.clone()), watch(session.clone())];
    session.start(&Wish::default()).unwrap();
    let [one, other] = watchers.map(|watcher| watcher.join().unwrap());
    for view in &one {
        let same = other.iter().find(|same| same.number == view.number);
        assert!(same.is_none_or(|same| Arc::ptr_eq(same, view)), "view {}", view.number);
    }
    let numbers: Vec<u64> = one.iter().map(|view| view.number).collect();
    assert!(numbers.is_sorted(), "{numbers:?}");
    let states: Vec<State> = one.iter().map(|view| view.state).collect();
    let order = |state: &State| match state {
        State::Ready => 0,
        State::Spawning => 1,
        State::Running => 2,
        State::Stopping => 3,
        State::Stopped => 4,
    };
    assert!(states.is_sorted_by_key(order), "{states:?}");
    let last = one.last().unwrap();
    assert!(Arc::ptr_eq(last, other.last().unwrap()) && last.state == State::Stopped);
    assert_eq!(last.recording().unwrap().series().points().len(), 3);
    let logs: Vec<&str> = last.logs.iter().map(|line| &**line).collect();
    for expect in
        ["Ramping to 2 users", "All users spawned", "--run-time limit reached", "Aggregated"]
    {
        assert!(logs.iter().any(|line| line.contains(expect)), "{expect} in {logs:#?}");
    }
}

#[test]
fn a_reset_forgets_in_the_view_and_in_the_files() {
    let folder = tempfile::tempdir().unwrap();
    let (csv, page) = (folder.path().join("lt"), folder.path().join("report.html"));
    let words = ["--csv", csv.to_str().unwrap(), "--html", page.to_str().unwrap()];
    let server = Server::start(Manner::After(Duration::from_millis(10)));
    let mut order = order(&server.url(), &words);
    order.plan.stop_timeout = Duration::from_secs(5);
    let session = Session::new(order).unwrap();
    session.start(&Wish::default()).unwrap();
    wait_until(|| session.view().recording().is_some_and(|so_far| so_far.elapsed().as_secs() >= 2));
    session.reset();
    let forgotten = || session.view().recording().unwrap().forgotten();
    wait_until(|| !forgotten().is_zero());
    session.stop();
    session.wait();
    let view = session.view();
    let account = view.account.as_ref().unwrap();
    let (requests, sum) = (total(&session), account.recording.series().points().iter());
    assert!(requests > 0 && requests < asked(&server), "{requests} of {}", asked(&server));
    assert!(sum.map(|point| point.requests).sum::<u64>() <= requests);
    let run = lead_stats::read(&csv).unwrap();
    assert_eq!(run.summary.aggregated.requests, requests);
    // The history begins anew, too: it never falls back.
    let history: Vec<u64> = run.history.ticks.iter().map(|tick| tick.total_requests).collect();
    assert!(!history.is_empty() && history.is_sorted(), "{history:?}");
    assert!(account.header.load.contains("counts were reset"), "{}", account.header.load);
    assert!(fs::read_to_string(&page).unwrap().contains("counts were reset"));
    assert!(view.logs.iter().any(|line| line.ends_with("Resetting stats")), "{:?}", view.logs);

    session.reset();
    assert_eq!((total(&session), session.view().state), (0, State::Stopped));
    assert!(session.view().judgement().is_none());
}

#[test]
fn a_target_that_vanishes_costs_its_run_and_not_the_session() {
    let server = Server::start(Manner::After(Duration::from_millis(10)));
    let url = server.url();
    let address = server.address;
    let session = Session::new(order(&url, &[])).unwrap();
    session.start(&Wish::default()).unwrap();
    wait_until(|| session.view().recording().is_some_and(|so_far| so_far.total().requests() > 0));
    drop(server);
    wait_until(|| session.view().recording().unwrap().total().failures() > 0);
    session.stop();
    session.wait();
    assert_eq!((session.view().state, session.view().exit_code), (State::Stopped, Some(1)));

    let fault = session.start(&Wish::default()).unwrap_err();
    let expect = format!("cannot connect to {url}: connection refused");
    assert!(fault.to_string().starts_with(&expect), "{fault}");
    let view = session.view();
    assert_eq!((view.state, view.runs), (State::Stopped, 1));
    assert!(
        view.fault.as_ref().is_some_and(|fault| fault.starts_with(&expect)),
        "{:?}",
        view.fault
    );

    let _back = Server::start_at(address, Manner::Right);
    session.start(&Wish::default()).unwrap();
    assert_eq!((session.view().fault.clone(), session.view().runs), (None, 2));
    session.close();
    assert_eq!(session.view().state, State::Stopped);
}

#[test]
fn a_run_whose_files_cannot_be_kept_ends_and_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("csv");
    let prefix = place.join("lt");
    let server = Server::start(Manner::After(Duration::from_millis(10)));
    let session = Session::new(order(&server.url(), &["--csv", prefix.to_str().unwrap()])).unwrap();
    session.start(&Wish::default()).unwrap();
    fs::remove_dir_all(&place).and_then(|()| fs::write(&place, "")).unwrap();
    session.wait();
    let view = session.view();
    assert_eq!(view.state, State::Stopped);
    let fault = view.fault.clone().unwrap();
    assert!(fault.starts_with("cannot write the CSV files: "), "{fault}");
    // Nothing of that is left over.
    fs::remove_file(&place).unwrap();
    session.start(&Wish { run_time: Some("1".to_owned()), ..Wish::default() }).unwrap();
    session.wait();
    assert_eq!((session.view().state, session.view().fault.clone()), (State::Stopped, None));
}

#[test]
fn a_run_that_breaks_leaves_a_session_that_can_start_another() {
    let server = Server::start(Manner::Right);
    let mut order = order(&server.url(), &["-t", "1s"]);
    order.plan.scenario.tasks[0].weight = 0;
    let session = Session::new(order).unwrap();
    for runs in [1, 2] {
        session.start(&Wish::default()).unwrap();
        session.wait();
        let view = session.view();
        let fault = view.fault.clone().unwrap();
        assert!(fault.starts_with("the scenario has no task with a weight above zero"), "{fault}");
        assert_eq!((view.state, view.runs, view.exit_code), (State::Stopped, runs, Some(1)));
        assert!(view.account.is_none());
    }
}

#[test]
fn a_wrong_wish_is_told_as_a_sentence_and_changes_nothing() {
    let session = Session::new(order("http://127.0.0.1:1", &[])).unwrap();
    let fault = session.start(&users("0", "1")).unwrap_err();
    assert_eq!(fault.to_string(), "argument -u/--users: must be > 0");
    assert_eq!((session.view().state, session.view().number), (State::Ready, 0));
}

#[test]
fn a_rate_is_edited_as_users_are() {
    let server = Server::start(Manner::Right);
    let session = Session::new(order(&server.url(), &[])).unwrap();
    let rate = |rate: &str| Wish { rate: Some(rate.to_owned()), ..Wish::default() };
    session.start(&rate("40")).unwrap();
    let points = || session.view().recording().map_or(0, |so_far| so_far.series().points().len());
    wait_until(|| points() >= 2);
    session.edit(&rate("10")).unwrap();
    let asked_now = || {
        let view = session.view();
        view.recording().unwrap().series().points().last().unwrap().asked_per_s
    };
    wait_until(|| asked_now() == Some(10.0));
    session.stop();
    session.wait();
    let view = session.view();
    let recording = view.recording().unwrap();
    // Nothing was due that was not sent, and the other way round: but for the request at the very end.
    let due = recording.total().requests() + recording.unsent() + recording.dropped();
    let asked_for = recording.asked().unwrap();
    assert!((due as f64 - asked_for).abs() <= 2.0, "{due} of {asked_for}");
    assert_eq!(due, asked(&server) + recording.unsent());
}
