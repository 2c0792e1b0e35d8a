//! Base against head in words and in data: the same forms as a verdict over one run.
//!
//! The forms are pure functions of the finished [`ContrastJudgement`]; [`ContrastReport`] hands them to whoever delivers
//! reports. Names of endpoints come from servers and scripts, and every form escapes them.

mod facts;
mod sentence;

mod html;
mod json;
mod junit;
mod markdown;
mod text;

mod judgement;

use crate::compare::{CompareError, Contrast};

pub use self::{json::CONTRAST_SCHEMA_VERSION, judgement::ContrastReport};

/// A comparison, or why there is none.
pub type ContrastJudgement = Result<Contrast, CompareError>;
