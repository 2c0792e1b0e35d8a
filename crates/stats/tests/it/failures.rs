//! `_failures.csv` and `_exceptions.csv`: old and new columns, and whether they belong to the summary.

use lead_stats::Failure;

use crate::folder::{Folder, stats_file};

#[test]
fn failures_have_their_times_if_the_file_does() {
    let text = "Method,Name,Error,Occurrences,First Seen,Last Seen\r\n\
        POST,/score,\"got {\"\"x\"\": 1},\nreally\",99,2026-08-22T09:40:02Z,2026-08-22T09:41:11Z\r\n\
        POST,/score,late,1,,\r\n";
    let failures = with_failures(100, text).read().unwrap().failures;
    assert_eq!(failures[0].error, "got {\"x\": 1},\nreally");
    assert_eq!(failures[0].first_seen.as_deref(), Some("2026-08-22T09:40:02Z"));
    assert_eq!(failures[0].last_seen.as_deref(), Some("2026-08-22T09:41:11Z"));
    assert_eq!((&failures[1].first_seen, &failures[1].last_seen), (&None, &None));
}

#[test]
fn failures_of_an_older_locust_have_no_times() {
    let failures = with_failures(7, "Method,Name,Error,Occurrences\r\nPOST,/score,late,7\r\n")
        .read()
        .unwrap()
        .failures;
    let late = Failure {
        method: "POST".to_owned(),
        name: "/score".to_owned(),
        error: "late".to_owned(),
        occurrences: 7,
        ..Failure::default()
    };
    assert_eq!(failures, [late]);
}

#[test]
fn failures_that_miss_the_summary_by_more_than_a_percent_are_refused() {
    let said_of = |occurrences: u64| {
        let text = format!("Method,Name,Error,Occurrences\r\nPOST,/score,late,{occurrences}\r\n");
        with_failures(200, &text).read_or_say()
    };
    insta::assert_snapshot!(said_of(197), @r#"run_failures.csv: line 2, column "Occurrences": the rows add up to 197, but the Aggregated row says 200: the files do not belong together; was the load generator still running? Wait until it has ended, or run the test again"#);
    insta::assert_snapshot!(said_of(198), @r#"run_failures.csv: column "Occurrences" adds up to 198, but the Aggregated row says 200"#);
    assert_eq!(said_of(200), "");
}

#[test]
fn torn_failures_and_exceptions_are_refused() {
    let torn = with_failures(1, "Method,Name,Error,Occurrences\r\nPOST,/score,late,1");
    insta::assert_snapshot!(torn.read_or_say(), @r#"run_failures.csv: line 2, column "Occurrences": the row has no line end; is the load generator still running? Wait until it has ended, or run the test again"#);
    let torn = with_failures(0, "Method,Name,Error,Occurrences\r\n")
        .with("_exceptions.csv", "Count,Message,Traceback,Nodes\r\n2,boom,\"  File");
    insta::assert_snapshot!(torn.read_or_say(), @r#"run_exceptions.csv: line 2, column "Traceback": the row ends after 3 of 4 fields; is the load generator still running? Wait until it has ended, or run the test again"#);
}

#[test]
fn missing_files_are_noted_and_taken_as_empty() {
    let folder = Folder::new().with("_stats.csv", stats_file(&[&total(0)]));
    let run = folder.read().unwrap();
    assert!(run.history.ticks.is_empty() && run.failures.is_empty() && run.exceptions.is_empty());
    insta::assert_snapshot!(folder.read_or_say(), @r"
    run_stats_history.csv: no such file; taken as empty
    run_failures.csv: no such file; taken as empty
    run_exceptions.csv: no such file; taken as empty
    ");
}

/// A run with this many failed requests and these failures.
fn with_failures(failed: u64, text: &str) -> Folder {
    Folder::new()
        .with(
            "_stats.csv",
            stats_file(&[&total(failed).replacen(",Aggregated", "POST,/score", 1), &total(failed)]),
        )
        .with("_stats_history.csv", crate::folder::history_file(&[]))
        .with("_failures.csv", text)
        .with("_exceptions.csv", "Count,Message,Traceback,Nodes\r\n")
}

fn total(failed: u64) -> String {
    format!(",Aggregated,{failed},{failed},4,4.8,2.1,38.9,2.0,1.0,1.0,4,5,5,6,7,9,13,18,35,39,39")
}
