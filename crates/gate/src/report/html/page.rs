//! The verdict page as a whole: its parts in the order in which they are read.
//!
//! The headline and the reasons stand first, because most readers need no more; then what the run looked like, and last
//! what was read. A run that could not be judged has a page too, with the reason and the next step.

use super::{
    figures,
    frame::{header, page, paragraph},
    over_time, tables,
};
use crate::{
    error::GateError,
    report::{Judgement, facts, word::word},
    verdict::Verdict,
};

const KICKER: &str = "Load test verdict";

/// A judgement as a page that ends with a line end.
pub(in crate::report) fn render(judgement: &Judgement) -> String {
    let (title, body) = match judgement {
        Ok(verdict) => (verdict.headline(), verdict_body(verdict, word(judgement))),
        Err(error) => ("NOT JUDGED".to_owned(), refusal_body(error)),
    };
    page(&format!("Load test: {title}"), &body)
}

fn verdict_body(verdict: &Verdict, word: &str) -> String {
    let headline = verdict.headline();
    let (head, counts) = headline.split_once(": ").unwrap_or((&headline, ""));
    let run = &verdict.run;
    let facts: String = facts::sentences(run).iter().map(|fact| paragraph("lead", fact)).collect();
    let notes: String = run.notes.iter().map(|note| paragraph("remark", note)).collect();
    format!(
        "{}<main>\n<section class=\"cards\" aria-label=\"Key figures\">\n{}</section>\n<section>\n<h2>Rules</h2>\n{}{notes}</section>\n\
         {}<section>\n<h2>Endpoints</h2>\n{}</section>\n{}</main>\n",
        header(word, [KICKER, head, counts], &facts),
        figures::cards(run),
        tables::rules(verdict),
        over_time::section(verdict),
        tables::endpoints(run),
        tables::files(run),
    )
}

fn refusal_body(error: &GateError) -> String {
    let why = paragraph("lead", &error.to_string());
    header("not-judged", [KICKER, "NOT JUDGED", "there is no verdict"], &why)
}
