//! Messages in, deeds out.

use std::time::Duration;

use crate::cluster::classes::Classes;
use crate::cluster::deed::{Deed, Job, Parting};
use crate::cluster::life::Life;
use crate::cluster::message::{Heard, Said, Spawn, State};

const MOST: u64 = 10_000;

fn users(count: u64) -> Classes {
    Classes::from([("Dummy".to_owned(), count)])
}

fn spawn(timestamp: f64, count: u64) -> Heard {
    Heard::Spawn(Box::new(Spawn {
        timestamp,
        user_classes_count: users(count),
        host: Some("http://127.0.0.1:8000".to_owned()),
        stop_timeout: Some(1.5),
    }))
}

fn job(users: u32) -> Deed {
    let stop_timeout = Duration::from_millis(1_500);
    Deed::Start(Job { host: Some("http://127.0.0.1:8000".to_owned()), stop_timeout, users })
}

fn complete(count: u64) -> Deed {
    Deed::Say(Said::SpawningComplete(users(count)))
}

fn inform(text: &str) -> Deed {
    Deed::Inform(text.to_owned())
}

/// A worker with so many users.
fn running(count: u64) -> Life {
    let mut life = Life::new(MOST);
    life.hear(spawn(10.0, count));
    life.begun();
    life
}

fn stopped() -> [Deed; 3] {
    [Deed::Report(users(0)), Deed::Say(Said::ClientStopped), Deed::Say(Said::ClientReady)]
}

fn parted(parting: Parting) -> [Deed; 3] {
    [Deed::Report(users(0)), Deed::Say(Said::Quit), Deed::Part(parting)]
}

#[test]
fn users_come_when_the_target_is_there_and_their_number_is_what_was_said_last() {
    let mut life = Life::new(MOST);
    assert_eq!(life.state(), State::Ready);
    assert_eq!(life.hear(spawn(10.0, 1)), [Deed::Say(Said::Spawning), job(1)]);
    assert_eq!((life.state(), life.users()), (State::Spawning, users(0)));
    // A ramp does not wait for the target.
    assert_eq!(life.hear(spawn(11.0, 2)), [Deed::Say(Said::Spawning), Deed::Users(2)]);
    assert_eq!(life.begun(), [complete(2)]);
    assert_eq!((life.state(), life.users()), (State::Running, users(2)));
    for (second, count) in [(12.0, 5), (13.0, 3), (14.0, 0)] {
        let deeds = life.hear(spawn(second, count));
        let count_here = u32::try_from(count).expect("few");
        assert_eq!(deeds, [Deed::Say(Said::Spawning), Deed::Users(count_here), complete(count)]);
    }
    assert_eq!(life.state(), State::Running, "nobody is a number, too");
    assert_eq!(life.hear(Heard::SpawningComplete), []);
}

#[test]
fn users_of_all_classes_are_alike_and_the_same_map_goes_back() {
    let classes = Classes::from([("A".to_owned(), 3), ("B".to_owned(), 4)]);
    let heard = Heard::Spawn(Box::new(Spawn {
        timestamp: 1.0,
        user_classes_count: classes.clone(),
        host: None,
        stop_timeout: None,
    }));
    let mut life = Life::new(MOST);
    let job = Job { host: None, stop_timeout: Duration::ZERO, users: 7 };
    assert_eq!(life.hear(heard), [Deed::Say(Said::Spawning), Deed::Start(job)]);
    assert_eq!(life.begun(), [Deed::Say(Said::SpawningComplete(classes))]);
}

#[test]
fn an_order_that_was_overtaken_by_a_later_one_is_not_obeyed() {
    let mut life = running(5);
    for stale in [9.0, 10.0, f64::NAN] {
        let deeds = life.hear(spawn(stale, 500));
        assert_eq!(deeds[0], Deed::Say(Said::Spawning));
        assert!(
            matches!(&deeds[1..], [Deed::Inform(text)] if text.starts_with("Discard")),
            "{deeds:?}"
        );
        assert_eq!(life.users(), users(5));
    }
    assert_eq!(life.hear(spawn(10.001, 6)).len(), 3);
}

