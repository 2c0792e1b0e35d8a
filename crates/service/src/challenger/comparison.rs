//! [`Comparison`]: what two models say of the same leads, as counts in bounded memory.
//!
//! Differences are the challenger's probability less the live one's, -1 to 1. Their quantiles are those of a histogram
//! with steps of a thousandth, exact to half of one.

use lead_model::{Artifact, Score, Tier, psi};

/// Steps of a thousandth from -1 to 1.
const STEPS: usize = 2_001;
const STEP: f64 = 0.001;

/// Which quantiles are told: the middle, the halves around it, and the tails.
pub(crate) const QUANTILES: [f64; 5] = [0.05, 0.25, 0.5, 0.75, 0.95];

/// Where the two score distributions are cut if the live model does not say how its own was: tenths.
const TENTHS: [f64; 9] = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];

/// Where chance alone is expected to reach this, the index says nothing; the model crate's own bound.
const CHANCE: f64 = 0.05;

/// Scores of a challenger beside those of the live model, for the same leads.
#[derive(Debug)]
pub(crate) struct Comparison {
    leads: u64,
    sum: f64,
    absolute_sum: f64,
    largest: f64,
    differences: Box<[u64]>,
    /// Leads by the live model's tier, then the challenger's, A first.
    tiers: [[u64; Tier::ALL.len()]; Tier::ALL.len()],
    edges: Box<[f64]>,
    /// Scores per bin: the live model's, and the challenger's.
    bins: [Box<[u64]>; 2],
}

impl Comparison {
    /// No lead yet; scores are cut where the training scores of `live` have their deciles.
    pub(super) fn new(live: &Artifact) -> Self {
        let reference = live.reference.as_ref().map(|reference| &reference.score.edges);
        let edges: Box<[f64]> = reference.map_or(&TENTHS[..], Vec::as_slice).into();
        let bins = || vec![0; edges.len() + 1].into();
        Self {
            leads: 0,
            sum: 0.0,
            absolute_sum: 0.0,
            largest: 0.0,
            differences: vec![0; STEPS].into(),
            tiers: Default::default(),
            bins: [bins(), bins()],
            edges,
        }
    }

    /// Compares one lead's two scores.
    pub(super) fn add(&mut self, live: &Score, challenger: &Score) {
        let difference = challenger.probability - live.probability;
        self.leads += 1;
        self.sum += difference;
        self.absolute_sum += difference.abs();
        self.largest = self.largest.max(difference.abs());
        let step = ((difference + 1.0) / STEP).round() as usize;
        self.differences[step.min(STEPS - 1)] += 1;
        self.tiers[live.tier as usize][challenger.tier as usize] += 1;
        for (bins, score) in self.bins.iter_mut().zip([live, challenger]) {
            bins[self.edges.partition_point(|&edge| edge < score.probability)] += 1;
        }
    }

    /// Leads that both have scored.
    pub(crate) fn leads(&self) -> u64 {
        self.leads
    }

    /// Share of leads, 0 to 1, that got one tier from both; `None` without leads, as below.
    pub(crate) fn agreement(&self) -> Option<f64> {
        let same: u64 = (0..Tier::ALL.len()).map(|tier| self.tiers[tier][tier]).sum();
        self.per_lead(same as f64)
    }

    /// Mean difference.
    pub(crate) fn mean(&self) -> Option<f64> {
        self.per_lead(self.sum)
    }

    /// Mean size of the difference.
    pub(crate) fn mean_absolute(&self) -> Option<f64> {
        self.per_lead(self.absolute_sum)
    }

    /// Largest size of the difference.
    pub(crate) fn largest(&self) -> Option<f64> {
        (self.leads > 0).then_some(self.largest)
    }

    /// The difference that this share of leads, 0 to 1, does not exceed, to half a thousandth.
    pub(crate) fn quantile(&self, share: f64) -> Option<f64> {
        let rank = ((share * self.leads as f64).ceil() as u64).max(1);
        let mut below = 0;
        let step = self.differences.iter().position(|&leads| {
            below += leads;
            below >= rank
        })?;
        // Counted in thousandths, so that what prints is a thousandth.
        Some((step as f64 - 1_000.0) / 1_000.0)
    }

    /// Population stability index of the challenger's scores against the live model's.
    pub(crate) fn psi(&self) -> f64 {
        psi(&self.bins[0], &self.bins[1])
    }

