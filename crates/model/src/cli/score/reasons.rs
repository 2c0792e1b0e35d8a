//! The reasons for a score as cells of a row.

use crate::{lead::Lead, scorer::Scorer};

/// The texts of the `count` reasons that move the score of these values most, the strongest first; fewer where the lead
/// has fewer.
pub(super) fn strongest(scorer: &Scorer, values: &[f64], count: usize) -> Vec<Option<String>> {
    let missing = values.iter().filter(|value| value.is_nan()).count();
    let lead = Lead::checked("", values, missing as u32);
    let mut texts: Vec<Option<String>> = Stub::explain(scorer, &lead, count);
    texts.resize(count, None);
    texts
}

/// Stands in for `Scorer::explain` until it is there.
struct Stub;

impl Stub {
    fn explain(scorer: &Scorer, lead: &Lead, count: usize) -> Vec<Option<String>> {
        let names = scorer.schema().features().iter().zip(lead.values());
        names.take(count).map(|(feature, _)| Some(format!("{}: +0.0 pts", feature.name))).collect()
    }
}
