//! The four files as other programs find them, and the runs that are not written.

use std::fs;

use lead_stats::{
    Endpoint, Exception, Failure, History, Percentiles, Run, StatsError, Summary, Tick, read, write,
};

use crate::folder::Folder;

#[test]
fn a_run_is_written_in_locusts_columns() {
    let folder = Folder::new();
    write(&folder.path("run"), &run()).unwrap();
    let file =
        |ending: &str| String::from_utf8(folder.bytes(ending)).unwrap().replace("\r\n", "␍\n");
    insta::assert_snapshot!("summary", file("_stats.csv"));
    insta::assert_snapshot!("history", file("_stats_history.csv"));
    insta::assert_snapshot!("failures", file("_failures.csv"));
    insta::assert_snapshot!("exceptions", file("_exceptions.csv"));
}

#[test]
fn writing_replaces_what_was_there_and_leaves_nothing_beside_it() {
    let folder = Folder::new().with("_stats.csv", "of an earlier run");
    write(&folder.path("run"), &run()).unwrap();
    assert_eq!(folder.read().unwrap().summary.endpoints.len(), 2);
    assert_eq!(
        folder.names(),
        ["run_exceptions.csv", "run_failures.csv", "run_stats.csv", "run_stats_history.csv"]
    );
}

#[test]
fn missing_folders_are_created_and_a_dot_in_the_prefix_is_no_extension() {
    let folder = Folder::new();
    write(&folder.path("a/b/run.v1.5"), &run()).unwrap();
    assert!(folder.path("a/b/run.v1.5_stats.csv").is_file());
}

#[test]
fn a_place_that_cannot_be_written_is_named() {
    let folder = Folder::new().with("_stats.csv", "");
    let error = write(&folder.path("run_stats.csv/run"), &run()).unwrap_err();
    assert!(matches!(error, StatsError::Write { .. }), "{error:?}");
    assert_eq!(error.path(), folder.path("run_stats.csv"));

    fs::create_dir(folder.path("run_stats_history.csv")).unwrap();
    let error = write(&folder.path("run"), &run()).unwrap_err();
    assert_eq!(error.path(), folder.path("run_stats_history.csv"));
    assert!(!folder.names().iter().any(|name| name.ends_with(".tmp")), "{:?}", folder.names());
}

/// A histogram without a value answers 0 for every percentile; a reader would take that for an instant answer.
#[test]
fn a_row_without_requests_has_no_percentiles_whatever_it_holds() {
    let idle = Endpoint {
        name: "Aggregated".into(),
        percentiles: Percentiles::locust([0.0; 11]),
        ..Endpoint::default()
    };
    let run = Run { summary: Summary { aggregated: idle, ..Summary::default() }, ..Run::default() };
    let folder = Folder::new();
    write(&folder.path("run"), &run).unwrap();
    assert!(read(&folder.path("run")).unwrap().summary.aggregated.percentiles.is_empty());
}

/// Whoever sees a new `_stats.csv` must find the others new.
#[test]
fn the_summary_is_put_in_place_after_all_others() {
    for other in ["_stats_history.csv", "_failures.csv", "_exceptions.csv"] {
        let folder = Folder::new();
        // Nothing can be renamed onto a folder.
        std::fs::create_dir(folder.path(&format!("run{other}"))).unwrap();
        write(&folder.path("run"), &run()).unwrap_err();
        assert!(!folder.path("run_stats.csv").exists(), "{other} failed after the summary");
    }
}

