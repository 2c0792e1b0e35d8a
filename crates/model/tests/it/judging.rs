//! `evaluate`, `compare` and `inspect`, as a person sees them.

use std::{fs, path::Path};

use lead_model::{Artifact, Curve};
use serde_json::Value;

use crate::{
    bank,
    cli::{complaint, output},
};

/// A folder with the bank's model, a worse one, and labelled leads.
struct Desk {
    folder: tempfile::TempDir,
}

impl Desk {
    fn new() -> Self {
        let desk = Self { folder: tempfile::tempdir().unwrap() };
        desk.put("bank.json", &file(&bank::artifact()));
        desk.put("worse.json", &file(&worse()));
        desk.put("leads.csv", bank::csv(11, 800).as_bytes());
        desk
    }

    fn put(&self, name: &str, content: &[u8]) {
        fs::write(self.path(name), content).unwrap();
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).to_str().unwrap().to_owned()
    }

    /// The arguments with the names of files replaced by their places.
    fn arguments(&self, line: &str) -> Vec<String> {
        let place = |word: &str| match Path::new(word).extension() {
            Some(_) => self.path(word),
            None => word.to_owned(),
        };
        line.split(' ').map(place).collect()
    }

    fn output(&self, line: &str) -> String {
        let arguments = self.arguments(line);
        let output = output(&arguments.iter().map(String::as_str).collect::<Vec<_>>(), "");
        output.replace(&self.path(""), "")
    }

    fn complaint(&self, line: &str) -> String {
        let arguments = self.arguments(line);
        let complaint = complaint(&arguments.iter().map(String::as_str).collect::<Vec<_>>(), "");
        complaint.replace(&self.path(""), "")
    }
}

fn file(artifact: &Artifact) -> Vec<u8> {
    let mut file = Vec::new();
    artifact.write(&mut file).unwrap();
    file
}

/// The model without what it knows of balances and of pairs, as if they had never been asked for.
fn worse() -> Artifact {
    let mut artifact = bank::artifact();
    artifact.version = "0.2.0".to_owned();
    artifact.scorecard.pairs.clear();
    let Curve::Ramp(balance) = &mut artifact.scorecard.curves[2].curve else { unreachable!() };
    balance.points.fill(0.0);
    artifact.reference = None;
    let bare =
        lead_model::Scorer::new(Artifact { golden: Vec::new(), ..artifact.clone() }).unwrap();
    for golden in &mut artifact.golden {
        let points = |value: &f64, curve: &lead_model::FeatureCurve| curve.curve.points(*value);
        let curves = bare.artifact().scorecard.curves.iter();
        let sum: f64 =
            golden.values.iter().zip(curves).map(|(value, curve)| points(value, curve)).sum();
        golden.log_odds = sum + bare.artifact().scorecard.intercept;
        golden.probability = 1.0 / (1.0 + (-golden.log_odds).exp());
    }
    artifact
}

const LABELLED: &str = "--data leads.csv --target y --positive yes --delimiter ;";

#[test]
fn evaluate_prints_every_measure_with_what_to_read_it_against() {
    let desk = Desk::new();
    insta::assert_snapshot!(desk.output(&format!("evaluate --model bank.json {LABELLED}")));
}

#[test]
fn evaluate_prints_the_same_numbers_as_json() {
    let desk = Desk::new();
    let json = desk.output(&format!("evaluate --model bank.json --json {LABELLED}"));
    let report: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(report["model"]["fingerprint"], bank::artifact().fingerprint());
    assert_eq!(report["data"], "leads.csv");
    let quality: lead_model::Quality = serde_json::from_value(report["quality"].clone()).unwrap();
    assert_eq!(quality.rows, 800);
    let text = desk.output(&format!("evaluate --model bank.json {LABELLED}"));
    assert!(text.contains(&format!("{:.4}", quality.auc)));
}

#[test]
fn compare_says_which_model_is_better_and_how_sure_that_is() {
    let desk = Desk::new();
    insta::assert_snapshot!(desk.output(&format!("compare worse.json bank.json {LABELLED}")));
    let same = desk.output(&format!("compare bank.json bank.json {LABELLED}"));
    let verdict = same.lines().last().unwrap();
    insta::assert_snapshot!(verdict);
}

