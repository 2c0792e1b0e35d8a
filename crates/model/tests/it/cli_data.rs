//! Tables on the command line: what their columns are, written for a person, and trained on.

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

use tempfile::TempDir;

/// A folder with `leads.csv`: 200 leads whose outcome depends on their source and visits.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mut csv =
        "Lead Number;Source;Visits;Last, first;Call Duration;Created;Outcome\n".to_owned();
    for row in 0..400_usize {
        let hash = row * 7919 % 1009;
        let won = hash % 10 < 3 + usize::from(hash % 3 == 0) * 3;
        csv.push_str(&format!(
            "{};{};{};x{};{};2026-01-{:02};{}\n",
            1000 + row,
            ["Google", "Partner", "Select"][hash % 3],
            if hash % 11 == 0 { "-1".to_owned() } else { (hash % 40).to_string() },
            hash % 4,
            if won { 60 + hash % 50 } else { hash % 50 },
            row / 16 + 1,
            if won { "Closed" } else { "Open" },
        ));
    }
    fs::write(folder.path().join("leads.csv"), csv).unwrap();
    folder
}

/// Runs the program in a folder; arguments are parted by `|`.
fn run(folder: &Path, arguments: &str) -> Output {
    Command::new(env!("CARGO_BIN_EXE_lead-model"))
        .args(arguments.split('|'))
        .current_dir(folder)
        .output()
        .unwrap()
}

/// What a run that must succeed writes to standard output and standard error.
pub(crate) fn said(folder: &Path, arguments: &str) -> [String; 2] {
    let output = run(folder, arguments);
    let [out, err] = [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap());
    assert!(output.status.success(), "{arguments}: {err}");
    [out, err]
}

/// The one line on standard error of a run that must fail.
pub(crate) fn complaint(folder: &Path, arguments: &str) -> String {
    let output = run(folder, arguments);
    let err = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), err.lines().count()), (Some(1), 1), "{arguments}: {err}");
    err.trim_end().to_owned()
}

