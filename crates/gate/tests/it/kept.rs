//! What a kept baseline is good for, and what is none: torn and mended files, another load, another machine.

use std::{fs, sync::LazyLock};

use lead_gate::{Kept, show};
use lead_stats::{LoadModel, Paths, RunVerdict, Validity};
use proptest::{
    prelude::{ProptestConfig, any, prop_assert, proptest},
    sample::Index,
};
use serde_json::{Value, json};

use crate::{
    baseline::{
        FILE, P95_MS, check, document, outcome, refusal, tamper, update, with_baseline, write_runs,
    },
    gate::Gate,
    scenario::{START_S, Scenario, set_age},
};

#[test]
fn a_file_that_is_torn_or_foreign_or_mended_by_hand_is_refused() {
    let gate = with_baseline(&["--pin"]);
    let whole = gate.read(FILE);
    Scenario::default().write(&gate.folder().join("loadtest"));
    let refused = |gate: &Gate| {
        let check = refusal(&gate.check(&["--baseline", FILE]));
        let show = refusal(&gate.call(&["baseline", "show", FILE]));
        assert_eq!(check.replace("cannot judge: ", ""), show);
        let update = refusal(&update(gate, &["0", "1", "2"], &[]));
        assert_eq!(update, show, "nor is it written over");
        show
    };
    let mut told = Vec::new();
    let changes: [fn(&mut Value); 10] = [
        |file| file["schema"] = json!(2),
        |file| file["kind"] = json!("another tool's"),
        |file| *file = json!({ "schema_version": 1, "verdict": "pass" }),
        |file| file["runs"][1]["all"]["ms"]["p95"] = json!(650.0),
        |file| file["config"]["users"] = json!(100),
        |file| file["runs"] = json!([file["runs"][0], file["runs"][1]]),
        |file| file["runs"][1] = file["runs"][0].clone(),
        |file| file["runs"][1]["all"]["errors"] = json!(999_999_999),
        |file| file["runs"][1]["all"]["ms"]["p95"] = json!(-1.0),
        |file| file["pinned"]["runs"][0]["all"]["rps"] = json!(1.0),
    ];
    for change in changes {
        fs::write(gate.folder().join(FILE), &whole).unwrap();
        tamper(&gate, change);
        told.push(refused(&gate));
    }
    for text in ["", "{", "[1, 2]", &whole[..whole.len() / 2]] {
        fs::write(gate.folder().join(FILE), text).unwrap();
        told.push(refused(&gate));
    }
    insta::assert_snapshot!(told.join(
        "
"
    ));
}

#[test]
fn no_beginning_of_a_kept_baseline_is_one() {
    let gate = with_baseline(&[]);
    let whole = gate.read(FILE);
    let path = gate.folder().join(FILE);
    // Each byte of the head and the tail, and some of the middle.
    let lengths = (0..200)
        .chain((200..whole.len() - 200).step_by(97))
        .chain(whole.len() - 200..whole.len() - 1);
    for length in lengths {
        fs::write(&path, &whole[..length]).unwrap();
        assert!(Kept::read(&path).is_err(), "{length} of {} bytes", whole.len());
    }
    fs::write(&path, &whole).unwrap();
    assert!(Kept::read(&path).is_ok());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_changed_byte_gives_a_baseline_or_a_reason(at in any::<Index>(), byte in any::<u8>()) {
        static WHOLE: LazyLock<String> = LazyLock::new(|| with_baseline(&["--pin"]).read(FILE));
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE);
        let mut bytes = WHOLE.clone().into_bytes();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        fs::write(&path, bytes).unwrap();
        if let Ok(kept) = Kept::read(&path) {
            prop_assert!(kept.current.runs.len() >= 3 && !show(&kept).is_empty());
        }
    }
}

#[test]
fn a_missing_baseline_is_no_pass() {
    let gate = Gate::new();
    Scenario::default().write(&gate.folder().join("loadtest"));
    insta::assert_snapshot!(refusal(&gate.check(&["--baseline", FILE])), @"3 lead-gate: cannot judge: perf.json: this is no usable baseline: there is no such file; make it anew by lead-gate baseline update, or restore it from the repository");
}

