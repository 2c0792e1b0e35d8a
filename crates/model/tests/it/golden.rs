//! Model files of every format there ever was, kept forever: each loads, scores as it did, and can be written anew.

use std::{fs, path::Path};

use lead_model::{Artifact, FORMAT, Lead, Schema, Scorer};

use crate::arbitrary::{body, spelled};

/// Every kept file with the format in its name, such as `format-1.json`, in order.
fn kept() -> Vec<(u64, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/golden");
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_stem().unwrap().to_str().unwrap();
            let format = name.strip_prefix("format-").expect("a file is named after its format");
            (format.split('-').next().unwrap().parse().unwrap(), fs::read(&path).unwrap())
        })
        .collect();
    files.sort();
    files
}

/// The golden leads of a model, through the reader as every other lead.
fn golden_leads(artifact: &Artifact) -> Vec<Lead> {
    let schema: &Schema = &artifact.schema;
    let lead = |values: &[f64]| {
        let given = schema.features().iter().zip(values).filter(|(_, value)| !value.is_nan());
        let members: Vec<_> = given
            .map(|(feature, &value)| (feature.name.clone(), spelled(feature, value)))
            .collect();
        Lead::from_json(schema, body("golden", &members).as_bytes()).unwrap()
    };
    artifact.golden.iter().map(|golden| lead(&golden.values)).collect()
}

#[test]
fn a_file_of_every_earlier_format_is_kept_and_says_its_format() {
    let files = kept();
    for format in 1..FORMAT {
        assert!(
            files.iter().any(|(kept, _)| *kept == format),
            "no file of format {format} is kept"
        );
    }
    for (format, file) in files {
        let value: serde_json::Value = serde_json::from_slice(&file).unwrap();
        assert_eq!(value["format"], format);
    }
}

#[test]
fn every_kept_file_loads_and_scores_its_golden_leads() {
    for (format, file) in kept() {
        let scorer =
            Scorer::load(&file[..]).unwrap_or_else(|error| panic!("format {format}: {error}"));
        let artifact = scorer.artifact();
        assert!(artifact.golden.len() >= 8, "format {format}");
        for (lead, golden) in golden_leads(artifact).iter().zip(&artifact.golden) {
            let score = scorer.score(lead);
            assert!((score.log_odds - golden.log_odds).abs() < 1e-9, "format {format}");
            assert!((score.probability - golden.probability).abs() < 1e-9, "format {format}");
        }
    }
}

#[test]
fn every_kept_file_can_be_written_in_the_present_format_and_scores_the_same() {
    for (format, file) in kept() {
        let before = Scorer::load(&file[..]).unwrap();
        let mut anew = Vec::new();
        before.artifact().write(&mut anew).unwrap();
        let value: serde_json::Value = serde_json::from_slice(&anew).unwrap();
        assert_eq!(value["format"], FORMAT);
        let after = Scorer::load(&anew[..]).unwrap();
        let leads = golden_leads(before.artifact());
        for lead in &leads {
            assert_eq!(after.score(lead), before.score(lead), "format {format}");
        }
        assert_eq!(after.artifact().fingerprint(), before.artifact().fingerprint());
    }
}

#[test]
fn format_1_knows_nothing_of_distributions_and_pairs() {
    for (_, file) in kept().iter().filter(|(format, _)| *format == 1) {
        let scorer = Scorer::load(&file[..]).unwrap();
        assert!(
            scorer.artifact().reference.is_none() && scorer.artifact().scorecard.pairs.is_empty()
        );
    }
}

/// The fuzzer seals its seeds itself, but a seed that is no model any more would teach it nothing.
#[test]
fn every_seed_of_the_fuzzer_is_a_model_but_for_its_checksum_and_golden_leads() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus/artifact");
    let mut seeds = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let value: serde_json::Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        let artifact: Artifact = serde_json::from_value(value["model"].clone())
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let sound = Scorer::new(Artifact { golden: Vec::new(), ..artifact });
        assert!(sound.is_ok(), "{}: {}", path.display(), sound.unwrap_err());
        seeds += 1;
    }
    assert!(seeds >= 6);
}
