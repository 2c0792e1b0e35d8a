//! Training on worlds whose truth is known: bent, straight, crossed, and dated.

use lead_model::{
    Artifact, Feature, Kind, Presence, Schema, Scorer,
    measure::auc,
    train::{PairCount, Params, Progress, Table, Tiers, train},
};
use rand_pcg::{
    Pcg64,
    rand_core::{Rng, SeedableRng},
};

const ROWS: usize = 6000;

/// Seeded draws, uniform between -1 and 1.
struct Draws(Pcg64);

impl Draws {
    fn next(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
    }
}

/// A table of four numbers, the last with gaps, and the true log-odds of each row.
struct World {
    table: Table,
    truth: Vec<f64>,
}

fn feature(name: &str) -> Feature {
    Feature {
        name: name.to_owned(),
        group: String::new(),
        kind: Kind::Real,
        min: None,
        max: None,
        presence: Presence::Optional,
        levels: Vec::new(),
        missing: Vec::new(),
        decimal: None,
        meaning: String::new(),
        unit: None,
        phrase: format!("{name} is {{n}}"),
        denial: None,
    }
}

fn world(seed: u64, truth: impl Fn(&[f64]) -> f64) -> World {
    let mut draws = Draws(Pcg64::seed_from_u64(seed));
    let mut columns = vec![Vec::new(); 4];
    let (mut converted, mut odds) = (Vec::new(), Vec::new());
    for _ in 0..ROWS {
        let mut row: Vec<_> = (0..4).map(|_| draws.next()).collect();
        if draws.next() < -0.8 {
            row[3] = f64::NAN;
        }
        let z = truth(&row);
        converted.push((draws.next() + 1.0) / 2.0 < 1.0 / (1.0 + (-z).exp()));
        odds.push(z);
        for (column, value) in columns.iter_mut().zip(row) {
            column.push(value);
        }
    }
    let schema = Schema::new("known", ["a", "b", "c", "d"].map(feature).to_vec()).unwrap();
    World { table: Table::new(schema, columns, converted, "a known truth").unwrap(), truth: odds }
}

fn trained(table: &Table, params: Params) -> Artifact {
    train(table, &params.check().unwrap(), "known", "0", &Progress::none()).unwrap()
}

/// The AUC of a model, and that of the truth, on rows of another seed.
fn aucs(artifact: &Artifact, fresh: &World) -> [f64; 2] {
    let points = |row: usize| {
        let values: Vec<_> = fresh.table.columns().iter().map(|column| column[row]).collect();
        let curves = artifact.scorecard.curves.iter().zip(&values);
        let position = |name: &String| artifact.schema.position(name).unwrap();
        let pairs = artifact.scorecard.pairs.iter().map(|pair| {
            let [first, second] = pair.features.each_ref().map(|name| values[position(name)]);
            pair.points(first, second)
        });
        curves.map(|(entry, &value)| entry.curve.points(value)).sum::<f64>() + pairs.sum::<f64>()
    };
    let converted = fresh.table.converted();
    let measured = |score: &dyn Fn(usize) -> f64| {
        auc(&(0..ROWS).map(|row| (score(row), converted[row])).collect::<Vec<_>>())
    };
    [measured(&points), measured(&|row| fresh.truth[row])]
}

/// Bent, stepped, and waved, with points of its own where the last value is missing.
fn bent(row: &[f64]) -> f64 {
    let step = if row[1] > 0.3 { 1.5 } else { -0.5 };
    let gap = if row[3].is_nan() { 1.0 } else { -0.5 * row[3] };
    2.0 * row[0] * row[0] + step + (4.0 * row[2]).sin() + gap - 1.5
}

fn straight(row: &[f64]) -> f64 {
    1.2 * row[0] - 0.8 * row[1] + 0.3 * row[2] - 0.5
}

#[test]
fn ramps_come_within_half_a_point_of_a_bent_additive_truth() {
    let artifact = trained(&world(1, bent).table, Params::default());
    let [found, best] = aucs(&artifact, &world(2, bent));
    assert!(found > best - 0.005, "{found} against {best}");
    assert!(artifact.scorecard.pairs.is_empty(), "pairs where the truth is additive");
}

