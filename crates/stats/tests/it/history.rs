//! `_stats_history.csv`: ticks in file order, and a torn end.

use crate::folder::{Folder, history_file, stats_file};

const START: &str = "100,0,,Aggregated,0.000000,0.000000,N/A,N/A,N/A,N/A,N/A,N/A,N/A,N/A,N/A,N/A,N/A,0,0,0,0.0,0,0,0";
const SCORE: &str =
    "101,5,POST,/score,9.5,0.500000,1,2,3,4,5,6,7,8,9,10,11,20,1,4,4.5,2.1,33.1,2.0";
const TOTAL: &str =
    "101,5,,Aggregated,9.5,0.500000,1,2,3,4,5,6,7,8,9,10,11,20,1,4,4.5,2.1,33.1,2.0";

#[test]
fn ticks_are_read_in_file_order() {
    let history = with_history(&history_file(&[START, SCORE, TOTAL])).read().unwrap().history;
    assert_eq!(history.ticks.len(), 3);
    assert_eq!(history.aggregated().map(|tick| tick.timestamp_s).collect::<Vec<_>>(), [100, 101]);
    assert!(history.ticks[0].percentiles.is_empty());
    let score = &history.ticks[1];
    assert_eq!((score.users, score.method.as_str(), score.name.as_str()), (5, "POST", "/score"));
    assert_eq!((score.requests_per_s, score.total_requests, score.total_failures), (9.5, 20, 1));
    assert_eq!((score.percentiles.at(0.99), score.total_max_ms), (Some(8.0), 33.1));
}

#[test]
fn a_history_with_rows_of_endpoints_is_full() {
    let is_full =
        |rows: &[&str]| with_history(&history_file(rows)).read().unwrap().history.is_full();
    assert!(is_full(&[START, SCORE, TOTAL]));
    assert!(
        is_full(&[&SCORE.replace("/score", "Aggregated"), TOTAL]),
        "an endpoint may be called Aggregated"
    );
    assert!(!is_full(&[START, TOTAL]));
    assert!(!is_full(&[]));
}

#[test]
fn a_bad_last_row_is_dropped_with_a_note() {
    let whole = history_file(&[START, TOTAL]);
    let said_of = |text: &str| {
        let folder = with_history(text);
        assert_eq!(folder.read().unwrap().history.ticks.len(), 1);
        folder.read_or_say()
    };
    insta::assert_snapshot!(said_of(&whole[..whole.len() - 1]), @r#"run_stats_history.csv: the last row was dropped: line 3, column "Total Average Content Size": the row has no line end; is the load generator still running? Wait until it has ended, or run the test again"#);
    insta::assert_snapshot!(said_of(&whole[..whole.len() - 30]), @r#"run_stats_history.csv: the last row was dropped: line 3, column "99.99%": the row ends after 16 of 24 fields; is the load generator still running? Wait until it has ended, or run the test again"#);
    insta::assert_snapshot!(said_of(&history_file(&[START, &TOTAL.replace("9.5", "x")])), @r#"run_stats_history.csv: the last row was dropped: line 3, column "Requests/s": expected a number from 0 up, found "x""#);
    insta::assert_snapshot!(said_of(&history_file(&[START, &TOTAL.replace("9.5", "9,5"), "", ""])), @r#"run_stats_history.csv: the last row was dropped: line 3, column "Total Average Content Size": the row has 25 fields under 24 names; is there a decimal comma or an unquoted text in it? Use the file that the load generator wrote"#);
}

#[test]
fn a_bad_row_elsewhere_is_refused() {
    let said_of = |rows: &[&str]| with_history(&history_file(rows)).read_or_say();
    insta::assert_snapshot!(said_of(&[START, "101,5,,Aggre", TOTAL]), @r#"run_stats_history.csv: line 3, column "Name": the row ends after 4 of 24 fields; is the load generator still running? Wait until it has ended, or run the test again"#);
    insta::assert_snapshot!(said_of(&[START, &TOTAL.replace("20,1", "20,21"), TOTAL]), @r#"run_stats_history.csv: line 3, column "Total Failure Count": expected no more failures than requests, found "21""#);
}

#[test]
fn a_stray_quote_that_swallows_rows_is_no_torn_last_row() {
    let rows = [START, &TOTAL.replace("Aggregated", "\"Aggregated"), TOTAL, TOTAL];
    insta::assert_snapshot!(with_history(&history_file(&rows)).read_or_say(), @r#"run_stats_history.csv: line 3, column "Name": the row ends after 4 of 24 fields; is the load generator still running? Wait until it has ended, or run the test again"#);
}

#[test]
fn a_history_cut_anywhere_below_its_header_loses_no_more_than_its_end() {
    let rows = [START, SCORE, TOTAL, &TOTAL.replace("101", "102"), &TOTAL.replace("101", "103")];
    let text = history_file(&rows);
    let whole = with_history(&text).read().unwrap().history.ticks;
    let header = history_file(&[]).len();
    for end in header..text.len() {
        let run = with_history(&text[..end]).read().unwrap();
        let complete = text[..end].matches("\r\n").count() - 1;
        assert_eq!(run.history.ticks, whole[..complete], "the first {end} bytes");
        assert_eq!(run.notes.is_empty(), text[..end].ends_with('\n'));
    }
}

/// A run of one request with this history and nothing missing.
fn with_history(text: &str) -> Folder {
    let total = ",Aggregated,0,0,0,0.0,0,0,0,0.0,0.0,N/A,N/A,N/A,N/A,N/A,N/A,N/A,N/A,N/A,N/A,N/A";
    Folder::new()
        .with("_stats.csv", stats_file(&[total]))
        .with("_stats_history.csv", text)
        .with("_failures.csv", "Method,Name,Error,Occurrences\r\n")
        .with("_exceptions.csv", "Count,Message,Traceback,Nodes\r\n")
}
