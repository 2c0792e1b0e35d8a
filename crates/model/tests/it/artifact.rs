//! A model file is what was trained, or it is refused with its reason.

use lead_model::{Artifact, Curve, ModelError, Scorer};

use crate::scorer::committed;

fn file(artifact: &Artifact) -> Vec<u8> {
    let mut file = Vec::new();
    artifact.write(&mut file).unwrap();
    file
}

/// Why this file is refused.
fn refusal(file: &[u8]) -> String {
    Scorer::load(file).expect_err("the file was accepted").to_string()
}

/// Why the committed model is refused after `change`, although its checksum is right.
fn changed(change: impl Fn(&mut Artifact)) -> String {
    let mut artifact = committed().artifact().clone();
    change(&mut artifact);
    refusal(&file(&artifact))
}

fn shorten<T>(list: &mut Vec<T>) {
    list.truncate(list.len() - 1);
}

fn edited(from: &str, to: &str) -> String {
    let text = String::from_utf8(file(committed().artifact())).unwrap();
    assert!(text.contains(from));
    refusal(text.replacen(from, to, 1).as_bytes())
}

#[test]
fn writing_and_reading_is_the_identity() {
    let scorer = committed();
    let bytes = file(scorer.artifact());
    let again = Scorer::load(&bytes[..]).unwrap();
    assert_eq!(again.artifact(), scorer.artifact());
    assert_eq!(file(again.artifact()), bytes);
    assert!(bytes.len() < 300_000, "{} bytes", bytes.len());
}

#[test]
fn a_reformatted_file_still_loads() {
    let value: serde_json::Value = serde_json::from_slice(&file(committed().artifact())).unwrap();
    let pretty = serde_json::to_vec_pretty(&value).unwrap();
    assert_eq!(Scorer::load(&pretty[..]).unwrap().artifact(), committed().artifact());
}

#[test]
fn a_file_of_another_format_is_refused() {
    insta::assert_snapshot!(edited("\"format\": 2", "\"format\": 3"), @"model file has format version 3, this program reads versions up to 2; train it again with this program, or use the program that wrote it");
}

#[test]
fn a_file_that_was_edited_is_refused() {
    for (from, to) in [
        ("\"intercept\": -", "\"intercept\": "),
        ("\"version\": \"1.0.0\"", "\"version\": \"1.0.1\""),
        ("\"kind\":\"real\"", "\"kind\":\"integer\""),
        ("[0.125,", "[0.126,"),
    ] {
        let reason = edited(from, to);
        assert!(reason.starts_with("model file was changed after it was written"), "{reason}");
        assert!(reason.ends_with("restore the file or train it again"), "{reason}");
    }
}

#[test]
fn a_torn_or_foreign_file_is_refused() {
    let bytes = file(committed().artifact());
    for end in (0..bytes.len() - 2).step_by(97) {
        let reason = refusal(&bytes[..end]);
        assert!(reason.starts_with("model file is torn or not a model"), "{reason}");
    }
    let reasons = [
        refusal(b""),
        refusal(b"{}"),
        refusal(b"\x00\x01"),
        edited("\"name\": \"b2b\"", "\"nickname\": \"b2b\""),
        edited("\"cut_points\": [0.125,", "\"cut_points\": [0.9,"),
        edited("\"feature\":\"bounce_rate\"", "\"feature\":\"bounce_rate\",\"more\":1"),
    ];
    insta::assert_snapshot!(reasons.join("\n"), @"
    model file is torn or not a model: EOF while parsing a value at line 1 column 0; make one with `lead-model train`
    model file is torn or not a model: missing field `format` at line 1 column 2; make one with `lead-model train`
    model file is torn or not a model: expected value at line 1 column 1; make one with `lead-model train`
    model file is torn or not a model: unknown field `nickname`, expected one of `name`, `version`, `schema`, `scorecard`, `cut_points`, `training`, `reference`, `golden` at line 5 column 14; make one with `lead-model train`
    model file is torn or not a model: cut points [0.9, 0.375, 0.625, 0.875] must rise strictly between 0 and 1 at line 117 column 41; make one with `lead-model train`
    model file is torn or not a model: unknown field `more`, expected `feature` or `curve` at line 78 column 39; make one with `lead-model train`
    ");
}

#[test]
fn a_golden_lead_with_another_score_is_refused() {
    let reason = changed(|artifact| artifact.golden[3].log_odds += 1e-6);
    assert!(reason.starts_with("golden lead 3 scores log-odds "), "{reason}");
    assert!(changed(|artifact| artifact.scorecard.intercept += 0.5).starts_with("golden lead 0"));
    let reason = changed(|artifact| artifact.golden[11].probability += 1e-6);
    assert!(reason.starts_with("golden lead 11 scores probability "), "{reason}");
}

#[test]
fn a_model_without_golden_leads_cannot_be_verified_and_is_refused() {
    let reason = changed(|artifact| artifact.golden.clear());
    assert_eq!(
        reason,
        "model is not sound: there is no golden lead to verify its scores by; train it again"
    );
}

#[test]
fn parts_that_do_not_fit_together_are_refused() {
    fn ramp(artifact: &mut Artifact) -> &mut lead_model::Ramp {
        match &mut artifact.scorecard.curves[0].curve {
            Curve::Ramp(ramp) => ramp,
            Curve::Levels(_) => panic!("revenue is a number"),
        }
    }
    let reasons = [
        changed(|artifact| artifact.scorecard.curves.swap(0, 1)),
        changed(|artifact| shorten(&mut artifact.scorecard.curves)),
        changed(|artifact| ramp(artifact).knots.swap(0, 1)),
        changed(|artifact| shorten(&mut ramp(artifact).points)),
        changed(|artifact| shorten(&mut artifact.training.importance)),
        changed(|artifact| artifact.golden[2].values[13] = 7.0),
        changed(|artifact| shorten(&mut artifact.golden[2].values)),
    ];
    insta::assert_snapshot!(reasons.join("\n"), @r"
    model is not sound: curve company_employee_count stands where company_revenue should; train it again
    model is not sound: there are 49 curves for 50 features; train it again
    model is not sound: curve company_revenue: its knots or values must rise strictly; train it again
    model is not sound: curve company_revenue: it needs as many points as knots or values, and at least one; train it again
    model is not sound: there are 49 importances for 50 features; train it again
    model is not sound: golden lead 2 is no lead of the schema; train it again
    model is not sound: golden lead 2 is no lead of the schema; train it again
    ");
}

#[test]
fn numbers_that_json_cannot_hold_are_refused_before_they_are_written() {
    let mut artifact = committed().artifact().clone();
    artifact.scorecard.intercept = f64::NAN;
    assert!(matches!(Scorer::new(artifact), Err(ModelError::Unsound { .. })));
}

#[test]
fn a_reader_that_fails_is_an_error() {
    struct Broken;
    impl std::io::Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Err(std::io::Error::other("disk on fire"))
        }
    }
    let error = Scorer::load(Broken).unwrap_err();
    assert_eq!(error.to_string(), "read or write the model file: disk on fire");
}
