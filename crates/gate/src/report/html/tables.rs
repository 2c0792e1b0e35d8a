//! The tables of the page: rules, endpoints, and the files that were read.

use crate::{
    quantity::counted,
    report::{endpoints, escape::markup, text},
    verdict::{Outcome, RunFacts, Status, Verdict},
};

/// The rules in the policy's order, each with its reason and the next step.
pub(super) fn rules(verdict: &Verdict) -> String {
    let rows: String = verdict.outcomes.iter().map(|outcome| rule(verdict, outcome)).collect();
    format!(
        "<div class=\"table\" role=\"region\" aria-label=\"Rules\" tabindex=\"0\"><table class=\"rules\">\n<thead><tr><th>Verdict</th><th>Rule</th><th class=\"number\">Observed</th>\
         <th>Limit</th><th>Why, and what next</th></tr></thead>\n<tbody>\n{rows}</tbody>\n</table></div>\n"
    )
}

fn rule(verdict: &Verdict, outcome: &Outcome) -> String {
    let status = outcome.status;
    let class = match status {
        Status::Pass => "good",
        status if verdict.is_failure(status) => "bad",
        _ => "doubtful",
    };
    let [label, expr, observed, limit, why] = [
        outcome.rule.label(),
        outcome.rule.expr(),
        &text::observed(outcome),
        &text::limit(outcome),
        &outcome.why,
    ]
    .map(markup);
    format!(
        "<tr class=\"{class}\"><td><span class=\"badge\">{status}</span></td><th scope=\"row\">{label}<code>{expr}</code></th>\
         <td class=\"number\">{observed}</td><td class=\"limit\">{limit}</td><td class=\"why\">{why}</td></tr>\n"
    )
}

/// Every endpoint, the slowest first, and all requests together below.
pub(super) fn endpoints(run: &RunFacts) -> String {
    let columns = if run.baseline.is_some() { 8 } else { 7 };
    let [name, figures @ ..] = &endpoints::HEADINGS[..columns] else { return String::new() };
    let figures: String =
        figures.iter().map(|name| format!("<th class=\"number\">{name}</th>")).collect();
    let rows = endpoints::rows(run);
    let last = rows.len() - 1;
    let rows: String = rows.iter().enumerate().map(|(at, row)| endpoint(row, at == last)).collect();
    format!(
        "<div class=\"table\" role=\"region\" aria-label=\"Endpoints\" tabindex=\"0\"><table>\n<thead><tr><th>{name}</th>{figures}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table></div>\n"
    )
}

fn endpoint(row: &endpoints::Row, is_total: bool) -> String {
    let figures = row.counts.iter().chain(&row.times).chain(&row.before);
    let cells: String =
        figures.map(|figure| format!("<td class=\"number\">{}</td>", markup(figure))).collect();
    let class = if is_total { " class=\"total\"" } else { "" };
    format!("<tr{class}><th scope=\"row\">{}</th>{cells}</tr>\n", markup(&row.name))
}

/// The files by their digests, so that a page and the files beside it can be told apart from others.
pub(super) fn files(run: &RunFacts) -> String {
    let file = |file: &crate::digest::InputFile| {
        let path = markup(&file.path.display().to_string());
        format!(
            "<dt>{}</dt><dd>{path} <small>{}</small><code>{}</code></dd>\n",
            file.role,
            counted(file.bytes, "byte"),
            file.sha256
        )
    };
    let files: String = run.files.iter().map(file).collect();
    if files.is_empty() {
        return files;
    }
    format!("<section>\n<h2>What was read</h2>\n<dl class=\"facts\">\n{files}</dl>\n</section>\n")
}
