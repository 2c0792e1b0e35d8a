//! Whether a predicted 30 % is 30 %: predictions against observed rates.

use super::{Outcome, loss::mean};
use crate::artifact::Bin;

/// Bins of the calibration table, of equal width.
const BINS: usize = 10;

/// Predictions against observed rates in ten bins of equal width, a probability of 1 in the last; empty ones are left out.
pub fn calibration(outcomes: &[Outcome]) -> Vec<Bin> {
    let mut bins: [Vec<Outcome>; BINS] = Default::default();
    for &outcome in outcomes {
        bins[((outcome.0 * BINS as f64) as usize).min(BINS - 1)].push(outcome);
    }
    let filled = bins.iter().enumerate().filter(|(_, bin)| !bin.is_empty());
    filled
        .map(|(position, bin)| Bin {
            from: position as f64 / BINS as f64,
            rows: bin.len() as u64,
            predicted: mean(bin, |outcome| outcome.0),
            observed: mean(bin, |outcome| f64::from(u8::from(outcome.1))),
        })
        .collect()
}

/// Expected calibration error: the bins' distance between prediction and observation, weighted by their rows.
pub fn calibration_error(bins: &[Bin]) -> f64 {
    let rows: u64 = bins.iter().map(|bin| bin.rows).sum();
    let distance = |bin: &Bin| bin.rows as f64 * (bin.predicted - bin.observed).abs();
    bins.iter().map(distance).sum::<f64>() / rows as f64
}

#[cfg(test)]
mod tests {
    use super::{calibration, calibration_error};

    #[test]
    fn calibration_is_counted_in_bins() {
        let bins = calibration(&[(0.1, false), (0.4, true), (0.4, false), (0.8, true)]);
        assert_eq!(
            bins.iter().map(|bin| (bin.from, bin.rows)).collect::<Vec<_>>(),
            [(0.1, 1), (0.4, 2), (0.8, 1)]
        );
        assert_eq!(bins[1].observed, 0.5);
        let error = (0.1 + 2.0 * 0.1 + 0.2) / 4.0;
        assert!((calibration_error(&bins) - error).abs() < 1e-12);
    }
}
