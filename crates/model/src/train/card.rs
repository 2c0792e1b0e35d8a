//! The model card: what a person should know before trusting a model, in Markdown.
//!
//! A pure function of the artifact, so that a card can always be made again and never says more than the model file.

use std::fmt::Write as _;

use crate::artifact::{Artifact, Training};

/// Features that the card names.
const TOP: usize = 15;

/// The card of a model; `command` is what makes the model again.
pub fn card(artifact: &Artifact, command: &str) -> String {
    let sections = [
        head(artifact),
        data(&artifact.training),
        quality(&artifact.training),
        calibration(&artifact.training),
        features(artifact),
        tiers(artifact),
        again(artifact, command),
    ];
    sections.join("\n")
}

fn head(artifact: &Artifact) -> String {
    let Artifact { name, version, schema, .. } = artifact;
    format!(
        "# Model {name} {version}\n\n\
         A scorecard for leads of the schema `{}`: an intercept and one curve for each of its {} features. The sum is the \
         log-odds of conversion. Nothing else is in it, so every score can be taken apart by hand.\n\n\
         Fingerprint: `{}`\n",
        schema.name(),
        schema.len(),
        artifact.fingerprint()
    )
}

fn data(training: &Training) -> String {
    let Training { source, seed, rows, positives, test_rows, test_positives, .. } = training;
    format!(
        "## Data\n\n\
         | | rows | converted | share |\n| --- | ---: | ---: | ---: |\n\
         | trained on | {rows} | {positives} | {} |\n\
         | held out | {test_rows} | {test_positives} | {} |\n\n\
         Source: {source}. The split is stratified, with seed {seed}. Curves have at most {} straight pieces; the L2 \
         penalty on their rises is {}.\n",
        percent(*positives, *rows),
        percent(*test_positives, *test_rows),
        training.pieces,
        training.penalty,
    )
}

fn quality(training: &Training) -> String {
    let mut text =
        "## Quality on the held-out rows\n\n| measure | value |\n| --- | ---: |\n".to_owned();
    row(&mut text, "ROC AUC", training.auc);
    if let Some(best) = training.best_auc {
        row(&mut text, "ROC AUC of the true probabilities, the best possible", best);
    }
    row(&mut text, "log loss, nats", training.log_loss);
    let share = training.test_positives as f64 / training.test_rows as f64;
    let entropy = -(share * libm::log(share) + (1.0 - share) * libm::log(1.0 - share));
    row(&mut text, "log loss of always saying the base rate", entropy);
    row(&mut text, "Brier score", training.brier);
    row(&mut text, "expected calibration error, ten bins", training.calibration_error);
    text
}

fn row(text: &mut String, label: &str, value: f64) {
    line(text, format_args!("| {label} | {value:.4} |"));
}

fn calibration(training: &Training) -> String {
    let mut text = "## Calibration on the held-out rows\n\n\
                    | predicted | leads | mean prediction | converted |\n| --- | ---: | ---: | ---: |\n"
        .to_owned();
    for bin in &training.calibration {
        let (from, to) = (bin.from, bin.from + 0.1);
        let (rows, predicted, observed) = (bin.rows, bin.predicted, bin.observed);
        line(
            &mut text,
            format_args!("| {from:.1} to {to:.1} | {rows} | {predicted:.3} | {observed:.3} |"),
        );
    }
    text
}

fn features(artifact: &Artifact) -> String {
    let features = artifact.schema.features();
    let mut ranked: Vec<_> = artifact.training.importance.iter().zip(features).collect();
    ranked.sort_by(|a, b| b.0.total_cmp(a.0));
    let mut text = format!(
        "## What moves the score\n\n\
         Mean absolute points over the training rows, in log-odds; the first {} of {}.\n\n\
         | feature | meaning | points |\n| --- | --- | ---: |\n",
        TOP.min(ranked.len()),
        ranked.len()
    );
    for (importance, feature) in ranked.iter().take(TOP) {
        let (name, meaning) = (&feature.name, &feature.meaning);
        line(&mut text, format_args!("| `{name}` | {meaning} | {importance:.3} |"));
    }
    text
}

fn tiers(artifact: &Artifact) -> String {
    let [e, d, c, b] = artifact.cut_points.points();
    format!(
        "## Tiers\n\n\
         | tier | bucket | probability |\n| --- | ---: | --- |\n\
         | A | 5 | above {b} |\n\
         | B | 4 | {c} to {b}, both included |\n\
         | C | 3 | between {d} and {c} |\n\
         | D | 2 | {e} to {d}, both included |\n\
         | E | 1 | below {e} |\n"
    )
}

fn again(artifact: &Artifact, command: &str) -> String {
    let limits = if artifact.training.best_auc.is_some() {
        "- The leads are synthetic. The model shows that the machinery works and what load real leads would cause; it \
         says nothing about the leads of any company. Train on your own before acting on a score.\n\
         - The truth behind the synthetic leads is additive, which suits a scorecard; real data may hold interactions \
         that it cannot express.\n"
    } else {
        "- Quality was measured on a random part of the same rows: on later leads it will be somewhat lower.\n"
    };
    format!(
        "## Limits\n\n{limits}\
         - Beyond the values seen in training every curve is flat.\n\n\
         ## How to make it again\n\n```console\n$ {command}\n```\n\n\
         The result is built to be the same, byte for byte, wherever it is made. Loading the model checks its format, its checksum, and \
         the scores of {} leads stored in it.\n",
        artifact.golden.len()
    )
}

fn percent(part: u64, whole: u64) -> String {
    format!("{:.1} %", 100.0 * part as f64 / whole as f64)
}

fn line(text: &mut String, content: std::fmt::Arguments<'_>) {
    writeln!(text, "{content}").expect("text can be written to memory");
}