#[test]
fn a_run_that_would_not_read_back_is_not_written_at_all() {
    let refused = |spoil: fn(&mut Run)| {
        let mut run = run();
        spoil(&mut run);
        let folder = Folder::new();
        let error = write(&folder.path("run"), &run).unwrap_err();
        assert!(matches!(error, StatsError::Unwritable { .. }), "{error:?}");
        assert!(folder.names().is_empty(), "{:?}", folder.names());
        folder.local(error)
    };
    insta::assert_snapshot!(refused(|run| run.summary.aggregated.average_ms = f64::INFINITY), @r#"run_stats.csv: line 4, column "Average Response Time": inf cannot be written: the files hold finite numbers from 0 up"#);
    insta::assert_snapshot!(refused(|run| run.summary.endpoints[0].min_ms = -1.0), @r#"run_stats.csv: line 3, column "Min Response Time": -1 cannot be written: the files hold finite numbers from 0 up"#);
    insta::assert_snapshot!(refused(|run| run.summary.endpoints[0].failures = 5000), @r#"run_stats.csv: line 3, column "Failure Count": 5000 cannot be written: there cannot be more failures than requests"#);
    insta::assert_snapshot!(refused(|run| run.summary.endpoints.push(run.summary.endpoints[0].clone())), @r#"run_stats.csv: line 4, column "Name": ("/score, \"fast\"", "POST") cannot be written: each name and method can have one row only"#);
    insta::assert_snapshot!(refused(|run| run.summary.endpoints.push(run.summary.aggregated.clone())), @r#"run_stats.csv: line 4, column "Name": ("Aggregated", "") cannot be written: this name and method are the Aggregated row's"#);
    insta::assert_snapshot!(refused(|run| run.summary.aggregated.name.clear()), @r#"run_stats.csv: line 4, column "Name": ("", "") cannot be written: the last row is called Aggregated and has no method"#);
    insta::assert_snapshot!(refused(|run| run.history.ticks[1].method = "None".to_owned()), @r#"run_stats_history.csv: line 3, column "Type": "None" cannot be written: the Aggregated row has no method"#);
    insta::assert_snapshot!(refused(|run| run.history.ticks[1].total_failures = 99), @r#"run_stats_history.csv: line 3, column "Total Failure Count": 99 cannot be written: there cannot be more failures than requests"#);
}

#[test]
fn numbers_are_written_as_python_writes_them() {
    let written = |average_ms: f64| {
        let mut run = run();
        run.summary.aggregated.average_ms = average_ms;
        let folder = Folder::new();
        write(&folder.path("run"), &run).unwrap();
        let text = String::from_utf8(folder.bytes("_stats.csv")).unwrap();
        text.lines().last().unwrap().split(',').nth(5).unwrap().to_owned()
    };
    for (number, text) in [
        (0.0, "0.0"),
        (-0.0, "0.0"),
        (12.0, "12.0"),
        (0.1 + 0.2, "0.30000000000000004"),
        (0.0001, "0.0001"),
        (0.00001, "1e-05"),
        (0.000012345, "1.2345e-05"),
        (1e-100, "1e-100"),
        (9_999_999_999_999_998.0, "9999999999999998.0"),
        (1e16, "1e+16"),
        (1.2e17, "1.2e+17"),
        (1e100, "1e+100"),
    ] {
        assert_eq!(written(number), text);
    }
}

#[test]
fn percentiles_and_medians_keep_microseconds() {
    let written = |ms: f64| {
        let mut run = run();
        run.summary.aggregated.median_ms = ms;
        run.summary.aggregated.percentiles = Percentiles::locust([ms; 11]);
        let folder = Folder::new();
        write(&folder.path("run"), &run).unwrap();
        let text = String::from_utf8(folder.bytes("_stats.csv")).unwrap();
        let fields: Vec<_> = text.lines().last().unwrap().split(',').map(str::to_owned).collect();
        assert_eq!(fields[4], fields[21]);
        fields[4].clone()
    };
    for (ms, text) in [
        (0.0, "0"),
        (0.214, "0.214"),
        (0.2137, "0.214"),
        (0.5, "0.5"),
        (12.0, "12"),
        (100.0, "100"),
        (1032.4104, "1032.41"),
        (0.0004, "0"),
    ] {
        assert_eq!(written(ms), text);
    }
}

/// A small run with something of everything.
fn run() -> Run {
    let score = Endpoint {
        method: "POST".to_owned(),
        name: "/score, \"fast\"".to_owned(),
        requests: 1200,
        failures: 12,
        median_ms: 0.214,
        average_ms: 0.25000000000000006,
        min_ms: 0.1,
        max_ms: 12.0,
        average_size_bytes: 148.0,
        requests_per_s: 299.80517,
        failures_per_s: 1e-5,
        percentiles: Percentiles::locust([
            0.214, 0.25, 0.3, 0.3, 0.4, 0.5, 0.75, 1.0, 3.0, 12.0, 12.0,
        ]),
    };
    let untouched =
        Endpoint { method: "GET".to_owned(), name: "/health".to_owned(), ..Endpoint::default() };
    let aggregated =
        Endpoint { method: String::new(), name: "Aggregated".to_owned(), ..score.clone() };
    let first =
        Tick { timestamp_s: 1_787_389_200, name: "Aggregated".to_owned(), ..Tick::default() };
    let second = Tick {
        timestamp_s: 1_787_389_201,
        users: 50,
        requests_per_s: 420.833_333,
        percentiles: Percentiles::locust([0.25; 11]),
        total_requests: 20,
        total_failures: 3,
        total_average_ms: 0.5,
        ..first.clone()
    };
    let failure = Failure {
        method: "POST".to_owned(),
        name: score.name.clone(),
        error: "score missing,\ngot {\"x\": 1}".to_owned(),
        occurrences: 12,
        first_seen: Some("2026-08-22T09:40:02Z".to_owned()),
        last_seen: None,
    };
    let exception = Exception {
        count: 2,
        message: "boom".to_owned(),
        traceback: "  File \"t.py\", line 9, in run\n    f()\n".to_owned(),
        nodes: "local, other".to_owned(),
    };
    Run {
        summary: Summary { endpoints: vec![score, untouched], aggregated },
        history: History { ticks: vec![first, second] },
        failures: vec![failure],
        exceptions: vec![exception],
        notes: Vec::new(),
    }
}
