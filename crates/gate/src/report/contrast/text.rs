//! The comparison for a person at a terminal or in a build log.

use comfy_table::{Cell, CellAlignment, ContentArrangement, Table, presets};

use super::{ContrastJudgement, facts, sentence};
use crate::{
    compare::{Contrast, FigurePair, Finding},
    report::{
        Screen, escape,
        text::{NARROWEST, WIDEST},
    },
    rule::Scope,
};

/// A judgement as text that ends with a line end.
pub(super) fn render(judgement: &ContrastJudgement, screen: Screen) -> String {
    match judgement {
        Ok(contrast) => contrast_text(contrast, screen),
        Err(error) => {
            format!("lead-gate: cannot compare: {}\n", escape::line(&error.to_string()))
        }
    }
}

fn contrast_text(contrast: &Contrast, screen: Screen) -> String {
    let mut lines = vec![headline(contrast, screen.colour)];
    lines.extend(table(contrast, screen.width).lines().map(|line| line.trim_end().to_owned()));
    lines.extend(
        contrast
            .deciding()
            .filter_map(|figure| sentence::why(figure, contrast))
            .chain(facts::sentences(contrast))
            .chain(contrast.notes.iter().map(|note| format!("Note: {note}")))
            .map(|sentence| escape::line(&sentence)),
    );
    lines.join("\n") + "\n"
}

fn headline(contrast: &Contrast, colour: bool) -> String {
    let (word, counts) = facts::headline(contrast);
    let line = format!("{word}: {counts}");
    if !colour {
        return line;
    }
    let code = match contrast.finding {
        Finding::Regression => "1;31",
        Finding::Inconclusive => "1;33",
        Finding::NoRegression | Finding::Improvement => "1;32",
    };
    format!("\x1b[{code}m{line}\x1b[0m")
}

fn table(contrast: &Contrast, width: u16) -> Table {
    let mut table = Table::new();
    table
        .load_style(presets::UTF8_FULL_CONDENSED)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(width.clamp(NARROWEST, WIDEST));
    table.set_header(["Verdict", "Figure", "Base", "Head", "Ratio", "Range", "p"]);
    // Of what does not decide, the terminal shows all requests; the rest stands in JSON and in the Markdown's fold.
    let shown = |figure: &&FigurePair| figure.decides || figure.scope == Scope::All;
    for figure in contrast.figures.iter().filter(shown) {
        let cells = sentence::cells(figure).into_iter().enumerate().map(|(at, cell)| {
            let cell = Cell::new(escape::line(&cell));
            if (2..=4).contains(&at) { cell.set_alignment(CellAlignment::Right) } else { cell }
        });
        table.add_row(cells);
    }
    table
}
