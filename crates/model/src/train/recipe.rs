//! [`train`]: the steps from a table to a model, in order.
//!
//! Split, choose by cross-validation, fit, fold, evaluate on held-out rows, fit once more on all, keep golden leads. Each
//! step's own business is in a file of its own.

use super::{
    Table, ValidParams,
    basis::Term,
    design::Design,
    fit::{self, Fit},
    fold,
    grid::Grid,
    progress::Progress,
    rows::Rows,
    search::{Problem, widened},
    select::{self, Choice},
    table::Split,
    tiers::Tiers,
};
use crate::{
    artifact::{Artifact, Golden, Reference, Training},
    error::ModelError,
    lead::Lead,
    measure::{self, Outcome},
    score::CutPoints,
    scorecard::Scorecard,
    scorer::Scorer,
};

/// Fewest converted and fewest other leads: below, curves are noise.
const FEWEST: usize = 40;
/// Largest difference in log-odds between the scorecard and the fit it was folded from.
const FOLDING_TOLERANCE: f64 = 1e-9;
/// Largest difference in probability between our own search and linfa's model.
const AGREEMENT: f64 = 1e-6;
/// Largest slope of the mean loss, in any direction, of a fit that counts as converged.
const SLOPE: f64 = 1e-6;
/// How much lower a further step must bring the mean loss, before the last steps to the optimum itself.
const NEAR: f64 = 1e-9;
/// Leads whose scores are kept in the model file.
const GOLDEN: usize = 12;
/// Quality is stated to a millionth: more digits would say nothing.
const DIGITS: f64 = 1e6;

/// Trains a model called `name`, of this `version`, on part of `table`, measures it on the rest, and trains it once more on
/// all rows unless the parameters say otherwise.
///
/// Work is spread over the threads of the `rayon` pool it is called in. The same table and parameters give the same artifact
/// on every machine, with any number of threads.
///
/// # Errors
/// [`ModelError::TooFew`] without at least 40 rows of each outcome, [`ModelError::OneSided`] if one part of the rows has only
/// one outcome, [`ModelError::NotConverged`], [`ModelError::Trainer`], or [`ModelError::Folding`].
pub fn train(
    table: &Table,
    params: &ValidParams,
    name: &str,
    version: &str,
    progress: &Progress<'_>,
) -> Result<Artifact, ModelError> {
    let split = split(table, params)?;
    let measured =
        Rows::new(&table.schema, &table.columns, &table.converted, &split.training, params);
    let choice = select::choose(&measured, params, progress)?;
    progress.begin("fit", 2);
    let learnt = learn(&measured, &choice, params, !params.refit())?;
    progress.step();
    let mut artifact = Artifact {
        name: name.to_owned(),
        version: version.to_owned(),
        schema: table.schema.clone(),
        scorecard: learnt,
        cut_points: CutPoints::CONTRACT,
        training: summary(table, &measured, params, &choice),
        reference: None,
        golden: Vec::new(),
    };
    evaluate(&mut artifact, table, &split, params.tiers())?;
    if params.refit() {
        let every: Vec<_> = (0..table.len()).collect();
        let all = Rows::new(&table.schema, &table.columns, &table.converted, &every, params);
        artifact.scorecard = learn(&all, &choice, params, true)?;
        artifact.training.rows = table.len() as u64;
        artifact.training.positives = table.positives() as u64;
        describe(&mut artifact, &all)?;
    } else {
        describe(&mut artifact, &measured)?;
    }
    progress.step();
    artifact.golden = golden(&Scorer::new(artifact.clone())?, table, &split);
    Ok(Scorer::new(artifact)?.artifact().clone())
}

/// Parts the rows, and makes sure that either part can tell something.
fn split(table: &Table, params: &ValidParams) -> Result<Split, ModelError> {
    let positives = table.positives();
    let negatives = table.len() - positives;
    if positives.min(negatives) < FEWEST {
        return Err(ModelError::TooFew { positives, negatives, needed: FEWEST });
    }
    let split = table.split(params.holdout(), params.seed());
    for (part, rows) in [("training", &split.training), ("held-out", &split.test)] {
        let positives = rows.iter().filter(|&&row| table.converted[row]).count();
        if positives.min(rows.len() - positives) < params.folds() {
            let rows = rows.len();
            return Err(ModelError::OneSided { part, rows, positives });
        }
    }
    Ok(split)
}

