//! The additive model itself: an intercept and one curve per feature.
//!
//! `log-odds = intercept + sum of points`. [`Scorecard`] is what stands in the model file and what a person reads;
//! [`Compiled`](crate::compiled::Compiled) is what scores.

use serde::{Deserialize, Serialize};

use crate::{curve::Curve, error::ModelError, schema::Schema};

/// Intercept and curves, in log-odds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scorecard {
    /// Log-odds of the average training lead: every curve is centred on its training mean.
    pub intercept: f64,
    /// One entry per feature, in schema order.
    pub curves: Vec<FeatureCurve>,
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
    /// Checks that the curves are sound and those of `schema`, in its order.
    pub(crate) fn check(&self, schema: &Schema) -> Result<(), ModelError> {
        let unsound = |what| Err(ModelError::Unsound { what });
        if !self.intercept.is_finite() {
            return unsound("the intercept is not finite".to_owned());
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
        }
        Ok(())
    }
}
