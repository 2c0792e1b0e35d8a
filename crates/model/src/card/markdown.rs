//! [`card`]: the model card in Markdown, for a repository's page or a review.

use std::fmt::Write as _;

use super::{
    TOP,
    markup::{code, prose},
    number::{count, percent},
    sentence,
    table::Table,
    tables::{self, Measures},
};
use crate::artifact::{Artifact, Training};

/// The card of a model in Markdown; `command` is what makes the model again, empty where nobody knows it.
pub fn card(artifact: &Artifact, command: &str) -> String {
    let training = &artifact.training;
    let sections = [
        Some(head(artifact)),
        warnings(training),
        Some(data(training)),
        Some(quality(training)),
        Some(calibration(training)),
        gain(training),
        Some(tiers(artifact)),
        Some(features(artifact)),
        pairs(artifact),
        selection(training),
        Some(again(artifact, command)),
    ];
    sections.into_iter().flatten().collect::<Vec<_>>().join("\n")
}

fn section(title: &str, table: &Table) -> String {
    format!("## {title}\n\n{}", table.markdown())
}

fn quality(training: &Training) -> String {
    let of = Measures::from(training);
    let mut text = section("Quality on the held-out rows", &tables::measures(&of));
    if let Some(doubt) = of.doubt() {
        write!(text, "\n{}\n", prose(doubt)).expect(FITS);
    }
    text
}

fn head(artifact: &Artifact) -> String {
    format!(
        "# Model {} {}\n\n{}\n\nFingerprint: {}\n",
        prose(&artifact.name),
        prose(&artifact.version),
        prose(&sentence::opening(artifact)),
        code(&artifact.fingerprint())
    )
}

fn warnings(training: &Training) -> Option<String> {
    let list = list(&training.warnings);
    (!list.is_empty()).then(|| format!("## Look at this first\n\n{list}"))
}

fn data(training: &Training) -> String {
    let Training { rows, positives, test_rows, test_positives, .. } = training;
    let mut table = Table::default().words("").number("rows").number("converted").number("share");
    for (what, rows, positives) in
        [("trained on", *rows, *positives), ("held out", *test_rows, *test_positives)]
    {
        table.row([what.to_owned(), count(rows), count(positives), percent(positives, rows)]);
    }
    let mut text = section("Data", &table);
    let words = format!("{} {}", sentence::source(training), sentence::shape(training));
    write!(text, "\n{}\n", prose(&words)).expect(FITS);
    if let Some(refit) = sentence::refit(training) {
        write!(text, "\n**{}**\n", prose(&refit)).expect(FITS);
    }
    text
}

fn calibration(training: &Training) -> String {
    let bins =
        training.quality.as_ref().map_or(&training.calibration, |quality| &quality.reliability);
    section("Calibration on the held-out rows", &tables::reliability(bins))
}

fn gain(training: &Training) -> Option<String> {
    let quality = training.quality.as_ref()?;
    Some(format!(
        "## Calling on the best first\n\n\
         The held-out rows in ten parts by score. Lift is a part's rate over the rate of all; found so far is the share of all \
         conversions in it and the parts above.\n\n{}",
        tables::deciles(&quality.deciles).markdown()
    ))
}

fn tiers(artifact: &Artifact) -> String {
    let held = artifact.training.quality.as_ref().map_or(&[][..], |quality| &quality.tiers);
    let table = tables::tiers(&artifact.cut_points, held);
    if held.is_empty() {
        return section("Tiers", &table);
    }
    format!(
        "## Tiers on the held-out rows\n\n\
         Precision, recall, in vain and missed are those of acting on a tier and every better one.\n\n{}",
        table.markdown()
    )
}

fn features(artifact: &Artifact) -> String {
    let all = artifact.schema.len();
    format!(
        "## What moves the score\n\n\
         Mean absolute points over the training rows, in log-odds; the first {} of {all}.\n\n{}",
        TOP.min(all),
        tables::features(artifact, TOP).markdown()
    )
}

fn pairs(artifact: &Artifact) -> Option<String> {
    let pairs = &artifact.scorecard.pairs;
    let words: Vec<String> =
        pairs.iter().map(|pair| sentence::pair(pair, &artifact.schema)).collect();
    (!pairs.is_empty()).then(|| format!("## What features say together\n\n{}", list(&words)))
}

fn selection(training: &Training) -> Option<String> {
    let words = sentence::selection(training)?;
    let table = tables::candidates(training.selection.as_ref()?);
    Some(format!("## How it was chosen\n\n{}\n\n{}", prose(&words), table.markdown()))
}

fn again(artifact: &Artifact, command: &str) -> String {
    let limits = list(&sentence::limits(artifact));
    let checked = sentence::checked(artifact);
    if command.is_empty() {
        return format!("## Limits\n\n{limits}\n## How it is checked\n\n{checked}\n");
    }
    // A fence longer than any run of backticks in the command.
    let longest = command.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    let command = command.replace(['\n', '\r'], " ");
    format!(
        "## Limits\n\n{limits}\n## How to make it again\n\n{fence}console\n$ {command}\n{fence}\n\n{checked}\n"
    )
}

fn list(sentences: &[String]) -> String {
    sentences.iter().map(|sentence| format!("- {}\n", prose(sentence))).collect()
}

/// Why writing to a string cannot fail.
const FITS: &str = "a string takes every character";
