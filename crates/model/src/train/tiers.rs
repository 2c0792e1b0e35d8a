//! [`Tiers`]: where the five tiers shall part, as it was asked for.

use std::str::FromStr;

use crate::{error::ModelError, score::CutPoints};

/// Shares of the training leads that lie below each cut point: A is the best tenth, B the rest of the best quarter, C and D a
/// quarter each, E the lowest quarter. A salesperson's day holds few calls, so the best tier is the smallest.
const SHARES: [f64; 4] = [0.25, 0.5, 0.75, 0.9];
/// Decimals that a cut point is written with where they suffice to part its neighbours.
const FEWEST_DECIMALS: i32 = 3;
/// Decimals of a double: beyond them the middle itself is taken.
const MOST_DECIMALS: i32 = 15;

/// How the cut points between the tiers are chosen.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Tiers {
    /// Those of the HTTP contract: 0.125, 0.375, 0.625, 0.875.
    #[default]
    Contract,
    /// By training scores: A the best tenth, B the next 15 %, C and D the next quarters, E the lowest quarter.
    Quantile,
    /// Probabilities of one's own, rising.
    Values([f64; 4]),
}

impl Tiers {
    /// The cut points, for a model that gave its training leads these probabilities.
    ///
    /// A quantile lies halfway between two neighbouring scores, written with as few decimals as part them, so that no training lead
    /// stands on it; where it would cut through equal scores it moves to the nearer end of them.
    ///
    /// # Errors
    /// [`ModelError::Tiers`] where the scores have too few different values to be parted in five, [`ModelError::CutPoints`] where
    /// values of one's own do not rise strictly between 0 and 1.
    pub fn cut_points(&self, scores: &[f64]) -> Result<CutPoints, ModelError> {
        match self {
            Self::Contract => Ok(CutPoints::CONTRACT),
            Self::Values(points) => CutPoints::new(*points),
            Self::Quantile => quantile(scores),
        }
    }
}

impl FromStr for Tiers {
    type Err = ModelError;

    /// Reads `contract`, `quantile`, or `value` with four probabilities, for example `value 0.1,0.25,0.5,0.75`.
    fn from_str(text: &str) -> Result<Self, ModelError> {
        match text.trim() {
            "contract" => return Ok(Self::Contract),
            "quantile" => return Ok(Self::Quantile),
            _ => {}
        }
        let unknown = || ModelError::Tiers {
            what: format!(
                "{text:?} is none of contract, quantile, and value with four probabilities, \
                 for example: value 0.1,0.25,0.5,0.75"
            ),
        };
        let list = text.trim().strip_prefix("value").ok_or_else(unknown)?;
        let list = list.trim_start_matches([' ', ':', '=']);
        let points: Result<Vec<f64>, _> =
            list.split(',').map(|point| point.trim().parse()).collect();
        let points: [f64; 4] = points.map_err(|_| unknown())?.try_into().map_err(|_| unknown())?;
        CutPoints::new(points)?;
        Ok(Self::Values(points))
    }
}

fn quantile(scores: &[f64]) -> Result<CutPoints, ModelError> {
    let mut sorted = scores.to_vec();
    sorted.sort_by(f64::total_cmp);
    // Rows from which a higher score begins; a cut point can only lie there.
    let borders: Vec<usize> =
        (1..sorted.len()).filter(|&row| sorted[row - 1] < sorted[row]).collect();
    let few = || ModelError::Tiers {
        what: format!(
            "the {} training leads have only {} different scores, and no four of them part the leads into the best tenth and the \
             quarters below; use --tiers contract, or --tiers value with probabilities of your own",
            sorted.len(),
            borders.len() + usize::from(!sorted.is_empty()),
        ),
    };
    let mut rows = [0; 4];
    for (row, share) in rows.iter_mut().zip(SHARES) {
        let wanted = (share * sorted.len() as f64).round() as usize;
        let nearest = borders.iter().min_by_key(|border| border.abs_diff(wanted));
        *row = *nearest.ok_or_else(few)?;
    }
    if rows.windows(2).any(|pair| pair[0] >= pair[1]) {
        return Err(few());
    }
    CutPoints::new(rows.map(|row| between(sorted[row - 1], sorted[row])))
}

/// A number above `low` and below `high`, of few decimals.
fn between(low: f64, high: f64) -> f64 {
    let middle = low + (high - low) / 2.0;
    let decimals = (FEWEST_DECIMALS..=MOST_DECIMALS).map(|decimals| {
        let scale = 10_f64.powi(decimals);
        (middle * scale).round() / scale
    });
    let mut inside = decimals.filter(|&point| low < point && point < high);
    inside.next().unwrap_or(middle)
}

#[cfg(test)]
mod tests {
    use super::{Tiers, between};
    use crate::score::CutPoints;

    #[test]
    fn quantiles_part_the_leads_as_they_say() {
        let scores: Vec<f64> = (0..1000).map(|row| f64::from((row * 7) % 1000) / 1000.0).collect();
        let cuts = Tiers::Quantile.cut_points(&scores).unwrap();
        let count =
            |bucket: u8| scores.iter().filter(|&&score| cuts.bucket(score).get() == bucket).count();
        assert_eq!([5, 4, 3, 2, 1].map(count), [100, 150, 250, 250, 250]);
        assert_eq!(cuts.points(), [0.2495, 0.4995, 0.7495, 0.8995]);
    }

    #[test]
    fn ties_move_a_cut_point_and_too_many_are_an_error() {
        let mut scores = vec![0.1; 40];
        scores.extend((0..60).map(|row| 0.2 + f64::from(row) / 100.0));
        let cuts = Tiers::Quantile.cut_points(&scores).unwrap();
        assert!((0.1..0.2).contains(&cuts.points()[0]), "{cuts:?}");
        let error = Tiers::Quantile.cut_points(&[0.1, 0.1, 0.1, 0.9]).unwrap_err().to_string();
        assert!(
            error.contains("only 2 different scores") && error.contains("--tiers value"),
            "{error}"
        );
        assert!(Tiers::Quantile.cut_points(&[]).is_err());
    }

    #[test]
    fn a_cut_point_is_short_where_that_parts_its_neighbours() {
        assert_eq!(between(0.3, 0.4), 0.35);
        assert_eq!(between(0.123_41, 0.123_43), 0.123_42);
        assert!(between(0.0, f64::MIN_POSITIVE) > 0.0);
    }

    #[test]
    fn words_and_values_are_read() {
        let read = |text: &str| text.parse::<Tiers>().map_err(|error| error.to_string());
        assert_eq!(read("contract"), Ok(Tiers::Contract));
        assert_eq!(read("quantile"), Ok(Tiers::Quantile));
        let own = Tiers::Values([0.1, 0.25, 0.5, 0.75]);
        assert_eq!(read("value 0.1,0.25,0.5,0.75"), Ok(own));
        assert_eq!(own.cut_points(&[]).unwrap(), CutPoints::new([0.1, 0.25, 0.5, 0.75]).unwrap());
        for wrong in [
            "",
            "thirds",
            "value",
            "value 0.1,0.2",
            "value a,b,c,d",
            "value 0.5,0.4,0.6,0.7",
            "value 0,0.4,0.6,0.7",
        ] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
