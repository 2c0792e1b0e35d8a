//! The challenger beside the live model, as counters, and as gauges that are made when the page is.
//!
//! [`Challenges`] resolves its handles once and is fed by the challenger's own thread. [`contest_families`] makes the
//! gauges of the challenger of this moment, so that none is left standing when it has gone.

use lead_model::{Score, Tier};
use prometheus::{Gauge, GaugeVec, IntCounter, Opts, core::Collector, proto::MetricFamily};

use super::{catalog::Catalog, histogram::Histogram};

/// Every way from one tier to another, by the position of both.
type Flips = [[Option<IntCounter>; Tier::ALL.len()]; Tier::ALL.len()];

/// What was counted of all challengers since the start of the program.
#[derive(Debug, Clone)]
pub(crate) struct Challenges {
    scored: IntCounter,
    dropped: IntCounter,
    errors: IntCounter,
    difference: Histogram,
    /// `None` where both tiers are the same: nothing has flipped.
    flips: Flips,
}

/// The challenger of this moment.
#[derive(Debug)]
pub(crate) struct Contender<'a> {
    pub(crate) name: &'a str,
    pub(crate) version: &'a str,
    /// Share of the leads that it gets to see, 0 to 1.
    pub(crate) share: f64,
    /// Mean of its probabilities less the live ones, if it has scored any.
    pub(crate) mean_difference: Option<f64>,
    /// Index of its scores against the live ones, if it has scored enough.
    pub(crate) psi: Option<f64>,
}

impl Challenges {
    pub(super) fn new(catalog: &Catalog) -> Self {
        let flip = |from: Tier, to: Tier| {
            let labels = [from.as_str(), to.as_str()];
            (from != to).then(|| catalog.challenger_flips.with_label_values(&labels))
        };
        Self {
            scored: catalog.challenger_scored.clone(),
            dropped: catalog.challenger_dropped.clone(),
            errors: catalog.challenger_errors.clone(),
            difference: catalog.challenger_difference.clone(),
            flips: Tier::ALL.map(|from| Tier::ALL.map(|to| flip(from, to))),
        }
    }

    /// Counts a lead that found the queue full.
    pub(crate) fn dropped(&self) {
        self.dropped.inc();
    }

    /// Counts leads that both models have scored, and leads that the challenger could not read.
    pub(crate) fn scored(&self, live: &[Score], challenger: &[Score], errors: u64) {
        for (live, challenger) in live.iter().zip(challenger) {
            self.difference.observe((challenger.probability - live.probability).abs());
            if let Some(flip) = &self.flips[live.tier as usize][challenger.tier as usize] {
                flip.inc();
            }
        }
        self.scored.inc_by(challenger.len() as u64);
        self.errors.inc_by(errors);
    }
}

/// The gauges of a challenger.
pub(crate) fn contest_families(
    contender: &Contender<'_>,
) -> Result<Vec<MetricFamily>, prometheus::Error> {
    let info = GaugeVec::new(
        Opts::new("challenger_info", "The challenger that scores unheard; always 1."),
        &["name", "version"],
    )?;
    info.with_label_values(&[contender.name, contender.version]).set(1.0);
    let mut families = info.collect();
    let gauges = [
        (
            "challenger_share",
            "Share of the leads (0 to 1) that the challenger scores as well.",
            Some(contender.share),
        ),
        (
            "challenger_score_difference_mean",
            "Mean of the challenger's probabilities less the live model's.",
            contender.mean_difference,
        ),
        (
            "challenger_psi",
            "Population stability index of the challenger's scores against the live model's.",
            contender.psi,
        ),
    ];
    for (name, help, value) in gauges {
        if let Some(value) = value {
            let gauge = Gauge::new(name, help)?;
            gauge.set(value);
            families.extend(gauge.collect());
        }
    }
    Ok(families)
}
