//! What the generator says of a run: its file reads back, and what is no such file is refused.

use std::fs;

use lead_stats::{AskedRate, LoadModel, Paths, RunVerdict, StatsError, Validity, VerdictReason};
use proptest::prelude::*;

use crate::folder::Folder;

fn suspect() -> RunVerdict {
    RunVerdict {
        validity: Validity::Suspect,
        reasons: vec![VerdictReason {
            rule: "host-cpu".into(),
            validity: Validity::Suspect,
            sentence: "All programs of this machine used up to 97 % of its CPU.".into(),
        }],
        notes: vec!["The target is on this machine.".into()],
        model: Some(LoadModel::Open),
        measured_s: 60.0,
        requests: 17_999,
        rate: Some(AskedRate {
            asked_per_s: 300.0,
            sent_per_s: 299.98,
            sent: 17_999,
            unsent: 1,
            send_lag_p99_ms: 0.214,
        }),
        summary_sha256: Some(
            "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".into(),
        ),
    }
}

/// Writes a text as the verdict and gives what is said when it is read.
fn refused(text: &str) -> String {
    let folder = Folder::new().with("_verdict.json", text);
    let path = Paths::of(&folder.path("run")).verdict;
    let error = RunVerdict::read(&path).expect_err(text);
    assert_eq!(error.path(), path);
    error.to_string().replace(&path.display().to_string(), "run_verdict.json")
}

#[test]
fn a_verdict_is_a_small_json_file() {
    let folder = Folder::new();
    suspect().write(&Paths::of(&folder.path("run")).verdict).unwrap();
    let text = String::from_utf8(folder.bytes("_verdict.json")).unwrap();
    insta::assert_snapshot!("verdict", text);
    assert_eq!(folder.names(), ["run_verdict.json"], "and leaves nothing beside it");
}

#[test]
fn a_run_without_a_verdict_has_none() {
    let folder = Folder::new();
    assert_eq!(RunVerdict::read(&Paths::of(&folder.path("run")).verdict).unwrap(), None);
}

#[test]
fn a_verdict_of_an_unfinished_run_is_invalid_and_says_so() {
    let unfinished = RunVerdict::unfinished();
    assert_eq!(unfinished.validity, Validity::Invalid);
    assert!(unfinished.reasons[0].sentence.starts_with("The run has not ended"));
}

#[test]
fn what_is_no_verdict_is_refused_with_the_reason() {
    let folder = Folder::new();
    let path = Paths::of(&folder.path("run")).verdict;
    suspect().write(&path).unwrap();
    let whole = fs::read_to_string(&path).unwrap();
    insta::assert_snapshot!(refused(&whole[..40]), @"run_verdict.json: this is no verdict of lead-loadgen: EOF while parsing a string at line 3 column 15; run the test again, with programs of one version");
    insta::assert_snapshot!(refused("{}"), @"run_verdict.json: this is no verdict of lead-loadgen: missing field `schema_version` at line 1 column 2; run the test again, with programs of one version");
    insta::assert_snapshot!(refused(&whole.replace("\"schema_version\": 1", "\"schema_version\": 2")), @"run_verdict.json: this is no verdict of lead-loadgen: its form has version 2, not 1; run the test again, with programs of one version");
    let better = whole.replacen("SUSPECT", "VALID", 1);
    insta::assert_snapshot!(refused(&better), @"run_verdict.json: this is no verdict of lead-loadgen: it says VALID for reasons that are SUSPECT; run the test again, with programs of one version");
    let unknown = whole.replacen("SUSPECT", "FINE", 1);
    assert!(refused(&unknown).contains("unknown variant `FINE`"));
}

#[test]
fn a_file_too_large_for_a_verdict_is_not_read() {
    let folder = Folder::new().with("_verdict.json", " ".repeat(1024 * 1024 + 1));
    let error = RunVerdict::read(&Paths::of(&folder.path("run")).verdict).unwrap_err();
    assert!(matches!(error, StatsError::TooLarge { .. }), "{error:?}");
}

#[test]
fn fields_that_a_later_program_adds_are_passed_over() {
    let folder = Folder::new();
    let path = Paths::of(&folder.path("run")).verdict;
    suspect().write(&path).unwrap();
    let more = fs::read_to_string(&path).unwrap().replacen('{', "{\n  \"more\": [],", 1);
    fs::write(&path, more).unwrap();
    assert_eq!(RunVerdict::read(&path).unwrap(), Some(suspect()));
}

proptest! {
    #[test]
    fn every_verdict_reads_back_and_no_beginning_of_one_does(
        worst in prop::sample::select(vec![Validity::Valid, Validity::Suspect, Validity::Invalid]),
        sentence in ".{0,40}",
        requests: u64,
        measured_s in 0.0..1e6,
        cut in 0.0..1.0,
    ) {
        let doubt = |validity| VerdictReason { rule: "stall".into(), validity, sentence: sentence.clone() };
        let verdict = RunVerdict {
            validity: worst,
            reasons: (worst > Validity::Valid).then(|| doubt(worst)).into_iter().collect(),
            requests,
            measured_s,
            ..suspect()
        };
        let folder = Folder::new();
        let path = Paths::of(&folder.path("run")).verdict;
        verdict.write(&path).unwrap();
        prop_assert_eq!(RunVerdict::read(&path).unwrap(), Some(verdict));
        let bytes = fs::read(&path).unwrap();
        // The last two bytes are the closing brace and the line end: whatever misses the brace is torn.
        fs::write(&path, &bytes[..((bytes.len() - 2) as f64 * cut) as usize]).unwrap();
        prop_assert!(RunVerdict::read(&path).is_err());
    }
}
