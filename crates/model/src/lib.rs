#![doc = include_str!("../README.md")]

mod artifact;
#[cfg(feature = "train")]
mod card;
#[cfg(feature = "cli")]
pub mod cli;
#[cfg(feature = "train")]
pub mod columns;
mod compiled;
mod curve;
mod digits;
mod drift;
mod error;
mod explain;
mod fault;
mod lead;
mod logistic;
#[cfg(feature = "train")]
pub mod measure;
mod pair;
mod schema;
mod score;
mod scorecard;
mod scorer;
#[cfg(feature = "train")]
pub mod sheet;
pub mod synth;
#[cfg(feature = "train")]
pub mod train;

pub use artifact::{
    Artifact, Bin, Candidate, Decile, FORMAT, Golden, Histogram, Quality, Reference, Selection,
    TierQuality, Training,
};
pub use curve::{Curve, Levels, Ramp};
pub use drift::{Drift, Severity, Shift, Tally, psi};
pub use error::ModelError;
pub use explain::{Contribution, Explanation};
pub use fault::{BatchError, Fault, FaultCode, Faults};
pub use lead::{ID_LIMIT, Lead};
pub use pair::{Axis, Pair};
pub use schema::{Breach, Decimal, Feature, INTEGER_LIMIT, Kind, Presence, Schema};
pub use score::{Bucket, CutPoints, Score, Tier};
pub use scorecard::{FeatureCurve, Scorecard};
pub use scorer::Scorer;
