//! The tables of the page: figures with their ratios drawn, and the runs.

use super::ratio::Axis;
use crate::{
    compare::{Contrast, Contribution, FigurePair, Finding},
    quantity::grouped,
    report::{contrast::sentence, escape::markup},
};

/// More rows than this nobody reads, and a browser would take its time.
const MOST_ROWS: usize = 300;

/// The figures that decide, each with its reason and the next step.
pub(super) fn deciding(contrast: &Contrast) -> String {
    table(contrast, "Figures that decide", contrast.deciding())
}

/// The other figures, folded.
pub(super) fn others(contrast: &Contrast) -> String {
    let others = || contrast.figures.iter().filter(|figure| !figure.decides);
    if others().next().is_none() {
        return String::new();
    }
    format!(
        "<details>\n<summary>Figures that do not decide</summary>\n{}</details>\n",
        table(contrast, "Figures that do not decide", others())
    )
}

fn table<'c>(
    contrast: &'c Contrast,
    label: &str,
    figures: impl Iterator<Item = &'c FigurePair>,
) -> String {
    let axis = Axis::of(contrast);
    let rows: String = figures.take(MOST_ROWS).map(|figure| row(figure, contrast, &axis)).collect();
    format!(
        "<div class=\"table\" role=\"region\" aria-label=\"{label}\" tabindex=\"0\"><table class=\"ratios\">\n<thead><tr><th>Verdict</th>\
         <th>Figure</th><th class=\"number\">Base</th><th class=\"number\">Head</th><th class=\"number\">Ratio</th>\
         <th class=\"drawn\">{}</th><th>p</th><th>Why, and what next</th></tr></thead>\n<tbody>\n{rows}</tbody>\n</table></div>\n",
        axis.legend()
    )
}

fn row(figure: &FigurePair, contrast: &Contrast, axis: &Axis) -> String {
    let mood = match (figure.decides, figure.finding) {
        (false, _) => "aside",
        (true, Finding::NoRegression | Finding::Improvement) => "good",
        (true, Finding::Inconclusive) => "doubtful",
        (true, Finding::Regression) => "bad",
    };
    let [verdict, name, base, head, ratio, range, p] =
        sentence::cells(figure).map(|cell| markup(&cell));
    let why = figure.decides.then(|| sentence::reason(figure, contrast)).flatten();
    let why = markup(&why.unwrap_or_default());
    let drawn = figure.effect.map_or_else(String::new, |effect| {
        format!("{}<small>{range}</small>", axis.strip(&effect, &format!("{ratio}, {range}")))
    });
    format!(
        "<tr class=\"{mood}\"><td><span class=\"badge\">{verdict}</span></td><th scope=\"row\">{name}</th>\
         <td class=\"plain\">{base}</td><td class=\"plain\">{head}</td><td class=\"number\">{ratio}</td>\
         <td class=\"drawn\">{drawn}</td><td class=\"p\">{p}</td><td class=\"why\">{why}</td></tr>\n"
    )
}

/// The runs of both sides, in time order.
pub(super) fn runs(contrast: &Contrast) -> String {
    let side = |name: &str, runs: &[Contribution]| -> String {
        let row = |run: &Contribution| {
            format!(
                "<tr><td>{name}</td><th scope=\"row\">{}</th><td class=\"plain\">{}</td><td class=\"plain\">{}</td></tr>\n",
                markup(&run.path.display().to_string()),
                grouped(run.requests),
                grouped(run.failures)
            )
        };
        runs.iter().take(MOST_ROWS).map(row).collect()
    };
    format!(
        "<div class=\"table\" role=\"region\" aria-label=\"Runs\" tabindex=\"0\"><table>\n<thead><tr><th>Side</th><th>Run</th>\
         <th class=\"number\">Requests</th><th class=\"number\">Failed</th></tr></thead>\n<tbody>\n{}{}</tbody>\n</table></div>\n",
        side("base", &contrast.base),
        side("head", &contrast.head)
    )
}
