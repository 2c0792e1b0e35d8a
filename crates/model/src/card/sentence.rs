//! What a card says in words. Plain text: whoever puts it on paper escapes it.

use super::number::{count, short, times};
use crate::{
    artifact::{Artifact, Training},
    pair::{Axis, Pair},
    schema::{Feature, Presence, Schema},
};

/// A cell of a pair with fewer training rows says nothing worth a sentence.
const LEAST_ROWS: u64 = 20;

/// What kind of model this is.
pub(super) fn opening(artifact: &Artifact) -> String {
    let (name, features) = (artifact.schema.name(), artifact.schema.len());
    let pairs = match artifact.scorecard.pairs.len() {
        0 => String::new(),
        1 => ", and one pair of features that say more together".to_owned(),
        pairs => format!(", and {pairs} pairs of features that say more together"),
    };
    format!(
        "A scorecard for leads of the schema {name}: an intercept and one curve for each of its {features} features{pairs}. The sum \
         is the log-odds of conversion. Nothing else is in it, so every score can be taken apart by hand."
    )
}

/// Where the rows come from and how they were parted.
pub(crate) fn source(training: &Training) -> String {
    let Training { source, seed, .. } = training;
    let split = match &training.newest_by {
        Some(column) => format!(
            "Held out are the newest rows by the column {column}, as a model in use meets only later leads; the seed is {seed}."
        ),
        None => format!("The split is random and stratified, with seed {seed}."),
    };
    format!("Source: {source}. {split}")
}

/// Which model was measured, where it is not the one in the file.
pub(crate) fn refit(training: &Training) -> Option<String> {
    let measured = training.rows.checked_sub(training.test_rows)?;
    training.refitted.then(|| {
        format!(
            "What was measured is not the very model in this file: it was trained on {} rows, without the {} held-out ones. The model \
             in this file was then trained by the same recipe on all {} rows; nobody has measured it on rows it has not seen.",
            count(measured),
            count(training.test_rows),
            count(training.rows),
        )
    })
}

/// How the shape of the curves was set.
pub(super) fn shape(training: &Training) -> String {
    format!(
        "Curves of numbers have {}; the L2 penalty on their rises is {}.",
        pieces(training),
        training.penalty
    )
}

/// What a curve of a number is made of.
pub(crate) fn pieces(training: &Training) -> String {
    let plural = if training.pieces == 1 { "piece" } else { "pieces" };
    format!(
        "{} {plural} between quantiles, and a step around values that many rows share",
        training.pieces
    )
}

/// How cross-validation chose, if it did.
pub(crate) fn selection(training: &Training) -> Option<String> {
    let selection = training.selection.as_ref()?;
    let tried = selection.candidates.len();
    let chosen = selection.candidates.iter().find(|candidate| candidate.chosen)?;
    let pairs = match chosen.pairs {
        0 => "no pairs".to_owned(),
        1 => format!("one pair with penalty {}", chosen.pair_penalty),
        pairs => format!("{pairs} pairs with penalty {}", chosen.pair_penalty),
    };
    Some(format!(
        "{}-fold cross-validation on log loss compared {tried} combinations on the training rows alone. Chosen is the simplest one that \
         is not worse than the best by more than a standard error of the difference, two where it needs no pairs: {} {} \
         between quantiles, penalty {}, {pairs}.",
        selection.folds,
        chosen.pieces,
        if chosen.pieces == 1 { "piece" } else { "pieces" },
        chosen.penalty
    ))
}

/// Where two features say most together.
pub(crate) fn pair(pair: &Pair, schema: &Schema) -> String {
    let [first, second] = &pair.features;
    let mut cells = known_cells(pair, schema);
    cells.sort_by(|a, b| a.2.total_cmp(&b.2));
    let (Some(&lowest), Some(&highest)) = (cells.first(), cells.last()) else {
        return match pair.rows.is_empty() {
            true => format!("{first} and {second} add nothing together."),
            false => format!("{first} and {second}: too few rows in any cell to say more."),
        };
    };
    let place = |(row, column, points): (usize, usize, f64)| {
        let [row, column] = [(0, row), (1, column)].map(|(side, cell)| {
            format!("{} {}", pair.features[side], phrase(pair, side, cell, schema))
        });
        format!("{} where {row} and {column}", times(points))
    };
    format!(
        "{first} and {second}: beyond what each says alone, the odds are {}, and {}.",
        place(highest),
        place(lowest)
    )
}

