//! `lead-model score` with Parquet in and out.

use std::{fs::File, sync::Arc};

use arrow_array::{
    ArrayRef, BooleanArray, DictionaryArray, Float32Array, Float64Array, Int8Array, Int64Array,
    RecordBatch, StringArray, UInt16Array, types::Int32Type,
};
use parquet::arrow::{ArrowWriter, arrow_reader::ParquetRecordBatchReaderBuilder};

use crate::bulk::{Folder, lines, small_model, table};

fn write(folder: &Folder, name: &str, columns: Vec<(&str, ArrayRef)>) {
    let batch = RecordBatch::try_from_iter_with_nullable(
        columns.into_iter().map(|(name, column)| (name, column, true)),
    );
    let batch = batch.unwrap();
    let file = File::create(folder.path(name)).unwrap();
    let mut writer = ArrowWriter::try_new(file, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
}

fn rows(folder: &Folder, name: &str) -> RecordBatch {
    let file = File::open(folder.path(name)).unwrap();
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).unwrap();
    let mut batches = reader.with_batch_size(100_000).build().unwrap();
    let batch = batches.next().unwrap().unwrap();
    assert!(batches.next().is_none());
    batch
}

#[test]
fn leads_score_alike_in_every_format() {
    let folder = Folder::new();
    folder.write("in.csv", table(3000)).write("in.ndjson", lines(3000));
    let run = |words: &str| {
        let output = folder.score(words);
        assert!(output.status.success(), "{words}: {}", folder.said(&output));
    };
    run("--in @in.csv --out @expected.csv");
    let expected = folder.read("expected.csv");
    // Kept columns are texts, the scores beside them are renamed by leaving them out.
    run("--in @in.ndjson --out @kept.csv --keep");
    run("--in @in.csv --out @scores.parquet");
    assert_eq!(rows_of(&folder, "scores.parquet"), 3000);
    for (from, keep) in [("in.csv", "--keep"), ("in.ndjson", "--keep --jobs 3")] {
        run(&format!("--in @{from} --out @kept.parquet {keep} --block 4000"));
        let leads = without_scores(&rows(&folder, "kept.parquet"));
        write_batch(&folder, "again.parquet", &leads);
        run("--in @again.parquet --out @again.csv --quiet");
        assert!(folder.read("again.csv") == expected, "{from}");
    }
}

fn rows_of(folder: &Folder, name: &str) -> usize {
    let file = File::open(folder.path(name)).unwrap();
    let batches = ParquetRecordBatchReaderBuilder::try_new(file).unwrap().build().unwrap();
    batches.map(|batch| batch.unwrap().num_rows()).sum()
}

fn without_scores(batch: &RecordBatch) -> RecordBatch {
    let columns: Vec<_> = (0..batch.num_columns() - 3).collect();
    batch.project(&columns).unwrap()
}

fn write_batch(folder: &Folder, name: &str, batch: &RecordBatch) {
    let file = File::create(folder.path(name)).unwrap();
    let mut writer = ArrowWriter::try_new(file, batch.schema(), None).unwrap();
    writer.write(batch).unwrap();
    writer.close().unwrap();
}

