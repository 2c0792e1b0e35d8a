//! How good probabilities are, measured on leads whose outcome is known.
//!
//! [`quality()`] fills an [`artifact::Quality`](crate::Quality) from one model's probabilities, [`compare()`] sets two models' beside each
//! other on the same leads, [`stability()`] says how far two distributions lie apart. Pure functions of predictions and outcomes:
//! which leads those are is decided by training and the command line, how they are shown by the card.

mod auc;
mod compare;
mod decile;
mod loss;
mod normal;
mod precision;
mod quality;
mod reliability;
mod roc;
mod stability;
mod tier;

pub use auc::{auc, auc_interval};
pub use compare::{Comparison, Difference, Verdict, compare};
pub use decile::deciles;
pub use loss::{base_log_loss, brier, log_loss};
pub use precision::average_precision;
pub use quality::quality;
pub use reliability::{calibration, calibration_error};
pub use roc::roc;
pub use stability::{counts, stability, tenths};
pub use tier::tiers;

/// A predicted probability, 0 to 1, and whether the lead converted.
pub type Outcome = (f64, bool);
