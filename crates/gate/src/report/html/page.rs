//! The page as a whole: its parts in the order in which they are read.
//!
//! The headline and the reasons stand first, because most readers need no more; then what the run looked like, and last
//! what was read. A run that could not be judged has a page too, with the reason and the next step.

use super::{csp, figures, over_time, tables};
use crate::{
    error::GateError,
    report::{Judgement, escape::markup, facts, word::word},
    verdict::Verdict,
};

const PAGE: &str = include_str!("page.html");
const STYLE: &str = include_str!("page.css");

/// A judgement as a page that ends with a line end.
pub(in crate::report) fn render(judgement: &Judgement) -> String {
    let (title, body) = match judgement {
        Ok(verdict) => (verdict.headline(), verdict_body(verdict, word(judgement))),
        Err(error) => ("NOT JUDGED".to_owned(), refusal_body(error)),
    };
    let version = format!("lead-gate {}", env!("CARGO_PKG_VERSION"));
    fill(PAGE, |mark| match mark {
        "policy" => csp::policy(STYLE),
        "style" => STYLE.to_owned(),
        "title" => markup(&title),
        "body" => body.clone(),
        "version" => version.clone(),
        other => unreachable!("page.html has a mark that nobody fills: {other}"),
    })
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
        header(word, head, counts, &facts),
        figures::cards(run),
        tables::rules(verdict),
        over_time::section(verdict),
        tables::endpoints(run),
        tables::files(run),
    )
}

fn refusal_body(error: &GateError) -> String {
    let why = paragraph("lead", &error.to_string());
    header("not-judged", "NOT JUDGED", "there is no verdict", &why)
}

fn header(word: &str, head: &str, counts: &str, facts: &str) -> String {
    format!(
        "<header class=\"{word}\">\n<p class=\"kicker\">Load test verdict</p>\n<h1>{} <span>{}</span></h1>\n{facts}</header>\n",
        markup(head),
        markup(counts)
    )
}

fn paragraph(class: &str, text: &str) -> String {
    format!("<p class=\"{class}\">{}</p>\n", markup(text))
}

/// The template with each `{{mark}}` replaced, in one pass: a mark inside a value stays text.
fn fill(template: &str, value: impl Fn(&str) -> String) -> String {
    let mut parts = template.split("{{");
    let mut page = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (mark, text) = part.split_once("}}").expect("every mark of the template is closed");
        page.push_str(&value(mark));
        page.push_str(text);
    }
    page
}

#[cfg(test)]
mod tests {
    use super::{PAGE, csp, fill, render};
    use crate::error::GateError;

    #[test]
    fn the_policy_allows_the_style_that_the_page_has() {
        let page = render(&Err(GateError::NoRequests { path: "a".into() }));
        let (_, rest) = page.split_once("<style>").unwrap();
        let (style, _) = rest.split_once("</style>").unwrap();
        assert!(page.contains(&format!("content=\"{}\"", csp::policy(style))));
    }

    #[test]
    fn a_mark_within_a_value_stays_text() {
        assert_eq!(fill("a {{b}} c", |mark| format!("{{{{{mark}}}}}")), "a {{b}} c");
        assert_eq!(PAGE.matches("{{").count(), 5);
    }
}
