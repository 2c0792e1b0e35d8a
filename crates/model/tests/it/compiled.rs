//! The compiled scorecard says what its curves and pairs say, whatever their shapes, alone, together, and in columns.

use lead_model::{
    Artifact, Axis, Curve, Feature, FeatureCurve, INTEGER_LIMIT, Kind, Lead, Levels, Pair,
    Presence, Ramp, Schema, Score, Scorecard, Scorer,
};
use proptest::{prelude::*, sample::Index};

/// A model without a golden lead around a scorecard.
pub(crate) fn scorer(features: Vec<Feature>, scorecard: Scorecard) -> Scorer {
    let committed = crate::scorer::committed();
    let mut artifact: Artifact = committed.artifact().clone();
    artifact.training.importance = vec![0.0; features.len()];
    artifact.schema = Schema::new("random", features).unwrap();
    artifact.scorecard = scorecard;
    artifact.reference = None;
    artifact.golden.clear();
    Scorer::new(artifact).unwrap()
}

pub(crate) fn feature(at: usize, kind: Kind) -> Feature {
    let is_flag = kind == Kind::Flag;
    Feature {
        name: format!("f{at}"),
        group: "random".to_owned(),
        kind,
        min: is_flag.then_some(0.0),
        max: is_flag.then_some(1.0),
        presence: Presence::Optional,
        levels: Vec::new(),
        missing: Vec::new(),
        decimal: None,
        meaning: String::new(),
        unit: None,
        phrase: format!("f{at} is {{n}}"),
        denial: None,
    }
}

/// One feature, its curve, an axis over it, and values to try.
#[derive(Debug, Clone)]
struct Column {
    kind: Kind,
    curve: Curve,
    axis: Axis,
    values: Vec<f64>,
}

const ROWS: usize = 150;

/// Rising numbers that are distinct even after they are rounded: small, skewed, far apart, and all sorts of lengths.
fn rising(whole: bool) -> impl Strategy<Value = Vec<f64>> {
    let gap = prop_oneof![4 => 1.0..3.0, 2 => 1.0..1e4, 1 => 1.0..1e9];
    let count = prop_oneof![4 => 1..12_usize, 1 => 12..80_usize];
    (-50.0..50.0, count.prop_flat_map(move |n| prop::collection::vec(gap.clone(), n))).prop_map(
        move |(start, gaps)| {
            let mut at: f64 = start;
            let place = |gap: f64| {
                at += gap;
                if whole { at.round() } else { at / 8.0 }
            };
            let mut rising: Vec<_> = gaps.into_iter().map(place).collect();
            rising.dedup();
            rising
        },
    )
}

fn points(count: usize) -> impl Strategy<Value = Vec<f64>> {
    prop::collection::vec(-2.0..2.0, count)
}

fn kind() -> impl Strategy<Value = Kind> {
    prop::sample::select(vec![Kind::Real, Kind::Integer, Kind::Flag, Kind::Category])
}

fn column() -> impl Strategy<Value = Column> {
    kind().prop_flat_map(|kind| {
        let numbers = rising(kind != Kind::Real);
        (numbers, any::<bool>(), any::<bool>()).prop_flat_map(move |(at, is_ramp, has_knots)| {
            // Levels are whole numbers, which a real feature need not have.
            let [is_ramp, has_knots] = [is_ramp, has_knots].map(|is| is || kind == Kind::Real);
            let axis: Vec<_> = at.iter().copied().step_by(1 + at.len() / 10).collect();
            let axis = if has_knots {
                Axis::Knots(axis)
            } else {
                Axis::Levels(axis.iter().map(|a| a.round()).fold(Vec::new(), distinct))
            };
            let at =
                if is_ramp { at } else { at.iter().map(|a| a.round()).fold(Vec::new(), distinct) };
            let places = prop::collection::vec((any::<Index>(), -2.0..2.0_f64, 0..12_u8), ROWS);
            (points(at.len()), -2.0..2.0, -2.0..2.0, places).prop_map(
                move |(points, missing, unseen, places)| {
                    let values = places.into_iter().map(|place| value(kind, &at, place)).collect();
                    let curve = if is_ramp {
                        Curve::Ramp(Ramp { knots: at.clone(), points, missing })
                    } else {
                        Curve::Levels(Levels { values: at.clone(), points, unseen, missing })
                    };
                    Column { kind, curve, axis: axis.clone(), values }
                },
            )
        })
    })
}

fn distinct(mut numbers: Vec<f64>, number: f64) -> Vec<f64> {
    if numbers.last() != Some(&number) {
        numbers.push(number);
    }
    numbers
}

/// At a knot or level, near one, far from all, or missing.
fn value(kind: Kind, at: &[f64], (place, off, case): (Index, f64, u8)) -> f64 {
    let near = at[place.index(at.len())];
    let value = match case {
        0 => return f64::NAN,
        1 => {
            if off < 0.0 {
                -f64::MAX
            } else {
                f64::MAX
            }
        }
        2 => off * 1e6,
        3..=6 => near,
        7 => near.next_down(),
        8 => near.next_up(),
        _ => near + off,
    };
    match kind {
        Kind::Real => value,
        Kind::Flag => f64::from(u8::from(value > near)),
        Kind::Integer | Kind::Category => value.round().clamp(-INTEGER_LIMIT, INTEGER_LIMIT) + 0.0,
    }
}

