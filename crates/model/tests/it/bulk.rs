//! `lead-model score` on files and streams: order, formats, faults, and what a run leaves behind.

use std::{
    fs,
    io::Write,
    path::PathBuf,
    process::{Command, Output, Stdio},
    time::Duration,
};

use clap::Parser;
use lead_model::{
    Curve, FeatureCurve, Golden, Levels, Ramp, Schema, Scorer,
    cli::{self, Args},
    synth::Leads,
};
use proptest::prelude::*;
use tempfile::TempDir;

const MODEL: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../models/b2b-v1.json");

/// A folder with input and output of one run.
pub(crate) struct Folder(TempDir);

impl Folder {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> &Self {
        fs::write(self.path(name), content).unwrap();
        self
    }

    pub(crate) fn read(&self, name: &str) -> String {
        String::from_utf8(fs::read(self.path(name)).unwrap()).unwrap()
    }

    /// Runs `lead-model score` with the committed model; words that begin with `@` are files of this folder.
    pub(crate) fn score(&self, arguments: &str) -> Output {
        self.score_of(MODEL, arguments, b"")
    }

    pub(crate) fn score_of(&self, model: &str, arguments: &str, input: &[u8]) -> Output {
        let words = arguments.split_whitespace().map(|word| match word.strip_prefix('@') {
            Some(name) => self.path(name).to_str().unwrap().to_owned(),
            None => word.to_owned(),
        });
        let mut child = program().args(["score", model]).args(words).spawn().unwrap();
        // A program that fails early does not read its input.
        let _ = child.stdin.take().unwrap().write_all(input);
        child.wait_with_output().unwrap()
    }

    /// Standard error of a run, without the place of this folder.
    pub(crate) fn said(&self, output: &Output) -> String {
        let place = format!("{}/", self.0.path().display());
        String::from_utf8_lossy(&output.stderr).replace(&place, "")
    }

    /// The complaint of a run that must fail and leave no output.
    fn complaint(&self, arguments: &str) -> String {
        let output = self.score(arguments);
        let said = self.said(&output);
        assert_eq!(output.status.code(), Some(1), "{arguments}: {said}");
        assert!(!self.path("out.csv").exists() && !self.path("out.csv.partial").exists());
        said
    }