/// Cells with their points, without those of missing values that cannot be and those that too few rows stand behind.
fn known_cells(pair: &Pair, schema: &Schema) -> Vec<(usize, usize, f64)> {
    let [rows, columns] = [0, 1].map(|side| shown_cells(pair, side, schema));
    let cells = pair.points.iter().take(rows).enumerate();
    cells
        .flat_map(|(row, points)| {
            points
                .iter()
                .take(columns)
                .enumerate()
                .map(move |(column, &points)| (row, column, points))
        })
        .filter(|&(row, column, _)| {
            rows_in(pair, row, column).is_none_or(|rows| rows >= LEAST_ROWS)
        })
        .collect()
}

/// Training rows in a cell, where they were counted.
pub(super) fn rows_in(pair: &Pair, row: usize, column: usize) -> Option<u64> {
    pair.rows.get(row)?.get(column).copied()
}

/// How many cells of one side can occur: the last one, of missing values, only where the feature is optional and, as far as
/// rows were counted, was missing in one of them.
pub(super) fn shown_cells(pair: &Pair, side: usize, schema: &Schema) -> usize {
    let optional =
        feature(pair, side, schema).is_some_and(|feature| feature.presence == Presence::Optional);
    let last = pair.axes[side].cells() - 1;
    let counted = match side {
        0 => pair.rows.get(last).is_none_or(|rows| rows.iter().any(|&rows| rows > 0)),
        _ => pair.rows.iter().filter_map(|rows| rows.get(last)).any(|&rows| rows > 0),
    };
    last + usize::from(optional && (pair.rows.is_empty() || counted))
}

/// The feature on one side of a pair.
pub(super) fn feature<'s>(pair: &Pair, side: usize, schema: &'s Schema) -> Option<&'s Feature> {
    schema.position(&pair.features[side]).map(|position| &schema.features()[position])
}

/// A cell in a few characters: `40`, `student`, `all other`, `missing`.
pub(super) fn label(pair: &Pair, side: usize, cell: usize, schema: &Schema) -> String {
    let axis = &pair.axes[side];
    if cell + 1 == axis.cells() {
        return "missing".to_owned();
    }
    let (Axis::Knots(at) | Axis::Levels(at)) = axis;
    match (at.get(cell), feature(pair, side, schema)) {
        (Some(&value), Some(feature)) => shown(feature, value),
        // Not "other", which is the name of a level often enough.
        _ => "all other".to_owned(),
    }
}

fn phrase(pair: &Pair, side: usize, cell: usize, schema: &Schema) -> String {
    let label = label(pair, side, cell, schema);
    match &pair.axes[side] {
        axis if cell + 1 == axis.cells() => "is missing".to_owned(),
        Axis::Levels(levels) if cell == levels.len() => "has any other value".to_owned(),
        Axis::Knots(_) if is_named(pair, side, schema) => format!("is {label}"),
        Axis::Knots(_) if cell == 0 => format!("is {label} or less"),
        Axis::Knots(knots) if cell + 1 == knots.len() => format!("is {label} or more"),
        Axis::Knots(_) => format!("is around {label}"),
        Axis::Levels(_) => format!("is {label}"),
    }
}

fn is_named(pair: &Pair, side: usize, schema: &Schema) -> bool {
    feature(pair, side, schema).is_some_and(names_values)
}

fn names_values(feature: &Feature) -> bool {
    feature.kind == crate::schema::Kind::Flag || !feature.levels.is_empty()
}

/// A value in a few characters: its level's name, or a short number.
pub(crate) fn shown(feature: &Feature, value: f64) -> String {
    if names_values(feature) { feature.show(value) } else { short(value) }
}

/// What the model cannot do, a sentence each.
pub(super) fn limits(artifact: &Artifact) -> Vec<String> {
    let training = &artifact.training;
    let mut limits = Vec::new();
    if training.best_auc.is_some() {
        limits.push(
            "The leads are synthetic. The model shows that the machinery works and what load real leads would cause; it says nothing \
             about the leads of any company. Train on your own before acting on a score."
                .to_owned(),
        );
        if artifact.scorecard.pairs.is_empty() {
            limits.push(
                "The truth behind the synthetic leads is additive, which suits a scorecard; real data may hold interactions that it \
                 cannot express."
                    .to_owned(),
            );
        }
    } else if training.newest_by.is_none() {
        limits.push(
            "Quality was measured on a random part of the same rows: on later leads it will be somewhat lower.".to_owned(),
        );
    }
    limits.push("Beyond the values seen in training every curve is flat.".to_owned());
    limits.push(
        "Points say how the score is made up, not what causes a lead to convert: changing a value by hand need not change the outcome."
            .to_owned(),
    );
    limits
}

/// What can be checked about the file.
pub(super) fn checked(artifact: &Artifact) -> String {
    format!(
        "The result is built to be the same, byte for byte, wherever it is made. Loading the model checks its format, its checksum, and \
         the scores of {} leads stored in it.",
        artifact.golden.len()
    )
}
