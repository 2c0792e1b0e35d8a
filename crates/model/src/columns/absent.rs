//! [`Absent`]: features of a model that no column of a table bears the name of.
//!
//! Optional features may be absent, and one that was renamed looks just like that: every lead would be scored as if
//! nothing were known of it. What counts as a slip is decided here; whether it is let pass is the caller's choice.

use std::{collections::HashSet, fmt::Write};

use super::list::distance;
use crate::{
    schema::{Presence, Schema},
    sheet::shown,
};

/// Features that are told by name.
const TOLD: usize = 10;
/// Letters and digits below which a name must be the same to be close.
const SHORT: usize = 4;
/// Letters and digits of a name, one of which may differ.
const ONE_SLIP_IN: usize = 6;

/// The features of a schema that may be absent and have no column, each with the column that may be meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Absent {
    names: Vec<(String, Option<String>)>,
    features: usize,
}

impl Absent {
    /// Compares a schema with the names of a table's columns.
    pub fn of<'a>(schema: &Schema, columns: impl IntoIterator<Item = &'a str>) -> Self {
        let columns: Vec<&str> = columns.into_iter().collect();
        let there: HashSet<&str> = columns.iter().copied().collect();
        let others: Vec<_> =
            columns.into_iter().filter(|name| schema.position(name).is_none()).collect();
        // A required one is refused wherever leads are read.
        let absent = schema.features().iter().filter(|feature| {
            feature.presence != Presence::Required && !there.contains(feature.name.as_str())
        });
        let named = absent.map(|feature| {
            let meant = others.iter().find(|other| is_close(&feature.name, other));
            (feature.name.clone(), meant.map(|name| (*name).to_owned()))
        });
        Self { names: named.collect(), features: schema.len() }
    }

    /// Whether this looks like a slip: a column bears nearly the name of a feature, or most features are not there.
    pub fn is_suspicious(&self) -> bool {
        self.names.len() * 2 > self.features || self.names.iter().any(|(_, meant)| meant.is_some())
    }

    /// Which features are not there, if any; those that may have been renamed come first.
    pub fn note(&self) -> Option<String> {
        let mut told: Vec<_> = self.names.iter().collect();
        told.sort_by_key(|(_, meant)| meant.is_none());
        told.truncate(TOLD);
        let mut list = String::new();
        for (position, (name, meant)) in told.into_iter().enumerate() {
            let comma = if position == 0 { "" } else { ", " };
            // Writing to a text cannot fail.
            let _ = write!(list, "{comma}{:?}", shown(name));
            if let Some(meant) = meant {
                let _ = write!(list, " (did you mean {:?}?)", shown(meant));
            }
        }
        let (count, of) = (self.names.len(), self.features);
        let more = if count > TOLD { ", ..." } else { "" };
        let (are, count_as) = if count == 1 { ("is", "counts as") } else { ("are", "count as") };
        (count > 0).then(|| {
            format!(
                "{count} of {of} features {are} in no column and {count_as} missing or by default: {list}{more}"
            )
        })
    }
}

/// Whether one name is another but for case, signs, spaces, or a slip of the hand; digits must be the same.
fn is_close(one: &str, other: &str) -> bool {
    let plain = |name: &str| -> String {
        name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
    };
    let digits = |name: &str| -> String { name.chars().filter(char::is_ascii_digit).collect() };
    let (one, other) = (plain(one), plain(other));
    let length = one.chars().count();
    if one == other {
        return length > 0;
    }
    let slips = (length / ONE_SLIP_IN).max(1);
    length.abs_diff(other.chars().count()) <= slips
        && length >= SHORT
        && digits(&one) == digits(&other)
        && distance(&one, &other) <= slips
}

#[cfg(test)]
mod tests {
    use super::{Absent, is_close};
    use crate::{
        columns::Columns,
        sheet::{Form, Sheet},
    };

    #[test]
    fn a_slip_is_told_from_another_column() {
        for (one, other) in
            [("amount", "Amount"), ("page views", "Page_Views"), ("amount", "amout"), ("€ a", "a")]
        {
            assert!(is_close(one, other), "{one} {other}");
        }
        for (one, other) in
            [("visits_1", "visits_2"), ("age", "wage"), ("amount", "account_id"), ("-", "+")]
        {
            assert!(!is_close(one, other), "{one} {other}");
        }
    }

    #[test]
    fn absent_features_are_named_the_renamed_ones_first() {
        let text = "a,amount,b,c,d\n1,20,3,4,5\n2,30,4,5,6\n";
        let sheet = Sheet::read(text.as_bytes().to_vec(), Form::default()).unwrap();
        let schema = Columns::infer("test", &sheet, &[]).schema().unwrap();
        let told = |names: &[&str]| {
            let absent = Absent::of(&schema, names.iter().copied());
            format!(
                "{} {}",
                absent.is_suspicious(),
                absent.note().unwrap_or_else(|| "nothing".to_owned())
            )
        };
        let all = [
            told(&["a", "amount", "b", "c", "d"]),
            told(&["amount", "b", "c", "d", "other"]),
            told(&["Amount", "b", "c", "d"]),
            told(&["amount", "d"]),
        ];
        insta::assert_snapshot!(all.join("\n"), @r#"
        false nothing
        false 1 of 5 features is in no column and counts as missing or by default: "a"
        true 2 of 5 features are in no column and count as missing or by default: "amount" (did you mean "Amount"?), "a"
        true 3 of 5 features are in no column and count as missing or by default: "a", "b", "c"
        "#);
    }
}
