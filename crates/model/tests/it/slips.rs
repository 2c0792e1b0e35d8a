//! Columns that were renamed, left out, or written in two ways: what is said of them, and what is refused.

use std::{fmt::Write, fs, path::Path};

use crate::cli_data::{complaint, said};

/// 300 leads under these names of the columns.
fn leads(names: &str, won: [&str; 3]) -> String {
    let mut csv = format!("{names}\n");
    for row in 0..300_usize {
        let hash = row * 7919 % 1009;
        let outcome = won[if hash % 10 < 3 + hash % 3 { 1 + row % 2 } else { 0 }];
        let (source, id) = (["Google", "Partner", "Direct"][hash % 3], 5_000 + row * 37);
        writeln!(csv, "{id},{source},{},{},x,{outcome}", hash % 40, 10 * (hash % 77)).unwrap();
    }
    csv
}

const NAMES: &str = "Lead Id,Source,Visits,Amount,Magazine,Won";

/// A folder with leads, and a model of them.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    put(folder.path(), "leads.csv", &leads(NAMES, ["no", "yes", "yes"]));
    put(
        folder.path(),
        "renamed.csv",
        &leads(&NAMES.replace("Amount", "amount "), ["no", "yes", "yes"]),
    );
    put(folder.path(), "gone.csv", &leads(&NAMES.replace("Amount", "Total"), ["no", "yes", "yes"]));
    put(folder.path(), "most.csv", &leads("Lead Id,Source,a,b,Magazine,Won", ["no", "yes", "yes"]));
    folder
}

fn put(folder: &Path, name: &str, text: &str) {
    fs::write(folder.join(name), text).unwrap();
}

const TRAIN: &str = "train|--data|leads.csv|--target|Won|--pairs|0|--penalty|1|--pieces|2";