    fn files(&self) -> Vec<String> {
        let entries = fs::read_dir(self.0.path()).unwrap();
        let mut names: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lead-model"));
    command.env("COLUMNS", "100").stdin(Stdio::piped());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// The first leads of the synthetic world as CSV.
pub(crate) fn table(rows: usize) -> String {
    let schema = Schema::b2b();
    let names: Vec<_> = schema.features().iter().map(|feature| feature.name.as_str()).collect();
    let mut csv = format!("lead_id,{}\n", names.join(","));
    for lead in Leads::new(42).take(rows).map(|example| example.lead) {
        let values: Vec<_> = lead.values().iter().map(f64::to_string).collect();
        csv.push_str(&format!("{},{}\n", lead.id(), values.join(",")));
    }
    csv
}

/// The same leads, one a line.
pub(crate) fn lines(rows: usize) -> String {
    let schema = Schema::b2b();
    let mut json = Vec::new();
    for example in Leads::new(42).take(rows) {
        example.lead.write_json(&schema, &mut json);
        json.push(b'\n');
    }
    String::from_utf8(json).unwrap()
}

/// What the library says of the same leads: id, and the three columns of the score.
fn expected(rows: usize) -> Vec<[String; 4]> {
    let scorer = Scorer::load(fs::File::open(MODEL).unwrap()).unwrap();
    let leads = Leads::new(42).take(rows).map(|example| example.lead);
    let cells = |lead: lead_model::Lead| {
        let score = scorer.score(&lead);
        let (raw, bucket) =
            (serde_json::to_string(&score.probability).unwrap(), score.bucket.get());
        [lead.id().to_owned(), raw, bucket.to_string(), score.tier.to_string()]
    };
    leads.map(cells).collect()
}

/// A small model of a table with texts, flags, and gaps, written into `folder`.
pub(crate) fn small_model(folder: &Folder) -> String {
    let features = serde_json::json!([
        {"name": "Visits", "kind": "integer", "min": 0.0, "max": 1000.0, "presence": "required"},
        {"name": "Spend", "kind": "real", "presence": "optional", "missing": ["NA", "-1"]},
        {"name": "Source", "kind": "category", "presence": "optional",
         "levels": ["Google", "Direct", "Café, \"Roma\"", "3"], "missing": ["Select"]},
        {"name": "Mail", "kind": "flag", "min": 0.0, "max": 1.0, "presence": {"default": 0.0}, "levels": ["No", "Yes"]},
    ]);
    let filled = features.as_array().unwrap().iter().map(|feature| {
        let mut feature = feature.clone();
        let members = feature.as_object_mut().unwrap();
        for (name, value) in [("group", "g"), ("meaning", "m"), ("phrase", "has {n}")] {
            members.insert(name.to_owned(), value.into());
        }
        for name in ["min", "max", "unit"] {
            members.entry(name).or_insert(serde_json::Value::Null);
        }
        serde_json::from_value(feature).unwrap()
    });
    let schema = Schema::new("small", filled.collect()).unwrap();
    let ramp =
        |top| Curve::Ramp(Ramp { knots: vec![0.0, top], points: vec![-1.0, 1.5], missing: 0.3 });
    let levels = |values: Vec<f64>| {
        let points = values.iter().map(|value| value * 0.7 - 0.5).collect();
        Curve::Levels(Levels { values, points, unseen: -0.21, missing: 0.11 })
    };
    let curves = [ramp(100.0), ramp(9.5), levels(vec![0.0, 1.0, 2.0, 3.0]), levels(vec![0.0, 1.0])];
    let mut artifact = Scorer::load(fs::File::open(MODEL).unwrap()).unwrap().artifact().clone();
    let named = schema.features().iter().zip(curves);
    artifact.scorecard.curves =
        named.map(|(f, curve)| FeatureCurve { feature: f.name.clone(), curve }).collect();
    artifact.scorecard.pairs.clear();
    artifact.training.importance = vec![0.1; schema.len()];
    artifact.training.quality = None;
    artifact.reference = None;
    artifact.schema = schema;
    let values = vec![50.0, 2.0, 1.0, 0.0];
    let curves = artifact.scorecard.curves.iter().zip(&values);
    let points = curves.map(|(entry, &value)| entry.curve.points(value));
    let log_odds = points.fold(artifact.scorecard.intercept, |sum, points| sum + points);
    let probability = 1.0 / (1.0 + (-log_odds).exp());
    artifact.golden = vec![Golden { values, log_odds, probability }];
    let mut file = Vec::new();
    artifact.write(&mut file).unwrap();
    folder.write("small.json", file);
    folder.path("small.json").to_str().unwrap().to_owned()
}

/// A table for the small model, odd in every way that is survived.
const ODD: &str = "\u{feff}Lead Number;\"Source\"; Visits ;Mail;Note;Spend;\r\n\
    7;Google;12;Yes;\"a;b\";3.25;\r\n\
    \"8\";\"Café, \"\"Roma\"\"\";40;1;\"two\r\nlines\";NA;\r\n\
    \r\n\
    9;Select; 7 ;FALSE;5\" pipe; -1;\r\n\
    10;3;0;;\"\";;\r\n\
    11;Bing;1000;No; \"x y\" ;1e1;\r\n";

#[test]
fn scores_are_those_of_the_library_in_the_order_of_the_rows() {
    let folder = Folder::new();
    folder.write("in.csv", table(3000)).write("in.ndjson", lines(3000));
    let expected: String = expected(3000).iter().map(|cells| cells.join(",") + "\n").collect();
    let expected = format!("lead_id,raw_score,bucket,tier\n{expected}");
    for options in ["--jobs 1", "--jobs 3 --block 5000", "--jobs 4 --block 1"] {
        for input in ["in.csv", "in.ndjson"] {
            let output = folder.score(&format!("--in @{input} --out @out.csv {options}"));
            assert!(output.status.success(), "{}", folder.said(&output));
            assert!(folder.read("out.csv") == expected, "{input} {options}");
        }
    }
    assert_eq!(folder.files(), ["in.csv", "in.ndjson", "out.csv"]);
}

#[test]
fn formats_cross_without_changing_a_bit() {
    let folder = Folder::new();
    folder.write("in.csv", table(500)).write("in.ndjson", lines(500));
    let run = |words: &str| {
        let output = folder.score(words);
        assert!(output.status.success(), "{words}: {}", folder.said(&output));
    };
    run("--in @in.csv --out @a.ndjson");
    run("--in @in.ndjson --out @b.ndjson");
    assert!(folder.read("a.ndjson") == folder.read("b.ndjson"));
    let first = folder.read("a.ndjson").lines().next().unwrap().to_owned();
    insta::assert_snapshot!(first, @r#"{"lead_id":"lead-0000001","raw_score":0.0027430336482171546,"bucket":1,"tier":"E"}"#);
    // Kept columns are the leads again, in either form, and score alike.
    run("--in @in.csv --out @kept.ndjson --keep");
    run("--in @in.ndjson --out @kept.csv --keep");
    let kept = folder.read("kept.csv").replace(",raw_score,bucket,tier\n", ",r,b,t\n");
    folder.write("again.csv", kept);
    run("--in @again.csv --out @c.ndjson");
    assert!(folder.read("c.ndjson") == folder.read("a.ndjson"));
    run("--in @kept.ndjson --out @d.ndjson");
    assert!(folder.read("d.ndjson") == folder.read("a.ndjson"));
}

#[test]
fn an_odd_table_is_scored_and_its_cells_are_kept_byte_for_byte() {
    let folder = Folder::new();
    let model = small_model(&folder);
    folder.write("in.csv", ODD);
    let kept = |options: &str| {
        let words = format!("--in @in.csv --out @out.csv --keep {options}");
        let output = folder.score_of(&model, &words, b"");
        assert!(output.status.success(), "{}", folder.said(&output));
        folder.read("out.csv")
    };
    let whole = kept("");
    insta::assert_snapshot!(whole.replace('\r', "<CR>").replace('\u{feff}', "<BOM>"));
    let scores = |row: &str| row.rsplit(';').take(3).map(str::len).sum::<usize>() + 3;
    let parts = whole.split_inclusive("\r\n").map(|part| part.strip_suffix("\r\n").unwrap());
    let given: String = parts
        .map(|part| match part.ends_with("two") {
            true => format!("{part}\r\n"),
            false => format!("{}\r\n", &part[..part.len() - scores(part)]),
        })
        .collect();
    assert_eq!(given, ODD.replace("\r\n\r\n", "\r\n"));
    for block in 1..80 {
        assert_eq!(kept(&format!("--block {block}")), whole, "blocks of {block}");
    }
}

#[test]
fn rows_are_called_by_the_id_column_or_by_their_line() {
    let folder = Folder::new();
    let model = small_model(&folder);
    folder.write("in.csv", ODD);
    let scored = |words: &str| {
        let output = folder.score_of(&model, &format!("--in @in.csv {words}"), b"");
        String::from_utf8_lossy(&output.stdout).replace('\r', "") + &folder.said(&output)
    };
    insta::assert_snapshot!(scored(""), @"
    line;raw_score;bucket;tier
    2;0.03752771023217467;1;E
    3;0.3318812209119996;2;D
    6;0.046766674776922146;1;E
    7;0.15450590949876464;2;D
    8;0.547434710598383;3;C
    ");
    insta::assert_snapshot!(scored("--id Note --format ndjson"), @r#"
    {"Note":"a;b","raw_score":0.03752771023217467,"bucket":1,"tier":"E"}
    {"Note":"two\r\nlines","raw_score":0.3318812209119996,"bucket":2,"tier":"D"}
    {"Note":"5\" pipe","raw_score":0.046766674776922146,"bucket":1,"tier":"E"}
    {"Note":"","raw_score":0.15450590949876464,"bucket":2,"tier":"D"}
    {"Note":"x y","raw_score":0.547434710598383,"bucket":3,"tier":"C"}
    "#);
    insta::assert_snapshot!(scored("--id Absent"), @r#"lead-model: failed to read in.csv: there is no id column "Absent""#);
}

#[test]
fn flat_objects_mean_what_the_cells_of_a_table_mean() {
    let folder = Folder::new();
    let model = small_model(&folder);
    let text = "Source,Visits,Mail,Spend,lead_id\n\
        Google,12,Yes,3.25,a\n3,0,true,-1,b\n,7,0,,c\nBing,1000,,NA,d\n";
    let json = r#"{"Source":"Google","Visits":12,"Mail":"Yes","Spend":3.25,"lead_id":"a"}
        {"Source":3,"Visits":0.0,"Mail":true,"Spend":-1,"lead_id":"b"}

        {"lead_id":"c","Visits":"7","Mail":0,"Source":null,"Else":[1,{}]}
        {"lead_id":"d","Visits":1e3,"Source":"Bing","Spend":"NA"}"#;
    let scored = |words: &str, input: &str| {
        let output = folder.score_of(&model, words, input.as_bytes());
        assert!(output.status.success(), "{}", folder.said(&output));
        String::from_utf8(output.stdout).unwrap()
    };
    let of_text = scored("--format ndjson", text);
    assert_eq!(scored("", json), of_text);
    let array = format!("[{}]", json.replace("\n\n", "\n").replace("}\n", "},\n"));
    assert_eq!(scored("--block 9", &array), of_text);
    insta::assert_snapshot!(scored("--keep", json));
    insta::assert_snapshot!(scored("--keep --format csv", json));
}

#[test]
fn rows_with_faults_are_listed_and_the_others_scored() {
    let folder = Folder::new();
    let model = small_model(&folder);
    folder.write(
        "in.csv",
        b"Visits,Spend,Source\n1,2,3\n-1,x,Google\n\"2\n\",5,Direct\n1,2\n,,\n,5,\n4,5,\xe9\n5,1e999,\"open\n6,7,8\n7,8,\"9\" x\n8,9,1,\n",
    );
    let words = "--in @in.csv --out @out.csv --errors @errors.csv --block";
    for block in [1, 7, 1000] {
        let output = folder.score_of(&model, &format!("{words} {block}"), b"");
        assert!(output.status.success());
        insta::allow_duplicates! {
            insta::assert_snapshot!(folder.said(&output), @r#"
            warning: 1 of 4 features is in no column and counts as missing or by default: "Mail"
            scored 4 of 10 rows; 6 left out for 7 faults, see errors.csv
            1 row without any content was left out
            "#);
            insta::assert_snapshot!(folder.read("errors.csv"), @r#"
            line,column,code,detail
            3,Visits,out_of_range,Feature Visits must lie between 0 and 1000.
            3,Spend,wrong_type,Feature Spend must be a number.
            6,,wrong_length,The row has 2 fields under 3 names; is there a decimal comma or half a row in it?
            8,Visits,missing,Feature Visits is required.
            9,,not_utf8,"The row is not UTF-8; if the file is Latin-1, say --encoding latin1."
            10,Source,broken_quotes,Text follows the quote that closes it; a quote inside a cell must be doubled.
            12,Source,broken_quotes,Text follows the quote that closes it; a quote inside a cell must be doubled.
            "#);
            insta::assert_snapshot!(folder.read("out.csv"), @"
            line,raw_score,bucket,tier
            2,0.0795576067159053,1,E
            4,0.04591769614196001,1,E
            11,0.056381355905231814,1,E
            13,0.09610535424343289,1,E
            ");
        }
    }
    let json = r#"{"lead_id":"a","features":{"Visits":1}}
        {"lead_id":"b","features":{"Visits":-1,"Other":2}}
        {"Visits":"many","Visits":3}
        {"Visits":1
        {"lead_id":"c","features":{"Visits":2}}"#;
    let output = folder.score_of(&model, "--errors @errors.csv", json.as_bytes());
    assert!(output.status.success());
    insta::assert_snapshot!(String::from_utf8(output.stdout.clone()).unwrap(), @r#"
    {"lead_id":"a","raw_score":0.040516382835853224,"bucket":1,"tier":"E"}
    {"lead_id":"c","raw_score":0.041499494868398476,"bucket":1,"tier":"E"}
    "#);
    insta::assert_snapshot!(folder.read("errors.csv"), @"
    line,column,code,detail
    2,Visits,out_of_range,Feature Visits must lie between 0 and 1000.
    2,Other,unknown_name,The schema small has no feature of this name.
    3,Visits,wrong_type,Feature Visits must be a whole number.
    3,Visits,duplicate,Feature Visits appears more than once.
    4,,invalid_json,The body is not valid JSON: expected a comma or a closing brace at column 20.
    ");
}

#[test]
fn without_an_errors_file_the_first_fault_ends_the_run() {
    let folder = Folder::new();
    let rows = table(20).replace("lead-0000017,", "lead-0000017,-");
    folder.write("in.csv", &rows);
    folder.write(
        "latin.csv",
        [rows.replace("lead-", "l\0ad-").as_bytes()]
            .concat()
            .iter()
            .map(|&b| if b == 0 { 0xe9 } else { b })
            .collect::<Vec<_>>(),
    );
    folder.write("short.csv", rows.split_once(',').unwrap().1);
    folder.write("twice.csv", rows.replacen("lead_id", "bounce_rate", 1));
    folder.write("foreign.csv", "a;b\n1;2\n").write("empty.csv", "").write("blank.ndjson", " \n");
    folder.write("bad.csv", table(2).replace(",0,", ",?,"));
    folder.write("packed.csv.gz", b"\x1f\x8b\x08");
    folder
        .write("torn.json", "[{},\n{}")
        .write("open.csv", rows.replacen("lead-0000003", "\"lead", 1));
    fs::create_dir(folder.path("taken")).unwrap();
    let mut said = String::new();
    for words in [
        "--in @in.csv --out @out.csv",
        "--in @latin.csv --out @out.csv",
        "--in @short.csv --out @out.csv",
        "--in @twice.csv --out @out.csv",
        "--in @foreign.csv --out @out.csv",
        "--in @empty.csv --out @out.csv",
        "--in @blank.ndjson --out @out.csv",
        "--in @bad.csv --out @out.csv --errors @errors.csv",
        "--in @packed.csv.gz --out @out.csv",
        "--in @torn.json --out @out.csv",
        "--in @open.csv --out @out.csv",
        "--in @absent.csv --out @out.csv",
        "--in @in.csv --out @in.csv",
        "--in @in.csv --out @out.csv --errors @out.csv",
        "--in @in.csv --out @taken",
        "--in @in.csv --out @out.csv --id nobody",
    ] {
        let complaint = folder.complaint(words);
        assert_eq!(complaint.lines().count(), 1, "{complaint}");
        said.push_str(&format!("{words}\n  {complaint}"));
    }
    insta::assert_snapshot!(said);
    assert_eq!(folder.read("in.csv"), rows);
}

#[test]
fn a_latin_1_table_is_read_when_it_is_said_to_be_one() {
    let folder = Folder::new();
    let model = small_model(&folder);
    let utf8 = "lead_id,Visits,Source\nZoë €,1,\"Café, \"\"Roma\"\"\"\n";
    let latin: Vec<u8> = utf8
        .chars()
        .map(|c| if c == '€' { 0x80 } else { u8::try_from(u32::from(c)).unwrap() })
        .collect();
    let scored = |words: &str, input: &[u8]| {
        let output = folder.score_of(&model, words, input);
        assert!(output.status.success(), "{}", folder.said(&output));
        String::from_utf8(output.stdout).unwrap()
    };
    assert_eq!(scored("--keep --encoding latin1", &latin), scored("--keep", utf8.as_bytes()));
}

#[test]
fn what_training_survives_is_scored_too() {
    let folder = Folder::new();
    let model = small_model(&folder);
    let plain = "lead_id,Visits,Source,\na,1,Google,\nb,2,Direct,\n";
    let odd = "sep=;\nlead_id;  Visits\t;Source;\n;;;\n\na;1;Google\nb; 2 ; \"Direct\";;;\n";
    let utf16: Vec<u8> =
        format!("\u{feff}{plain}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let scored = |words: &str, input: &[u8]| {
        let output = folder.score_of(&model, words, input);
        assert!(output.status.success(), "{}", folder.said(&output));
        String::from_utf8(output.stdout).unwrap()
    };
    let expected = scored("", plain.as_bytes());
    assert_eq!(expected.lines().count(), 3);
    assert_eq!(scored("", odd.as_bytes()).replace(';', ","), expected);
    assert_eq!(scored("", &utf16), expected);
    // Rows that are too short or too long by nothing are made to fit their header.
    insta::assert_snapshot!(scored("--keep", odd.as_bytes()), @r#"
    lead_id;  Visits	;Source;;raw_score;bucket;tier
    a;1;Google;;0.022429599132619132;1;E
    b; 2 ; "Direct";;0.045230909301292144;1;E
    "#);
}

#[test]
fn reasons_stand_in_columns_of_their_own() {
    let folder = Folder::new();
    folder.write("in.csv", table(2));
    let output = folder.score("--in @in.csv --explain 2");
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.starts_with("lead_id,raw_score,bucket,tier,reason_1,reason_2\nlead-0000001,0.00"));
    let output = folder.score("--in @in.csv --explain 2 --format ndjson");
    let line = String::from_utf8(output.stdout).unwrap().lines().next().unwrap().to_owned();
    let object: serde_json::Value = serde_json::from_str(&line).unwrap();
    assert!(object["reason_2"].as_str().unwrap().contains(" pts"), "{line}");
}

#[test]
fn a_killed_run_leaves_no_file_under_the_final_name_and_the_next_one_replaces_what_it_left() {
    let folder = Folder::new();
    let mut run = Running::start(&folder);
    run.child.kill().unwrap();
    run.child.wait().unwrap();
    assert_eq!(folder.files(), ["errors.csv.partial", "out.csv.partial"]);
    folder.write("in.csv", table(3));
    let output = folder.score("--in @in.csv --out @out.csv --errors @errors.csv");
    assert!(output.status.success());
    assert_eq!(folder.files(), ["errors.csv", "in.csv", "out.csv"]);
    assert_eq!(folder.read("out.csv").lines().count(), 4);
}

#[cfg(unix)]
#[test]
fn an_interrupted_run_removes_what_it_has_written() {
    let folder = Folder::new();
    let mut run = Running::start(&folder);
    // Held open: at its end the run would finish by itself.
    let input = run.child.stdin.take();
    let id = run.child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    assert_eq!(run.child.wait().unwrap().code(), Some(130));
    drop(input);
    assert!(folder.files().is_empty(), "{:?}", folder.files());
}

#[test]
fn two_runs_do_not_write_one_file() {
    let folder = Folder::new();
    let mut run = Running::start(&folder);
    folder.write("in.csv", table(3));
    let output = folder.score("--in @in.csv --out @out.csv");
    assert_eq!(output.status.code(), Some(1));
    insta::assert_snapshot!(folder.said(&output), @"lead-model: failed to write out.csv: another run is writing it");
    drop(run.child.stdin.take());
    assert!(run.child.wait().unwrap().success());
    assert_eq!(folder.files(), ["errors.csv", "in.csv", "out.csv"]);
}

/// A run that has begun to write its files and waits for more input.
struct Running {
    child: std::process::Child,
}

impl Running {
    fn start(folder: &Folder) -> Self {
        let path = |name: &str| folder.path(name).to_str().unwrap().to_owned();
        let (out, errors) = (path("out.csv"), path("errors.csv"));
        let words = ["score", MODEL, "--out", &out, "--errors", &errors, "--block", "1000"];
        let mut child = program().args(words).spawn().unwrap();
        child.stdin.as_mut().unwrap().write_all(table(1000).as_bytes()).unwrap();
        let written = |name: &str| fs::metadata(folder.path(name)).is_ok_and(|data| data.len() > 0);
        // However long it takes: the run does not end by itself.
        while !written("out.csv.partial") || !written("errors.csv.partial") {
            assert!(child.try_wait().unwrap().is_none(), "the run has ended");
            std::thread::sleep(Duration::from_millis(5));
        }
        Self { child }
    }
}

/// What the program says of an input, without starting it.
fn scored(words: &[&str], input: &[u8]) -> Result<String, String> {
    let words = ["lead-model", "score", MODEL, "--quiet", "--jobs", "2"].iter().chain(words);
    let mut out = Vec::new();
    match cli::run(Args::try_parse_from(words).unwrap(), input, &mut out) {
        Ok(()) => Ok(String::from_utf8(out).unwrap()),
        Err(error) => Err(format!("{error:#}")),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

    #[test]
    fn no_input_brings_the_program_down(
        bytes in prop::collection::vec(any::<u8>(), 0..200),
        header in any::<bool>(),
        block in 1_usize..50,
        from in prop::sample::select(vec!["csv", "ndjson"]),
    ) {
        let mut input = if header { table(1).into_bytes() } else { Vec::new() };
        input.extend_from_slice(&bytes);
        let block = block.to_string();
        let _ = scored(&["--from", from, "--block", &block, "--keep"], &input);
        let _ = scored(&["--from", from, "--block", &block, "--format", "ndjson"], &input);
    }

    #[test]
    fn the_size_of_blocks_changes_nothing(
        rows in prop::collection::vec(
            (prop::sample::select(vec!["a", "\"b\nc\"", "\"d\"\"\r\n,\"", "", "5\" x", "\"\""]), any::<bool>()),
            1..8,
        ),
        block in 1_usize..3000,
        end in prop::sample::select(vec!["\n", "\r\n", "\r"]),
    ) {
        let table = table(rows.len());
        let mut lines = table.lines();
        let mut input = format!("{},note{end}", lines.next().unwrap());
        for (line, (note, blank)) in lines.zip(&rows) {
            input.push_str(&format!("{line},{note}{end}{}", if *blank { end } else { "" }));
        }
        let whole = scored(&["--keep"], input.as_bytes());
        prop_assert_eq!(whole.as_ref().map(|text| text.matches("lead-0").count()), Ok(rows.len()));
        prop_assert_eq!(scored(&["--keep", "--block", &block.to_string()], input.as_bytes()), whole);
    }
}
