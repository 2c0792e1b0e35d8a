//! An answer that is any JSON object with members.

use serde::de::IgnoredAny;

use super::wrong::Wrong;

const NO_OBJECT: Wrong<'_> = Wrong::new("answer is not a JSON object with members");

/// The reader skips over the members without looking at their names: whether there are any is told by what follows the
/// brace, at half the cost of a visitor.
pub(super) fn check(body: &[u8]) -> Result<(), Wrong<'static>> {
    let mut begins = body.iter().filter(|byte| !byte.is_ascii_whitespace());
    let is_filled_object = begins.next() == Some(&b'{') && begins.next() != Some(&b'}');
    match serde_json::from_slice::<IgnoredAny>(body) {
        Ok(_) if is_filled_object => Ok(()),
        _ => Err(NO_OBJECT),
    }
}
