//! Drift is measured as the formula says, by parts as well as at once, and never invented from few rows.

use lead_model::{Drift, Histogram, Kind, Lead, Reference, Schema, Score, Scorer, Severity, Tally};
use proptest::prelude::*;

use crate::compiled::feature;

/// A schema of one number and one category, both optional.
fn schema() -> Schema {
    Schema::new("two", vec![feature(0, Kind::Real), feature(1, Kind::Category)]).unwrap()
}

fn reference() -> Reference {
    Reference {
        features: vec![
            Histogram {
                of: "f0".to_owned(),
                edges: vec![1.0, 2.0],
                counts: vec![400, 300, 200],
                missing: 100,
                range: Some([0.0, 5.0]),
            },
            Histogram {
                of: "f1".to_owned(),
                edges: vec![1.0, 3.0],
                counts: vec![600, 400, 0],
                missing: 0,
                range: Some([1.0, 3.0]),
            },
        ],
        score: Histogram {
            of: "score".to_owned(),
            edges: vec![0.5],
            counts: vec![500, 500],
            missing: 0,
            range: Some([0.1, 0.9]),
        },
    }
}

fn lead(values: [f64; 2]) -> Lead {
    let names = ["f0", "f1"].into_iter().zip(values).filter(|(_, value)| !value.is_nan());
    let features: serde_json::Map<_, _> =
        names.map(|(name, value)| (name.to_owned(), value.into())).collect();
    let body = serde_json::json!({"lead_id": "", "features": features});
    Lead::from_json(&schema(), body.to_string().as_bytes()).unwrap()
}

fn score(probability: f64) -> Score {
    let bucket = lead_model::CutPoints::CONTRACT.bucket(probability);
    Score { probability, log_odds: 0.0, bucket, tier: bucket.tier() }
}

fn tally(rows: impl IntoIterator<Item = ([f64; 2], f64)>) -> Tally {
    let mut tally = Tally::new(&reference(), &schema());
    for (values, probability) in rows {
        tally.add(&lead(values), &score(probability));
    }
    tally
}

fn times<T: Clone>(count: usize, row: T) -> impl Iterator<Item = T> {
    std::iter::repeat_n(row, count)
}

#[test]
fn the_index_is_what_the_formula_gives_by_hand() {
    // Live shares 0.2, 0.3, 0.4, 0.1 against 0.4, 0.3, 0.2, 0.1: 0.2 ln 2 twice.
    let rows = times(20, ([1.0, 1.0], 0.4)).chain(times(30, ([2.0, 1.0], 0.6)));
    let rows = rows.chain(times(40, ([9.0, 3.0], 0.4))).chain(times(10, ([f64::NAN, 1.0], 0.95)));
    let drift = Drift::between(&reference(), &tally(rows));
    let [number, category] = &drift.features[..] else { panic!("two features") };
    assert!((number.psi - 2.0 * 0.2 * 2.0_f64.ln()).abs() < 1e-12);
    assert_eq!((number.verdict, number.missing, number.outside), (Severity::Act, [0.1, 0.1], 0.4));
    assert!((number.chance_psi - 3.0 * (1.0 / 1000.0 + 1.0 / 100.0)).abs() < 1e-12);
    // The same shares as in training; nobody has another level or none, so those are no bins.
    assert_eq!((category.psi, category.verdict), (0.0, Severity::Steady));
    assert!((category.chance_psi - 0.011).abs() < 1e-12);
    // Live 0.6 and 0.4 against a half each.
    assert!((drift.score.psi - 0.1 * (1.2_f64.ln() - 0.8_f64.ln())).abs() < 1e-12);
    assert_eq!(drift.score.outside, 0.1);
    assert_eq!((drift.rows, drift.verdict()), (100, Severity::Act));
}