/// Fits the chosen recipe to the rows and folds it; `confirmed` by linfa, and compared with it, row by row.
fn learn(
    rows: &Rows<'_>,
    choice: &Choice,
    params: &ValidParams,
    confirmed: bool,
) -> Result<Scorecard, ModelError> {
    let terms = rows.terms(choice.pieces, params.min_count());
    let mut design = rows.design(&terms);
    let mut weights = search(rows, &design, choice, None)?;
    let mut grids = Vec::new();
    if choice.pairs > 0 {
        let coarse = rows.coarse(&terms);
        let everything = 0..rows.order.len();
        grids = rows.grids(&design, &coarse, &weights, &[everything], choice.pairs);
        let scale = (choice.penalty / choice.pair_penalty).sqrt();
        design = design.with(&grids, rows.columns, &rows.order, scale);
        weights = search(rows, &design, choice, Some(weights))?;
    }
    if !confirmed {
        return Ok(fold::scorecard(rows, &terms, &grids, &design, &weights));
    }
    confirm(rows, &terms, &grids, &design, weights, choice)
}

/// The optimum of the curves' and the grids' weights, to the last digits.
fn search(
    rows: &Rows<'_>,
    design: &Design,
    choice: &Choice,
    start: Option<Vec<f64>>,
) -> Result<Vec<f64>, ModelError> {
    let problem = problem(rows, design, choice);
    let mut weights = match start {
        Some(weights) => widened(&weights, design.width()),
        None => problem.base_rate(),
    };
    let penalties = design.penalties(choice.penalty, choice.pair_penalty);
    let factor = problem.hessian(&weights).factor(&penalties, 1.0)?;
    problem.descend(&mut weights, &factor, NEAR)?;
    Ok(weights)
}

fn problem<'a>(rows: &'a Rows<'_>, design: &'a Design, choice: &Choice) -> Problem<'a> {
    let penalties = design.penalties(choice.penalty, choice.pair_penalty);
    Problem::new(design, &rows.converted, std::iter::once(0..rows.order.len()).collect(), penalties)
}

/// Sharpens the weights, hands them to linfa, and takes linfa's model if both say the same of every row.
fn confirm(
    rows: &Rows<'_>,
    terms: &[Term],
    grids: &[Grid],
    design: &Design,
    mut weights: Vec<f64>,
    choice: &Choice,
) -> Result<Scorecard, ModelError> {
    let problem = problem(rows, design, choice);
    problem.sharpen(&mut weights)?;
    weights.iter_mut().for_each(|weight| *weight = fit::round(*weight));
    let fitted = fit::fit(design, &rows.converted, &weights, choice.penalty, fit::TOLERANCE)?;
    let gradient = problem.slope(&fitted.weights);
    if gradient > SLOPE {
        return Err(ModelError::NotConverged { gradient, tolerance: SLOPE });
    }
    agree(rows, design, &weights, &fitted)?;
    let scorecard = fold::scorecard(rows, terms, grids, design, &fitted.weights);
    compare(rows, &scorecard, &fitted)?;
    Ok(scorecard)
}

/// Makes sure that our search and linfa's end at one model.
fn agree(
    rows: &Rows<'_>,
    design: &Design,
    weights: &[f64],
    fitted: &Fit,
) -> Result<(), ModelError> {
    let mut log_odds = Vec::new();
    design.log_odds(weights, 0..rows.order.len(), &mut log_odds);
    let logistic = crate::score::logistic;
    let apart = log_odds.iter().zip(&fitted.log_odds);
    let apart = apart.map(|(&own, &theirs)| (logistic(own) - logistic(theirs)).abs());
    let difference = apart.fold(0.0, f64::max);
    if difference <= AGREEMENT {
        return Ok(());
    }
    Err(ModelError::Trainer(format!("its probabilities lie {difference:e} from ours")))
}

/// Makes sure that the scorecard says of every training row what linfa's model says.
fn compare(rows: &Rows<'_>, scorecard: &Scorecard, fitted: &Fit) -> Result<(), ModelError> {
    let mut difference: f64 = 0.0;
    for (&row, fitted) in rows.order.iter().zip(&fitted.log_odds) {
        difference = difference.max((log_odds(scorecard, rows, row) - fitted).abs());
    }
    if difference <= FOLDING_TOLERANCE { Ok(()) } else { Err(ModelError::Folding { difference }) }
}

/// A row's sum of points, straight from the scorecard.
fn log_odds(scorecard: &Scorecard, rows: &Rows<'_>, row: usize) -> f64 {
    let curves = scorecard.curves.iter().zip(rows.columns);
    let alone: f64 = curves.map(|(entry, column)| entry.curve.points(column[row])).sum();
    let together = scorecard.pairs.iter().map(|pair| {
        let at =
            |name: &String| rows.schema.position(name).map_or(f64::NAN, |at| rows.columns[at][row]);
        pair.points(at(&pair.features[0]), at(&pair.features[1]))
    });
    scorecard.intercept + alone + together.sum::<f64>()
}

