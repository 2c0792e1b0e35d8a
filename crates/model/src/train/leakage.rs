//! Columns that know too much: what was filled in because a lead converted predicts that it did.
//!
//! Two measures, both an area under the ROC curve of one feature alone: of its values, and of whether it is there at all.
//! Values are ranked as they are, in either direction, and by the conversion rate of their bin or level. That rate is
//! taken on the other folds of five and drawn towards the base rate, so that a column of a thousand rare levels does not
//! look like knowledge. A warning is no verdict: a person knows when a column is filled in.

use super::Table;
use crate::measure::auc;
use crate::schema::{Feature, Kind};

/// Values that order the leads better than this are suspected; honest columns rarely reach 0.9.
const VALUES: f64 = 0.95;
/// Values that order the leads better than this deserve a question.
const HINT: f64 = 0.85;
/// A gap that tells more than this is suspected: converted and other leads differ by half in how often it is filled.
const GAPS: f64 = 0.75;
/// Rows that are looked at, evenly spread: the error of an area is then below 0.01.
const ROWS: usize = 20_000;
/// Fewest leads of either outcome for a word on any column: below, chance alone looks like knowledge.
const FEWEST_OUTCOMES: usize = 40;
const FOLDS: usize = 5;
/// Bins of a number.
const BINS: usize = 32;
/// Rows at the base rate that are mixed into each bin.
const PRIOR_ROWS: f64 = 10.0;
/// Fewest values of either outcome for a ranking of values as they are.
const FEWEST: usize = 20;

impl Table {
    /// Warnings about features that alone tell the outcome, one sentence each, in schema order.
    pub fn leaks(&self) -> Vec<String> {
        let step = self.converted.len().div_ceil(ROWS).max(1);
        let converted: Vec<bool> = self.converted.iter().step_by(step).copied().collect();
        let positives = converted.iter().filter(|&&converted| converted).count();
        if positives.min(converted.len() - positives) < FEWEST_OUTCOMES {
            return Vec::new();
        }
        let features = self.schema.features().iter().zip(&self.columns);
        features
            .filter_map(|(feature, values)| {
                let values: Vec<f64> = values.iter().step_by(step).copied().collect();
                warning(feature, &values, &converted)
            })
            .collect()
    }
}

fn warning(feature: &Feature, values: &[f64], converted: &[bool]) -> Option<String> {
    let name = &feature.name;
    let advice = format!(
        "if it is only filled in once the outcome is known, leave it out with --drop {name:?}"
    );
    let gaps = of_gaps(values, converted);
    if gaps > GAPS {
        return Some(format!(
            "whether {name:?} is filled in alone predicts the outcome (AUC {gaps:.3}); {advice}"
        ));
    }
    let area = of_values(feature, values, converted);
    if area > VALUES {
        return Some(format!("{name:?} alone predicts the outcome (AUC {area:.3}); {advice}"));
    }
    (area > HINT).then(|| {
        format!(
            "{name:?} alone ranks the leads with AUC {area:.3}: make sure that it is known before the outcome"
        )
    })
}

/// Area under the curve of "is missing", or of "is there".
fn of_gaps(values: &[f64], converted: &[bool]) -> f64 {
    let outcomes: Vec<_> = values
        .iter()
        .zip(converted)
        .map(|(value, &converted)| (f64::from(u8::from(value.is_nan())), converted))
        .collect();
    either_way(auc(&outcomes))
}

fn of_values(feature: &Feature, values: &[f64], converted: &[bool]) -> f64 {
    let by_rate = auc(&rates(&bins(feature, values), converted));
    if feature.kind == Kind::Category {
        return by_rate;
    }
    let there = values.iter().zip(converted).filter(|(value, _)| !value.is_nan());
    let outcomes: Vec<_> = there.map(|(&value, &converted)| (value, converted)).collect();
    let positives = outcomes.iter().filter(|outcome| outcome.1).count();
    if positives.min(outcomes.len() - positives) < FEWEST {
        return by_rate;
    }
    by_rate.max(either_way(auc(&outcomes)))
}

/// A feature that ranks leads upside down is as good as one that does not.
fn either_way(area: f64) -> f64 {
    area.max(1.0 - area)
}

/// A bin for every value, 0 for missing: of equal rows for numbers, one per level for categories.
fn bins(feature: &Feature, values: &[f64]) -> Vec<usize> {
    let mut sorted: Vec<f64> = values.iter().copied().filter(|value| !value.is_nan()).collect();
    sorted.sort_by(f64::total_cmp);
    let edges = if feature.kind == Kind::Category {
        sorted.dedup();
        sorted
    } else {
        let step = sorted.len().div_ceil(BINS).max(1);
        let mut edges: Vec<f64> = sorted.into_iter().step_by(step).collect();
        edges.dedup();
        edges
    };
    let bin = |value: &f64| {
        if value.is_nan() { 0 } else { edges.partition_point(|edge| edge <= value) }
    };
    values.iter().map(bin).collect()
}

