//! The comparison for a person who reviews: Markdown for a job summary.
//!
//! Figures that decide stand in the open, the others in a fold.

use super::{ContrastJudgement, facts, sentence};
use crate::{
    compare::{Contrast, FigurePair},
    report::escape,
};

const HEADER: [&str; 2] = [
    "| Verdict | Figure | Base | Head | Ratio | Range | p |",
    "| :-- | :-- | --: | --: | --: | :-- | :-- |",
];

/// More rows than this would push the rest of a job summary out of sight, or over its limit of 1 MiB.
const MOST_ROWS: usize = 300;

/// A judgement as Markdown that ends with a line end.
pub(super) fn render(judgement: &ContrastJudgement) -> String {
    match judgement {
        Ok(contrast) => contrast_text(contrast),
        Err(error) => {
            format!("## Base against head: not compared\n\n{}\n", escape::cell(&error.to_string()))
        }
    }
}

fn contrast_text(contrast: &Contrast) -> String {
    let (word, counts) = facts::headline(contrast);
    let mut lines = vec![
        format!("## Base against head: {word}"),
        String::new(),
        format!("{counts}."),
        String::new(),
    ];
    lines.extend(HEADER.map(str::to_owned));
    lines.extend(contrast.deciding().take(MOST_ROWS).map(row));
    lines.push(String::new());
    lines.extend(
        contrast
            .deciding()
            .filter_map(|figure| sentence::why(figure, contrast))
            .take(MOST_ROWS)
            .chain(facts::sentences(contrast))
            .chain(contrast.notes.iter().take(MOST_ROWS).map(|note| format!("Note: {note}")))
            .map(|sentence| format!("- {}", escape::cell(&sentence))),
    );
    let others: Vec<&FigurePair> =
        contrast.figures.iter().filter(|figure| !figure.decides).collect();
    if !others.is_empty() {
        lines.extend(
            ["", "<details><summary>Figures that do not decide</summary>", ""].map(str::to_owned),
        );
        lines.extend(HEADER.map(str::to_owned));
        lines.extend(others.iter().take(MOST_ROWS).map(|figure| row(figure)));
        lines.extend(["", "</details>"].map(str::to_owned));
    }
    lines.join("\n") + "\n"
}

fn row(figure: &FigurePair) -> String {
    let cells = sentence::cells(figure).map(|cell| escape::cell(&cell));
    format!("| {} |", cells.join(" | "))
}