/// Where the model comes from; its quality is filled in by [`evaluate`].
fn summary(table: &Table, rows: &Rows<'_>, params: &ValidParams, choice: &Choice) -> Training {
    let pieces = match choice.pieces {
        super::basis::Pieces::Line => 1,
        super::basis::Pieces::Most(pieces) => pieces as u64,
    };
    Training {
        source: table.source.clone(),
        seed: params.seed(),
        rows: rows.order.len() as u64,
        positives: rows.converted.iter().filter(|&&converted| converted).count() as u64,
        penalty: choice.penalty,
        pieces,
        test_rows: 0,
        test_positives: 0,
        auc: 0.0,
        best_auc: None,
        log_loss: 0.0,
        brier: 0.0,
        calibration_error: 0.0,
        calibration: Vec::new(),
        importance: vec![0.0; table.schema.len()],
        refitted: params.refit(),
        newest_by: table.time.as_ref().map(|(name, _)| name.clone()),
        selection: choice.selection.clone(),
        quality: None,
        warnings: table.notes.clone(),
    }
}

/// Draws the tiers by the training rows, and fills in the quality on the held-out ones.
fn evaluate(
    artifact: &mut Artifact,
    table: &Table,
    split: &Split,
    tiers: Tiers,
) -> Result<(), ModelError> {
    let scorer = Scorer::new(artifact.clone())?;
    let scores = |rows: &[usize]| -> Vec<f64> {
        rows.iter().map(|&row| scorer.score(&lead(table, row)).probability).collect()
    };
    artifact.cut_points = tiers.cut_points(&scores(&split.training))?;
    let outcomes = |scores: Vec<f64>| -> Vec<Outcome> {
        scores.into_iter().zip(split.test.iter().map(|&row| table.converted[row])).collect()
    };
    let quality = measure::quality(&outcomes(scores(&split.test)), &artifact.cut_points);
    let best = table.truth.as_ref().map(|truth| {
        short(measure::auc(&outcomes(split.test.iter().map(|&row| truth[row]).collect())))
    });
    let training = &mut artifact.training;
    training.test_rows = quality.rows;
    training.test_positives = quality.positives;
    training.auc = quality.auc;
    training.best_auc = best;
    training.log_loss = quality.log_loss;
    training.brier = quality.brier;
    training.calibration_error = quality.calibration_error;
    training.calibration.clone_from(&quality.reliability);
    training.quality = Some(quality);
    Ok(())
}

/// Fills in what is said of the rows that the scorecard was trained on.
fn describe(artifact: &mut Artifact, rows: &Rows<'_>) -> Result<(), ModelError> {
    let mean = |(entry, column): (&crate::FeatureCurve, &Vec<f64>)| {
        let sum: f64 = rows.order.iter().map(|&row| entry.curve.points(column[row]).abs()).sum();
        short(sum / rows.order.len() as f64)
    };
    artifact.training.importance =
        artifact.scorecard.curves.iter().zip(rows.columns).map(mean).collect();
    let columns: Vec<Vec<f64>> = rows
        .columns
        .iter()
        .map(|column| rows.order.iter().map(|&row| column[row]).collect())
        .collect();
    let columns: Vec<_> = columns.iter().map(Vec::as_slice).collect();
    let mut scores = Vec::new();
    Scorer::new(artifact.clone())?.score_columns(&columns, &mut scores);
    let probabilities: Vec<_> = scores.iter().map(|score| score.probability).collect();
    artifact.reference = Some(Reference::of(&artifact.schema, &columns, &probabilities));
    Ok(())
}

/// Held-out leads with their scores, evenly spread.
fn golden(scorer: &Scorer, table: &Table, split: &Split) -> Vec<Golden> {
    let step = (split.test.len() / GOLDEN).max(1);
    let kept = |&row: &usize| {
        let lead = lead(table, row);
        let score = scorer.score(&lead);
        Golden {
            values: lead.values().to_vec(),
            log_odds: score.log_odds,
            probability: score.probability,
        }
    };
    split.test.iter().step_by(step).take(GOLDEN).map(kept).collect()
}

fn lead(table: &Table, row: usize) -> Lead {
    let values: Vec<_> = table.columns.iter().map(|column| column[row]).collect();
    Lead::checked("", values, 0)
}

fn short(value: f64) -> f64 {
    (value * DIGITS).round() / DIGITS
}
