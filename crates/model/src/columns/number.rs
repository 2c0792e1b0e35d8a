//! Whether a column holds numbers, and how they are written.

use super::token;
use crate::schema::{Decimal, INTEGER_LIMIT};

/// Different texts among numbers that may be no number.
const STRAYS: usize = 5;
/// One row in so many may hold such a text.
const STRAY_ONE_IN: usize = 20;
/// Longer whole numbers are codes: they could not be told from their neighbours.
const DIGITS: usize = 15;

/// A column of numbers.
#[derive(Debug)]
pub(super) struct Numbers<'a> {
    /// How they are written, where not plainly.
    pub(super) decimal: Option<Decimal>,
    /// Each number and its rows, rising; the same number may stand here in two spellings.
    pub(super) values: Vec<(f64, usize)>,
    /// Whether all are written as whole numbers.
    pub(super) whole: bool,
    /// Texts that are no answer among numbers.
    pub(super) tokens: Vec<&'a str>,
    /// Texts that are no number and are taken for missing, with their rows.
    pub(super) strays: Vec<(&'a str, usize)>,
    /// Whether the other decimal mark would read these texts as well.
    pub(super) ambiguous: bool,
}

impl<'a> Numbers<'a> {
    /// Reads answers as numbers, if nearly all are.
    pub(super) fn of(answers: &[(&'a str, usize)]) -> Option<Self> {
        if answers.iter().any(|(text, _)| is_code(text)) {
            return None;
        }
        let [plain, point, comma] = [None, Some(Decimal::Point), Some(Decimal::Comma)]
            .map(|decimal| Reading::of(answers, decimal));
        // Read plainly wherever that reads as much; a mark must earn its place.
        let rivals = [plain.unread, point.unread, comma.unread];
        let best = [plain, point, comma].into_iter().min_by_key(|reading| reading.unread)?;
        let (tokens, strays): (Vec<_>, Vec<_>) =
            best.strays.into_iter().partition(|(text, _)| token::is_missing_number(text));
        let read: usize = best.values.iter().map(|(_, count)| count).sum();
        let astray: usize = strays.iter().map(|(_, count)| count).sum();
        if read == 0 || strays.len() > STRAYS || astray * STRAY_ONE_IN > read {
            return None;
        }
        let mut values = best.values;
        values.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
        Some(Self {
            ambiguous: is_ambiguous(answers, best.decimal, rivals),
            decimal: best.decimal,
            whole: best.whole,
            values,
            tokens: tokens.into_iter().map(|(text, _)| text).collect(),
            strays,
        })
    }
}

/// Answers as one way of writing numbers reads them.
struct Reading<'a> {
    decimal: Option<Decimal>,
    values: Vec<(f64, usize)>,
    strays: Vec<(&'a str, usize)>,
    unread: usize,
    whole: bool,
}

impl<'a> Reading<'a> {
    fn of(answers: &[(&'a str, usize)], decimal: Option<Decimal>) -> Self {
        let mut reading =
            Self { decimal, values: Vec::new(), strays: Vec::new(), unread: 0, whole: true };
        let mark = decimal.map_or('.', Decimal::mark);
        for &(text, count) in answers {
            let Some(value) = read(text, decimal) else {
                reading.strays.push((text, count));
                reading.unread += count;
                continue;
            };
            reading.whole &=
                !text.contains(mark) && value.fract() == 0.0 && value.abs() <= INTEGER_LIMIT;
            reading.values.push((value, count));
        }
        reading
    }
}

/// As [`Feature::parse`](crate::Feature::parse) reads a number.
fn read(text: &str, decimal: Option<Decimal>) -> Option<f64> {
    let value = match decimal {
        Some(decimal) => decimal.parse(text)?,
        None if text.ends_with(|last: char| last.is_ascii_digit() || last == '.') => {
            text.parse().ok()?
        }
        None => return None,
    };
    value.is_finite().then_some(value)
}

/// Leading zeros and very many digits make a code, not an amount.
fn is_code(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text).as_bytes();
    let is_digits = digits.iter().all(u8::is_ascii_digit);
    is_digits && (digits.len() > DIGITS || (digits.len() > 1 && digits[0] == b'0'))
}

/// Whether `1,234` and its like are all the evidence there is.
fn is_ambiguous(answers: &[(&str, usize)], decimal: Option<Decimal>, unread: [usize; 3]) -> bool {
    let (sign, rival) = match decimal {
        Some(Decimal::Point) => (',', unread[2] == unread[1]),
        None => ('.', unread[2] == unread[0]),
        Some(Decimal::Comma) => return false,
    };
    // One group of three behind every sign, and a sign somewhere.
    rival && answers.iter().any(|(text, _)| text.contains(sign))
}
