//! Is the answer right, not only there?
//!
//! [`check`] looks at a complete body after its time was taken, so its own cost is in no latency. It names what is wrong
//! in constant words, so that failures group; the status is checked before, by [`http`](super::http). Scores are read
//! without a tree in between (`score.rs`); only a task with checks of its own pays for one (`pointer.rs`).

mod object;
mod pointer;
mod score;
mod wrong;

pub(super) use wrong::Wrong;

use crate::scenario::{Answer, Call, Corpus, Expect};

/// Checks a body against what was sent.
pub(super) fn check<'e>(
    expect: &'e Expect,
    call: &Call,
    corpus: &Corpus,
    body: &[u8],
) -> Result<(), Wrong<'e>> {
    match expect.answer {
        Answer::Any => {}
        _ if body.is_empty() => return Err(Wrong::EMPTY),
        Answer::Object => object::check(body)?,
        Answer::Score => score::check_one(corpus, call, body)?,
        Answer::Scores => score::check_all(corpus, call, body)?,
    }
    pointer::check(&expect.checks, call, body)
}