#[test]
fn a_bin_that_only_one_side_knows_counts_as_half_a_row_on_the_other() {
    let rows = times(540, ([1.0, 1.0], 0.4)).chain(times(360, ([1.0, 3.0], 0.6)));
    let rows = rows.chain(times(50, ([1.0, 2.0], 0.6))).chain(times(50, ([1.0, 4.0], 0.4)));
    let drift = Drift::between(&reference(), &tally(rows));
    // Levels 2 and 4 were never seen: both are others.
    let expected = (0.54_f64 - 0.6) * (0.54_f64 / 0.6).ln()
        + (0.36 - 0.4) * (0.36_f64 / 0.4).ln()
        + (0.1 - 0.0005) * (0.1_f64 / 0.0005).ln();
    assert!((drift.features[1].psi - expected).abs() < 1e-12);
    assert_eq!(drift.features[1].outside, 0.05);
}

#[test]
fn few_leads_are_told_from_many() {
    let drift = Drift::between(&reference(), &tally(times(20, ([1.0, 1.0], 0.4))));
    let note = drift.features[0].note.as_deref();
    assert_eq!(note, Some("too few leads: chance alone gives about 0.15"));
    let drift = Drift::between(&reference(), &tally([]));
    assert_eq!(drift.score.note.as_deref(), Some("no lead was counted"));
    assert_eq!((drift.score.psi, drift.verdict()), (0.0, Severity::Steady));
}

#[test]
fn a_reference_counts_numbers_by_deciles_and_levels_by_name() {
    let numbers: Vec<_> = (1..=99).map(f64::from).chain([f64::NAN]).collect();
    let levels: Vec<_> = (0..100).map(|row| if row < 70 { 2.0 } else { 7.0 }).collect();
    let scores: Vec<_> = (0..100).map(|row| f64::from(row) / 100.0).collect();
    let reference = Reference::of(&schema(), &[&numbers, &levels], &scores);
    let [number, category] = &reference.features[..] else { panic!("two features") };
    assert_eq!(number.edges, [10.0, 20.0, 30.0, 40.0, 50.0, 60.0, 70.0, 80.0, 90.0]);
    assert_eq!((number.missing, number.range), (1, Some([1.0, 99.0])));
    assert_eq!((&category.edges[..], &category.counts[..]), (&[2.0, 7.0][..], &[70, 30, 0][..]));
    assert_eq!((reference.score.counts.len(), reference.score.rows()), (10, 100));
}

#[test]
fn counting_allocates_nothing() {
    let (mut tally, lead, score) = (tally([]), lead([1.5, 2.0]), score(0.3));
    let counted = allocation_counter::measure(|| tally.add(&lead, &score));
    assert_eq!((counted.count_total, tally.rows()), (0, 1));
}

fn row() -> impl Strategy<Value = ([f64; 2], f64)> {
    let number = prop_oneof![4 => -1.0..6.0, 1 => Just(f64::NAN)];
    let level = prop_oneof![4 => (0..5_u8).prop_map(f64::from), 1 => Just(f64::NAN)];
    (number, level, 0.0..1.0).prop_map(|(number, level, score)| ([number, level], score))
}

fn rows() -> impl Strategy<Value = Vec<([f64; 2], f64)>> {
    prop::collection::vec(row(), 1..200)
}

fn reference_of(rows: &[([f64; 2], f64)]) -> Reference {
    let column = |at: usize| rows.iter().map(|(values, _)| values[at]).collect::<Vec<_>>();
    let scores: Vec<_> = rows.iter().map(|(_, score)| *score).collect();
    Reference::of(&schema(), &[&column(0), &column(1)], &scores)
}

fn psi(reference: &Reference, rows: &[([f64; 2], f64)]) -> Vec<f64> {
    let mut tally = Tally::new(reference, &schema());
    rows.iter().for_each(|(values, p)| tally.add(&lead(*values), &score(*p)));
    let drift = Drift::between(reference, &tally);
    drift.features.iter().chain([&drift.score]).map(|shift| shift.psi).collect()
}

