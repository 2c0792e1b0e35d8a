//! The verdict in words and in data: a table for people, Markdown for a job summary, JSON and JUnit for programs, a page
//! for a browser.
//!
//! Every form is a pure function of the finished [`Judgement`]; only [`Outputs`] opens files. Whatever a server may
//! have written is escaped by the form that prints it.

mod escape;
mod facts;

mod endpoints;
mod word;

mod suite;

mod html;
mod json;
mod junit;
mod markdown;
mod text;

mod github;
mod kind;

mod deliver;

mod contrast;
mod judgement;

pub use self::{
    contrast::{CONTRAST_SCHEMA_VERSION, ContrastJudgement, ContrastReport},
    deliver::{Outputs, Report},
    github::{Annotation, GitHub, Level},
    json::SCHEMA_VERSION,
    kind::{Destination, Kind},
    text::Screen,
};
pub(crate) use self::{
    escape::{cell, markup},
    html::{header, page},
    suite::{Case, Fate, Suite},
};
use crate::{error::GateError, verdict::Verdict};

/// A verdict, or why there is none.
pub type Judgement = Result<Verdict, GateError>;

/// The form of a judgement for a build log, at most 116 columns wide; terminals are [`Outputs`]'s.
pub fn text(judgement: &Judgement) -> String {
    text::render(judgement, Screen::PLAIN)
}

/// The form of a judgement for a job summary.
pub fn markdown(judgement: &Judgement) -> String {
    markdown::render(judgement)
}

/// The form of a judgement for programs.
pub fn json(judgement: &Judgement) -> String {
    json::render(judgement)
}

/// The form of a judgement for whatever shows test results.
pub fn junit(judgement: &Judgement) -> String {
    junit::render(judgement)
}

/// The form of a judgement for a browser.
pub fn html(judgement: &Judgement) -> String {
    html::render(judgement)
}

/// Text of unknown origin, such as an error that quotes a file, as one harmless line of a terminal or build log.
pub fn one_line(raw: &str) -> String {
    escape::line(raw)
}

/// A JSON document that a build log can hold without obeying it.
pub(crate) fn document(json: &str) -> String {
    escape::document(json)
}