#[test]
fn where_the_truth_is_straight_ramps_lose_next_to_nothing_against_lines() {
    let (table, fresh) = (world(3, straight).table, world(4, straight));
    let [bent, _] = aucs(&trained(&table, Params::default()), &fresh);
    let lines = Params::default().linear(true).pairs(PairCount::Exactly(0));
    let [line, _] = aucs(&trained(&table, lines), &fresh);
    assert!(bent > line - 0.002, "{bent} against {line}");
}

#[test]
fn a_pair_that_only_says_something_together_is_found_and_pays() {
    let crossed = |row: &[f64]| 3.0 * row[0] * row[2] - 0.5 * row[1];
    let (table, fresh) = (world(5, crossed).table, world(6, crossed));
    let artifact = trained(&table, Params::default());
    let pairs: Vec<_> = artifact.scorecard.pairs.iter().map(|pair| &pair.features).collect();
    assert_eq!(pairs, [&["a".to_owned(), "c".to_owned()]]);
    let [with, best] = aucs(&artifact, &fresh);
    let [without, _] =
        aucs(&trained(&table, Params::default().pairs(PairCount::Exactly(0))), &fresh);
    assert!(with > best - 0.01 && with > without + 0.1, "{with}, {without}, {best}");
}

#[test]
fn what_a_pair_says_of_one_feature_alone_is_in_its_curve() {
    let crossed = |row: &[f64]| 3.0 * row[0] * row[2] + row[0];
    let table = world(7, crossed).table;
    let artifact = trained(&table, Params::default().pairs(PairCount::Exactly(2)));
    for pair in &artifact.scorecard.pairs {
        let columns = pair
            .features
            .each_ref()
            .map(|name| &table.columns()[artifact.schema.position(name).unwrap()]);
        let rows = columns[0].iter().zip(columns[1]);
        let points: Vec<_> = rows.map(|(&first, &second)| pair.points(first, second)).collect();
        let mean = points.iter().sum::<f64>() / points.len() as f64;
        assert!(mean.abs() < 1e-6, "the pair {:?} lifts the average lead by {mean}", pair.features);
    }
}

#[test]
fn any_number_of_threads_makes_the_same_model() {
    let table = world(8, bent).table;
    let params = Params::default().check().unwrap();
    let with = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| train(&table, &params, "known", "0", &Progress::none()).unwrap())
    };
    assert_eq!(with(1).fingerprint(), with(3).fingerprint());
}

#[test]
fn the_newest_rows_are_held_out_where_time_is_known() {
    let table = world(9, bent).table;
    // The outcome turns at the end of time: a model that has not seen it must do badly there.
    let turn = ROWS * 8 / 10;
    let converted: Vec<_> =
        table.converted().iter().enumerate().map(|(row, &c)| c != (row >= turn)).collect();
    let dated = Table::new(table.schema().clone(), table.columns().to_vec(), converted, "dated")
        .unwrap()
        .with_time("created", (0..ROWS).map(|row| row as f64).collect())
        .unwrap();
    let artifact = trained(&dated, Params::default().penalty(5.0).pieces(8));
    assert_eq!(artifact.training.newest_by.as_deref(), Some("created"));
    assert!(artifact.training.auc < 0.3, "{}", artifact.training.auc);
}

#[test]
fn a_model_can_stay_the_one_that_was_measured() {
    let table = world(10, bent).table;
    let plain = Params::default().penalty(5.0).pieces(8).pairs(PairCount::Exactly(0));
    let measured = trained(&table, plain.clone().refit(false));
    let refitted = trained(&table, plain);
    assert_eq!((measured.training.rows, measured.training.refitted), (4800, false));
    assert_eq!((refitted.training.rows, refitted.training.refitted), (6000, true));
    assert_eq!(measured.training.quality, refitted.training.quality);
    assert_ne!(measured.scorecard, refitted.scorecard);
}

