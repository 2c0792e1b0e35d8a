//! Training finds the truth, says when it cannot, and gives the same bytes for the same seed.

use lead_model::{
    Artifact, ModelError, Schema, Scorer,
    synth::Leads,
    train::{PairCount, Params, Progress, Table, ValidParams},
};

/// A recipe that leaves nothing to cross-validation, so that a test is quick.
fn plain() -> Params {
    Params::default().penalty(5.0).pieces(6).pairs(PairCount::Exactly(0))
}

fn params() -> ValidParams {
    plain().check().unwrap()
}

fn train(table: &Table, params: &ValidParams) -> Result<Artifact, ModelError> {
    lead_model::train::train(table, params, "test", "0", &Progress::none())
}

/// Synthetic leads as CSV; `outcome` decides what stands in the target column.
fn csv(rows: usize, outcome: impl Fn(usize, bool) -> bool) -> String {
    let schema = Schema::b2b();
    let names: Vec<_> = schema.features().iter().map(|feature| feature.name.as_str()).collect();
    let mut csv = format!("won,{}\n", names.join(","));
    for (row, example) in Leads::new(42).take(rows).enumerate() {
        csv.push_str(if outcome(row, example.converted) { "yes" } else { "no" });
        for value in example.lead.values() {
            csv.push_str(&format!(",{value}"));
        }
        csv.push('\n');
    }
    csv
}

fn read(csv: &str) -> Result<Table, ModelError> {
    Table::from_csv(Schema::b2b(), csv.as_bytes(), "won", "a test")
}

fn trained(csv: &str) -> Artifact {
    train(&read(csv).unwrap(), &params()).unwrap()
}

#[test]
fn a_model_comes_close_to_the_truth() {
    let artifact = train(&Table::synthetic(6000, 7), &params()).unwrap();
    let training = &artifact.training;
    let best = training.best_auc.unwrap();
    assert!(training.auc > best - 0.02, "{} against {best}", training.auc);
    assert_eq!((training.rows, training.test_rows, training.refitted), (6000, 1200, true));
    let share = |positives: u64, rows: u64| positives as f64 / rows as f64;
    let shares = share(training.positives, training.rows)
        - share(training.test_positives, training.test_rows);
    assert!(shares.abs() < 0.001, "the split is not stratified: {shares}");
}

#[test]
fn rows_from_csv_and_from_the_world_train_the_same_model() {
    let mut from_csv = trained(&csv(3000, |_, converted| converted));
    let world = train(&Table::synthetic(3000, 42), &params()).unwrap();
    from_csv.training.best_auc = world.training.best_auc;
    from_csv.training.source.clone_from(&world.training.source);
    assert_eq!(from_csv, world);
}

/// linfa takes the more frequent outcome for the positive one; a model must not.
#[test]
fn the_rarer_and_the_more_frequent_outcome_can_both_be_the_target() {
    let rare = Scorer::new(trained(&csv(3000, |_, converted| converted))).unwrap();
    let frequent = Scorer::new(trained(&csv(3000, |_, converted| !converted))).unwrap();
    assert!(rare.artifact().training.auc > 0.8 && frequent.artifact().training.auc > 0.8);
    assert!(rare.artifact().training.positives < frequent.artifact().training.positives);
    let opposite: Vec<_> = Leads::new(8)
        .take(200)
        .map(|example| rare.score(&example.lead).log_odds + frequent.score(&example.lead).log_odds)
        .collect();
    assert!(opposite.iter().all(|sum| sum.abs() < 1e-5), "{opposite:?}");
}

#[test]
fn half_and_half_outcomes_keep_their_orientation() {
    let artifact = trained(&csv(2000, |row, converted| converted || row % 8 < 3));
    let share = artifact.training.positives as f64 / artifact.training.rows as f64;
    assert!((0.45..0.55).contains(&share), "{share}");
    assert!(artifact.training.auc > 0.6, "{}", artifact.training.auc);
}

#[test]
fn curves_are_centred_on_the_training_rows() {
    let csv = csv(2000, |_, converted| converted);
    let artifact = trained(&csv);
    let position = Schema::b2b().position("use_case_alignment").unwrap();
    let curve = &artifact.scorecard.curves[position].curve;
    // The mean over all rows stands for the mean over the training part.
    let points =
        Leads::new(42).take(2000).map(|example| curve.points(example.lead.values()[position]));
    assert!((points.sum::<f64>() / 2000.0).abs() < 0.02);
}