#[test]
fn few_conversions_are_said_to_be_few() {
    let desk = Desk::new();
    let csv = bank::csv(11, 200);
    let lost = csv.lines().skip(1).filter(|line| line.ends_with(";no")).take(30);
    let won = csv.lines().skip(1).filter(|line| line.ends_with(";yes")).take(1);
    let lines: Vec<_> = csv.lines().take(1).chain(lost).chain(won).collect();
    desk.put("leads.csv", lines.join("\n").as_bytes());
    let told = desk.output(&format!("evaluate --model bank.json {LABELLED}"));
    assert!(told.contains("\nFew conversions, or few leads without one"), "{told}");
    let told = desk.output(&format!("compare worse.json bank.json {LABELLED}"));
    let lines: Vec<_> =
        told.lines().filter(|line| line.starts_with("ROC") || line.starts_with("Ver")).collect();
    insta::assert_snapshot!(lines.join("\n"));
    let json = desk.output(&format!("compare worse.json bank.json --json {LABELLED}"));
    let report: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(report["comparison"]["auc_difference"]["p"], Value::Null);
}

#[test]
fn compare_prints_the_same_numbers_as_json() {
    let desk = Desk::new();
    let json = desk.output(&format!("compare bank.json worse.json --json {LABELLED}"));
    let report: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(report["verdict"], "worse");
    assert!(report["comparison"]["auc_difference"]["value"].as_f64().unwrap() < 0.0);
    assert_eq!(report["features"].as_array().unwrap().len(), 4);
    assert_eq!(report["features"][0]["stability"][1], Value::Null);
}

#[test]
fn inspect_shows_all_that_a_model_knows() {
    insta::assert_snapshot!(Desk::new().output("inspect bank.json"));
}

#[test]
fn inspect_shows_the_curve_of_one_feature() {
    let desk = Desk::new();
    let curves = ["age", "job", "balance", "housing"]
        .map(|name| desk.output(&format!("inspect bank.json --feature {name}")));
    insta::assert_snapshot!(curves.join("\n"));
}

#[test]
fn inspect_writes_the_card_again() {
    let desk = Desk::new();
    let told = desk.output("inspect bank.json --html card.html --markdown card.md");
    assert_eq!(told, "wrote card.html\nwrote card.md\n");
    let card = fs::read_to_string(desk.path("card.md")).unwrap();
    assert!(card.starts_with("# Model bank 0.3.0\n") && card.contains("## How it is checked"));
    assert!(fs::read_to_string(desk.path("card.html")).unwrap().starts_with("<!doctype html>"));
}

#[test]
fn complaints_name_the_place_and_the_next_step() {
    let desk = Desk::new();
    desk.put("cells.csv", b"age,job,balance,housing,y\n30,admin,5,yes,1\nold,admin,5,no,0\n");
    desk.put("outcome.csv", b"age,job,balance,housing,y\n30,admin,5,yes,won\n");
    desk.put("alike.csv", b"age,job,balance,housing,y\n30,admin,5,yes,0\n40,student,5,yes,0\n");
    desk.put("narrow.csv", b"age,job,y\n30,admin,1\n");
    let complaints = [
        "evaluate --model bank.json --data cells.csv --target y",
        "evaluate --model bank.json --data outcome.csv --target y",
        "evaluate --model bank.json --data alike.csv --target y",
        "evaluate --model bank.json --data alike.csv --target y --positive won",
        "evaluate --model bank.json --data narrow.csv --target y",
        "evaluate --model bank.json --data narrow.csv --target z",
        "evaluate --model bank.json --data absent.csv --target y",
        "compare bank.json absent.json --data cells.csv --target y",
        "inspect bank.json --feature agee",
        "inspect bank.json --html bank.json",
    ]
    .map(|line| desk.complaint(line));
    insta::assert_snapshot!(complaints.join("\n"));
}