#[test]
fn columns_of_every_type_mean_what_their_texts_mean() {
    let folder = Folder::new();
    let model = small_model(&folder);
    let texts = "lead_id,Visits,Spend,Source,Mail\n7,12,3.25,Google,1\n8,0,-1,3,0\n9,7,,,0\n10,1000,10,Bing,1\n";
    folder.write("in.csv", texts);
    let output = folder.score_of(&model, "--in @in.csv --format csv", b"");
    let expected = String::from_utf8(output.stdout).unwrap();
    let ids: ArrayRef = Arc::new(Int64Array::from(vec![7, 8, 9, 10]));
    let sources = [Some("Google"), Some("3"), None, Some("Bing")];
    let coded: DictionaryArray<Int32Type> = sources.into_iter().collect();
    let visits = [12, 0, 7, 1000];
    let spends = [Some(3.25), Some(-1.0), None, Some(10.0)];
    let plain: Vec<(&str, ArrayRef)> = vec![
        ("lead_id", Arc::clone(&ids)),
        ("Visits", Arc::new(UInt16Array::from(visits.map(|v| v as u16).to_vec()))),
        ("Spend", Arc::new(Float64Array::from(spends.to_vec()))),
        ("Source", Arc::new(coded)),
        ("Mail", Arc::new(BooleanArray::from(vec![true, false, false, true]))),
    ];
    let other: Vec<(&str, ArrayRef)> = vec![
        ("Source", Arc::new(StringArray::from(sources.to_vec()))),
        ("Mail", Arc::new(Int8Array::from(vec![1, 0, 0, 1]))),
        ("lead_id", ids),
        ("Else", Arc::new(StringArray::from(vec!["a", "b", "c", "d"]))),
        ("Visits", Arc::new(StringArray::from(visits.map(|v| v.to_string()).to_vec()))),
        ("Spend", Arc::new(Float32Array::from(vec![3.25, -1.0, f32::NAN, 10.0]))),
    ];
    for columns in [plain, other] {
        write(&folder, "in.parquet", columns);
        let output = folder.score_of(&model, "--in @in.parquet --format csv", b"");
        assert_eq!(
            String::from_utf8(output.stdout.clone()).unwrap(),
            expected,
            "{}",
            folder.said(&output)
        );
    }
    // What is kept keeps its type, and is a number or nothing in JSON.
    let output =
        folder.score_of(&model, "--in @in.parquet --out @out.parquet --keep --explain 1", b"");
    assert!(output.status.success(), "{}", folder.said(&output));
    let schema = rows(&folder, "out.parquet").schema();
    let fields: Vec<_> =
        schema.fields().iter().map(|f| format!("{}: {}", f.name(), f.data_type())).collect();
    insta::assert_snapshot!(fields.join("\n"), @"
    Source: Utf8
    Mail: Int8
    lead_id: Int64
    Else: Utf8
    Visits: Utf8
    Spend: Float32
    raw_score: Float64
    bucket: Int32
    tier: Utf8
    reason_1: Utf8
    ");
    let output = folder.score_of(&model, "--in @in.parquet --format ndjson --keep", b"");
    insta::assert_snapshot!(String::from_utf8(output.stdout.clone()).unwrap(), @r#"
    {"Source":"Google","Mail":1,"lead_id":7,"Else":"a","Visits":"12","Spend":3.25,"raw_score":0.03752771023217467,"bucket":1,"tier":"E"}
    {"Source":"3","Mail":0,"lead_id":8,"Else":"b","Visits":"0","Spend":-1,"raw_score":0.15450590949876464,"bucket":2,"tier":"D"}
    {"Source":null,"Mail":0,"lead_id":9,"Else":"c","Visits":"7","Spend":null,"raw_score":0.046766674776922146,"bucket":1,"tier":"E"}
    {"Source":"Bing","Mail":1,"lead_id":10,"Else":"d","Visits":"1000","Spend":10,"raw_score":0.7089543820958959,"bucket":4,"tier":"B"}
    "#);
}

#[test]
fn faults_in_parquet_are_told_by_row() {
    let folder = Folder::new();
    let model = small_model(&folder);
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("Visits", Arc::new(Int64Array::from(vec![Some(1), Some(-1), None, Some(4)]))),
        ("Spend", Arc::new(StringArray::from(vec!["1", "x", "2", "1e999"]))),
    ];
    write(&folder, "in.parquet", columns);
    let words = "--in @in.parquet --errors @errors.csv --format csv";
    let output = folder.score_of(&model, words, b"");
    insta::assert_snapshot!(String::from_utf8(output.stdout.clone()).unwrap(), @"
    row,raw_score,bucket,tier
    1,0.01475176425253609,1,E
    ");
    insta::assert_snapshot!(folder.read("errors.csv"), @"
    line,column,code,detail
    2,Visits,out_of_range,Feature Visits must lie between 0 and 1000.
    2,Spend,wrong_type,Feature Spend must be a number.
    3,Visits,missing,Feature Visits is required.
    4,Spend,not_finite,Feature Spend must be a finite number.
    ");
    insta::assert_snapshot!(folder.said(&output), @r#"
    warning: 2 of 4 features are in no column and count as missing or by default: "Source", "Mail"
    scored 1 of 4 rows; 3 left out for 4 faults, see errors.csv
    "#);
    let output = folder.score_of(&model, "--in @in.parquet", b"");
    insta::assert_snapshot!(folder.said(&output), @r#"
    warning: 2 of 4 features are in no column and count as missing or by default: "Source", "Mail"
    lead-model: failed to write the scores: Parquet goes to a file; name it with --out, or say --format csv
    "#);
    let output = folder.score_of(&model, "", &std::fs::read(folder.path("in.parquet")).unwrap());
    insta::assert_snapshot!(folder.said(&output), @"lead-model: failed to read standard input: Parquet is read from its end: name the file with --in");
}