#[test]
fn the_last_report_goes_out_before_the_worker_says_that_it_stopped() {
    let mut life = running(5);
    assert_eq!(life.hear(Heard::Stop), [Deed::Stop]);
    assert_eq!((life.state(), life.users()), (State::Running, users(5)), "they are ending");
    assert_eq!(life.hear(Heard::Stop), [], "once is enough");
    assert_eq!(life.ended(), stopped());
    assert_eq!((life.state(), life.users()), (State::Ready, users(0)));
    // And then the next test.
    assert_eq!(life.hear(spawn(20.0, 2)), [Deed::Say(Said::Spawning), job(2)]);
}

#[test]
fn an_idle_worker_stops_and_leaves_at_once() {
    let none = Classes::new();
    let mut life = Life::new(MOST);
    let deeds = life.hear(Heard::Stop);
    assert_eq!(deeds[0], Deed::Report(none.clone()));
    assert_eq!(deeds[1..], stopped()[1..]);
    let deeds = life.hear(Heard::Quit);
    assert_eq!(deeds[0], inform("Got quit message from master, shutting down..."));
    assert_eq!(deeds[1], Deed::Report(none));
    assert_eq!(deeds[2..], parted(Parting::Dismissed)[1..]);
}

#[test]
fn a_worker_that_leaves_reports_first_whoever_sends_it() {
    let mut life = running(5);
    let said = "Got quit message from master, shutting down...";
    assert_eq!(life.hear(Heard::Quit), [inform(said), Deed::Report(users(5)), Deed::StopSoon]);
    assert_eq!(life.ended(), parted(Parting::Dismissed));

    let mut life = running(5);
    assert_eq!(life.leave(Parting::Signalled), [Deed::Report(users(5)), Deed::StopSoon]);
    assert_eq!(
        life.hear(Heard::Quit),
        [inform(said), Deed::StopNow],
        "who asks twice waits no more"
    );
    assert_eq!(life.ended(), parted(Parting::Signalled));

    // A stop does not hold up a quit that comes after it.
    let mut life = running(5);
    life.hear(Heard::Stop);
    assert_eq!(life.hear(Heard::Quit), [inform(said), Deed::Report(users(5)), Deed::StopSoon]);
    assert_eq!(life.ended(), parted(Parting::Dismissed));
}

#[test]
fn an_order_for_users_that_comes_while_others_end_is_obeyed_after_them() {
    let mut life = running(5);
    life.hear(Heard::Stop);
    assert_eq!(life.hear(spawn(20.0, 3)), [Deed::Say(Said::Spawning)]);
    let deeds = life.ended();
    assert_eq!(deeds[..3], stopped());
    assert_eq!(deeds[3..], [Deed::Say(Said::Spawning), job(3)]);
    assert_eq!(life.begun(), [complete(3)]);
    // A stop takes it back.
    life.hear(Heard::Stop);
    life.hear(spawn(30.0, 3));
    life.hear(Heard::Stop);
    assert_eq!(life.ended(), stopped());
}

#[test]
fn a_target_that_may_not_be_loaded_is_told_once_and_the_master_goes_on() {
    let mut life = Life::new(MOST);
    life.hear(spawn(10.0, 4));
    let reason = "198.51.100.7 is neither this machine nor in a private network";
    let said = Deed::Say(Said::Exception(reason.to_owned()));
    assert_eq!(life.refused(reason), [Deed::Warn(reason.to_owned()), said, complete(0)]);
    assert_eq!((life.state(), life.users()), (State::Ready, users(0)));
    // Every step of a ramp tries again.
    assert_eq!(life.hear(spawn(11.0, 8)), [Deed::Say(Said::Spawning), job(8)]);
    assert_eq!(life.refused(reason), [complete(0)]);
    assert_eq!(life.hear(Heard::Stop), stopped());
    // The next test is told again.
    life.hear(spawn(12.0, 8));
    assert_eq!(life.refused(reason).len(), 3);
}

#[test]
fn a_test_that_is_stopped_before_the_target_was_reached_ends_like_any_other() {
    let mut life = Life::new(MOST);
    life.hear(spawn(10.0, 4));
    assert_eq!(life.hear(Heard::Stop), [Deed::Stop]);
    assert_eq!(life.begun(), [], "no user is told of that is ending already");
    assert_eq!(life.ended(), stopped());
    life.hear(spawn(11.0, 4));
    life.hear(Heard::Stop);
    assert_eq!(life.refused("no way"), stopped());
}

