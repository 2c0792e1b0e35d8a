//! What is demanded of the head: how much slower it may be, and how sure a verdict must be.

use super::measure::Measure;

/// By what base and head are told apart.
#[derive(Clone, Debug, PartialEq)]
pub struct Margin {
    /// A head this many times as slow as the base is a regression; above 1.
    pub limit: f64,
    /// The confidence of intervals, between 0.5 and 1; half of what is missing to 1 is the chance of a false alarm over
    /// all deciding figures together.
    pub confidence: f64,
    /// A latency that rose by no more than this many milliseconds is no regression, whatever its ratio.
    pub min_abs_ms: f64,
    /// Which figures decide, of all requests and of each endpoint; a rise of errors always does.
    pub decide: Vec<Measure>,
}

impl Default for Margin {
    fn default() -> Self {
        Self { limit: 1.2, confidence: 0.95, min_abs_ms: 0.0, decide: vec![Measure::P95] }
    }
}

impl Margin {
    /// The chance of a false alarm that all deciding figures share.
    pub fn alpha(&self) -> f64 {
        (1.0 - self.confidence) / 2.0
    }

    /// The share of [`Margin::alpha`] that belongs to one deciding figure: half of it to those of all requests, half to
    /// those of the endpoints (Bonferroni, weighted). A slower build is mostly slower as a whole, and a scenario of many
    /// endpoints must not make that harder to see.
    pub(crate) fn level(&self, is_of_all: bool, endpoints: usize) -> f64 {
        let measures = self.decide.len().max(1) as f64;
        match (is_of_all, endpoints) {
            (true, 0) => self.alpha() / measures,
            (true, _) => self.alpha() / (2.0 * measures),
            (false, _) => self.alpha() / (2.0 * measures * endpoints.max(1) as f64),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Margin, Measure};

    #[test]
    fn the_levels_of_all_deciding_figures_add_up_to_alpha() {
        for endpoints in [0, 1, 4, 30] {
            let margin = Margin { decide: vec![Measure::P95, Measure::P99], ..Margin::default() };
            let of_endpoints = margin.level(false, endpoints) * endpoints as f64;
            let sum = 2.0 * (margin.level(true, endpoints) + of_endpoints);
            assert!((sum - 0.025).abs() < 1e-12, "{endpoints} endpoints share {sum}");
        }
    }
}
