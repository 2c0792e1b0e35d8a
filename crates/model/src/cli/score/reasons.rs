//! The reasons for a score as cells of a row.

use crate::{lead::Lead, scorer::Scorer};

/// The texts of the `count` reasons that move the score of these values most, the strongest first; fewer where the lead
/// has fewer.
pub(super) fn strongest(scorer: &Scorer, values: &[f64], count: usize) -> Vec<Option<String>> {
    let missing = values.iter().filter(|value| value.is_nan()).count();
    let lead = Lead::checked("", values, missing as u32);
    let why = scorer.explain(&lead);
    let mut texts: Vec<_> = why.top(count).map(|reason| Some(reason.to_string())).collect();
    texts.resize(count, None);
    texts
}
