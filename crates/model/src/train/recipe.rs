//! [`train`]: the steps from a table to a model, in order.
//!
//! Split, choose knots, expand, fit, fold, centre, compare with the fit, evaluate on held-out rows, keep golden leads. Each
//! step's own business is in a file of its own.

use ndarray::{Array2, ShapeBuilder};

use super::{
    Table, ValidParams,
    basis::Term,
    evaluate::{self, Outcome},
    fit::{self, Fit},
    table::Split,
};
use crate::{
    artifact::{Artifact, Golden, Training},
    error::ModelError,
    lead::Lead,
    score::CutPoints,
    scorecard::{FeatureCurve, Scorecard},
    scorer::Scorer,
};

/// Fewest converted and fewest other leads: below, curves are noise.
const FEWEST: usize = 40;
/// Largest difference in log-odds between the scorecard and the fit it was folded from.
const FOLDING_TOLERANCE: f64 = 1e-9;
/// Leads whose scores are kept in the model file.
const GOLDEN: usize = 12;
/// Quality is stated to a millionth: more digits would say nothing.
const DIGITS: f64 = 1e6;

/// Trains a model called `name`, of this `version`, on part of `table`, and measures it on the rest.
///
/// The same table and parameters give the same artifact on every machine.
///
/// # Errors
/// [`ModelError::TooFew`] without at least 40 rows of each outcome, [`ModelError::NotConverged`],
/// [`ModelError::Trainer`], or [`ModelError::Folding`].
pub fn train(
    table: &Table,
    params: &ValidParams,
    name: &str,
    version: &str,
) -> Result<Artifact, ModelError> {
    let positives = table.positives();
    let negatives = table.len() - positives;
    if positives.min(negatives) < FEWEST {
        return Err(ModelError::TooFew { positives, negatives, needed: FEWEST });
    }
    let split = table.split(params.holdout(), params.seed());
    let training = Rows::of(table, &split.training);
    let (scorecard, fit) = learn(&training, params)?;
    let importance = importance(&scorecard, &training);
    let artifact = Artifact {
        name: name.to_owned(),
        version: version.to_owned(),
        schema: table.schema().clone(),
        scorecard,
        cut_points: CutPoints::CONTRACT,
        training: summary(table, &training, params, importance),
        reference: None,
        golden: Vec::new(),
    };
    let mut scorer = Scorer::new(artifact)?;
    compare(&scorer, &training, &fit)?;
    scorer = Scorer::new(evaluated(&scorer, table, &split))?;
    Ok(scorer.artifact().clone())
}

/// The leads of one part of a table.
struct Rows<'a> {
    table: &'a Table,
    leads: Vec<&'a Lead>,
    converted: Vec<bool>,
}

impl<'a> Rows<'a> {
    fn of(table: &'a Table, rows: &[usize]) -> Self {
        Self {
            table,
            leads: rows.iter().map(|&row| &table.leads[row]).collect(),
            converted: rows.iter().map(|&row| table.converted[row]).collect(),
        }
    }

    fn column(&self, position: usize) -> Vec<f64> {
        self.leads.iter().map(|lead| lead.values()[position]).collect()
    }
}

/// Fits the columns of all features and folds the weights into centred curves.
fn learn(rows: &Rows<'_>, params: &ValidParams) -> Result<(Scorecard, Fit), ModelError> {
    let features = rows.table.schema().features();
    let columns: Vec<_> = (0..features.len()).map(|position| rows.column(position)).collect();
    let choose = |(feature, values): (_, &Vec<f64>)| {
        Term::choose(feature, values, params.pieces(), params.min_count())
    };
    let terms: Vec<_> = features.iter().zip(&columns).map(choose).collect();
    let (design, means) = design(&terms, &columns);
    let fit = fit::fit(design, &rows.converted, params)?;

    let mut intercept = fit.intercept;
    let mut weights = fit.weights.as_slice();
    let mut curves = Vec::with_capacity(features.len());
    for ((term, feature), means) in terms.iter().zip(features).zip(&means) {
        let (own, rest) = weights.split_at(term.width());
        weights = rest;
        let shift: f64 = own.iter().zip(means).map(|(weight, mean)| weight * mean).sum();
        // Points lowered by a rounded shift stay on the grid of the weights, and so short in the file; the intercept
        // takes the rest.
        let rounded = fit::round(shift);
        intercept += rounded - shift;
        let curve = term.fold(own).map_points(|points| fit::round(points - rounded));
        curves.push(FeatureCurve { feature: feature.name.clone(), curve });
    }
    Ok((Scorecard { intercept, curves, pairs: Vec::new() }, fit))
}

