//! What the tiers hold, and what acting on a tier and every better one would find and miss.

use super::Outcome;
use crate::{
    artifact::TierQuality,
    score::{CutPoints, Tier},
};

/// All five tiers, the best first, also where one holds no rows.
pub fn tiers(outcomes: &[Outcome], cut_points: &CutPoints) -> Vec<TierQuality> {
    let mut counts = [[0_u64; 2]; 5];
    for &(probability, converted) in outcomes {
        let bucket = cut_points.bucket(probability);
        counts[usize::from(5 - bucket.get())][usize::from(converted)] += 1;
    }
    let total = |outcome: usize| counts.iter().map(|count| count[outcome]).sum::<u64>();
    let (negatives, positives) = (total(0), total(1));
    let (mut wrong, mut right) = (0, 0);
    let row = |(tier, [others, converted]): (Tier, [u64; 2])| {
        wrong += others;
        right += converted;
        TierQuality {
            tier: letter(tier),
            rows: others + converted,
            positives: converted,
            true_positives: right,
            false_positives: wrong,
            true_negatives: negatives - wrong,
            false_negatives: positives - right,
        }
    };
    Tier::ALL.into_iter().zip(counts).map(row).collect()
}

fn letter(tier: Tier) -> char {
    tier.as_str().chars().next().expect("a tier is one letter")
}

#[cfg(test)]
mod tests {
    use super::tiers;
    use crate::score::CutPoints;

    #[test]
    fn a_tier_counts_itself_and_the_better_ones() {
        let outcomes = [(0.95, true), (0.7, false), (0.65, true), (0.4, false), (0.01, true)];
        let rows = tiers(&outcomes, &CutPoints::CONTRACT);
        let letters: String = rows.iter().map(|row| row.tier).collect();
        assert_eq!(letters, "ABCDE");
        let b = rows[1];
        assert_eq!([b.rows, b.positives], [2, 1]);
        assert_eq!(
            [b.true_positives, b.false_positives, b.true_negatives, b.false_negatives],
            [2, 1, 1, 1]
        );
        let e = rows[4];
        assert_eq!(
            [e.true_positives, e.false_positives, e.true_negatives, e.false_negatives],
            [3, 2, 0, 0]
        );
    }
}
