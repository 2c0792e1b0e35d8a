//! Scores are the sum of the curves, the same one by one and together, and fall into the contract's buckets.

use lead_model::{CutPoints, Lead, Schema, Scorer, Tier, synth::Leads};
use proptest::prelude::*;

pub(crate) fn committed() -> Scorer {
    let file = include_bytes!("../../../../models/b2b-v1.json");
    Scorer::load(&file[..]).unwrap()
}

fn leads(seed: u64, count: usize) -> Vec<Lead> {
    Leads::new(seed).take(count).map(|example| example.lead).collect()
}

#[test]
fn a_score_is_the_sum_of_its_curves() {
    let scorer = committed();
    let scorecard = &scorer.artifact().scorecard;
    for lead in leads(9, 500) {
        let points = scorecard.curves.iter().zip(lead.values());
        let sum: f64 = points.map(|(entry, &value)| entry.curve.points(value)).sum();
        let score = scorer.score(&lead);
        assert!((score.log_odds - scorecard.intercept - sum).abs() < 1e-12);
        let probability = 1.0 / (1.0 + (-score.log_odds).exp());
        assert!((score.probability - probability).abs() < 1e-15);
    }
}

#[test]
fn many_leads_score_bit_for_bit_as_one_by_one() {
    let scorer = committed();
    for count in [0, 1, 63, 64, 65, 1000] {
        let leads = leads(11, count);
        let mut scores = Vec::new();
        scorer.score_many(&leads, &mut scores);
        let single: Vec<_> = leads.iter().map(|lead| scorer.score(lead)).collect();
        assert_eq!(scores, single);
    }
}

#[test]
fn scores_are_added_to_what_is_there() {
    let scorer = committed();
    let leads = leads(1, 3);
    let mut scores = Vec::new();
    scorer.score_many(&leads, &mut scores);
    scorer.score_many(&leads, &mut scores);
    assert_eq!(scores[..3], scores[3..]);
}

#[test]
fn extreme_values_score_as_the_ends_of_their_curves() {
    let scorer = committed();
    let body = |growth: &str, revenue: &str| {
        let mut json = Vec::new();
        leads(1, 1)[0].write_json(&Schema::b2b(), &mut json);
        let mut value: serde_json::Value = serde_json::from_slice(&json).unwrap();
        value["features"]["company_growth_rate"] = serde_json::from_str(growth).unwrap();
        value["features"]["company_revenue"] = serde_json::from_str(revenue).unwrap();
        Lead::from_json(&Schema::b2b(), value.to_string().as_bytes()).unwrap()
    };
    for (far, near) in [("-1.7e308", "-100"), ("1.7e308", "100")] {
        let (far, near) = (scorer.score(&body(far, "1.7e308")), scorer.score(&body(near, "1e15")));
        assert_eq!(far, near);
        assert!(far.probability > 0.0 && far.probability < 1.0);
    }
}

#[test]
fn buckets_and_tiers_are_the_contract_s() {
    let cases = [
        (0.0, 1, Tier::E),
        (0.124_999_999, 1, Tier::E),
        (0.125, 2, Tier::D),
        (0.375, 2, Tier::D),
        (0.375_000_001, 3, Tier::C),
        (0.624_999_999, 3, Tier::C),
        (0.625, 4, Tier::B),
        (0.875, 4, Tier::B),
        (0.875_000_001, 5, Tier::A),
        (1.0, 5, Tier::A),
        // The predecessor's golden values.
        (0.921_675_980_091_095, 5, Tier::A),
        (0.914_956_152_439_117_4, 5, Tier::A),
        (0.627_965_748_310_089_1, 4, Tier::B),
    ];
    for (probability, bucket, tier) in cases {
        let found = CutPoints::CONTRACT.bucket(probability);
        assert_eq!((found.get(), found.tier()), (bucket, tier), "{probability}");
    }
}

#[test]
fn cut_points_must_rise_between_zero_and_one() {
    assert!(CutPoints::new([0.1, 0.2, 0.3, 0.4]).is_ok());
    for points in [
        [0.0, 0.2, 0.3, 0.4],
        [0.1, 0.2, 0.2, 0.4],
        [0.1, 0.2, 0.3, 1.0],
        [0.1, f64::NAN, 0.3, 0.4],
    ] {
        assert!(CutPoints::new(points).is_err(), "{points:?}");
    }
}

#[test]
fn a_scorer_can_be_shared_between_threads() {
    fn shared<T: Send + Sync + 'static>(_: &T) {}
    shared(&committed());
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn buckets_follow_the_contract_s_formula(probability in 0.0..=1.0_f64) {
        let formula = (probability * 4.0 + 1.0).round_ties_even().clamp(1.0, 5.0);
        prop_assert_eq!(f64::from(CutPoints::CONTRACT.bucket(probability).get()), formula);
    }

    #[test]
    fn a_higher_probability_never_has_a_worse_tier(a in 0.0..=1.0_f64, b in 0.0..=1.0_f64) {
        let cut_points = CutPoints::new([0.1, 0.25, 0.5, 0.75]).unwrap();
        let (low, high) = (cut_points.bucket(a.min(b)), cut_points.bucket(a.max(b)));
        prop_assert!(low <= high && low.tier() >= high.tier());
    }

    #[test]
    fn a_synthetic_lead_has_a_probability(seed: u64) {
        let score = committed().score(&leads(seed, 1)[0]);
        prop_assert!(score.probability > 0.0 && score.probability < 1.0);
        prop_assert_eq!(score.bucket.tier(), score.tier);
    }
}

#[test]
fn scoring_allocates_nothing() {
    let scorer = committed();
    let leads = leads(13, 200);
    let mut scores = Vec::with_capacity(leads.len());
    let one = allocation_counter::measure(|| _ = std::hint::black_box(scorer.score(&leads[0])));
    let many = allocation_counter::measure(|| scorer.score_many(&leads, &mut scores));
    assert_eq!((one.count_total, many.count_total), (0, 0));
    // The counter counts: a box is one allocation.
    assert_eq!(
        allocation_counter::measure(|| drop(std::hint::black_box(Box::new(1)))).count_total,
        1
    );
}