#[test]
fn tiers_can_be_parted_by_the_training_scores() {
    let table = world(11, bent).table;
    let artifact = trained(&table, Params::default().penalty(5.0).pieces(8).tiers(Tiers::Quantile));
    let tiers = &artifact.training.quality.as_ref().unwrap().tiers;
    let best = tiers[0].rows as f64 / artifact.training.test_rows as f64;
    assert!((0.07..0.13).contains(&best), "{best}");
    assert!(Scorer::new(artifact).is_ok());
}

/// A table of a number, a category with a rare level, and a number with gaps, whose truth crosses all of them.
fn mixed() -> Table {
    let mut draws = Draws(Pcg64::seed_from_u64(21));
    let mut columns = vec![Vec::new(); 3];
    let mut converted = Vec::new();
    for row in 0..ROWS {
        let size = draws.next();
        let source =
            if row.is_multiple_of(400) { 3.0 } else { ((draws.next() + 1.0) * 1.5).floor() };
        let age = if draws.next() < -0.7 { f64::NAN } else { draws.next() };
        let lean = if source == 1.0 { 2.5 } else { -1.0 };
        let gap = if age.is_nan() { 1.5 * size } else { -age };
        converted.push((draws.next() + 1.0) / 2.0 < 1.0 / (1.0 + (-(lean * size + gap)).exp()));
        for (column, value) in columns.iter_mut().zip([size, source, age]) {
            column.push(value);
        }
    }
    let levels = ["web", "fair", "call", "mail"].map(str::to_owned).to_vec();
    let source = Feature { kind: Kind::Category, levels, ..feature("source") };
    let schema = Schema::new("mixed", vec![feature("size"), source, feature("age")]).unwrap();
    Table::new(schema, columns, converted, "mixed").unwrap()
}

#[test]
fn along_each_side_of_a_pair_the_training_rows_gain_nothing_on_average() {
    let table = mixed();
    let artifact = trained(&table, Params::default().pairs(PairCount::Exactly(3)));
    assert!(artifact.scorecard.pairs.len() >= 2);
    for pair in &artifact.scorecard.pairs {
        let columns = pair
            .features
            .each_ref()
            .map(|name| &table.columns()[artifact.schema.position(name).unwrap()]);
        // Rows between two knots lie in both cells, with their shares, as in the fit.
        for side in [0, 1] {
            let mut sums = vec![0.0; pair.axes[side].cells() + 1];
            let mut counts = sums.clone();
            for (&along, &beside) in columns[side].iter().zip(columns[1 - side]) {
                let (cell, share) = pair.axes[side].locate(along);
                let (other, across) = pair.axes[1 - side].locate(beside);
                for (cell, share) in [(cell, 1.0 - share), (cell + 1, share)] {
                    for (other, across) in [(other, 1.0 - across), (other + 1, across)] {
                        let weight = share * across;
                        if weight > 0.0 {
                            let at = if side == 0 { [cell, other] } else { [other, cell] };
                            sums[cell] += weight * pair.points[at[0]][at[1]];
                            counts[cell] += weight;
                        }
                    }
                }
            }
            for (sum, count) in sums.iter().zip(&counts).filter(|(_, count)| **count > 0.0) {
                assert!((sum / count).abs() < 1e-9, "{:?}: {sum} of {count}", pair.features);
            }
        }
        let rows: u64 = pair.rows.iter().flatten().sum();
        assert!(rows.abs_diff(ROWS as u64) < 30, "{rows} rows are counted");
    }
}

#[test]
fn what_no_training_row_lacked_says_nothing_when_it_is_missing() {
    let table = mixed();
    let artifact = trained(&table, Params::default().pairs(PairCount::Exactly(3)));
    let curves = &artifact.scorecard.curves;
    assert_eq!(curves[0].curve.points(f64::NAN), 0.0);
    assert_eq!(curves[1].curve.points(f64::NAN), 0.0);
    assert_ne!(curves[2].curve.points(f64::NAN), 0.0);
    // The rare level shares its points with levels that nobody has seen.
    assert_eq!(curves[1].curve.points(3.0), curves[1].curve.points(4.0));
    for pair in &artifact.scorecard.pairs {
        let at = pair.features.iter().position(|name| name == "size");
        let said = match at {
            Some(0) => pair.points(f64::NAN, 1.0),
            Some(_) => pair.points(1.0, f64::NAN),
            None => 0.0,
        };
        assert_eq!(said, 0.0, "{:?}", pair.features);
    }
}

