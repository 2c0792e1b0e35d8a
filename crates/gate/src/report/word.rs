//! A judgement in one word, which every form says alike.

use super::Judgement;
use crate::{error::GateError, verdict::Verdict};

/// `pass`, `fail`, `inconclusive` or `not-judged`, as in JSON.
pub(super) fn word(judgement: &Judgement) -> &'static str {
    judgement.as_ref().map_or("not-judged", Verdict::word)
}

/// The exit code that means the same.
pub(super) fn code(judgement: &Judgement) -> u8 {
    judgement.as_ref().map_or_else(GateError::exit_code, Verdict::exit_code)
}