/// Every row with the conversion rate of its bin on the other folds.
fn rates(bins: &[usize], converted: &[bool]) -> Vec<(f64, bool)> {
    let width = bins.iter().max().map_or(0, |max| max + 1);
    let mut counts = vec![[(0.0, 0.0); FOLDS]; width];
    let mut folds = [(0.0, 0.0); FOLDS];
    for (row, (&bin, &converted)) in bins.iter().zip(converted).enumerate() {
        for (rows, conversions) in [&mut counts[bin][fold(row)], &mut folds[fold(row)]] {
            *rows += 1.0;
            *conversions += f64::from(u8::from(converted));
        }
    }
    let others = |counts: &[(f64, f64); FOLDS], fold: usize| {
        let others = counts.iter().enumerate().filter(|(other, _)| *other != fold);
        others.fold((0.0, 0.0), |sum, (_, count)| (sum.0 + count.0, sum.1 + count.1))
    };
    let rate = |row: usize, bin: usize| {
        let (all, all_conversions) = others(&folds, fold(row));
        let (rows, conversions) = others(&counts[bin], fold(row));
        let base = all_conversions / f64::max(all, 1.0);
        (conversions + PRIOR_ROWS * base) / (rows + PRIOR_ROWS)
    };
    bins.iter().zip(converted).enumerate().map(|(row, (&bin, &c))| (rate(row, bin), c)).collect()
}

/// The fold of a row, without any order that rows may have: Fibonacci hashing, Knuth volume 3, section 6.4.
fn fold(row: usize) -> usize {
    ((row as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) as usize % FOLDS
}

#[cfg(test)]
mod tests {
    use crate::{
        columns::Columns,
        sheet::{Form, Sheet},
        train::Table,
    };

    /// Leaks of a table of `rows` rows; `row` writes one, its outcome first.
    fn leaks(header: &str, rows: usize, row: impl Fn(usize) -> String) -> Vec<String> {
        let body: String = (0..rows).map(row).collect();
        let sheet = Sheet::read(format!("{header}\n{body}").into_bytes(), Form::default()).unwrap();
        let mut columns = Columns::infer("test", &sheet, &[]);
        let target = crate::columns::Role::Target { positive: None };
        columns.mark("won", target).unwrap();
        Table::from_sheet(&sheet, &columns, None, "test").unwrap().leaks()
    }

    #[test]
    fn columns_that_know_the_outcome_are_named() {
        let found = leaks("won,call,reason,visits,lost", 3000, |row| {
            let won = row % 3 == 0;
            let call = if won { 100 + row % 50 } else { row % 40 };
            let reason = if won { row % 40 } else { 40 + row % 30 };
            let lost = if won { "" } else { ["price", "time"][row % 2] };
            format!("{},{call},r{reason},{},{lost}\n", u8::from(won), row % 11)
        });
        insta::assert_snapshot!(found.join("\n"), @r#"
        "call" alone predicts the outcome (AUC 1.000); if it is only filled in once the outcome is known, leave it out with --drop "call"
        "reason" alone predicts the outcome (AUC 1.000); if it is only filled in once the outcome is known, leave it out with --drop "reason"
        whether "lost" is filled in alone predicts the outcome (AUC 1.000); if it is only filled in once the outcome is known, leave it out with --drop "lost"
        "#);
    }

    #[test]
    fn strong_columns_are_asked_about_and_few_rows_say_nothing() {
        let row = |row: usize| {
            let won = row.is_multiple_of(3);
            let calls = row * 31 % 97 + if won { 60 } else { 0 };
            format!("{},{calls}\n", u8::from(won))
        };
        let found = leaks("won,calls", 3000, row);
        let beginning = "\"calls\" alone ranks the leads with AUC 0.9";
        assert!(found.len() == 1 && found[0].starts_with(beginning), "{found:?}");
        assert_eq!(
            leaks("won,calls", 117, |at| format!("{},{}\n", u8::from(at % 3 == 0), at % 3)),
            [""; 0]
        );
    }

    #[test]
    fn rare_levels_by_the_hundred_are_no_knowledge() {
        let found = leaks("won,town", 6000, |row| {
            let town = (row * 7919) % 997;
            format!("{},town{town}\n", u8::from((row * 31) % 7 < 2))
        });
        assert_eq!(found, [""; 0]);
    }
}
