#![doc = include_str!("../README.md")]

mod artifact;
#[cfg(feature = "cli")]
pub mod cli;
mod compiled;
mod curve;
mod drift;
mod error;
mod explain;
mod fault;
mod lead;
mod logistic;
mod pair;
mod schema;
mod score;
mod scorecard;
mod scorer;
pub mod synth;
#[cfg(feature = "train")]
pub mod train;

pub use artifact::{
    Artifact, Bin, Candidate, Decile, FORMAT, Golden, Histogram, Quality, Reference, Selection,
    TierQuality, Training,
};
pub use curve::{Curve, Levels, Ramp};
pub use drift::{Drift, Shift, Tally, Verdict};
pub use error::ModelError;
pub use explain::{Contribution, Explanation};
pub use fault::{BatchError, Fault, FaultCode, Faults};
pub use lead::{ID_LIMIT, Lead};
pub use pair::{Axis, Pair};
pub use schema::{Feature, INTEGER_LIMIT, Kind, Presence, Schema};
pub use score::{Bucket, CutPoints, Score, Tier};
pub use scorecard::{FeatureCurve, Scorecard};
pub use scorer::Scorer;
