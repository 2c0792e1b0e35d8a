//! Our bytes are those that Locust's own classes make, and theirs are read: see `tests/wire/messages.py`.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::cluster::classes::Classes;
use crate::cluster::ledger::Ledger;
use crate::cluster::message::{Heard, Pulse, Said, Spawn, State};
use crate::failure::{Failure, FailureClass};
use crate::record::Second;
use crate::snapshot::Tally;

const ID: &str = "node-3_0123456789abcdef0123456789abcdef";
const START: f64 = 1_787_389_200.0;

fn fixture(name: &str) -> Vec<u8> {
    let lines = include_str!("../../../tests/wire/messages.txt").lines();
    let line = lines.filter_map(|line| line.split_once(' ')).find(|(known, _)| *known == name);
    let (_, hex) = line.unwrap_or_else(|| panic!("no message {name}"));
    let byte = |pair: &[u8]| {
        let text = std::str::from_utf8(pair).expect("hex digits");
        u8::from_str_radix(text, 16).expect("hex digits")
    };
    hex.as_bytes().chunks(2).map(byte).collect()
}

fn classes(users: &[(&str, u64)]) -> Classes {
    users.iter().map(|(class, users)| ((*class).to_owned(), *users)).collect()
}

#[test]
fn what_is_said_is_said_in_locusts_bytes() {
    let pulse =
        |state, cpu, memory| Pulse { state, current_cpu_usage: cpu, current_memory_usage: memory };
    for (name, said) in [
        ("client_ready", Said::ClientReady),
        ("heartbeat", Said::Heartbeat(pulse(State::Running, 87.5, 52_428_800))),
        ("heartbeat_ready", Said::Heartbeat(pulse(State::Ready, 0.0, 0))),
        ("spawning", Said::Spawning),
        ("spawning_complete", Said::SpawningComplete(classes(&[("Dummy", 130), ("Other", 0)]))),
        ("client_stopped", Said::ClientStopped),
        ("exception", Said::Exception("no host".to_owned())),
        ("quit", Said::Quit),
    ] {
        assert_eq!(said.to_bytes(ID), fixture(name), "{name}");
    }
}

#[test]
fn a_report_is_byte_by_byte_the_one_that_locust_makes_of_the_same_requests() {
    let error = "HTTPError('503 Server Error: Service Unavailable for url: /api/v1/score')";
    let failed = || Err(Failure::new(FailureClass::Status, error));
    let us = Duration::from_micros;
    let mut seconds = [Second::blank(0), Second::blank(1)];
    seconds.iter_mut().for_each(|second| second.tasks = vec![Tally::default(); 2]);
    let [first, other] = &mut seconds;
    first.tasks[0].count(us(250), 100, Ok(()), us(250_000));
    first.tasks[0].count(us(2_250), 100, Ok(()), us(500_000));
    first.tasks[0].count(us(114_000), 0, failed(), us(750_000));
    first.tasks[1].count(us(750), 2, Ok(()), us(375_000));
    other.tasks[0].count(us(1_162_000), 0, failed(), us(1_250_000));
    other.tasks[0].count(us(10_620_000), 100, Ok(()), us(1_500_000));

    let mut ledger = Ledger::new(START);
    ledger.open([("POST", "/api/v1/score"), ("GET", "/health")].into_iter(), START);
    seconds.iter().for_each(|second| ledger.note(second, START));
    let report = ledger.take(&classes(&[("Dummy", 3)]), START + 2.0);
    let hex = |bytes: &[u8]| -> String { bytes.iter().map(|byte| format!("{byte:02x}")).collect() };
    assert_eq!(hex(&Said::Stats(Box::new(report)).to_bytes(ID)), hex(&fixture("stats")));
}

#[test]
fn what_a_master_says_is_understood() {
    let spawn = Spawn {
        timestamp: START + 0.125,
        user_classes_count: classes(&[("Dummy", 130), ("Other", 2)]),
        host: Some("http://127.0.0.1:8000".to_owned()),
        stop_timeout: Some(2.5),
    };
    let plain = Spawn { host: None, stop_timeout: Some(0.0), ..spawn.clone() };
    for (name, heard) in [
        ("ack", Heard::Ack(Some(3))),
        ("ack_old", Heard::Ack(None)),
        ("spawn", Heard::Spawn(Box::new(spawn))),
        ("spawn_plain", Heard::Spawn(Box::new(plain))),
        ("spawning_complete_all", Heard::SpawningComplete),
        ("stop", Heard::Stop),
        ("quit", Heard::Quit),
        ("heartbeat_master", Heard::Heartbeat),
        ("reconnect", Heard::Reconnect),
        ("update_user_class", Heard::Other("update_user_class".to_owned())),
    ] {
        assert_eq!(Heard::of_bytes(&fixture(name)).expect(name), heard, "{name}");
    }
}

#[test]
fn bytes_that_are_no_message_are_a_fault_and_no_panic() {
    let spawn = fixture("spawn");
    for length in 0..spawn.len() {
        assert!(Heard::of_bytes(&spawn[..length]).is_err(), "the first {length} bytes of it");
    }
    let without_users = rmp_serde::to_vec(&("spawn", BTreeMap::from([("timestamp", 1.0)]), ID));
    for bytes in [b"\xc0".to_vec(), b"GET / HTTP/1.1".to_vec(), without_users.expect("bytes")] {
        assert!(Heard::of_bytes(&bytes).is_err(), "{bytes:?}");
    }
}
