//! The program `lead-model`, as a person sees it.

use std::{
    fs,
    io::Write,
    path::Path,
    process::{Command, Output, Stdio},
};

const MODEL: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../models/b2b-v1.json");

/// Runs the program with this input.
fn run(arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_lead-model"))
        .args(arguments)
        // Help is wrapped to the terminal's width.
        .env("COLUMNS", "100")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A program that fails early does not read its input.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

/// The output of a run that must succeed.
pub(crate) fn output(arguments: &[&str], input: &str) -> String {
    let output = run(arguments, input);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The one line on standard error of a run that must fail.
pub(crate) fn complaint(arguments: &[&str], input: &str) -> String {
    let output = run(arguments, input);
    assert_eq!(output.status.code(), Some(1), "{arguments:?}");
    assert!(output.stdout.is_empty());
    let complaint = String::from_utf8(output.stderr).unwrap();
    assert_eq!(complaint.lines().count(), 1, "{complaint}");
    complaint.trim_end().to_owned()
}

#[test]
fn help_explains_every_verb() {
    let mut text = output(&["--help"], "");
    for verb in ["train", "evaluate", "compare", "inspect", "explain", "score", "schema", "synth"] {
        text.push_str(&format!("\n$ lead-model {verb} --help\n{}", output(&[verb, "--help"], "")));
    }
    insta::assert_snapshot!(text);
}

/// The committed model and its cards come from exactly this command.
#[test]
fn the_committed_model_is_made_again_byte_for_byte() {
    let folder = tempfile::tempdir().unwrap();
    let model = folder.path().join("b2b-v1.json");
    let command = format!(
        "train --synth 50000 --seed 42 --name b2b --version 1.0.0 --out {}",
        model.to_str().unwrap()
    );
    output(&command.split(' ').collect::<Vec<_>>(), "");
    for extension in ["json", "md", "html"] {
        let [made, kept] = [&model, Path::new(MODEL)].map(|path| path.with_extension(extension));
        // Not assert_eq: nobody wants to read two model files.
        let same = fs::read(made).unwrap() == fs::read(kept).unwrap();
        assert!(same, "b2b-v1.{extension} differs: run `cargo xtask train`");
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 3, "a partial file was left");
}

#[test]
fn inspect_shows_what_a_model_holds() {
    insta::assert_snapshot!(output(&["inspect", MODEL], ""));
}

#[test]
fn schema_is_a_table_or_json() {
    insta::assert_snapshot!(output(&["schema"], ""));
    let schema: lead_model::Schema =
        serde_json::from_str(&output(&["schema", "--json"], "")).unwrap();
    assert_eq!(schema, lead_model::Schema::b2b());
}

#[test]
fn leads_are_scored_as_lines_as_an_array_and_alone() {
    let lines = output(&["synth", "--rows", "3", "--format", "ndjson"], "");
    let scores = output(&["score", MODEL], &lines);
    insta::assert_snapshot!(scores, @r#"
    {"lead_id":"lead-0000001","raw_score":0.0027430336482171546,"bucket":1,"tier":"E"}
    {"lead_id":"lead-0000002","raw_score":0.4490840726498441,"bucket":3,"tier":"C"}
    {"lead_id":"lead-0000003","raw_score":0.3487358779693806,"bucket":2,"tier":"D"}
    "#);
    let array = format!("[{}]", lines.trim_end().replace('\n', ","));
    assert_eq!(output(&["score", MODEL], &array), scores);
    let first = lines.lines().next().unwrap();
    let pretty: serde_json::Value = serde_json::from_str(first).unwrap();
    let alone = output(&["score", MODEL], &serde_json::to_string_pretty(&pretty).unwrap());
    assert_eq!(alone.trim_end(), scores.lines().next().unwrap());
}

#[test]
fn a_table_of_synthetic_leads_can_be_trained_on() {
    let folder = tempfile::tempdir().unwrap();
    let csv = folder.path().join("leads.csv");
    let model = folder.path().join("model.json");
    fs::write(&csv, output(&["synth", "--rows", "2000"], "")).unwrap();
    let (csv, model) = (csv.to_str().unwrap(), model.to_str().unwrap());
    let report = output(&["train", "--data", csv, "--target", "converted", "--out", model], "");
    assert!(
        report.starts_with("model 1.0.0: 2000 leads, measured on 400 of them after training on the others, then fitted to all
AUC 0."),
        "{report}"
    );
    assert!(output(&["inspect", model], "").contains("source       leads.csv"));
}

#[test]
fn complaints_are_one_line_that_says_what_is_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let torn = folder.path().join("torn.json");
    fs::write(&torn, &fs::read(MODEL).unwrap()[..5000]).unwrap();
    let torn = torn.to_str().unwrap();
    let complaints = [
        complaint(&["inspect", "absent.json"], ""),
        complaint(&["inspect", torn], "").replace(torn, "torn.json"),
        complaint(&["train", "--data", "absent.csv", "--target", "won", "--out", "x"], ""),
        complaint(&["train", "--synth", "50", "--out", "x"], ""),
        complaint(&["train", "--synth", "5000", "--penalty", "0", "--out", "x"], ""),
        complaint(&["score", MODEL], "").replace(MODEL, "model.json"),
        complaint(&["score", MODEL], "{\"lead_id\":\"a\",\"features\":{}}"),
        complaint(&["score", MODEL], "{\"lead_id\":\"a\"}\n{}\n"),
        complaint(&["score", MODEL], "[{}]"),
    ];
    insta::assert_snapshot!(complaints.join("\n"), @"
    lead-model: failed to open absent.json: No such file or directory (os error 2)
    lead-model: failed to load torn.json: model file is torn or not a model: EOF while parsing an object at line 30 column 104; make one with `lead-model train`
    lead-model: failed to open absent.csv: No such file or directory (os error 2)
    lead-model: failed to train the model: the table has 8 converted and 42 other leads, training needs at least 40 of each; bring more rows, or check the target column
    lead-model: failed to read the options: training parameter penalty is 0, it must be between 0.000001 and 10000
    lead-model: failed to read standard input: table, line 1: the file is empty; it must begin with a row of column names
    lead-model: failed to read standard input, line 1, column company_revenue: Feature company_revenue is required. (missing) and 22 more faults in it; to list such rows and go on without them, give --errors FILE
    lead-model: failed to read standard input, line 1, column company_revenue: Feature company_revenue is required. (missing) and 22 more faults in it; to list such rows and go on without them, give --errors FILE
    lead-model: failed to read standard input, line 1, column company_revenue: Feature company_revenue is required. (missing) and 22 more faults in it; to list such rows and go on without them, give --errors FILE
    ");
}

#[test]
fn a_model_that_cannot_be_put_in_place_leaves_nothing_beside_it() {
    let folder = tempfile::tempdir().unwrap();
    let taken = folder.path().join("taken");
    fs::create_dir(&taken).unwrap();
    complaint(&["train", "--synth", "2000", "--out", taken.to_str().unwrap()], "");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn neither_a_model_nor_its_card_is_written_over_its_rows() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (rows, card) = (path("rows.md"), path("rows.json"));
    fs::write(&rows, "converted\n").unwrap();
    for arguments in [
        ["train", "--data", &rows, "--target", "converted", "--out", &rows],
        ["train", "--data", &rows, "--target", "converted", "--out", &card],
    ] {
        let why = complaint(&arguments, "");
        assert!(why.contains("need a file each"), "{why}");
    }
    assert_eq!(fs::read_to_string(&rows).unwrap(), "converted\n");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn wrong_usage_has_its_own_exit_code() {
    for arguments in [
        &["paint"][..],
        &["train", "--out", "x"],
        &["train", "--synth", "9", "--data", "x", "--out", "x"],
    ] {
        assert_eq!(run(arguments, "").status.code(), Some(2), "{arguments:?}");
    }
}
