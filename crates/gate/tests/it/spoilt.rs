//! Files that were cut anywhere or changed at random: the gate never panics, and a run that fails never passes.
//!
//! A change may well repair the one figure that was bad; that is another run, and no gate can know. So what is bad stands
//! either in a file that is left alone, or in several figures of the one that is changed. Seeds are fixed.

use std::{
    fs,
    path::{Path, PathBuf},
    time::UNIX_EPOCH,
};

use lead_gate::{Evidence, Expected, Inputs, Policy, exit, judge};
use lead_stats::{Paths, RunVerdict, Validity, VerdictReason};
use tempfile::TempDir;

use crate::scenario::Scenario;

/// A short run at 1,200/s that would pass, as where the defects begin.
const SHORT: Scenario = Scenario {
    users: 100,
    spawn_rate: 10,
    seconds: 12,
    rps_per_user: 12.0,
    p95_ms: |_| 65.0,
    full_history: true,
    failures: 0,
    exceptions: 0,
    error: "HTTPError('503, \"busy\"')",
    endpoint: "/api/v1/score/batch",
};

/// Where the files of a run lie: `_stats.csv`, history, failures, exceptions, verdict.
const SUMMARY: usize = 0;
const HISTORY: usize = 1;
const FAILURES: usize = 2;
const EXCEPTIONS: usize = 3;
const VERDICT: usize = 4;

/// What is wrong with a run, and the files that may be changed without hiding it.
fn defects() -> Vec<(&'static str, Scenario, Validity, Vec<usize>)> {
    use Validity::{Invalid, Valid};
    let slow = Scenario { p95_ms: |_| 5000.0, ..SHORT };
    vec![
        ("a slow run", Scenario { ..slow }, Valid, vec![HISTORY, FAILURES, EXCEPTIONS, VERDICT]),
        (
            "failed requests",
            Scenario { failures: 9, ..SHORT },
            Valid,
            vec![HISTORY, FAILURES, EXCEPTIONS, VERDICT],
        ),
        (
            "a crash",
            Scenario { exceptions: 2, ..SHORT },
            Valid,
            vec![SUMMARY, HISTORY, FAILURES, VERDICT],
        ),
        ("an invalid run", SHORT, Invalid, vec![SUMMARY, HISTORY, FAILURES, EXCEPTIONS]),
        (
            "a slow run with failed requests",
            Scenario { failures: 900, ..slow },
            Valid,
            vec![SUMMARY],
        ),
    ]
}

/// A run's files in a folder of their own.
struct Files {
    folder: TempDir,
    paths: [PathBuf; 5],
}

impl Files {
    fn new(scenario: &Scenario, validity: Validity) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let prefix = folder.path().join("loadtest");
        scenario.write(&prefix);
        let Paths { summary, history, failures, exceptions, verdict } = Paths::of(&prefix);
        let requests = scenario.run().summary.aggregated.requests;
        said(validity, requests).write(&verdict).unwrap();
        Self { folder, paths: [summary, history, failures, exceptions, verdict] }
    }

    fn read(&self, file: usize) -> Vec<u8> {
        fs::read(&self.paths[file]).unwrap()
    }

    fn write(&self, file: usize, bytes: &[u8]) {
        fs::write(&self.paths[file], bytes).unwrap();
    }

    /// The exit code that the files get.
    fn code(&self) -> u8 {
        code(&self.folder.path().join("loadtest"))
    }
}

fn said(validity: Validity, requests: u64) -> RunVerdict {
    let reason =
        VerdictReason { rule: "own-cpu".into(), validity, sentence: "It was too slow.".into() };
    let reasons = (validity > Validity::Valid).then_some(reason).into_iter().collect();
    RunVerdict { validity, reasons, requests, ..RunVerdict::unfinished() }
}

fn code(prefix: &Path) -> u8 {
    code_by(prefix, &Policy::built_in())
}