#[test]
fn training_says_which_columns_it_leaves_out() {
    let folder = folder();
    let [_, err] = said(folder.path(), &format!("{TRAIN}|--out|x.json"));
    insta::assert_snapshot!(err, @r#"
    note: left out: Lead Id (identifier), Magazine (constant)
    warning: "Visits" alone predicts the outcome (AUC 0.985); if it is only filled in once the outcome is known, leave it out with --drop "Visits"
    "#);
    let card = fs::read_to_string(folder.path().join("x.md")).unwrap();
    assert!(card.contains("left out: Lead Id (identifier), Magazine (constant)"));
}

#[test]
fn renamed_and_absent_features_are_refused_or_named() {
    let folder = folder();
    said(folder.path(), &format!("{TRAIN}|--out|x.json"));
    let verbs = [
        "score|x.json|--out|scores.csv|--id|Lead Id|--in|",
        "evaluate|--model|x.json|--target|Won|--data|",
        "compare|x.json|x.json|--target|Won|--data|",
        "drift|--model|x.json|--data|",
    ];
    let mut all = String::new();
    for verb in verbs {
        for file in ["renamed.csv", "most.csv"] {
            writeln!(all, "{}", complaint(folder.path(), &format!("{verb}{file}"))).unwrap();
            said(folder.path(), &format!("{verb}{file}|--allow-missing"));
        }
        assert_eq!(
            said(folder.path(), &format!("{verb}leads.csv"))[1].matches("missing").count(),
            0
        );
        let [_, err] = said(folder.path(), &format!("{verb}gone.csv"));
        writeln!(all, "{}", err.lines().next().unwrap()).unwrap();
    }
    insta::assert_snapshot!(all, @r#"
    lead-model: failed to read renamed.csv: 1 of 3 features is in no column and counts as missing or by default: "Amount" (did you mean "amount"?); rename the columns, or say --allow-missing if that is meant
    lead-model: failed to read most.csv: 2 of 3 features are in no column and count as missing or by default: "Visits", "Amount"; rename the columns, or say --allow-missing if that is meant
    warning: 1 of 3 features is in no column and counts as missing or by default: "Amount"
    lead-model: failed to read renamed.csv: 1 of 3 features is in no column and counts as missing or by default: "Amount" (did you mean "amount"?); rename the columns, or say --allow-missing if that is meant
    lead-model: failed to read most.csv: 2 of 3 features are in no column and count as missing or by default: "Visits", "Amount"; rename the columns, or say --allow-missing if that is meant
    note: 1 of 3 features is in no column and counts as missing or by default: "Amount"
    lead-model: failed to read renamed.csv: 1 of 3 features is in no column and counts as missing or by default: "Amount" (did you mean "amount"?); rename the columns, or say --allow-missing if that is meant
    lead-model: failed to read most.csv: 2 of 3 features are in no column and count as missing or by default: "Visits", "Amount"; rename the columns, or say --allow-missing if that is meant
    note: 1 of 3 features is in no column and counts as missing or by default: "Amount"
    lead-model: failed to read renamed.csv: 1 of 3 features is in no column and counts as missing or by default: "Amount" (did you mean "amount"?); rename the columns, or say --allow-missing if that is meant
    lead-model: failed to read most.csv: 2 of 3 features are in no column and count as missing or by default: "Visits", "Amount"; rename the columns, or say --allow-missing if that is meant
    note: 1 of 3 features is in no column and counts as missing or by default: "Amount"
    "#);
}

#[test]
fn a_schema_file_and_its_data_must_agree() {
    let folder = folder();
    said(folder.path(), "schema|--data|leads.csv|--target|Won|--out|x.toml");
    let train = TRAIN.replace("leads.csv", "renamed.csv");
    let error = complaint(folder.path(), &format!("{train}|--schema|x.toml|--out|x.json"));
    insta::assert_snapshot!(error, @r#"lead-model: failed to read renamed.csv: table: the schema names a column that the file lacks (rename it, or say kind = "ignore"): there is no column "Amount"; did you mean "amount"?"#);
    put(
        folder.path(),
        "leads.csv",
        &leads(NAMES, ["no", "yes", "yes"])
            .replace(",x,", ",x,y,")
            .replace("Magazine", "Magazine,New"),
    );
    let [_, err] = said(folder.path(), &format!("{TRAIN}|--schema|x.toml|--out|x.json"));
    insta::assert_snapshot!(err, @r#"
    note: left out: Lead Id (identifier), Magazine (constant)
    note: left out, since the schema does not name them: "New"
    warning: "Visits" alone predicts the outcome (AUC 0.985); if it is only filled in once the outcome is known, leave it out with --drop "Visits"
    "#);
}

#[test]
fn spellings_of_an_outcome_are_one_outcome() {
    let folder = folder();
    put(folder.path(), "leads.csv", &leads(NAMES, ["No", "Yes", "yes"]));
    let [_, one] = said(folder.path(), &format!("{TRAIN}|--positive|Yes|--out|x.json"));
    insta::assert_snapshot!(one, @r#"
    note: "Yes", "yes" in "Won" all count as converted
    note: left out: Lead Id (identifier), Magazine (constant)
    warning: "Visits" alone predicts the outcome (AUC 0.985); if it is only filled in once the outcome is known, leave it out with --drop "Visits"
    "#);
    let card = |name| fs::read_to_string(folder.path().join(name)).unwrap();
    let positives = |card: String| {
        let artifact: serde_json::Value = serde_json::from_str(&card).unwrap();
        artifact["model"]["training"]["positives"].as_u64()
    };
    let first = positives(card("x.json"));
    put(folder.path(), "leads.csv", &leads(NAMES, ["No", "yes", "yes"]));
    said(folder.path(), &format!("{TRAIN}|--out|y.json"));
    assert!(first.is_some());
    assert_eq!(first, positives(card("y.json")));
}

#[test]
fn the_command_in_the_card_names_a_delimiter_that_is_read_again() {
    let folder = folder();
    for (word, between, told) in [(";", ";", "--delimiter ';'"), ("tab", "\t", "--delimiter tab")] {
        put(folder.path(), "leads.csv", &leads(NAMES, ["no", "yes", "yes"]).replace(',', between));
        said(folder.path(), &format!("{TRAIN}|--delimiter|{word}|--out|x.json"));
        let card = fs::read_to_string(folder.path().join("x.md")).unwrap();
        assert!(card.contains(told), "{card}");
    }
}

#[test]
fn a_model_is_not_written_over_another_file_or_into_no_folder() {
    let folder = folder();
    put(folder.path(), "package.json", "{\"name\": \"ours\"}");
    let complaints = [
        complaint(folder.path(), &format!("{TRAIN}|--out|package.json")),
        complaint(folder.path(), &format!("{TRAIN}|--out|no/where/x.json")),
        complaint(folder.path(), &format!("{TRAIN}|--out|./leads.csv|--force")),
    ];
    insta::assert_snapshot!(complaints.join("\n"), @"
    lead-model: failed to write package.json: the file exists and is no model; say --force to write over it
    lead-model: failed to write no/where/x.json: there is no folder no/where
    lead-model: failed to write ./leads.csv: the rows, the schema, the model and its card need a file each
    ");
    said(folder.path(), &format!("{TRAIN}|--out|package.json|--force"));
    said(folder.path(), &format!("{TRAIN}|--out|package.json"));
    let score = "score|package.json|--in|leads.csv|--out|no/where/x.csv";
    insta::assert_snapshot!(complaint(folder.path(), score), @"lead-model: failed to write no/where/x.csv: there is no folder no/where");
}

#[test]
fn leads_in_json_without_an_id_are_called_by_their_line() {
    let folder = folder();
    said(folder.path(), &format!("{TRAIN}|--out|x.json"));
    let leads = "{\"Source\":\"Google\"}\n\n{\"lead_id\":null,\"Visits\":3}\n{\"lead_id\":\"a\",\"Visits\":3}\n";
    put(folder.path(), "leads.ndjson", leads);
    for (form, ids) in [
        ("csv", ["1", "3", "a"]),
        ("ndjson", ["{\"lead_id\":1", "{\"lead_id\":3", "{\"lead_id\":\"a\""]),
    ] {
        let [out, _] =
            said(folder.path(), &format!("score|x.json|--in|leads.ndjson|--format|{form}"));
        let lines = out.lines().filter(|line| !line.starts_with("lead_id"));
        let found: Vec<_> = lines.map(|line| line.split(',').next().unwrap()).collect();
        assert_eq!(found, ids);
    }
}