/// The same bins with the counts of other rows.
fn recounted(reference: &Reference, rows: &[([f64; 2], f64)]) -> Reference {
    let mut other = reference.clone();
    let others = other.features.iter_mut().chain([&mut other.score]);
    for (at, histogram) in others.enumerate() {
        histogram.counts.fill(0);
        histogram.missing = 0;
        for (values, score) in rows {
            let value = values.get(at).copied().unwrap_or(*score);
            let bin = histogram.edges.partition_point(|&edge| edge < value);
            let is_other = at == 1 && histogram.edges.get(bin) != Some(&value);
            let last = histogram.counts.len() - 1;
            match value.is_nan() {
                true => histogram.missing += 1,
                false => histogram.counts[if is_other { last } else { bin }] += 1,
            }
        }
    }
    other
}

proptest! {
    #[test]
    fn the_training_rows_have_not_drifted(rows in rows()) {
        let reference = reference_of(&rows);
        prop_assert_eq!(psi(&reference, &rows), [0.0; 3]);
        prop_assert_eq!(recounted(&reference, &rows), reference);
    }

    #[test]
    fn drift_is_as_far_there_as_back(before in rows(), after in rows()) {
        let then = reference_of(&before);
        let now = recounted(&then, &after);
        for (there, back) in psi(&then, &after).into_iter().zip(psi(&now, &before)) {
            prop_assert!(there > -1e-12 || before.len() != after.len());
            prop_assert!((there - back).abs() < 1e-12);
        }
    }

    #[test]
    fn merged_tallies_are_the_tally_of_all(rows in rows(), cut: prop::sample::Index) {
        let (first, second) = rows.split_at(cut.index(rows.len()));
        let mut merged = tally(first.iter().copied());
        merged.merge(&tally(second.iter().copied()));
        prop_assert_eq!(merged, tally(rows));
    }
}

#[test]
fn the_committed_schema_drifts_by_what_was_changed() {
    let scorer: Scorer = crate::scorer::committed();
    let leads: Vec<_> =
        lead_model::synth::Leads::new(3).take(4000).map(|example| example.lead).collect();
    let column = |at: usize| leads.iter().map(|lead| lead.values()[at]).collect::<Vec<_>>();
    let mut columns: Vec<_> = (0..scorer.schema().len()).map(column).collect();
    let mut scores = Vec::new();
    scorer.score_many(&leads, &mut scores);
    let scores: Vec<_> = scores.iter().map(|score| score.probability).collect();
    // In training, the bounce rate was half of what it is now.
    let bounce = scorer.schema().position("bounce_rate").unwrap();
    columns[bounce].iter_mut().for_each(|value| *value /= 2.0);
    let views: Vec<_> = columns.iter().map(Vec::as_slice).collect();
    let reference = Reference::of(scorer.schema(), &views, &scores);
    let mut tally = Tally::new(&reference, scorer.schema());
    leads.iter().for_each(|lead| tally.add(lead, &scorer.score(lead)));
    let drift = Drift::between(&reference, &tally);
    let moved = drift.features.iter().filter(|shift| shift.verdict != Severity::Steady);
    assert_eq!(moved.map(|shift| &*shift.of).collect::<Vec<_>>(), ["bounce_rate"]);
}

#[test]
fn a_lead_that_stands_for_many_counts_as_often() {
    let rows = [([0.5, 1.0], 0.2), ([f64::NAN, 9.0], 0.8), ([7.0, 3.0], 0.95)];
    let mut weighted = Tally::new(&reference(), &schema());
    for (times, (values, probability)) in [3, 1, 5].into_iter().zip(rows) {
        weighted.add_times(&lead(values), &score(probability), times);
    }
    let repeated = [0, 0, 0, 1, 2, 2, 2, 2, 2].map(|row| rows[row]);
    assert_eq!(weighted, tally(repeated));
}