#[test]
fn another_load_is_not_compared() {
    let gate = with_baseline(&[]);
    let scenarios = [
        Scenario { users: 200, ..Scenario::default() },
        Scenario { endpoint: "/predict", ..Scenario::default() },
        Scenario { seconds: 90, ..Scenario::default() },
        Scenario { spawn_rate: 30, seconds: 130, ..Scenario::default() },
    ];
    let told = scenarios.map(|scenario| {
        scenario.write(&gate.folder().join("loadtest"));
        refusal(&gate.check(&["--baseline", FILE]))
    });
    insta::assert_snapshot!(told.join(
        "
"
    ));
    // Nor is it renewed by one, which would leave nothing to judge the new one by.
    for at in 0..3 {
        Scenario { users: 200, seconds: 150 + at, ..Scenario::default() }
            .write(&gate.folder().join(format!("{at}/loadtest")));
    }
    let answer = update(&gate, &["0", "1", "2"], &["--accept-regression", "smaller", "--pin"]);
    assert!(
        refusal(&answer).starts_with(
            "3 lead-gate: perf.json: not comparable, it held 300 users, this run 200;"
        ),
        "{}",
        answer.stderr
    );
}

#[test]
fn an_open_load_is_known_by_its_rate() {
    let gate = Gate::new();
    write_runs(&gate, &P95_MS);
    let asked = |prefix: &str, rate: f64| {
        let paths = Paths::of(&gate.folder().join(prefix));
        let requests = lead_stats::read_summary(&paths.summary).unwrap().aggregated.requests;
        let rate = lead_stats::AskedRate {
            asked_per_s: rate,
            sent_per_s: rate,
            sent: requests,
            unsent: 0,
            send_lag_p99_ms: 1.0,
        };
        let verdict = RunVerdict {
            validity: Validity::Valid,
            reasons: Vec::new(),
            notes: Vec::new(),
            model: Some(LoadModel::Open),
            measured_s: 150.0,
            requests,
            rate: Some(rate),
            summary_sha256: None,
        };
        verdict.write(&paths.verdict).unwrap();
        set_age(&gate.folder().join(prefix), START_S + 150);
    };
    for at in 0..3 {
        asked(&format!("{at}/loadtest"), 3000.0);
    }
    assert_eq!(update(&gate, &["0", "1", "2"], &[]).code, 0);
    let config = &document(&gate)["config"];
    assert_eq!((&config["model"], &config["asked_per_s"]), (&json!("open"), &json!(3000.0)));
    Scenario::default().write(&gate.folder().join("loadtest"));
    asked("loadtest", 2000.0);
    let told = refusal(&gate.check(&["--baseline", FILE]));
    assert!(told.contains("it was asked for 3000/s, this run for 2000/s"), "{told}");
    asked("loadtest", 3001.0);
    assert_eq!(gate.check(&["--baseline", FILE]).code, 0);
}

#[test]
fn on_another_machine_only_fixed_limits_are_judged() {
    let gate = with_baseline(&["--pin"]);
    let other = |file: &mut Value| file["fingerprint"]["cores"] = json!(640);
    tamper(&gate, other);
    let (answer, verdict) = check(&gate, |_| 640.0, &[]);
    let (status, why) = outcome(&verdict);
    assert_eq!(
        (answer.code, status),
        (1, "warn"),
        "p50 and p95 of each other rule are still judged"
    );
    assert!(
        why.starts_with(
            "The baseline was measured on another machine (it has 640 cores, this one "
        ),
        "{why}"
    );
    assert!(why.ends_with("Keep one for this machine: lead-gate baseline update."), "{why}");
    assert_eq!(check(&gate, |_| 65.0, &[]).0.code, 0);
    assert_eq!(check(&gate, |_| 65.0, &["--strict"]).0.code, 1, "no pass where it matters");
    let told = refusal(&update(&gate, &["0", "1", "2"], &["--accept-regression", "new box"]));
    assert!(told.contains("keep one file for each kind of machine: give another --out"), "{told}");
    tamper(&gate, |file| {
        file["fingerprint"]["cores"] = file["pinned"]["fingerprint"]["cores"].clone();
        file["fingerprint"]["kernel"] = json!("2.4.0");
    });
    let (_, verdict) = check(&gate, |_| 65.0, &[]);
    assert_eq!(outcome(&verdict).0, "pass");
    let notes = verdict["run"]["notes"].to_string();
    assert!(notes.contains("When the baseline perf.json was made, the kernel was"), "{notes}");
}

