//! The key figures of a run, as cards.

use crate::{
    quantity::{Quantity, grouped},
    verdict::{BaselineFacts, RunFacts},
};

/// The cards of a run.
pub(super) fn cards(run: &RunFacts) -> String {
    let (rate, meaning) = match run.steady {
        Ok(steady) => (steady.rps(), "requests per second while steady"),
        Err(_) => (run.rps, "requests per second, with the ramp"),
    };
    let mood = if run.failures == 0 { "good" } else { "bad" };
    let mut cards = [
        card("", &grouped(run.requests), "requests"),
        card("", Quantity::PerSecond(rate).to_string().trim_end_matches("/s"), meaning),
        card(mood, &grouped(run.failures), "failed"),
    ]
    .concat();
    for (name, fraction) in [("P50", 0.50), ("P95", 0.95), ("P99", 0.99)] {
        let Some(ms) = run.summary.aggregated.percentiles.at(fraction) else { continue };
        let text = Quantity::Milliseconds(ms).to_string();
        let figure = format!("{} <small>ms</small>", text.trim_end_matches(" ms"));
        let change = run.baseline.as_ref().and_then(|baseline| change(baseline, fraction, ms));
        cards.push_str(&card("", &figure, &format!("{name}{}", change.unwrap_or_default())));
    }
    cards
}

/// How far the baseline's figure was off, such as ", +4.6 % on the baseline".
fn change(baseline: &BaselineFacts, fraction: f64, ms: f64) -> Option<String> {
    let before =
        baseline.summary.aggregated.percentiles.at(fraction).filter(|before| *before > 0.0)?;
    Some(format!(", {:+.1} % on the baseline", (ms / before - 1.0) * 100.0))
}

/// A figure, which is markup, and what it means.
pub(in crate::report) fn card(mood: &str, figure: &str, meaning: &str) -> String {
    let class = if mood.is_empty() { "card".to_owned() } else { format!("card {mood}") };
    format!("<div class=\"{class}\"><b>{figure}</b><span>{meaning}</span></div>\n")
}
