//! The card's tables, as data: measures, reliability, tenths, tiers, features, and what cross-validation compared.

use super::{
    number::{count, fixed, percent, share, signed},
    table::Table,
};
use crate::{
    artifact::{Artifact, Bin, Decile, Quality, Selection, TierQuality, Training},
    measure::base_log_loss,
    score::CutPoints,
};

/// With fewer leads of either outcome the interval of the AUC is not to be relied upon.
const FEW: u64 = 20;
/// Candidates of a selection that are listed.
const CANDIDATES: usize = 12;

/// What one table of measures is made of; models of format 1 do not know all of it.
pub(crate) struct Measures {
    pub(crate) rows: u64,
    pub(crate) positives: u64,
    pub(crate) auc: f64,
    pub(crate) auc_interval: Option<[f64; 2]>,
    pub(crate) best_auc: Option<f64>,
    pub(crate) pr_auc: Option<f64>,
    pub(crate) log_loss: f64,
    pub(crate) brier: f64,
    pub(crate) calibration_error: f64,
    pub(crate) best_lift: Option<f64>,
}

impl From<&Quality> for Measures {
    fn from(quality: &Quality) -> Self {
        Self {
            rows: quality.rows,
            positives: quality.positives,
            auc: quality.auc,
            auc_interval: Some(quality.auc_interval),
            best_auc: None,
            pr_auc: Some(quality.pr_auc),
            log_loss: quality.log_loss,
            brier: quality.brier,
            calibration_error: quality.calibration_error,
            best_lift: quality.deciles.first().map(|part| part.lift),
        }
    }
}

impl From<&Training> for Measures {
    fn from(training: &Training) -> Self {
        let plain = Self {
            rows: training.test_rows,
            positives: training.test_positives,
            auc: training.auc,
            auc_interval: None,
            best_auc: None,
            pr_auc: None,
            log_loss: training.log_loss,
            brier: training.brier,
            calibration_error: training.calibration_error,
            best_lift: None,
        };
        let measured = training.quality.as_ref().map_or(plain, Self::from);
        Self { best_auc: training.best_auc, ..measured }
    }
}

impl Measures {
    /// The share of rows that converted.
    pub(crate) fn base(&self) -> f64 {
        self.positives as f64 / self.rows as f64
    }

    /// What to know before reading measures of few leads.
    pub(crate) fn doubt(&self) -> Option<&'static str> {
        let fewest = self.positives.min(self.rows.saturating_sub(self.positives));
        (fewest < FEW).then_some(
            "Few conversions, or few leads without one: read the AUC and its interval, which is too narrow, with care.",
        )
    }

    /// The log loss of always saying the base rate.
    pub(crate) fn base_log_loss(&self) -> f64 {
        base_log_loss(self.positives, self.rows)
    }
}

/// Every measure, and what to read it against.
pub(crate) fn measures(of: &Measures) -> Table {
    let mut table = Table::default().words("measure").number("value").words("to read it against");
    let mut row = |measure: &str, value: f64, decimals: usize, against: String| {
        table.row([measure.to_owned(), fixed(value, decimals), against]);
    };
    let interval = of
        .auc_interval
        .map_or_else(String::new, |[low, high]| format!("95 % interval {low:.4} to {high:.4}; "));
    row("ROC AUC", of.auc, 4, format!("{interval}0.5 is guessing"));
    if let Some(best) = of.best_auc {
        row("ROC AUC, best possible", best, 4, "that of the true probabilities".to_owned());
    }
    let base = of.base();
    if let Some(pr_auc) = of.pr_auc {
        row("PR AUC", pr_auc, 4, format!("{} is guessing", fixed(base, 4)));
    }
    let always = "is always saying the base rate";
    row(
        "log loss, nats per lead",
        of.log_loss,
        4,
        format!("{} {always}", fixed(of.base_log_loss(), 4)),
    );
    row("Brier score", of.brier, 4, format!("{} {always}", fixed(base * (1.0 - base), 4)));
    row(
        "calibration error",
        of.calibration_error,
        4,
        "0 is perfect; mean over ten bins".to_owned(),
    );
    if let Some(lift) = of.best_lift {
        row("lift of the best tenth", lift, 2, "1 is guessing".to_owned());
    }
    table
}

