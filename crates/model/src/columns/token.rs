//! Texts that are no answer: what stands in a cell when nobody knows.

/// Where these stand, nothing is known, whatever the column; in lower case.
const CERTAIN: [&str; 26] = [
    "na",
    "n/a",
    "n.a.",
    "n.a",
    "#n/a",
    "<na>",
    "nan",
    "null",
    "(null)",
    "<null>",
    "#null!",
    "#value!",
    "#div/0!",
    "#ref!",
    "undefined",
    "unknown",
    "not known",
    "not available",
    "not specified",
    "missing",
    "select",
    "(blank)",
    "?",
    "-",
    "--",
    "n/k",
];
/// These may be an answer among words ("none" of four airbags), but never among numbers or dates.
const AMONG_NUMBERS: [&str; 8] = ["none", "nil", ".", "...", "tbd", "blank", "empty", "no data"];
/// What every feature takes for missing, whether or not it occurred in training.
pub(super) const ALWAYS: [&str; 3] = ["NA", "N/A", "null"];

/// Whether a text is empty or no answer; `extra` are further such texts.
pub(crate) fn is_missing(text: &str, extra: &[String]) -> bool {
    text.is_empty() || is_in(text, &CERTAIN) || extra.iter().any(|token| is_same(token, text))
}

/// Whether a text among numbers is no answer.
pub(super) fn is_missing_number(text: &str) -> bool {
    is_in(text, &AMONG_NUMBERS)
}

fn is_in(text: &str, tokens: &[&str]) -> bool {
    // Most cells are longer or begin otherwise, and are told apart without changing their case.
    text.len() <= 13 && tokens.iter().any(|token| text.eq_ignore_ascii_case(token))
}

fn is_same(token: &str, text: &str) -> bool {
    token.eq_ignore_ascii_case(text) || token.to_lowercase() == text.to_lowercase()
}
