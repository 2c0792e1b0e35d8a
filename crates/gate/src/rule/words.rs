//! An expression cut into words, each with the place where it stands.
//!
//! Nothing is understood here but where a word ends. A text in single quotes is one word; a quote within it is written
//! twice.

use super::fault::Fault;

/// A word of an expression.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Word<'e> {
    /// Where it begins, in bytes from the start of the expression.
    pub(super) at: usize,
    /// As it stands there.
    pub(super) text: &'e str,
    /// What it looks like.
    pub(super) kind: Kind,
}

/// What a word looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Letters, digits and `_`, beginning with a letter.
    Name,
    /// Digits, perhaps with a point.
    Number,
    /// A text in quotes.
    Quoted,
    /// Signs that make an operator.
    Comparison,
    /// Any other sign.
    Sign,
}

/// Cuts an expression into its words.
pub(super) fn cut(expr: &str) -> Result<Vec<Word<'_>>, Fault> {
    let mut words = Vec::new();
    let mut at = 0;
    while let Some(first) = expr[at..].chars().next() {
        if first.is_whitespace() {
            at += first.len_utf8();
            continue;
        }
        let rest = &expr[at..];
        let (kind, length) = match first {
            '\'' => (Kind::Quoted, quoted_length(rest).ok_or_else(|| unclosed(at))?),
            '0'..='9' => (Kind::Number, run(rest, |c| c.is_ascii_digit() || c == '.')),
            '<' | '>' | '=' | '!' => (Kind::Comparison, run(rest, |c| "<>=!".contains(c))),
            letter if letter.is_alphabetic() || letter == '_' => {
                // A point belongs to the name where a digit follows: p99.9.
                (Kind::Name, run(rest, |c| c.is_alphanumeric() || c == '_' || c == '.'))
            }
            sign => (Kind::Sign, sign.len_utf8()),
        };
        words.push(Word { at, text: &rest[..length], kind });
        at += length;
    }
    Ok(words)
}

/// How many bytes from the start on belong together.
fn run(text: &str, belongs: impl Fn(char) -> bool) -> usize {
    text.find(|c| !belongs(c)).unwrap_or(text.len())
}

/// The length of the quoted text that `text` begins with, quotes included; `None` if it is not closed.
fn quoted_length(text: &str) -> Option<usize> {
    let mut at = 1;
    loop {
        at += text[at..].find('\'')? + 1;
        if !text[at..].starts_with('\'') {
            return Some(at);
        }
        at += 1;
    }
}

fn unclosed(at: usize) -> Fault {
    Fault::new(
        at,
        "the text that begins here has no end; close it with a single quote: 'POST /api/v1/score'",
    )
}