#[test]
fn one_candidate_is_chosen_and_it_is_the_model() {
    let table = mixed();
    for pairs in [PairCount::Auto, PairCount::Exactly(2), PairCount::Exactly(0)] {
        let artifact = trained(&table, Params::default().pairs(pairs));
        let selection = artifact.training.selection.as_ref().unwrap();
        let chosen: Vec<_> = selection.candidates.iter().filter(|c| c.chosen).collect();
        assert_eq!(chosen.len(), 1, "{pairs:?}");
        assert_eq!(chosen[0].pairs as usize, artifact.scorecard.pairs.len(), "{pairs:?}");
        assert_eq!(chosen[0].penalty, artifact.training.penalty);
        assert!(selection.candidates.iter().all(|c| c.excess[0] >= 0.0), "{pairs:?}");
    }
}

#[test]
fn years_are_time_enough_to_hold_out_the_newest() {
    let table = world(12, bent).table;
    let year = |row: usize| 2020.0 + (row * 4 / ROWS) as f64;
    let dated = table.clone().with_time("year", (0..ROWS).map(year).collect()).unwrap();
    let artifact = trained(&dated, Params::default().penalty(5.0).pieces(4));
    assert_eq!(artifact.training.test_rows, ROWS as u64 / 4, "the newest year is held out whole");
    let one = table.with_time("year", vec![2020.0; ROWS]).unwrap();
    let error = train(&one, &Params::default().check().unwrap(), "x", "0", &Progress::none());
    let error = error.unwrap_err().to_string();
    assert!(error.contains("held-out part of the table has 0 rows"), "{error}");
}

#[test]
fn a_table_too_wide_for_the_method_is_refused_with_a_way_out() {
    let (rows, width) = (200, 2500);
    let column = |at: usize| {
        (0..rows).map(|row| f64::from(u8::from((row * 7 + at).is_multiple_of(3)))).collect()
    };
    let features = (0..width).map(|at| feature(&format!("f{at}"))).collect();
    let schema = Schema::new("wide", features).unwrap();
    let converted = (0..rows).map(|row| row % 2 == 0).collect();
    let table = Table::new(schema, (0..width).map(column).collect(), converted, "wide").unwrap();
    let error = train(&table, &Params::default().check().unwrap(), "x", "0", &Progress::none());
    insta::assert_snapshot!(error.unwrap_err(), @"the columns make 5000 weights, 4000 is the most: leave out columns with --drop, or ask for fewer --pieces");
}

#[test]
fn a_flag_takes_part_in_pairs_unless_hardly_a_lead_has_it() {
    let crossed = |often: usize| {
        let mut draws = Draws(Pcg64::seed_from_u64(31));
        let mut columns = vec![Vec::new(); 2];
        let mut converted = Vec::new();
        for row in 0..ROWS {
            let (flag, size) = (f64::from(u8::from(row.is_multiple_of(often))), draws.next());
            let lean = if flag == 1.0 { 4.0 } else { -1.0 };
            converted.push((draws.next() + 1.0) / 2.0 < 1.0 / (1.0 + (-lean * size).exp()));
            columns[0].push(flag);
            columns[1].push(size);
        }
        let flag = Feature { kind: Kind::Flag, min: Some(0.0), ..feature("flag") };
        let schema = Schema::new("flag", vec![flag, feature("size")]).unwrap();
        let table = Table::new(schema, columns, converted, "flag").unwrap();
        trained(&table, Params::default()).scorecard.pairs.len()
    };
    assert_eq!([crossed(4), crossed(200)], [1, 0]);
}