    /// The index that chance alone would be expected to give if the leads were different ones; as they are the same it
    /// gives less. Infinite without leads.
    pub(crate) fn chance_psi(&self) -> f64 {
        let used = self.bins[0].iter().zip(&self.bins[1]).filter(|(live, own)| *live + *own > 0);
        match self.leads {
            0 => f64::INFINITY,
            leads => used.count().saturating_sub(1) as f64 * 2.0 / leads as f64,
        }
    }

    /// Whether enough leads stand behind the index.
    pub(crate) fn is_sure(&self) -> bool {
        self.chance_psi() <= CHANCE
    }

    /// Leads by the live model's tier, then the challenger's, each from A to E.
    pub(crate) fn tiers(&self) -> &[[u64; Tier::ALL.len()]; Tier::ALL.len()] {
        &self.tiers
    }

    fn per_lead(&self, sum: f64) -> Option<f64> {
        (self.leads > 0).then(|| sum / self.leads as f64)
    }
}

#[cfg(test)]
mod tests {
    use lead_model::{Artifact, CutPoints, Score};
    use proptest::prelude::*;

    use super::{Comparison, QUANTILES, TENTHS};

    fn artifact(reference: bool) -> Artifact {
        let committed = include_str!("../../../../models/b2b-v1.json");
        let mut artifact = Artifact::read(committed.as_bytes()).expect("the committed model");
        artifact.reference = artifact.reference.filter(|_| reference);
        artifact
    }

    fn score(probability: f64) -> Score {
        let bucket = CutPoints::CONTRACT.bucket(probability);
        Score { probability, log_odds: 0.0, bucket, tier: bucket.tier() }
    }

    fn compared(pairs: &[(f64, f64)]) -> Comparison {
        let mut comparison = Comparison::new(&artifact(false));
        pairs.iter().for_each(|&(live, own)| comparison.add(&score(live), &score(own)));
        comparison
    }

    #[test]
    fn without_leads_nothing_is_claimed() {
        let none = compared(&[]);
        assert_eq!((none.leads(), none.psi(), none.is_sure()), (0, 0.0, false));
        for figure in [
            none.agreement(),
            none.mean(),
            none.mean_absolute(),
            none.largest(),
            none.quantile(0.5),
        ] {
            assert_eq!(figure, None);
        }
    }

    #[test]
    fn bins_are_those_of_the_live_models_reference_where_it_has_one() {
        let live = artifact(true);
        let edges = live.reference.as_ref().expect("a reference").score.edges.clone();
        assert_eq!(&*Comparison::new(&live).edges, edges);
        assert_eq!(&*Comparison::new(&artifact(false)).edges, TENTHS);
    }

    #[test]
    fn extremes_have_a_step_of_their_own() {
        let far = compared(&[(0.0, 1.0), (1.0, 0.0)]);
        assert_eq!((far.quantile(0.5), far.quantile(1.0)), (Some(-1.0), Some(1.0)));
        assert_eq!(far.largest(), Some(1.0));
    }

    proptest! {
        #[test]
        fn figures_are_those_of_the_sorted_differences(
            pairs in prop::collection::vec((0.0..=1.0, 0.0..=1.0), 1..80),
        ) {
            let compared = compared(&pairs);
            let mut differences: Vec<f64> = pairs.iter().map(|(live, own)| own - live).collect();
            differences.sort_by(f64::total_cmp);
            let count = differences.len() as f64;
            for share in QUANTILES {
                let exact = differences[((share * count).ceil() as usize).max(1) - 1];
                let found = compared.quantile(share).expect("leads");
                prop_assert!((found - exact).abs() <= 0.000_5 + 1e-12, "{share}: {found} {exact}");
            }
            let mean = differences.iter().sum::<f64>() / count;
            prop_assert!((compared.mean().expect("leads") - mean).abs() < 1e-12);
            let absolute = differences.iter().map(|one| one.abs()).sum::<f64>() / count;
            prop_assert!((compared.mean_absolute().expect("leads") - absolute).abs() < 1e-12);
            let tiers: u64 = compared.tiers().iter().flatten().sum();
            prop_assert_eq!(tiers, compared.leads());
        }

        #[test]
        fn two_models_that_say_the_same_do_not_differ(scores in prop::collection::vec(0.0..=1.0, 1..80)) {
            let pairs: Vec<_> = scores.iter().map(|&score| (score, score)).collect();
            let same = compared(&pairs);
            prop_assert_eq!((same.psi(), same.agreement()), (0.0, Some(1.0)));
            prop_assert_eq!((same.quantile(0.05), same.quantile(0.95)), (Some(0.0), Some(0.0)));
        }
    }
}
