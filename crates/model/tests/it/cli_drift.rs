//! `lead-model drift`, as a person sees it.

use std::{fs, path::PathBuf};

use lead_model::{Reference, Scorer, synth::Leads};
use tempfile::TempDir;

use crate::cli::{complaint, output};

/// The committed model with the distribution of some of its leads, in a folder of its own.
fn model() -> (TempDir, Scorer) {
    let committed = crate::scorer::committed();
    let leads: Vec<_> = Leads::new(42).take(5000).map(|example| example.lead).collect();
    let column = |at: usize| leads.iter().map(|lead| lead.values()[at]).collect::<Vec<_>>();
    let columns: Vec<_> = (0..committed.schema().len()).map(column).collect();
    let views: Vec<_> = columns.iter().map(Vec::as_slice).collect();
    let scores: Vec<_> = leads.iter().map(|lead| committed.score(lead).probability).collect();
    let mut artifact = committed.artifact().clone();
    artifact.reference = Some(Reference::of(committed.schema(), &views, &scores));
    let folder = tempfile::tempdir().unwrap();
    artifact.write(fs::File::create(folder.path().join("model.json")).unwrap()).unwrap();
    (folder, committed)
}

fn path(folder: &TempDir, name: &str) -> String {
    let path: PathBuf = folder.path().join(name);
    path.to_str().unwrap().to_owned()
}

/// Leads of today as CSV, with every email opened.
fn today(folder: &TempDir) -> String {
    let table = output(&["synth", "--rows", "2000", "--seed", "9"], "");
    let mut lines = table.lines();
    let header = lines.next().unwrap();
    let at = header.split(',').position(|name| name == "email_open_rate").unwrap();
    let change = |line: &str| {
        let mut cells: Vec<_> = line.split(',').collect();
        cells[at] = "1";
        cells.join(",")
    };
    let lines = [header.to_owned()].into_iter().chain(lines.map(change));
    let file = path(folder, "today.csv");
    fs::write(&file, lines.collect::<Vec<_>>().join("\n")).unwrap();
    file
}

#[test]
fn the_features_that_moved_stand_first() {
    let (folder, _) = model();
    let (model, data) = (path(&folder, "model.json"), today(&folder));
    let table = output(&["drift", "--model", &model, "--data", &data], "");
    let head: Vec<_> = table.lines().take(7).chain(table.lines().last()).collect();
    insta::assert_snapshot!(head.join("\n"));
    let json = output(&["drift", "--model", &model, "--data", &data, "--json"], "");
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!((&json["rows"], &json["score"]["of"]), (&2000.into(), &"score".into()));
    assert_eq!(json["features"].as_array().unwrap().len(), 50);
}

#[test]
fn what_cannot_be_compared_is_named() {
    let (folder, _) = model();
    let (model, data) = (path(&folder, "model.json"), path(&folder, "broken.csv"));
    let drift = |text: &str| {
        fs::write(&data, text).unwrap();
        complaint(&["drift", "--model", &model, "--data", &data], "").replace(&data, "broken.csv")
    };
    insta::assert_snapshot!(
        [
            drift("bounce_rate,bounce_rate\n0.1,0.2\n"),
            drift("bounce_rate\n0.1\n"),
            drift(&output(&["synth", "--rows", "1"], "").replace(",0,", ",x,")),
        ]
        .join("\n")
    );
}

#[test]
fn a_model_without_a_reference_says_so() {
    let (folder, scorer) = model();
    let mut artifact = scorer.artifact().clone();
    artifact.reference = None;
    let old = path(&folder, "old.json");
    artifact.write(fs::File::create(&old).unwrap()).unwrap();
    let said = complaint(&["drift", "--model", &old, "--data", &today(&folder)], "");
    assert!(said.ends_with("train it again"), "{said}");
}
