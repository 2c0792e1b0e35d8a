//! The outcome column: which of its texts means that a lead converted.

use std::collections::HashMap;

use crate::{
    columns::is_missing,
    error::ModelError,
    sheet::{Sheet, shown},
};

/// What exports call a lead that converted, and one that did not; in lower case.
const CONVERTED: [&str; 10] =
    ["1", "1.0", "yes", "y", "true", "t", "won", "closed won", "closedwon", "converted"];
const OTHERS: [&str; 12] = [
    "0",
    "0.0",
    "no",
    "n",
    "false",
    "f",
    "lost",
    "closed lost",
    "closedlost",
    "not converted",
    "unconverted",
    "not_converted",
];
/// Values that are listed where they are not understood.
const LISTED: usize = 8;

/// What the outcome column says.
pub(super) struct Outcomes {
    /// Of every row; `None` where the column does not say.
    pub(super) of_rows: Vec<Option<bool>>,
    /// The spellings that count as converted, where there are several.
    pub(super) note: Option<String>,
}

/// The outcome of every row.
///
/// `positive` is the value that counts as converted, whatever its case, and as a number if it is one; every other value
/// is then not converted. Without it only texts are understood that mean no and yes by themselves.
///
/// # Errors
/// [`ModelError::Columns`] if a value is not understood or `positive` never occurs.
pub(super) fn outcomes(
    sheet: &Sheet,
    column: usize,
    positive: Option<&str>,
) -> Result<Outcomes, ModelError> {
    let name = shown(&sheet.names()[column]);
    let values = Values::of(sheet, column);
    let fault = |what: String| Err(ModelError::Columns(format!("the target {name:?} {what}")));
    let positive = match positive {
        None => None,
        Some(wanted) => match values.like(wanted) {
            found if !found.is_empty() => Some(found),
            _ => return fault(format!("never holds {wanted:?}; it holds {}", values.list())),
        },
    };
    let outcome = |cell: &str| match &positive {
        // A value that somebody names is an answer, even "unknown".
        Some(positive) if positive.contains(&cell) => Some(Some(true)),
        _ if is_missing(cell, &[]) => Some(None),
        Some(_) => Some(Some(false)),
        None => word(cell).map(Some),
    };
    let of_rows: Option<Vec<_>> = sheet.column(column).map(outcome).collect();
    let Some(of_rows) = of_rows else {
        return fault(format!(
            "holds {}; say which of them counts as converted with --positive",
            values.list()
        ));
    };
    let spellings = positive.filter(|positive| positive.len() > 1);
    let note = spellings.map(|positive| {
        let spellings: Vec<_> = positive.iter().map(|text| format!("{:?}", shown(text))).collect();
        format!("{} in {name:?} all count as converted", spellings.join(", "))
    });
    Ok(Outcomes { of_rows, note })
}

/// Makes sure that every row has an outcome that is plain.
///
/// # Errors
/// [`ModelError::Table`] with the line of the first that has none.
pub(super) fn check_words(sheet: &Sheet, name: &str) -> Result<(), ModelError> {
    let column = sheet.position(name).unwrap_or_default();
    match sheet.column(column).position(|cell| word(cell).is_none()) {
        None => Ok(()),
        Some(row) => {
            let what = format!("column {:?} must be 0 or 1, true or false, yes or no", shown(name));
            Err(ModelError::Table { line: sheet.line(row), what })
        }
    }
}

/// Makes sure that there is something to tell apart.
///
/// # Errors
/// [`ModelError::Columns`] if one of the two outcomes never occurs.
pub(super) fn check_both(
    sheet: &Sheet,
    name: &str,
    outcomes: &[Option<bool>],
) -> Result<(), ModelError> {
    let column = sheet.position(name).unwrap_or_default();
    for (outcome, what) in [(true, "converted"), (false, "anything but converted")] {
        if !outcomes.contains(&Some(outcome)) {
            let (name, values) = (shown(name), Values::of(sheet, column).list());
            return Err(ModelError::Columns(format!(
                "the target {name:?} holds {values} and no row that is {what}; a model needs both outcomes"
            )));
        }
    }
    Ok(())
}

/// Whether a text means yes or no by itself.
pub(super) fn word(text: &str) -> Option<bool> {
    let is_in = |words: &[&str]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
    if is_in(&CONVERTED) {
        return Some(true);
    }
    is_in(&OTHERS).then_some(false)
}

/// The different values of the column, the most frequent first.
struct Values<'a>(Vec<(&'a str, usize)>);

impl<'a> Values<'a> {
    fn of(sheet: &'a Sheet, column: usize) -> Self {
        let mut counts: HashMap<&str, usize> = HashMap::new();
        for cell in sheet.column(column) {
            *counts.entry(cell).or_default() += 1;
        }
        let mut values: Vec<_> = counts.into_iter().filter(|(text, _)| !text.is_empty()).collect();
        values.sort_unstable_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
        Self(values)
    }

    /// The values that are meant: whatever their case, or the same number.
    fn like(&self, wanted: &str) -> Vec<&'a str> {
        let wanted = wanted.trim();
        let number = |text: &str| text.parse::<f64>().ok().filter(|number| number.is_finite());
        let (lower, wanted) = (wanted.to_lowercase(), number(wanted));
        let is_like = |text: &&str| {
            text.to_lowercase() == lower || (wanted.is_some() && number(text) == wanted)
        };
        self.0.iter().map(|(text, _)| *text).filter(is_like).collect()
    }

    fn list(&self) -> String {
        if self.0.is_empty() {
            return "nothing".to_owned();
        }
        let shown = self
            .0
            .iter()
            .take(LISTED)
            .map(|(text, count)| format!("{:?} ({count} rows)", shown(text)));
        let mut list = shown.collect::<Vec<_>>().join(", ").replace("(1 rows)", "(1 row)");
        if self.0.len() > LISTED {
            list.push_str(&format!(", and {} others", self.0.len() - LISTED));
        }
        list
    }
}
