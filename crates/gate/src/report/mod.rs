//! The verdict in words and in data: a table for people, Markdown for a job summary, JSON for programs.
//!
//! Every form is a pure function of the finished [`Judgement`]; only [`Outputs`] opens files. Whatever a server may
//! have written is escaped by the form that prints it.

mod contrast;
mod deliver;
mod escape;
mod facts;
mod json;
mod markdown;
mod text;

use crate::{error::GateError, verdict::Verdict};

pub use self::{
    contrast::{CONTRAST_SCHEMA_VERSION, ContrastJudgement, ContrastOutputs},
    deliver::Outputs,
    json::SCHEMA_VERSION,
    text::Screen,
};

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

/// Text of unknown origin, such as an error that quotes a file, as one harmless line of a terminal or build log.
pub fn one_line(raw: &str) -> String {
    escape::line(raw)
}