#[test]
fn a_schema_is_written_with_a_summary_for_a_person() {
    let folder = folder();
    let [toml, summary] = said(
        folder.path(),
        "schema|--data|leads.csv|--target|Outcome|--positive|Closed|--drop|Last, first",
    );
    insta::assert_snapshot!(toml);
    insta::assert_snapshot!(summary, @r#"
    leads.csv: 400 rows, 7 columns parted by ';'
    3 features: 1 category, 2 integer
    no features: Lead Number (identifier), Last, first (ignore), Created (date), Outcome (target)
    note: column "Visits": -1 stands in 35 rows, every other number is at least 0: if it means "not known", say missing = ["-1"]
    note: "Visits" alone ranks the leads with AUC 0.871: make sure that it is known before the outcome
    note: "Call Duration" alone predicts the outcome (AUC 1.000); if it is only filled in once the outcome is known, leave it out with --drop "Call Duration"
    "#);
}

#[test]
fn edits_are_not_written_over_unless_asked_for() {
    let folder = folder();
    said(folder.path(), "schema|--data|leads.csv|--out|schema.toml");
    let written = fs::read_to_string(folder.path().join("schema.toml")).unwrap();
    assert_eq!(written, said(folder.path(), "schema|--data|leads.csv")[0]);
    let complaints = [
        complaint(folder.path(), "schema|--data|leads.csv|--out|schema.toml"),
        complaint(folder.path(), "schema|--data|leads.csv|--out|leads.csv|--force"),
    ];
    insta::assert_snapshot!(complaints.join("\n"), @"
    lead-model: failed to write schema.toml: the file exists and may hold your edits; say --force to write over it
    lead-model: failed to write leads.csv: that is the file of --data
    ");
    said(folder.path(), "schema|--data|leads.csv|--out|schema.toml|--force");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "a partial file was left");
}

#[test]
fn a_table_trains_as_inferred_and_as_edited() {
    let folder = folder();
    let train = "train|--data|leads.csv|--target|Outcome|--positive|closed|--drop|Call Duration";
    said(folder.path(), &format!("{train}|--name|mine|--out|inferred.json"));
    said(
        folder.path(),
        "schema|--data|leads.csv|--target|Outcome|--positive|Closed|--out|schema.toml",
    );
    let path = folder.path().join("schema.toml");
    let edited = fs::read_to_string(&path).unwrap().replace(
        "name = \"Call Duration\"\nkind = \"integer\"",
        "name = \"Call Duration\"\nkind = \"ignore\"",
    );
    fs::write(&path, edited).unwrap();
    said(
        folder.path(),
        "train|--data|leads.csv|--schema|schema.toml|--name|mine|--out|edited.json",
    );
    let [inferred, edited] = ["inferred.json", "edited.json"]
        .map(|name| fs::read_to_string(folder.path().join(name)).unwrap());
    // What is noted on the way differs: one was told to drop a column, the other that it is none.
    let model =
        |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap()["model"].take();
    for part in ["schema", "scorecard", "golden"] {
        assert_eq!(model(&inferred)[part], model(&edited)[part], "{part}");
    }
    let schema = model(&inferred)["schema"].to_string();
    assert!(schema.contains("Visits") && !schema.contains("Call Duration"));
}

#[test]
fn what_cannot_be_followed_is_one_line_with_a_way_out() {
    let folder = folder();
    fs::write(folder.path().join("bad.toml"), "[[column]]\nname = \"Visits\"\nkind = \"number\"\n")
        .unwrap();
    fs::write(folder.path().join("latin1.csv"), b"Stadt,won\nK\xf6ln,1\nBern,0\n").unwrap();
    let complaints = [
        "schema|--data|absent.csv",
        "schema|--data|latin1.csv",
        "schema|--data|leads.csv|--target|Outcome",
        "schema|--data|leads.csv|--id|lead number",
        "schema|--data|leads.csv|--drop|Source,Vists",
        "train|--data|leads.csv|--out|x.json",
        "train|--data|leads.csv|--schema|bad.toml|--target|Outcome|--out|x.json",
        "train|--data|leads.csv|--schema|absent.toml|--target|Outcome|--out|x.json",
        "train|--data|leads.csv|--target|Outcome|--positive|Closed|--valid-by-time|Source|--out|x.json",
    ]
    .map(|arguments| complaint(folder.path(), arguments));
    insta::assert_snapshot!(complaints.join("\n"), @r#"
    lead-model: failed to open absent.csv: No such file or directory (os error 2)
    lead-model: failed to read latin1.csv: table, line 2: column 1 ("Stadt"): byte 12 of the file is 0xf6, which is not UTF-8; say --encoding latin1 if an older or a Windows program wrote the file, otherwise save it as CSV in UTF-8
    lead-model: failed to read leads.csv: table: the target "Outcome" holds "Open" (239 rows), "Closed" (161 rows); say which of them counts as converted with --positive
    lead-model: failed to read --id: table: there is no column "lead number"; did you mean "Lead Number"?
    lead-model: failed to read --drop: table: there is no column "Vists"; did you mean "Visits"?
    lead-model: failed to read leads.csv: table: no column is marked as the target; name it with --target
    lead-model: failed to read bad.toml: schema file, line 3: unknown variant `number`, expected one of `real`, `integer`, `flag`, `category`, `target`, `identifier`, `text`, `date`, `constant`, `ignore`
    lead-model: failed to open absent.toml: No such file or directory (os error 2)
    lead-model: failed to read leads.csv: table: "Source" cannot order the rows: 0 of 400 cells are a date or a number
    "#);
    said(folder.path(), "schema|--data|latin1.csv|--encoding|latin1");
    for usage in [
        "schema|--data|leads.csv|--delimiter|;;",
        "schema|--data|leads.csv|--encoding|ebcdic",
        "schema|--out|x",
    ] {
        assert_eq!(run(folder.path(), usage).status.code(), Some(2), "{usage}");
    }
}

#[test]
fn a_table_of_the_built_in_schema_is_recognised() {
    let folder = tempfile::tempdir().unwrap();
    let [csv, _] = said(folder.path(), "synth|--rows|2000");
    fs::write(folder.path().join("b2b.csv"), csv).unwrap();
    let model = |arguments: &str| {
        said(
            folder.path(),
            &format!("train|--data|b2b.csv|--target|converted|--out|x.json{arguments}"),
        );
        fs::read_to_string(folder.path().join("x.json")).unwrap()
    };
    let recognised = model("");
    assert!(recognised.contains("People the company employs"));
    assert_eq!(recognised, model("|--schema|b2b"));
    assert!(!model("|--drop|bounce_rate").contains("People the company employs"));
}
