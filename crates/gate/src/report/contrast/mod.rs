//! Base against head in words and in data: the same three forms as a verdict over one run.
//!
//! The forms are pure functions of the finished [`ContrastJudgement`]; only [`ContrastOutputs`] opens files. Names of
//! endpoints come from servers and scripts, and every form escapes them.

mod deliver;
mod facts;
mod json;
mod markdown;
mod sentence;
mod text;

use crate::compare::{CompareError, Contrast};

pub use self::{deliver::ContrastOutputs, json::CONTRAST_SCHEMA_VERSION};

/// A comparison, or why there is none.
pub type ContrastJudgement = Result<Contrast, CompareError>;
