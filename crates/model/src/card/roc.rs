//! The ROC curve, with the tiers on it.

use super::{
    chart::{Chart, in_percent, panel},
    number::percent,
    scale::Scale,
};
use crate::artifact::Quality;

/// The panel of the ROC curve.
pub(super) fn roc(quality: &Quality) -> String {
    let [low, high] = quality.auc_interval;
    let description = format!(
        "ROC curve: area {:.4}, 95 % interval {low:.4} to {high:.4}; each dot is a tier and every better one",
        quality.auc
    );
    let unit = Scale::linear(0.0, 1.0);
    let mut chart = Chart::new(&description, unit, unit, 270.0);
    chart.axes(&in_percent, &in_percent, "other leads taken along");
    let points: Vec<(f64, f64)> = quality.roc.iter().map(|&[x, y]| (x, y)).collect();
    chart.area("accent", &points);
    chart.line("guess", [(0.0, 0.0), (1.0, 1.0)].into_iter());
    chart.line("accent", points.into_iter());
    // The last tier takes everything along, as the corner does.
    for tier in quality.tiers.iter().take(4) {
        let (right, wrong) = (tier.true_positives, tier.false_positives);
        let (converted, others) = (right + tier.false_negatives, wrong + tier.true_negatives);
        if converted == 0 || others == 0 || tier.rows == 0 {
            continue;
        }
        let at = (wrong as f64 / others as f64, right as f64 / converted as f64);
        let letter = tier.tier.to_string();
        let title = format!(
            "tier {letter} and better: {} of conversions found, {} of other leads taken along",
            percent(right, converted),
            percent(wrong, others)
        );
        chart.dot("accent", at, 4.0, &title);
        chart.word("name", at, (7.0, 12.0), &letter);
    }
    chart.word("figure", (0.5, 0.14), (0.0, 0.0), &format!("AUC {:.4}", quality.auc));
    chart.word("aside", (0.5, 0.06), (0.0, 0.0), &format!("95 %: {low:.4} to {high:.4}"));
    let note = "Upwards the conversions found. Letters: acting on that tier and every better one.";
    panel("Ranking (ROC)", note, &chart.finish())
}