/// Predictions against what happened.
pub(crate) fn reliability(bins: &[Bin]) -> Table {
    let mut table = Table::default()
        .words("predicted")
        .number("leads")
        .number("mean prediction")
        .number("converted")
        .number("difference");
    // The difference of what is shown, so that the row agrees with itself.
    let rounded = |value: f64| (value * 1000.0).round() / 1000.0;
    for bin in bins {
        table.row([
            format!("{:.1} to {:.1}", bin.from, bin.from + 0.1),
            count(bin.rows),
            fixed(bin.predicted, 3),
            fixed(bin.observed, 3),
            signed(rounded(bin.observed) - rounded(bin.predicted), 3),
        ]);
    }
    table
}

/// The rows in ten parts, the best first.
pub(crate) fn deciles(parts: &[Decile]) -> Table {
    let mut table = Table::default()
        .words("tenth")
        .number("leads")
        .number("converted")
        .number("rate")
        .number("lift")
        .number("found so far");
    for (position, part) in parts.iter().enumerate() {
        table.row([
            (position + 1).to_string(),
            count(part.rows),
            count(part.positives),
            percent(part.positives, part.rows),
            fixed(part.lift, 2),
            share(part.gain),
        ]);
    }
    table
}

/// The tiers, what they hold, and what acting on each and every better one finds.
pub(crate) fn tiers(cut_points: &CutPoints, held: &[TierQuality]) -> Table {
    let [e, d, c, b] = cut_points.points();
    let ranges = [
        format!("above {b}"),
        format!("{c} to {b}, both included"),
        format!("between {d} and {c}"),
        format!("{e} to {d}, both included"),
        format!("below {e}"),
    ];
    let letters = ["A", "B", "C", "D", "E"].map(str::to_owned);
    let mut table = Table::default().words("tier").number("bucket").words("probability");
    if held.len() != letters.len() {
        for ((letter, range), bucket) in letters.into_iter().zip(ranges).zip((1..=5).rev()) {
            table.row([letter, bucket.to_string(), range]);
        }
        return table;
    }
    table = table
        .number("leads")
        .number("converted")
        .number("rate")
        .number("precision")
        .number("recall")
        .number("in vain")
        .number("missed");
    for (((letter, range), bucket), tier) in
        letters.into_iter().zip(ranges).zip((1..=5).rev()).zip(held)
    {
        let (right, wrong, missed) =
            (tier.true_positives, tier.false_positives, tier.false_negatives);
        table.row([
            letter,
            bucket.to_string(),
            range,
            count(tier.rows),
            count(tier.positives),
            percent(tier.positives, tier.rows),
            percent(right, right + wrong),
            percent(right, right + missed),
            count(wrong),
            count(missed),
        ]);
    }
    table
}

/// Features by how much they move the score, the first `most` of them.
pub(super) fn features(artifact: &Artifact, most: usize) -> Table {
    let mut table = Table::default().name("feature").words("meaning").number("points");
    for position in ranked(artifact).into_iter().take(most) {
        let feature = &artifact.schema.features()[position];
        let points = fixed(artifact.training.importance[position], 3);
        table.row([feature.name.clone(), feature.meaning.clone(), points]);
    }
    table
}

/// Positions of the features, those that move the score most first.
pub(crate) fn ranked(artifact: &Artifact) -> Vec<usize> {
    let importance = &artifact.training.importance;
    let mut ranked: Vec<usize> = (0..importance.len()).collect();
    ranked.sort_by(|&a, &b| importance[b].total_cmp(&importance[a]));
    ranked
}

/// What cross-validation compared, the best first; the chosen one is always among them.
pub(crate) fn candidates(selection: &Selection) -> Table {
    let mut table = Table::default()
        .number("pieces")
        .number("penalty")
        .number("pairs")
        .number("their penalty")
        .number("log loss")
        .number("above the best")
        .words("");
    let mut ranked: Vec<_> = selection.candidates.iter().collect();
    ranked.sort_by(|a, b| a.log_loss.total_cmp(&b.log_loss));
    let shown = ranked.iter().enumerate().filter(|(place, one)| *place < CANDIDATES || one.chosen);
    for (_, candidate) in shown {
        let [mean, error] = candidate.excess;
        table.row([
            candidate.pieces.to_string(),
            candidate.penalty.to_string(),
            candidate.pairs.to_string(),
            if candidate.pairs == 0 { "-".to_owned() } else { candidate.pair_penalty.to_string() },
            fixed(candidate.log_loss, 5),
            format!("{} ± {}", fixed(mean, 5), fixed(error, 5)),
            if candidate.chosen { "chosen".to_owned() } else { String::new() },
        ]);
    }
    table
}
