//! The measures that the recipe states; what they mean is said in [`measure`](crate::measure).

pub(super) use crate::measure::{Outcome, auc, brier, calibration, calibration_error, log_loss};
