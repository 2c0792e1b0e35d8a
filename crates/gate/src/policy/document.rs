//! TOML as a rules file reads it: every value knows its place and its key, every key must be one that is known.
//!
//! A [`Section`] is a table that holds no key but known ones; an [`Entry`] is a value that is
//! turned into text or refused. What the keys mean is not decided here.

use std::{fmt::Display, ops::Range, path::Path};

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::draft::{Kind, unknown_key};
use crate::{error::PolicyError, place::Place, rule::Fault};

/// A file's text and name.
#[derive(Clone, Copy, Debug)]
pub(super) struct Document<'d> {
    text: &'d str,
    file: &'d Path,
}

impl<'d> Document<'d> {
    pub(super) fn new(text: &'d str, file: &'d Path) -> Self {
        Self { text, file }
    }

    /// Parses the file into a table.
    pub(super) fn parse(&self) -> Result<Spanned<DeTable<'d>>, PolicyError> {
        DeTable::parse(self.text).map_err(|fault| {
            let at = fault.span().map_or(0, |span| span.start);
            self.wrong(at, format!("this is no TOML: {}", fault.message()))
        })
    }

    fn place(&self, at: usize) -> Place {
        let before = &self.text[..self.text.floor_char_boundary(at)];
        let line_start = before.rfind('\n').map_or(0, |end| end + 1);
        Place::File {
            path: self.file.to_owned(),
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
        }
    }

    fn wrong(&self, at: usize, what: impl Display) -> PolicyError {
        PolicyError::Wrong { place: self.place(at), what: what.to_string() }
    }
}

/// A table of known keys.
pub(super) struct Section<'d> {
    document: Document<'d>,
    /// Its own key; empty for the whole file.
    key: String,
    at: usize,
    table: &'d DeTable<'d>,
}

impl<'d> Section<'d> {
    /// The whole file, in which these keys can stand.
    pub(super) fn whole(
        document: Document<'d>,
        table: &'d Spanned<DeTable<'d>>,
        known: &[&str],
    ) -> Result<Self, PolicyError> {
        // The whole file has no place of its own: what it lacks is missing in line 1.
        Self { document, key: String::new(), at: 0, table: table.get_ref() }.of_known(known)
    }

    /// Where it begins.
    pub(super) fn place(&self) -> Place {
        self.document.place(self.at)
    }

    /// The value of a key that may be there.
    pub(super) fn find(&self, name: &str) -> Option<Entry<'d>> {
        let value = self.table.get(name)?;
        let (document, key) = (self.document, self.path(name));
        Some(Entry { document, key, at: value.span(), value: value.get_ref() })
    }

    /// The value of a key that must be there; `example` is what to add.
    pub(super) fn need(&self, name: &str, example: &str) -> Result<Entry<'d>, PolicyError> {
        self.find(name).ok_or_else(|| {
            let whose = if self.key.is_empty() { String::new() } else { format!("{}: ", self.key) };
            let what = format!("{whose}the key {name:?} is missing; add {example}");
            self.document.wrong(self.at, what)
        })
    }

    /// Refuses any other key, first of all: a key that is missing may be there under a mistyped name.
    fn of_known(self, known: &[&str]) -> Result<Self, PolicyError> {
        let strange = self.table.keys().filter(|key| !known.contains(&&**key.get_ref()));
        match strange.min_by_key(|key| key.span().start) {
            None => Ok(self),
            Some(key) => {
                let name = key.get_ref();
                let what =
                    format!("{}: {}", self.path(name), unknown_key(name, known.iter().copied()));
                Err(self.document.wrong(key.span().start, what))
            }
        }
    }

    fn path(&self, name: &str) -> String {
        if self.key.is_empty() { name.to_owned() } else { format!("{}.{name}", self.key) }
    }
}

/// A value, with its place and its key.
pub(super) struct Entry<'d> {
    document: Document<'d>,
    key: String,
    at: Range<usize>,
    value: &'d DeValue<'d>,
}

impl<'d> Entry<'d> {
    /// What is wrong with the value as a whole.
    pub(super) fn wrong(&self, what: impl Display) -> PolicyError {
        self.document.wrong(self.at.start, format!("{}: {what}", self.key))
    }

    /// What is wrong within the text of the value.
    pub(super) fn fault(&self, fault: &Fault) -> PolicyError {
        // Where a text is written as it is read, what is wrong in it has a place of its own.
        let raw = self.document.text.get(self.at.clone()).unwrap_or_default();
        let is_plain = self.value.as_str().is_some_and(|text| {
            raw.len() == text.len() + 2 && raw.get(1..=text.len()) == Some(text)
        });
        let at = if is_plain { self.at.start + 1 + fault.at() } else { self.at.start };
        self.document.wrong(at, format!("{}: {fault}", self.key))
    }

    /// The value as text, whatever it is written as.
    pub(super) fn of_kind(&self, kind: Kind) -> Result<String, PolicyError> {
        match kind {
            Kind::Text => self.text().map(str::to_owned),
            Kind::Number => self.number(),
        }
    }

    /// A text in quotes.
    pub(super) fn text(&self) -> Result<&'d str, PolicyError> {
        self.value.as_str().ok_or_else(|| self.is_no("a text in quotes"))
    }

    /// A number without quotes, in decimal.
    pub(super) fn number(&self) -> Result<String, PolicyError> {
        let number = match self.value {
            DeValue::Float(number) => Some(number.as_str().to_owned()),
            DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix())
                .ok()
                .map(|number| number.to_string()),
            _ => None,
        };
        number.ok_or_else(|| self.is_no("a number without quotes"))
    }

    /// A table in which these keys can stand.
    pub(super) fn section(&self, known: &[&str]) -> Result<Section<'d>, PolicyError> {
        let table = self.value.as_table().ok_or_else(|| self.is_no("a table"))?;
        let (document, key, at) = (self.document, self.key.clone(), self.at.start);
        Section { document, key, at, table }.of_known(known)
    }

    /// A list of values.
    pub(super) fn list(&self) -> Result<Vec<Self>, PolicyError> {
        let list = self.value.as_array().ok_or_else(|| self.is_no("a list"))?;
        let entries = list.iter().enumerate().map(|(index, value)| Self {
            document: self.document,
            // People count from one, and so do the lines beside it.
            key: format!("{}[{}]", self.key, index + 1),
            at: value.span(),
            value: value.get_ref(),
        });
        Ok(entries.collect())
    }

    fn is_no(&self, wanted: &str) -> PolicyError {
        let found = match self.value {
            DeValue::String(_) => "a text",
            DeValue::Integer(_) | DeValue::Float(_) => "a number",
            DeValue::Boolean(_) => "true or false",
            DeValue::Datetime(_) => "a date",
            DeValue::Array(_) => "a list",
            DeValue::Table(_) => "a table",
        };
        self.wrong(format!("must be {wanted}, not {found}"))
    }
}
