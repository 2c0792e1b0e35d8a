//! The page as a whole: its parts in the order in which they are read.
//!
//! Verdict and reasons stand first, then the ratios, then the runs they were made of. Runs that could not be compared have a
//! page too, with the reason and the next step.

use super::{rounds, tables};
use crate::{
    compare::{Contrast, Finding},
    report::{
        contrast::{ContrastJudgement, facts, sentence},
        escape::markup,
        html::{card, header, page, paragraph},
    },
};

const KICKER: &str = "Base against head";

/// A judgement as a page that ends with a line end.
pub(in crate::report::contrast) fn render(judgement: &ContrastJudgement) -> String {
    let (title, body) = match judgement {
        Ok(contrast) => (facts::headline(contrast).0, body(contrast)),
        Err(error) => {
            let words = [KICKER, "NOT COMPARED", "there is no verdict"];
            let why = paragraph("lead", &error.to_string());
            ("NOT COMPARED".to_owned(), header("not-judged", words, &why))
        }
    };
    page(&format!("Base against head: {title}"), &body)
}

fn body(contrast: &Contrast) -> String {
    let (word, counts) = facts::headline(contrast);
    let mood = match contrast.finding {
        Finding::Regression => "fail",
        Finding::Inconclusive => "inconclusive",
        Finding::NoRegression | Finding::Improvement => "pass",
    };
    let all = |class: &str, texts: &[String]| -> String {
        texts.iter().map(|text| paragraph(class, text)).collect()
    };
    let facts = facts::sentences(contrast);
    let (sides, rest) = facts.split_at(2);
    format!(
        "{}<main>\n<section class=\"cards\" aria-label=\"Key figures\">\n{}</section>\n<section>\n<h2>Figures that decide</h2>\n{}{}\
         </section>\n{}{}<section>\n<h2>What was compared</h2>\n{}{}</section>\n</main>\n",
        header(mood, [KICKER, &word, &counts], &all("lead", sides)),
        cards(contrast),
        tables::deciding(contrast),
        all("fact", rest),
        rounds::section(contrast),
        tables::others(contrast),
        tables::runs(contrast),
        all("remark", &contrast.notes),
    )
}

fn cards(contrast: &Contrast) -> String {
    let mut cards = String::new();
    if let Some((figure, ratio)) = contrast.worst_ratio() {
        let mood = match figure.finding {
            Finding::Regression => "bad",
            Finding::Inconclusive => "",
            Finding::NoRegression | Finding::Improvement => "good",
        };
        let meaning = format!("largest ratio: {}", markup(&sentence::name(figure)));
        cards.push_str(&card(mood, &sentence::times(ratio), &meaning));
    }
    cards.push_str(&card(
        "",
        &format!("x{}", contrast.margin.limit),
        "more than this is a regression",
    ));
    if let Some(spread) = contrast.spread {
        cards.push_str(&card("", &facts::percent(spread.s), "from run to run of one build (s)"));
    }
    let (base, head) = (contrast.base.len(), contrast.head.len());
    cards.push_str(&card("", &format!("{base} + {head}"), "runs of base and head"));
    let failed = contrast.head.iter().map(|run| run.failures).sum::<u64>();
    let mood = if failed == 0 { "good" } else { "bad" };
    cards + &card(mood, &crate::quantity::grouped(failed), "requests of the head failed")
}