fn code_by(prefix: &Path, policy: &Policy) -> u8 {
    let inputs = Inputs {
        prefix: prefix.to_owned(),
        baseline: None,
        max_age: None,
        expected: Expected::default(),
        now: UNIX_EPOCH,
    };
    match Evidence::gather(&inputs) {
        Ok(evidence) => judge(&evidence, policy).exit_code(),
        Err(_) => exit::NOT_JUDGED,
    }
}

/// `SplitMix64`: the same numbers on every machine.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `end`; 0 if there is none.
    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end.max(1) as u64).unwrap()
    }
}

/// One to three changes: a bit, a byte, a stretch deleted or doubled, two fields or two lines swapped, a line deleted or
/// doubled.
fn changed(bytes: &[u8], chance: &mut Chance) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..=chance.below(3) {
        let at = chance.below(bytes.len());
        let end = (at + 1 + chance.below(30)).min(bytes.len());
        match chance.below(8) {
            _ if bytes.is_empty() => {}
            0 => bytes[at] ^= 1 << chance.below(8),
            1 => bytes[at] = b"0123456789,\"\r\n.-eN/A\xff\0"[chance.below(22)],
            2 => drop(bytes.drain(at..end)),
            3 => drop(bytes.splice(at..at, bytes[at..end].to_vec())),
            4 => swap(&mut bytes, b',', chance),
            5 => swap(&mut bytes, b'\n', chance),
            6 => splice_line(&mut bytes, chance, 0),
            _ => splice_line(&mut bytes, chance, 2),
        }
    }
    bytes
}

/// Swaps two of the pieces between `separator`s.
fn swap(bytes: &mut Vec<u8>, separator: u8, chance: &mut Chance) {
    let mut pieces: Vec<&[u8]> = bytes.split(|byte| *byte == separator).collect();
    let (one, other) = (chance.below(pieces.len()), chance.below(pieces.len()));
    pieces.swap(one, other);
    *bytes = pieces.join(&separator);
}

/// Puts a line there so many times instead of once.
fn splice_line(bytes: &mut Vec<u8>, chance: &mut Chance, times: usize) {
    let mut lines: Vec<&[u8]> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
    let at = chance.below(lines.len());
    let line = lines[at];
    lines.splice(at..=at, vec![line; times]);
    *bytes = lines.concat();
}

#[test]
fn the_run_without_a_defect_passes() {
    assert_eq!(Files::new(&SHORT, Validity::Valid).code(), exit::PASS);
}

#[test]
fn no_file_that_was_cut_makes_a_failing_run_pass() {
    for (defect, scenario, validity, others) in defects() {
        let files = Files::new(&scenario, validity);
        assert_ne!(files.code(), exit::PASS, "{defect}");
        for file in others {
            let whole = files.read(file);
            for length in 0..whole.len() {
                files.write(file, &whole[..length]);
                assert_ne!(
                    files.code(),
                    exit::PASS,
                    "{defect}: {:?} cut to {length} bytes",
                    files.paths[file]
                );
            }
            files.write(file, &whole);
        }
    }
}

/// Only a list that ends before its first entry looks like one without entries; nothing marks its end.
#[test]
fn a_list_of_crashes_that_was_cut_passes_only_where_no_crash_is_left() {
    let files = Files::new(&Scenario { exceptions: 2, ..SHORT }, Validity::Valid);
    let whole = files.read(EXCEPTIONS);
    let header = whole.iter().position(|byte| *byte == b'\n').unwrap() + 1;
    for length in 0..whole.len() {
        files.write(EXCEPTIONS, &whole[..length]);
        assert_eq!(files.code() == exit::PASS, length == header, "cut to {length} bytes");
    }
}

#[test]
fn no_verdict_that_was_cut_makes_an_invalid_run_pass() {
    let files = Files::new(&SHORT, Validity::Invalid);
    let whole = files.read(VERDICT);
    for length in 0..whole.len() - 1 {
        files.write(VERDICT, &whole[..length]);
        assert_eq!(files.code(), exit::NOT_JUDGED, "cut to {length} bytes");
    }
}

