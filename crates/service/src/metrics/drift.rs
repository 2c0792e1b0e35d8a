//! Drift as gauges, made when the page is.
//!
//! Which series there are depends on the model that answers and on how many leads it has scored: [`families`] declares
//! and fills them at once from what was observed, so that none of another model is left standing. A number that chance
//! alone could have moved has no series: an alert on `model_drift_psi` never fires for want of leads. What is counted
//! from the start of the program is in [`Sampling`].

use lead_model::{Drift, Shift};
use prometheus::{Gauge, GaugeVec, IntCounter, Opts, core::Collector, proto::MetricFamily};

use super::catalog::Catalog;

/// How many leads were looked at for drift.
#[derive(Debug)]
pub(crate) struct Sampling {
    sampled: IntCounter,
    skipped: IntCounter,
}

impl Sampling {
    pub(super) fn new(catalog: &Catalog) -> Self {
        Self { sampled: catalog.drift_sampled.clone(), skipped: catalog.drift_skipped.clone() }
    }

    /// Counts leads that were looked at, and leads that could not be because every tally was in use.
    pub(crate) fn count(&self, sampled: u64, skipped: u64) {
        // Most requests of a busy service are looked at by nobody, and shared counters cost.
        if sampled > 0 {
            self.sampled.inc_by(sampled);
        }
        if skipped > 0 {
            self.skipped.inc_by(skipped);
        }
    }
}

/// The gauges of what was observed.
pub(crate) fn families(drift: &Drift) -> Result<Vec<MetricFamily>, prometheus::Error> {
    let rows = gauge("model_drift_rows", "Leads in the window that drift is measured over.")?;
    rows.set(drift.rows as f64);
    let mut families = rows.collect();
    if sure(&drift.score) {
        let psi = gauge(
            "model_drift_score_psi",
            "Population stability index of the score against the training rows.",
        )?;
        psi.set(drift.score.psi);
        families.extend(psi.collect());
    }
    for (name, help, value) in OF_FEATURES {
        let family = GaugeVec::new(Opts::new(name, help), &["feature"])?;
        for shift in drift.features.iter().filter(|shift| sure(shift)) {
            family.with_label_values(&[&shift.of]).set(value(shift));
        }
        families.extend(family.collect());
    }
    // The text format has no words for a family without series.
    families.retain(|family| !family.get_metric().is_empty());
    Ok(families)
}

type OfFeature = (&'static str, &'static str, fn(&Shift) -> f64);

#[rustfmt::skip] // One metric a line reads as the table it is.
const OF_FEATURES: [OfFeature; 3] = [
    ("model_drift_psi", "Population stability index of a feature against the training rows.", |shift| shift.psi),
    ("model_drift_missing_ratio", "Share of leads (0 to 1) without the feature.", |shift| shift.missing[1]),
    ("model_drift_outside_ratio", "Share of leads (0 to 1) below or above all training rows.", |shift| shift.outside),
];

/// Whether there are enough leads to tell a shift from chance.
fn sure(shift: &Shift) -> bool {
    shift.note.is_none()
}

fn gauge(name: &str, help: &str) -> Result<Gauge, prometheus::Error> {
    Gauge::new(name, help)
}