#[test]
fn no_more_users_run_than_the_guard_allows_and_the_master_hears_how_many() {
    let mut life = Life::new(10);
    let classes = |first, other| Classes::from([("A".to_owned(), first), ("B".to_owned(), other)]);
    let heard = |timestamp, user_classes_count| {
        let (host, stop_timeout) = (None, Some(-3.0));
        Heard::Spawn(Box::new(Spawn { timestamp, user_classes_count, host, stop_timeout }))
    };
    let deeds = life.hear(heard(1.0, classes(8, u64::MAX)));
    let text = "The master asks this worker for more than 10 users: 18446744073709551613 of them are not started; start \
                more workers, or this one with --no-caps";
    let job = Job { host: None, stop_timeout: Duration::ZERO, users: 10 };
    assert_eq!(
        deeds,
        [
            Deed::Say(Said::Spawning),
            Deed::Warn(text.to_owned()),
            Deed::Say(Said::Exception(text.to_owned())),
            Deed::Start(job)
        ]
    );
    assert_eq!(life.begun(), [Deed::Say(Said::SpawningComplete(classes(8, 2)))]);
}

#[test]
fn users_of_a_master_that_is_gone_end_and_the_new_one_is_joined() {
    let mut life = running(5);
    assert_eq!(life.forgotten(), [Deed::StopNow]);
    assert_eq!(life.ended(), [Deed::Forget, Deed::Say(Said::ClientReady)]);
    // The new one's clock may lag behind the old one's.
    assert_eq!(life.hear(spawn(2.0, 1)), [Deed::Say(Said::Spawning), job(1)]);

    let mut life = Life::new(MOST);
    assert_eq!(life.forgotten(), [Deed::Forget, Deed::Say(Said::ClientReady)]);
}

#[test]
fn a_generator_that_breaks_is_told_and_the_worker_leaves() {
    let mut life = running(5);
    let text = || "a sender thread panicked".to_owned();
    let deeds = life.broke(&text());
    assert_eq!(deeds[..2], [Deed::Warn(text()), Deed::Say(Said::Exception(text()))]);
    assert_eq!(deeds[2..], parted(Parting::Broken));
    let mut life = running(5);
    assert_eq!(life.ended(), parted(Parting::Broken), "nobody asked for it");
}

#[test]
fn a_new_connection_leaves_users_alone() {
    let mut life = running(5);
    let deeds = life.hear(Heard::Reconnect);
    assert!(matches!(&deeds[..], [Deed::Warn(_), Deed::Reconnect]), "{deeds:?}");
    assert_eq!((life.state(), life.users()), (State::Running, users(5)));
    for nothing in [Heard::Heartbeat, Heard::Ack(Some(1)), Heard::Other("custom".to_owned())] {
        assert_eq!(life.hear(nothing), []);
    }
}

#[test]
fn an_order_that_comes_while_users_of_a_master_that_is_gone_end_is_obeyed_after_them() {
    let mut life = running(5);
    life.forgotten();
    assert!(life.is_orphaned(), "nobody is told what they count");
    assert_eq!(life.hear(spawn(2.0, 3)), [Deed::Say(Said::Spawning)]);
    assert_eq!(
        life.ended(),
        [Deed::Forget, Deed::Say(Said::ClientReady), Deed::Say(Said::Spawning), job(3)]
    );
    assert!(!life.is_orphaned());
    assert_eq!(life.begun(), [complete(3)]);

    let mut idle = Life::new(MOST);
    idle.forgotten();
    assert!(!idle.is_orphaned(), "nobody has to end first");
}

#[test]
fn a_worker_that_leaves_while_users_of_a_master_that_is_gone_end_reports_nothing_of_them() {
    for forgotten_first in [true, false] {
        let mut life = running(5);
        if forgotten_first {
            life.forgotten();
            assert_eq!(life.leave(Parting::Signalled), [Deed::StopSoon]);
        } else {
            life.leave(Parting::Signalled);
            assert_eq!(life.forgotten(), []);
        }
        let parting = Deed::Part(Parting::Signalled);
        assert_eq!(life.ended(), [Deed::Forget, Deed::Say(Said::Quit), parting]);
    }
}

#[test]
fn a_generator_that_breaks_while_users_end_does_not_keep_the_worker() {
    let mut life = running(5);
    life.hear(Heard::Quit);
    assert_eq!(life.broke("a bug").last(), Some(&Deed::Part(Parting::Broken)));
}