/// Nothing but its history shows that the run grows slower. A short and cumulative one is small enough to be cut at every
/// byte.
#[test]
fn no_beginning_of_a_history_makes_a_run_that_grows_slower_pass() {
    let rules = "version = 1\nrule = [{ id = 'd', expr = 'drift(avg) <= 20%', min_windows = 5 }]";
    let policy = Policy::parse(rules, Path::new("gate.toml")).unwrap();
    let p95_ms = |second| 50.0 + second as f64;
    let scenario = Scenario { spawn_rate: 100, seconds: 61, p95_ms, full_history: false, ..SHORT };
    let files = Files::new(&scenario, Validity::Valid);
    let prefix = files.folder.path().join("loadtest");
    let whole = files.read(HISTORY);
    assert_eq!(code_by(&prefix, &policy), exit::FAIL);
    let mut failed = 0;
    for length in 0..whole.len() {
        files.write(HISTORY, &whole[..length]);
        let code = code_by(&prefix, &policy);
        assert_ne!(code, exit::PASS, "cut to {length} of {} bytes", whole.len());
        failed += usize::from(code == exit::FAIL);
    }
    assert!((100..whole.len() / 2).contains(&failed), "{failed} of {} were judged", whole.len());
}

/// The full history of such a run, cut after every row and within it.
#[test]
fn no_history_that_was_cut_makes_a_run_that_grows_slower_pass() {
    let rising = |second: u64| 50.0 + second as f64 / 5.0;
    let files = Files::new(&Scenario { p95_ms: rising, ..Scenario::default() }, Validity::Valid);
    let whole = files.read(HISTORY);
    assert_eq!(files.code(), exit::FAIL);
    let ends: Vec<usize> =
        (0..whole.len()).filter(|at| whole[*at] == b'\n').map(|at| at + 1).collect();
    for end in &ends {
        for length in [*end, end + 60] {
            files.write(HISTORY, &whole[..length.min(whole.len())]);
            assert_ne!(files.code(), exit::PASS, "cut to {length} bytes");
        }
    }
}

#[test]
fn no_change_of_a_file_makes_a_failing_run_pass() {
    let mut judged = 0;
    for (number, (defect, scenario, validity, others)) in defects().into_iter().enumerate() {
        let files = Files::new(&scenario, validity);
        for file in others {
            let whole = files.read(file);
            for seed in 0..CHANGES {
                let mut chance = Chance(seed * 100 + (number * 10 + file) as u64);
                let bytes = changed(&whole, &mut chance);
                files.write(file, &bytes);
                let code = files.code();
                judged += u64::from(code == exit::FAIL);
                assert_ne!(
                    code,
                    exit::PASS,
                    "{defect}, seed {seed}: {:?} is now\n{}",
                    files.paths[file],
                    String::from_utf8_lossy(&bytes)
                );
            }
            files.write(file, &whole);
        }
    }
    assert!(judged > CHANGES, "nearly all changed files were refused before a rule was looked at");
}

/// Of each file and defect.
const CHANGES: u64 = 200;

/// A good run may stay good or not, whatever happens to all of its files at once; it is never a reason to panic.
#[test]
fn no_change_of_all_files_makes_the_gate_panic() {
    let files = Files::new(&Scenario { failures: 3, exceptions: 1, ..SHORT }, Validity::Suspect);
    let whole = [SUMMARY, HISTORY, FAILURES, EXCEPTIONS, VERDICT].map(|file| files.read(file));
    for seed in 0..CHANGES {
        let mut chance = Chance(seed ^ 0x5EED);
        for (file, bytes) in whole.iter().enumerate() {
            files.write(file, &changed(bytes, &mut chance));
        }
        assert!([exit::PASS, exit::FAIL, exit::NOT_JUDGED].contains(&files.code()), "seed {seed}");
    }
}