#[test]
fn too_few_outcomes_of_one_kind_are_an_error() {
    let error = train(&read(&csv(200, |row, _| row < 10)).unwrap(), &params()).unwrap_err();
    insta::assert_snapshot!(error, @"the table has 10 converted and 190 other leads, training needs at least 40 of each; bring more rows, or check the target column");
}

#[test]
fn parameters_out_of_range_are_named() {
    let refused = [
        Params::default().penalty(0.0),
        Params::default().penalty(f64::NAN),
        Params::default().pieces(0),
        Params::default().pieces(33),
        Params::default().min_count(0),
        Params::default().holdout(0.9),
        Params::default().folds(1),
        Params::default().pairs(PairCount::Exactly(65)),
    ];
    let reasons: Vec<_> = refused.into_iter().map(|p| p.check().unwrap_err().to_string()).collect();
    insta::assert_snapshot!(reasons.join("\n"), @r"
    training parameter penalty is 0, it must be between 0.000001 and 10000
    training parameter penalty is NaN, it must be between 0.000001 and 10000
    training parameter pieces is 0, it must be between 1 and 32
    training parameter pieces is 33, it must be between 1 and 32
    training parameter min-count is 0, it must be at least 1
    training parameter holdout is 0.9, it must be between 0.05 and 0.5
    training parameter folds is 1, it must be between 2 and 20
    training parameter pairs is 65, it must be at most 64
    ");
}

#[test]
fn a_row_that_is_no_lead_is_named_with_its_line() {
    let good = csv(3, |_, converted| converted);
    let lines: Vec<_> = good.lines().collect();
    let edit = |line: usize, from: &str, to: &str| {
        let mut lines: Vec<_> = lines.iter().map(|line| (*line).to_owned()).collect();
        lines[line] = lines[line].replacen(from, to, 1);
        let [windows, unix] = ["\r\n", "\n"].map(|end| {
            read(&lines.join(end)).map(drop).expect_err("the table was accepted").to_string()
        });
        assert_eq!(windows, unix);
        windows
    };
    let header = |from: &str, to: &str| edit(0, from, to);
    let cells: Vec<_> = lines[2].split(',').collect();
    let reasons = [
        header("won", "outcome"),
        header("bounce_rate", "bounce"),
        header("bounce_rate", "company_revenue"),
        header(",company_revenue", ""),
        header("bounce_rate", &"long".repeat(100)),
        edit(2, cells[0], "perhaps"),
        edit(2, &format!(",{},", cells[1]), ",,"),
        edit(2, &format!(",{},", cells[1]), ",lots,"),
        edit(2, &format!(",{},", cells[1]), ",-1,"),
        edit(2, &format!(",{},", cells[1]), ","),
    ];
    insta::assert_snapshot!(reasons.join("\n"), @r#"
    table, line 1: there is no target column "won"
    table, line 1: column "bounce" is no feature of schema b2b
    table, line 1: column "company_revenue" appears twice, as column 2 and as column 15; rename one of them
    table, line 2: the row has 51 fields under 50 names; is there a decimal comma or half a row in it?; 3 of 3 rows cannot be used (also on lines 3, 4), more than 1 %: mend the file, or check --delimiter, --encoding, and --schema
    table, line 1: column "longlonglonglonglonglonglonglonglonglonglonglonglonglonglonglong" is no feature of schema b2b
    table, line 3: column "won" must be 0 or 1, true or false, yes or no
    table, line 3: column "company_revenue" is empty and has no default
    table, line 3: column "company_revenue" holds "lots", which is no number
    table, line 3: Feature company_revenue must be at least 0
    table, line 3: the row has 50 fields under 51 names; is there a decimal comma or half a row in it?; 1 of 3 rows cannot be used, more than 1 %: mend the file, or check --delimiter, --encoding, and --schema
    "#);
}

#[test]
fn a_table_from_a_spreadsheet_is_read() {
    let good = csv(3, |_, converted| converted);
    let table = read(&format!("\u{feff}{}", good.replace('\n', "\r\n"))).unwrap();
    assert_eq!((table.len(), table.positives()), (3, read(&good).unwrap().positives()));
}
