//! The history that grows while the test runs.

use std::fs;

use lead_stats::{Endpoint, History, HistoryWriter, Percentiles, Run, Summary, Tick, write};

use crate::folder::{Folder, HISTORY_HEADER, stats_file};

#[test]
fn the_header_stands_before_the_first_tick() {
    let folder = Folder::new();
    let _writer = HistoryWriter::create(&folder.path("deep/er/run")).unwrap();
    let text = fs::read_to_string(folder.path("deep/er/run_stats_history.csv")).unwrap();
    assert_eq!(text, format!("{HISTORY_HEADER}\r\n"));
}

#[test]
fn appended_ticks_can_be_read_while_the_writer_lives() {
    let folder = Folder::new().with(
        "_stats.csv",
        stats_file(&[
            ",Aggregated,0,0,0,0.0,0,0,0,0.0,0.0,N/A,N/A,N/A,N/A,N/A,N/A,N/A,N/A,N/A,N/A,N/A",
        ]),
    );
    let mut writer = HistoryWriter::create(&folder.path("run")).unwrap();
    let ticks = [tick(100), tick(101), tick(102)];
    writer.append(&ticks[..1]).unwrap();
    assert_eq!(folder.read().unwrap().history.ticks, ticks[..1]);
    writer.append(&ticks[1..]).unwrap();
    writer.append(&[]).unwrap();
    assert_eq!(folder.read().unwrap().history.ticks, ticks);
}

#[test]
fn a_history_grown_tick_by_tick_is_the_one_that_is_written_at_once() {
    let (grown, whole) = (Folder::new(), Folder::new());
    let ticks = vec![Tick { users: 0, total_requests: 0, ..tick(100) }, tick(101)];
    let mut writer = HistoryWriter::create(&grown.path("run")).unwrap();
    for tick in &ticks {
        writer.append(std::slice::from_ref(tick)).unwrap();
    }
    let aggregated = Endpoint { name: "Aggregated".to_owned(), ..Endpoint::default() };
    let summary = Summary { aggregated, ..Summary::default() };
    write(&whole.path("run"), &Run { summary, history: History { ticks }, ..Run::default() })
        .unwrap();
    assert_eq!(grown.bytes("_stats_history.csv"), whole.bytes("_stats_history.csv"));
}

#[test]
fn a_new_writer_begins_a_new_history() {
    let folder = Folder::new().with("_stats_history.csv", "of an earlier run");
    drop(HistoryWriter::create(&folder.path("run")).unwrap());
    assert_eq!(folder.bytes("_stats_history.csv"), format!("{HISTORY_HEADER}\r\n").into_bytes());
}

#[test]
fn a_tick_that_cannot_be_read_back_is_refused_and_its_neighbours_are_not_written() {
    let folder = Folder::new();
    let mut writer = HistoryWriter::create(&folder.path("run")).unwrap();
    let refused =
        writer.append(&[tick(100), Tick { requests_per_s: f64::NAN, ..tick(101) }]).unwrap_err();
    insta::assert_snapshot!(folder.local(refused), @r#"run_stats_history.csv: line 2, column "Requests/s": NaN cannot be written: the files hold finite numbers from 0 up"#);
    assert_eq!(folder.bytes("_stats_history.csv"), format!("{HISTORY_HEADER}\r\n").into_bytes());
}

fn tick(timestamp_s: u64) -> Tick {
    Tick {
        timestamp_s,
        users: 5,
        name: "Aggregated".to_owned(),
        requests_per_s: 9.5,
        percentiles: Percentiles::locust([0.214; 11]),
        total_requests: 20,
        ..Tick::default()
    }
}
