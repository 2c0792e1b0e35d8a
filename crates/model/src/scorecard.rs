//! The additive model itself: an intercept, one curve per feature, and the few pairs that pay.
//!
//! `log-odds = intercept + sum of points`. [`Scorecard`] is what stands in the model file and what a person reads;
//! [`Compiled`](crate::compiled::Compiled) is what scores.

use serde::{Deserialize, Serialize};

use crate::{
    curve::{Curve, POINTS_LIMIT},
    error::ModelError,
    pair::Pair,
    schema::{Kind, Schema},
};

/// More pairs than training ever makes, or a person reads.
const PAIRS: usize = 64;

/// Intercept, curves, and pairs, in log-odds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scorecard {
    /// Log-odds of the average training lead: every curve is centred on its training mean.
    pub intercept: f64,
    /// One entry per feature, in schema order.
    pub curves: Vec<FeatureCurve>,
    /// What two features add together, beyond their curves; most models need none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pairs: Vec<Pair>,
}

/// The curve of one feature, named so that the file can be read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeatureCurve {
    /// Name of the feature, as in the schema.
    pub feature: String,
    /// Its points.
    pub curve: Curve,
}

impl Scorecard {
    /// Checks that the curves are sound and those of `schema`, in its order, and that the pairs join two of them.
    pub(crate) fn check(&self, schema: &Schema) -> Result<(), ModelError> {
        let unsound = |what| Err(ModelError::Unsound { what });
        // NaN is not within the limit either.
        if !(-POINTS_LIMIT..=POINTS_LIMIT).contains(&self.intercept) {
            return unsound("the intercept must lie between -1000000 and 1000000".to_owned());
        }
        if self.curves.len() != schema.len() {
            let (curves, features) = (self.curves.len(), schema.len());
            return unsound(format!("there are {curves} curves for {features} features"));
        }
        for (entry, feature) in self.curves.iter().zip(schema.features()) {
            let name = &entry.feature;
            if *name != feature.name {
                return unsound(format!("curve {name} stands where {} should", feature.name));
            }
            if let Some(what) = entry.curve.unsound() {
                return unsound(format!("curve {name}: {what}"));
            }
            if matches!(entry.curve, Curve::Levels(_)) && feature.kind == Kind::Real {
                return unsound(format!("curve {name} has levels, {name} any number"));
            }
        }
        if self.pairs.len() > PAIRS {
            return unsound(format!("there are {} pairs, {PAIRS} is the most", self.pairs.len()));
        }
        for (position, pair) in self.pairs.iter().enumerate() {
            if self.pairs[..position].iter().any(|other| other.features == pair.features) {
                let [first, second] = &pair.features;
                return unsound(format!("pair {first} and {second} appears twice"));
            }
            let [first, second] = &pair.features;
            let named = pair.features.each_ref().map(|name| schema.position(name));
            if named.contains(&None) || first == second {
                return unsound(format!("pair {first} and {second} does not join two features"));
            }
            if let Some(what) = pair.unsound() {
                return unsound(format!("pair {first} and {second}: {what}"));
            }
        }
        Ok(())
    }
}
