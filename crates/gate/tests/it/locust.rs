//! Runs that Locust 2.47 wrote itself: the guide's four tasks, 12 users, spawn rate 4, 14 s.

use std::{fs, path::Path};

use lead_stats::Paths;

use crate::{gate::Gate, scenario::set_age};

/// Copies a committed folder, dates it as it was written, and judges it.
fn check(name: &str, more: &[&str]) -> String {
    let gate = Gate::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/folders").join(name);
    let (from, to) =
        (Paths::of(&folder.join("loadtest")), Paths::of(&gate.folder().join("loadtest")));
    fs::copy(from.summary, to.summary).unwrap();
    fs::copy(from.history, to.history).unwrap();
    fs::copy(from.failures, to.failures).unwrap();
    fs::copy(from.exceptions, to.exceptions).unwrap();
    let run = lead_stats::read(&gate.folder().join("loadtest")).unwrap();
    set_age(&gate.folder().join("loadtest"), run.history.ticks.last().unwrap().timestamp_s);
    gate.check(more).transcript()
}

#[test]
fn a_default_run_is_judged() {
    insta::assert_snapshot!(check("locust-2.47-default", &[]));
}

#[test]
fn a_run_with_full_history_is_judged() {
    insta::assert_snapshot!(check("locust-2.47-full-history", &[]));
}