#[test]
fn a_run_of_the_baseline_is_not_compared_with_itself() {
    let gate = with_baseline(&[]);
    let answer = gate.call(&["check", "--prefix", "0/loadtest", "--baseline", FILE]);
    assert!(
        refusal(&answer)
            .starts_with("3 lead-gate: cannot judge: perf.json: the baseline is this very run"),
        "{}",
        answer.stderr
    );
}

#[test]
fn what_is_kept_is_shown() {
    let gate = with_baseline(&["--pin"]);
    let answer = gate.call(&["baseline", "show", FILE]);
    let is_of_this_machine =
        |line: &&str| !line.starts_with("Machine:") && !line.contains("made at");
    let shown: Vec<&str> = answer.stdout.lines().filter(is_of_this_machine).collect();
    insta::assert_snapshot!(shown.join("\n"));
    assert!(
        answer.stdout.lines().next().unwrap().starts_with("Baseline: 5 runs of abc123, made at 20")
    );
}

#[test]
fn names_of_a_server_command_nobody() {
    let gate = Gate::new();
    for at in 0..3 {
        let endpoint = "\u{1b}[2J\n::error::owned";
        let run = Scenario { endpoint, seconds: 150 + at, ..Scenario::default() };
        run.write(&gate.folder().join(format!("{at}/loadtest")));
    }
    let made = update(&gate, &["0", "1", "2"], &["--commit", "x\n::error::by commit"]);
    let shown = gate.call(&["baseline", "show", FILE]);
    for text in [made.stdout, shown.stdout] {
        assert!(text.lines().all(|line| !line.trim_start().starts_with("::")), "{text}");
        assert!(!text.contains('\u{1b}'));
    }
}

/// The rate of the steady part is kept beside the figures of the summary, whose rate has the ramp in it.
#[test]
fn the_rate_while_the_load_was_held_is_kept_and_compared() {
    let gate = with_baseline(&[]);
    let kept = document(&gate)["runs"].clone();
    assert!(kept.as_array().unwrap().iter().all(|run| run["steady_rps"] == 3600.0), "{kept:#}");
    let judged = |by: &Gate, baseline: &str, rps_per_user: f64, limit: &str| {
        let run = Scenario { rps_per_user, p95_ms: |_| 66.0, ..Scenario::default() };
        run.write(&by.folder().join("loadtest"));
        let expr = format!("p95-baseline.expr=steady_rps >= baseline * {limit}");
        let answer = by.check(&["--baseline", baseline, "--json", "-", "--set", &expr]);
        let verdict: Value = serde_json::from_str(&answer.stdout).unwrap();
        let (status, why) = outcome(&verdict);
        (status.to_owned(), why.to_owned())
    };
    Scenario { p95_ms: |_| 64.0, ..Scenario::default() }.write(&gate.folder().join("before"));
    for baseline in [FILE, "before_stats.csv"] {
        assert_eq!(judged(&gate, baseline, 12.0, "1.00").0, "pass", "{baseline}");
        let (status, why) = judged(&gate, baseline, 11.0, "0.95");
        assert_eq!(status, "fail", "{baseline}: {why}");
        assert!(why.starts_with("8.3 % less than the baseline's 3,600/s;"), "{baseline}: {why}");
    }
    // Whatever was kept before, or without a history, has no such rate, and no other stands in for it.
    tamper(&gate, |file| {
        file["runs"][2].as_object_mut().unwrap().remove("steady_rps");
    });
    let (status, why) = judged(&gate, FILE, 12.0, "0.95");
    assert_eq!(status, "no-data");
    assert!(why.starts_with("perf.json holds no rate of a steady part"), "{why}");
    tamper(&gate, |file| file["runs"][2]["steady_rps"] = json!(-1.0));
    assert!(refusal(&gate.check(&["--baseline", FILE])).contains("it has a steady_rps of -1"));
}
