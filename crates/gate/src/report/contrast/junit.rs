//! The comparison for whatever shows test results: one test case for each figure that decides.
//!
//! A regression is a failure, what is inconclusive is skipped, and runs that cannot be compared are a single case with an
//! error.

use super::{ContrastJudgement, facts, sentence};
use crate::{
    compare::{Contrast, FigurePair, Finding},
    report::suite::{Case, Fate, Suite},
};

/// What the suite and its cases are called.
const NAME: &str = "load-compare";

/// A judgement as an XML document that ends with a line end.
pub(super) fn render(judgement: &ContrastJudgement) -> String {
    match judgement {
        Ok(contrast) => suite(contrast).render(),
        Err(error) => Suite::refusal(NAME, "is-comparable", &error.to_string()).render(),
    }
}

fn suite(contrast: &Contrast) -> Suite {
    let notes = contrast.notes.iter().map(|note| format!("Note: {note}"));
    let properties = [
        ("verdict", contrast.finding.as_str().to_owned()),
        ("limit_ratio", contrast.margin.limit.to_string()),
        ("confidence", contrast.margin.confidence.to_string()),
        ("pairing", contrast.pairing.as_str().to_owned()),
        ("base_runs", contrast.base.len().to_string()),
        ("head_runs", contrast.head.len().to_string()),
    ];
    Suite {
        name: NAME,
        properties: properties.map(|(name, value)| (name.to_owned(), value)).to_vec(),
        cases: contrast.deciding().map(|figure| case(figure, contrast)).collect(),
        said: facts::sentences(contrast).into_iter().chain(notes).collect(),
        ..Suite::default()
    }
}

fn case(figure: &FigurePair, contrast: &Contrast) -> Case {
    let short = sentence::in_short(figure);
    let why = sentence::reason(figure, contrast);
    let said = why.as_ref().map(|why| format!(" {why}")).unwrap_or_default();
    let (fate, message) = match figure.finding {
        Finding::Regression => (Fate::Failure, short.clone()),
        Finding::Inconclusive => (Fate::Skipped, why.unwrap_or_default()),
        Finding::NoRegression | Finding::Improvement => (Fate::Passed, String::new()),
    };
    Case {
        name: figure.name(),
        fate,
        kind: figure.finding.as_str(),
        message,
        said: format!("{}: {short}.{said}", figure.finding),
    }
}