/// Columns, and pairs of some of them with their grids.
fn model() -> impl Strategy<Value = (Vec<Column>, Vec<Pair>)> {
    prop::collection::vec(column(), 2..20).prop_flat_map(|columns| {
        let count = columns.len();
        let sides = prop::collection::vec((0..count, 1..count), 0..4);
        let pairs = sides.prop_flat_map({
            let columns = columns.clone();
            move |sides| {
                let pairs = sides.into_iter().map(|(first, off)| {
                    let at = [first, (first + off) % count];
                    let axes = at.map(|at| columns[at].axis.clone());
                    let [rows, cells] = axes.each_ref().map(Axis::cells);
                    prop::collection::vec(points(cells), rows).prop_map(move |points| Pair {
                        features: at.map(|at| format!("f{at}")),
                        axes: axes.clone(),
                        points,
                        rows: Vec::new(),
                    })
                });
                pairs.collect::<Vec<_>>()
            }
        });
        (Just(columns), pairs)
    })
}

fn json(columns: &[Column], row: usize) -> Vec<u8> {
    let features = columns.iter().enumerate().filter(|(_, column)| !column.values[row].is_nan());
    let features: serde_json::Map<_, _> =
        features.map(|(at, column)| (format!("f{at}"), column.values[row].into())).collect();
    serde_json::to_vec(&serde_json::json!({"lead_id": "", "features": features})).unwrap()
}

fn bits(scores: &[Score]) -> Vec<[u64; 2]> {
    scores.iter().map(|score| [score.log_odds.to_bits(), score.probability.to_bits()]).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]

    #[test]
    fn all_ways_to_score_give_the_same_bits_and_the_sum_of_the_points((columns, pairs) in model()) {
        let curves = columns.iter().enumerate().map(|(at, column)| FeatureCurve {
            feature: format!("f{at}"),
            curve: column.curve.clone(),
        });
        let scorecard = Scorecard { intercept: -0.5, curves: curves.collect(), pairs };
        let features = columns.iter().enumerate().map(|(at, column)| feature(at, column.kind));
        let scorer = scorer(features.collect(), scorecard.clone());
        let leads: Vec<_> = (0..ROWS)
            .map(|row| Lead::from_json(scorer.schema(), &json(&columns, row)).unwrap())
            .collect();
        let (mut together, mut in_columns) = (Vec::new(), Vec::new());
        scorer.score_many(&leads, &mut together);
        let views: Vec<_> = columns.iter().map(|column| column.values.as_slice()).collect();
        scorer.score_columns(&views, &mut in_columns);
        let single: Vec<_> = leads.iter().map(|lead| scorer.score(lead)).collect();
        prop_assert_eq!(bits(&single), bits(&together));
        prop_assert_eq!(bits(&single), bits(&in_columns));
        for (lead, score) in leads.iter().zip(&single) {
            let curves = scorecard.curves.iter().zip(lead.values());
            let own: f64 = curves.map(|(entry, &value)| entry.curve.points(value)).sum();
            let value = |name: &String| lead.values()[scorer.schema().position(name).unwrap()];
            let joint = scorecard.pairs.iter().map(|pair| {
                let [first, second] = pair.features.each_ref().map(value);
                pair.points(first, second)
            });
            let sum = scorecard.intercept + own + joint.sum::<f64>();
            prop_assert!((score.log_odds - sum).abs() < 1e-12, "{} is not {sum}", score.log_odds);
            let why = scorer.explain(lead);
            let parts: f64 = why.contributions.iter().map(|reason| reason.log_odds).sum();
            prop_assert!((why.base_log_odds + parts - score.log_odds).abs() < 1e-9);
            let points: f64 = why.contributions.iter().map(|reason| reason.probability).sum();
            prop_assert!((why.base_probability + points - score.probability).abs() < 1e-12);
        }
    }
}

#[test]
fn thousands_of_levels_are_told_apart() {
    let values: Vec<_> = (0..4000).map(f64::from).collect();
    let points: Vec<_> = values.iter().map(|value| value / 1000.0).collect();
    let levels = Levels { values, points, unseen: -1.0, missing: -2.0 };
    let curves = vec![FeatureCurve { feature: "f0".to_owned(), curve: Curve::Levels(levels) }];
    let scorecard = Scorecard { intercept: 0.0, curves, pairs: Vec::new() };
    let scorer = scorer(vec![feature(0, Kind::Category)], scorecard);
    let mut scores = Vec::new();
    scorer.score_columns(&[&[0.0, 17.0, 3999.0, 4000.0, -3.0, f64::NAN]], &mut scores);
    let log_odds: Vec<_> = scores.iter().map(|score| score.log_odds).collect();
    assert_eq!(log_odds, [0.0, 0.017, 3.999, -1.0, -1.0, -2.0]);
}

#[test]
fn columns_that_are_no_leads_are_answered_all_the_same() {
    let scorer = crate::scorer::committed();
    let odd = [f64::INFINITY, f64::NEG_INFINITY, -f64::NAN, 0.5, -0.0, 1e300, f64::MIN_POSITIVE];
    let mut scores = Vec::new();
    scorer.score_columns(&vec![&odd[..]; scorer.schema().len()], &mut scores);
    assert_eq!(scores.len(), odd.len());
}

#[test]
#[should_panic(expected = "columns of one length")]
fn columns_of_different_lengths_are_refused() {
    let scorer = crate::scorer::committed();
    let mut columns = vec![&[0.0, 1.0][..]; scorer.schema().len()];
    columns[7] = &[0.0];
    scorer.score_columns(&columns, &mut Vec::new());
}

#[test]
fn a_scorer_can_be_shared_between_threads() {
    fn shared<T: Send + Sync + 'static>() {}
    shared::<Scorer>();
}
