//! Whether there is a master, moment by moment.

use std::time::Duration;

use crate::cluster::Tempo;
use crate::cluster::bond::{Bond, Tie};

fn s(seconds: f64) -> Duration {
    Duration::from_secs_f64(seconds)
}

fn joined() -> Bond {
    let mut bond = Bond::new(Tempo::default(), s(0.0));
    assert_eq!(bond.connected(s(1.0)), Tie::Present);
    assert_eq!(bond.acknowledged(Some(4), s(1.0)), Some(Tie::Welcome { index: Some(4) }));
    bond
}

#[test]
fn a_worker_says_sixty_times_that_it_is_ready_and_then_gives_up() {
    let mut bond = Bond::new(Tempo::default(), s(0.0));
    let mut tries = Vec::new();
    let mut seconds = 0.0;
    let end = loop {
        seconds += 0.5;
        match bond.tick(s(seconds)) {
            Some(Tie::Unanswered { tries: so_far, is_stuck }) => {
                assert!(!is_stuck, "there is no connection that could be");
                tries.push((seconds, so_far));
            }
            Some(tie) => break tie,
            None => {}
        }
        assert!(!bond.holds() && !bond.beats());
    };
    assert_eq!((end, seconds), (Tie::Hopeless, 300.0));
    assert_eq!(tries.first(), Some(&(5.0, 1)));
    assert_eq!(tries.last(), Some(&(295.0, 59)));
}

#[test]
fn a_connection_starts_the_wait_for_the_acknowledgement() {
    let mut bond = Bond::new(Tempo::default(), s(0.0));
    assert_eq!(bond.tick(s(4.9)), None);
    assert_eq!(bond.connected(s(4.9)), Tie::Present);
    assert_eq!(bond.tick(s(5.1)), None);
    assert_eq!(bond.tick(s(9.9)), Some(Tie::Unanswered { tries: 1, is_stuck: false }));
    assert!(bond.is_connected() && !bond.holds());
}

#[test]
fn a_worker_is_welcome_once_and_told_of_repeats_nothing() {
    let mut bond = joined();
    assert!(bond.holds() && bond.beats());
    // After every stop the worker says that it is ready, and is acknowledged.
    assert_eq!(bond.acknowledged(Some(4), s(2.0)), None);
}

#[test]
fn a_master_that_is_silent_for_a_minute_is_left() {
    let mut bond = joined();
    bond.heard(s(10.0));
    assert_eq!(bond.tick(s(69.0)), Some(Tie::Mute));
    assert_eq!(bond.tick(s(70.0)), None);
    assert_eq!(bond.tick(s(70.1)), Some(Tie::Silent));
    // Whatever the connection does meanwhile.
    let mut bond = joined();
    bond.lost();
    assert_eq!(bond.tick(s(60.9)), None);
    assert_eq!(bond.tick(s(61.1)), Some(Tie::Silent));
    let mut bond = joined();
    bond.lost();
    assert_eq!(bond.connected(s(60.0)), Tie::Beat);
    assert_eq!(bond.tick(s(61.1)), Some(Tie::Silent));
}

#[test]
fn a_master_that_answers_on_a_new_connection_is_the_one_that_was_there_before() {
    let mut bond = joined();
    bond.lost();
    assert!(!bond.holds() && !bond.beats());
    assert_eq!(bond.connected(s(5.0)), Tie::Beat);
    // Until it answers it is told nothing that it might not hear.
    assert!(!bond.holds() && bond.beats());
    bond.heard(s(5.5));
    assert!(bond.holds());
    assert_eq!(bond.tick(s(9.0)), None);
}

#[test]
fn a_master_that_does_not_answer_on_a_new_connection_is_another_one() {
    let mut bond = joined();
    bond.lost();
    assert_eq!(bond.connected(s(5.0)), Tie::Beat);
    assert_eq!(bond.tick(s(7.9)), None);
    assert_eq!(bond.tick(s(8.0)), Some(Tie::Forgotten));
    assert!(!bond.holds());
    // It is joined like the first one; a heartbeat from it would mean nothing.
    bond.heard(s(8.5));
    assert!(!bond.holds());
    assert_eq!(bond.tick(s(13.0)), Some(Tie::Unanswered { tries: 1, is_stuck: false }));
    assert_eq!(bond.acknowledged(Some(0), s(14.0)), Some(Tie::Welcome { index: Some(0) }));
    assert!(bond.holds());
}

#[test]
fn a_connection_that_breaks_while_a_master_is_doubted_is_waited_for() {
    let mut bond = joined();
    bond.lost();
    assert_eq!(bond.connected(s(5.0)), Tie::Beat);
    bond.lost();
    assert_eq!(bond.tick(s(20.0)), None);
    assert_eq!(bond.connected(s(20.0)), Tie::Beat);
    assert_eq!(bond.tick(s(22.0)), None);
    assert_eq!(bond.tick(s(23.0)), Some(Tie::Forgotten));
}

#[test]
fn a_connection_on_which_nobody_acknowledges_the_worker_is_made_anew_every_third_time() {
    let mut bond = Bond::new(Tempo::default(), s(0.0));
    bond.connected(s(0.0));
    let mut stuck = Vec::new();
    for second in (5_u32..45).step_by(5) {
        let now = s(second.into());
        let Some(Tie::Unanswered { tries, is_stuck }) = bond.tick(now) else {
            panic!("unanswered at {second} s")
        };
        if is_stuck {
            stuck.push((second, tries));
            bond.lost();
            assert_eq!(bond.connected(now), Tie::Present, "on the new one");
        }
    }
    assert_eq!(stuck, [(15, 3), (30, 6)]);
}

#[test]
fn a_master_without_a_sign_is_looked_for_on_new_connections_and_not_taken_for_another() {
    let mut bond = joined();
    bond.heard(s(10.0));
    assert_eq!(bond.tick(s(29.9)), None);
    assert_eq!(bond.tick(s(30.0)), Some(Tie::Mute));
    assert!(!bond.holds(), "what is counted is kept until it answers");
    bond.lost();
    assert_eq!(bond.connected(s(31.0)), Tie::Beat);
    assert!(bond.beats());
    assert_eq!(bond.tick(s(49.9)), None, "longer than a master needs that knows the worker");
    assert_eq!(bond.tick(s(50.0)), Some(Tie::Mute));
    bond.lost();
    assert_eq!(bond.connected(s(51.0)), Tie::Beat);
    assert_eq!(bond.tick(s(70.1)), Some(Tie::Silent));
}

#[test]
fn a_master_that_answers_after_a_long_silence_is_told_everything() {
    let mut bond = joined();
    assert_eq!(bond.tick(s(21.0)), Some(Tie::Mute));
    bond.lost();
    assert_eq!(bond.connected(s(21.0)), Tie::Beat);
    bond.heard(s(22.0));
    assert!(bond.holds());
    assert_eq!(bond.tick(s(41.9)), None);
}
