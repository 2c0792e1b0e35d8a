//! What files go through on their way: other line ends, a byte order mark, blank lines, other columns.

use std::fs;

use lead_stats::Paths;

use crate::{
    folder::{Folder, HISTORY_HEADER, STATS_HEADER},
    golden::prefix,
};

#[test]
fn line_ends_and_marks_of_other_systems_change_nothing() {
    let original = copied(|text| text).read().unwrap();
    assert!(
        original.history.is_full()
            && !original.failures.is_empty()
            && !original.exceptions.is_empty()
    );
    for run in [
        copied(|text| text.replace("\r\n", "\n")),
        copied(|text| text.replace("\r\n", "\r\r\n")),
        copied(|text| format!("\u{feff}{text}")),
        copied(|text| format!("\r\n\n{}\r\n\n", text.replace("\r\n", "\r\n\r\n"))),
    ] {
        assert_eq!(run.read().unwrap(), original);
    }
}

#[test]
fn a_bad_cell_is_named_by_its_line_whatever_the_line_ends() {
    for line_end in ["\r\n", "\n", "\r\r\n"] {
        let folder =
            copied(|text| text.replace("\r\n", line_end).replace("POST,/score,", "POST,/score,x"));
        let said = folder.read_or_say();
        assert!(
            said.starts_with("run_stats.csv: line 4, column \"Request Count\""),
            "{line_end:?}: {said}"
        );
    }
}

#[test]
fn names_of_columns_may_differ_in_case_and_space() {
    let original = copied(|text| text).read().unwrap();
    let shouted = |text: String| {
        let (header, rows) = text.split_once("\r\n").unwrap();
        format!("{}\r\n{rows}", header.to_uppercase().replace(',', " ,\t"))
    };
    assert_eq!(copied(shouted).read().unwrap(), original);
}

#[test]
fn columns_may_stand_in_any_order_beside_others() {
    let values = |header: &str, of: &[(&str, &str)]| -> String {
        let value =
            |name| of.iter().find(|(column, _)| *column == name).map_or("1", |(_, value)| value);
        let mut names: Vec<_> = header.split(',').chain(["Comment"]).collect();
        names.reverse();
        let row: Vec<_> = names.iter().map(|name| value(*name)).collect();
        format!("{}\r\n{}\r\n", names.join(","), row.join(","))
    };
    let total = [
        ("Type", ""),
        ("Name", "Aggregated"),
        ("Failure Count", "0"),
        ("Request Count", "0"),
        ("95%", "9.5"),
    ];
    let tick = [("Type", ""), ("Name", "Aggregated"), ("Timestamp", "77"), ("99%", "0.25")];
    let run = Folder::new()
        .with("_stats.csv", values(STATS_HEADER, &total))
        .with("_stats_history.csv", values(HISTORY_HEADER, &tick))
        .read()
        .unwrap();
    assert_eq!(run.summary.aggregated.percentiles.at(0.95), Some(9.5));
    assert_eq!(run.history.ticks[0].timestamp_s, 77);
    assert_eq!(run.history.ticks[0].percentiles.at(0.99), Some(0.25));
}

/// The latest Locust's files with another text.
fn copied(change: impl Fn(String) -> String) -> Folder {
    let Paths { summary, history, failures, exceptions, .. } = Paths::of(&prefix("2.47.0", "full"));
    [
        (summary, "_stats.csv"),
        (history, "_stats_history.csv"),
        (failures, "_failures.csv"),
        (exceptions, "_exceptions.csv"),
    ]
    .into_iter()
    .fold(Folder::new(), |folder, (path, ending)| {
        folder.with(ending, change(fs::read_to_string(path).expect("a golden file")))
    })
}
