//! [`Drift`]: how far live leads have moved from the training rows.
//!
//! The population stability index is `PSI = sum (q_i - p_i) ln(q_i / p_i)` over the bins and one for missing, with the
//! training rows' shares `p` and the live leads' shares `q`: the two Kullback-Leibler divergences together (Jeffreys
//! 1946; Siddiqi, "Credit Risk Scorecards", 2006, for the thresholds). A bin that only one side has rows in counts as half
//! a row on the other; one that neither has is no bin. By chance alone, of `B` bins and `n` and `m` rows, it is about
//! `(B - 1) (1/n + 1/m)` (Yurdakul 2018), so few rows shift without any drift.

use serde::Serialize;

use super::tally::{Counts, Tally};
use crate::artifact::{Histogram, Reference};

/// From here on a shift is to be watched.
const WATCH: f64 = 0.1;
/// From here on a shift is to be acted upon.
const ACT: f64 = 0.25;
/// Where chance alone is expected to reach this, the index says nothing: half of what is watched.
const CHANCE: f64 = WATCH / 2.0;
/// What a bin without a row counts as.
const FLOOR: f64 = 0.5;

/// All shifts of a model.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Drift {
    /// Live leads that were counted.
    pub rows: u64,
    /// Of each feature, in schema order.
    pub features: Vec<Shift>,
    /// Of the model's probability.
    pub score: Shift,
}

/// How far one number has moved.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Shift {
    /// Name of the feature, or `score`.
    pub of: String,
    /// Population stability index, from 0 for no change; 0 if no lead was counted.
    pub psi: f64,
    /// The index that chance alone would be expected to give with so many rows; infinite, in JSON null, without any.
    pub chance_psi: f64,
    /// Share of rows without the value, 0 to 1: in training, and live.
    pub missing: [f64; 2],
    /// Share of live leads, 0 to 1, whose value is below or above all of the training rows.
    pub outside: f64,
    /// What the index calls for.
    pub verdict: Severity,
    /// Why the verdict is not to be trusted, where too few leads were counted.
    pub note: Option<String>,
}

/// What a shift calls for, the mildest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// PSI below 0.1: nothing.
    Steady,
    /// PSI from 0.1: look again soon.
    Watch,
    /// PSI from 0.25: find the reason, and consider training again.
    Act,
}

impl Drift {
    /// Compares live leads with the training rows whose bins they were counted into.
    pub fn between(reference: &Reference, tally: &Tally) -> Self {
        let features = reference.features.iter().zip(tally.features());
        Self {
            rows: tally.rows(),
            features: features.map(|(then, now)| Shift::between(then, now)).collect(),
            score: Shift::between(&reference.score, tally.score()),
        }
    }

    /// The gravest of all verdicts that enough leads stand behind.
    pub fn verdict(&self) -> Severity {
        let sure = self.features.iter().chain([&self.score]).filter(|shift| shift.note.is_none());
        sure.map(|shift| shift.verdict).max().unwrap_or(Severity::Steady)
    }
}

impl Shift {
    fn between(then: &Histogram, now: &Counts) -> Self {
        let bins = then.counts.iter().chain([&then.missing]).zip(&now.bins);
        let (n, m) = (then.rows(), now.bins.iter().sum::<u64>());
        let used = bins.filter(|&(&before, &after)| before + after > 0).count();
        let before: Vec<u64> = then.counts.iter().copied().chain([then.missing]).collect();
        let psi = psi(&before, &now.bins);
        let chance_psi = match m {
            0 => f64::INFINITY,
            _ => used.saturating_sub(1) as f64 * (1.0 / n.max(1) as f64 + 1.0 / m as f64),
        };
        let share = |count: u64, of: u64| if of == 0 { 0.0 } else { count as f64 / of as f64 };
        let missing = now.bins.last().copied().unwrap_or(0);
        Self {
            of: then.of.clone(),
            psi,
            chance_psi,
            missing: [share(then.missing, n), share(missing, m)],
            outside: share(now.outside, m),
            verdict: Severity::of(psi),
            note: note(m, chance_psi),
        }
    }
}

/// The population stability index of rows in the same bins, then and now, from 0 for no change; 0 where either side has
/// no rows. What one side has more bins than the other is left out.
///
/// ```
/// use lead_model::psi;
///
/// assert_eq!(psi(&[50, 50], &[500, 500]), 0.0);
/// // (0.9 - 0.5) ln(0.9 / 0.5) + (0.1 - 0.5) ln(0.1 / 0.5)
/// assert!((psi(&[50, 50], &[90, 10]) - 0.878_890).abs() < 1e-6);
/// ```
pub fn psi(then: &[u64], now: &[u64]) -> f64 {
    let totals = [then, now].map(|rows| rows.iter().sum());
    then.iter().zip(now).map(|(&before, &after)| part([before, after], totals)).sum()
}

/// What one bin adds to the index, of its rows and all rows then and now.
fn part([before, after]: [u64; 2], [n, m]: [u64; 2]) -> f64 {
    if before + after == 0 || n == 0 || m == 0 {
        return 0.0;
    }
    let share = |count: u64, of: u64| (count as f64).max(FLOOR) / of as f64;
    let (p, q) = (share(before, n), share(after, m));
    (q - p) * libm::log(q / p)
}

fn note(rows: u64, chance_psi: f64) -> Option<String> {
    match rows {
        0 => Some("no lead was counted".to_owned()),
        _ if chance_psi > CHANCE => {
            Some(format!("too few leads: chance alone gives about {chance_psi:.2}"))
        }
        _ => None,
    }
}

impl Severity {
    fn of(psi: f64) -> Self {
        match psi {
            ACT.. => Self::Act,
            WATCH.. => Self::Watch,
            _ => Self::Steady,
        }
    }

    /// The lowercase word used in tables and JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Steady => "steady",
            Self::Watch => "watch",
            Self::Act => "act",
        }
    }
}