/// The terms' columns side by side, column-major, each lowered by its mean; and those means by term.
///
/// Centred columns do not change the optimum, since the intercept is free, but bring the search there much sooner.
fn design(terms: &[Term], columns: &[Vec<f64>]) -> (Array2<f64>, Vec<Vec<f64>>) {
    let rows = columns.first().map_or(0, Vec::len);
    let width = terms.iter().map(Term::width).sum();
    let mut design = Array2::zeros((rows, width).f());
    let mut means = Vec::with_capacity(terms.len());
    let mut start = 0;
    for (term, values) in terms.iter().zip(columns) {
        let mut entries = vec![0.0; term.width()];
        let mut sums = entries.clone();
        for (row, &value) in values.iter().enumerate() {
            entries.fill(0.0);
            term.expand(value, &mut entries);
            for (offset, &entry) in entries.iter().enumerate() {
                design[(row, start + offset)] = entry;
                sums[offset] += entry;
            }
        }
        sums.iter_mut().for_each(|sum| *sum /= rows as f64);
        for (offset, &mean) in sums.iter().enumerate() {
            design.column_mut(start + offset).mapv_inplace(|entry| entry - mean);
        }
        means.push(sums);
        start += term.width();
    }
    (design, means)
}

/// Makes sure that the scorecard says of every training row what linfa's model says.
fn compare(scorer: &Scorer, rows: &Rows<'_>, fit: &Fit) -> Result<(), ModelError> {
    let differences = rows
        .leads
        .iter()
        .zip(&fit.log_odds)
        .map(|(lead, fitted)| (scorer.score(lead).log_odds - fitted).abs());
    let difference = differences.fold(0.0, f64::max);
    if difference <= FOLDING_TOLERANCE { Ok(()) } else { Err(ModelError::Folding { difference }) }
}

/// Mean absolute points of each feature.
fn importance(scorecard: &Scorecard, rows: &Rows<'_>) -> Vec<f64> {
    let mean = |(position, entry): (usize, &FeatureCurve)| {
        let sum: f64 =
            rows.column(position).iter().map(|&value| entry.curve.points(value).abs()).sum();
        short(sum / rows.leads.len() as f64)
    };
    scorecard.curves.iter().enumerate().map(mean).collect()
}

/// Where the model comes from; its quality is filled in by [`evaluated`].
fn summary(table: &Table, rows: &Rows<'_>, params: &ValidParams, importance: Vec<f64>) -> Training {
    Training {
        source: table.source.clone(),
        seed: params.seed(),
        rows: rows.leads.len() as u64,
        positives: rows.converted.iter().filter(|&&converted| converted).count() as u64,
        penalty: params.penalty(),
        pieces: params.pieces() as u64,
        test_rows: 0,
        test_positives: 0,
        auc: 0.0,
        best_auc: None,
        log_loss: 0.0,
        brier: 0.0,
        calibration_error: 0.0,
        calibration: Vec::new(),
        importance,
        refitted: false,
        newest_by: None,
        selection: None,
        quality: None,
        warnings: Vec::new(),
    }
}

/// The model with its quality on held-out rows, and with golden leads from among them.
fn evaluated(scorer: &Scorer, table: &Table, split: &Split) -> Artifact {
    let outcomes: Vec<Outcome> = split
        .test
        .iter()
        .map(|&row| (scorer.score(&table.leads[row]).probability, table.converted[row]))
        .collect();
    let best = table.truth.as_ref().map(|truth| {
        let outcomes: Vec<_> =
            split.test.iter().map(|&row| (truth[row], table.converted[row])).collect();
        short(evaluate::auc(&outcomes))
    });
    let bins = evaluate::calibration(&outcomes);
    let mut artifact = scorer.artifact().clone();
    artifact.training = Training {
        test_rows: outcomes.len() as u64,
        test_positives: outcomes.iter().filter(|outcome| outcome.1).count() as u64,
        auc: short(evaluate::auc(&outcomes)),
        best_auc: best,
        log_loss: short(evaluate::log_loss(&outcomes)),
        brier: short(evaluate::brier(&outcomes)),
        calibration_error: short(evaluate::calibration_error(&bins)),
        calibration: bins
            .into_iter()
            .map(|bin| crate::Bin {
                predicted: short(bin.predicted),
                observed: short(bin.observed),
                ..bin
            })
            .collect(),
        ..artifact.training
    };
    let step = (split.test.len() / GOLDEN).max(1);
    let chosen = split.test.iter().step_by(step).take(GOLDEN);
    artifact.golden = chosen.map(|&row| golden(scorer, &table.leads[row])).collect();
    artifact
}

fn golden(scorer: &Scorer, lead: &Lead) -> Golden {
    let score = scorer.score(lead);
    Golden {
        values: lead.values().to_vec(),
        log_odds: score.log_odds,
        probability: score.probability,
    }
}

fn short(value: f64) -> f64 {
    (value * DIGITS).round() / DIGITS
}
