//! TOML as a scenario reads it: every value knows its line and its key, every key must be one that is known.
//!
//! A [`Section`] is a table that is read key by key and refuses those nobody asked for; an [`Entry`] is a value that is turned
//! into what is wanted or into a fault. What the keys mean is not decided here.

use std::fmt::Display;
use std::ops::{Range, RangeInclusive};
use std::path::{Path, PathBuf};
use std::time::Duration;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::ScenarioError;
use crate::scenario::nearest::did_you_mean;

/// A file's text and name.
#[derive(Debug, Clone, Copy)]
pub(super) struct Document<'d> {
    text: &'d str,
    file: &'d Path,
}

impl<'d> Document<'d> {
    pub(super) fn new(text: &'d str, file: &'d Path) -> Self {
        Self { text, file }
    }

    /// Parses the file into a table.
    pub(super) fn parse(&self) -> Result<Spanned<DeTable<'d>>, ScenarioError> {
        DeTable::parse(self.text).map_err(|fault| {
            let at = fault.span().unwrap_or_default();
            self.fault(&at, format!("this is no TOML: {}", fault.message()))
        })
    }

    /// A path as the file gives it: relative ones count from the file's folder.
    pub(super) fn path(&self, given: &str) -> PathBuf {
        self.file.parent().unwrap_or(Path::new("")).join(given)
    }

    fn fault(&self, at: &Range<usize>, what: impl Display) -> ScenarioError {
        let before = &self.text.as_bytes()[..at.start.min(self.text.len())];
        let line = 1 + before.iter().filter(|&&byte| byte == b'\n').count();
        ScenarioError::Wrong { file: self.file.to_owned(), line, what: what.to_string() }
    }
}

/// A table, read key by key.
pub(super) struct Section<'d> {
    document: Document<'d>,
    /// Its own key; empty for the whole file.
    key: String,
    at: Range<usize>,
    table: &'d DeTable<'d>,
    known: Vec<&'static str>,
}

impl<'d> Section<'d> {
    pub(super) fn whole(document: Document<'d>, table: &'d Spanned<DeTable<'d>>) -> Self {
        let (at, table) = (table.span(), table.get_ref());
        Self { document, key: String::new(), at, table, known: Vec::new() }
    }

    /// The value of a key that may be there.
    pub(super) fn find(&mut self, name: &'static str) -> Option<Entry<'d>> {
        self.known.push(name);
        let (key, value) = self.table.get_key_value(name)?;
        Some(self.entry(key, value))
    }

    /// The value of a key that must be there.
    pub(super) fn need(&mut self, name: &'static str) -> Result<Entry<'d>, ScenarioError> {
        self.find(name).ok_or_else(|| self.fault(format!("the key '{name}' is missing; add it")))
    }

    /// All entries, where the keys are names that the file gives.
    pub(super) fn named(&self) -> Vec<(&'d str, Entry<'d>)> {
        self.table.iter().map(|(key, value)| (&**key.get_ref(), self.entry(key, value))).collect()
    }

    /// Refuses a key that nobody asked for.
    pub(super) fn finish(self) -> Result<(), ScenarioError> {
        let strange = self.table.keys().filter(|key| !self.known.contains(&&**key.get_ref()));
        match strange.min_by_key(|key| key.span().start) {
            None => Ok(()),
            Some(key) => {
                let (name, known) = (key.get_ref(), &self.known);
                let hint = did_you_mean(name, known.iter().copied());
                let hint = if hint.is_empty() { "." } else { &hint };
                let what = format!(
                    "{}: unknown key{hint} Known here: {}",
                    self.path(name),
                    known.join(", ")
                );
                Err(self.document.fault(&key.span(), what))
            }
        }
    }

    /// What is wrong with the table as a whole.
    pub(super) fn fault(&self, what: impl Display) -> ScenarioError {
        let what =
            if self.key.is_empty() { what.to_string() } else { format!("{}: {what}", self.key) };
        self.document.fault(&self.at, what)
    }

    fn path(&self, name: &str) -> String {
        if self.key.is_empty() { name.to_owned() } else { format!("{}.{name}", self.key) }
    }

    fn entry(
        &self,
        key: &'d Spanned<std::borrow::Cow<'d, str>>,
        value: &'d Spanned<DeValue<'d>>,
    ) -> Entry<'d> {
        let (document, name) = (self.document, self.path(key.get_ref()));
        Entry { document, key: name, at: value.span(), value: value.get_ref() }
    }
}

/// A value, with its line and its key.
pub(super) struct Entry<'d> {
    pub(super) document: Document<'d>,
    key: String,
    at: Range<usize>,
    value: &'d DeValue<'d>,
}

impl<'d> Entry<'d> {
    /// What is wrong with the value.
    pub(super) fn fault(&self, what: impl Display) -> ScenarioError {
        self.document.fault(&self.at, format!("{}: {what}", self.key))
    }

    fn is_no(&self, wanted: &str) -> ScenarioError {
        let found = match self.value {
            DeValue::String(_) => "a text",
            DeValue::Integer(_) | DeValue::Float(_) => "a number",
            DeValue::Boolean(_) => "a word",
            DeValue::Datetime(_) => "a date",
            DeValue::Array(_) => "a list",
            DeValue::Table(_) => "a table",
        };
        self.fault(format!("must be {wanted}, not {found}"))
    }

    pub(super) fn value(&self) -> &'d DeValue<'d> {
        self.value
    }

    pub(super) fn text(&self) -> Result<&'d str, ScenarioError> {
        self.value.as_str().ok_or_else(|| self.is_no("a text in quotes"))
    }

    pub(super) fn boolean(&self) -> Result<bool, ScenarioError> {
        self.value.as_bool().ok_or_else(|| self.is_no("true or false"))
    }

    /// A whole number that the type holds.
    pub(super) fn integer<T: TryFrom<i64>>(&self) -> Result<T, ScenarioError> {
        let wanted = "a whole number";
        let number = self.value.as_integer().ok_or_else(|| self.is_no(wanted))?;
        let number = i64::from_str_radix(number.as_str(), number.radix()).ok();
        number
            .and_then(|number| T::try_from(number).ok())
            .ok_or_else(|| self.fault("the number is too large or too small here"))
    }

    /// Any finite number.
    pub(super) fn number(&self) -> Result<f64, ScenarioError> {
        let number = match self.value {
            DeValue::Float(number) => number.as_str().parse().ok(),
            DeValue::Integer(_) => self.integer::<i64>().ok().map(|number| number as f64),
            _ => None,
        };
        number
            .filter(|number: &f64| number.is_finite())
            .ok_or_else(|| self.is_no("a finite number"))
    }

    /// `250ms`, `1.5s`, `2m`.
    pub(super) fn duration(&self) -> Result<Duration, ScenarioError> {
        let text = self.text()?;
        let unit_at = text.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(text.len());
        let unit = match &text[unit_at..] {
            "ms" => Some(1e-3),
            "s" => Some(1.0),
            "m" => Some(60.0),
            _ => None,
        };
        let number: Option<f64> = text[..unit_at].trim().parse().ok();
        unit.zip(number)
            .and_then(|(unit, number)| Duration::try_from_secs_f64(unit * number).ok())
            .ok_or_else(|| self.fault(format!("'{text}' is no time; write 250ms, 1.5s or 2m")))
    }

    pub(super) fn section(&self) -> Result<Section<'d>, ScenarioError> {
        let table = self.value.as_table().ok_or_else(|| self.is_no("a table"))?;
        let (document, key, at) = (self.document, self.key.clone(), self.at.clone());
        Ok(Section { document, key, at, table, known: Vec::new() })
    }

    pub(super) fn list(&self) -> Result<Vec<Self>, ScenarioError> {
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

    pub(super) fn texts(&self) -> Result<Vec<String>, ScenarioError> {
        self.list()?.iter().map(|entry| entry.text().map(str::to_owned)).collect()
    }

    /// `[low, high]`.
    pub(super) fn range<T: PartialOrd>(
        &self,
        read: impl Fn(&Self) -> Result<T, ScenarioError>,
    ) -> Result<RangeInclusive<T>, ScenarioError> {
        let ends = self.list()?;
        let [low, high] = &ends[..] else {
            return Err(self.fault("must be two values, [low, high]"));
        };
        let (low, high) = (read(low)?, read(high)?);
        match low <= high {
            true => Ok(low..=high),
            false => Err(self.fault("falls: the lower end comes first")),
        }
    }

    /// `[low, high]`, or one value for both.
    pub(super) fn range_or_one<T: PartialOrd + Clone>(
        &self,
        read: impl Fn(&Self) -> Result<T, ScenarioError>,
    ) -> Result<RangeInclusive<T>, ScenarioError> {
        if self.value.is_array() {
            return self.range(read);
        }
        let one = read(self)?;
        Ok(one.clone()..=one)
    }

    /// One of several words.
    pub(super) fn choice<T: Copy>(
        &self,
        all: &[T],
        word: impl Fn(T) -> &'static str,
    ) -> Result<T, ScenarioError> {
        let text = self.text()?;
        all.iter().copied().find(|&one| word(one) == text).ok_or_else(|| {
            let words: Vec<&str> = all.iter().map(|&one| word(one)).collect();
            let hint = did_you_mean(text, words.iter().copied());
            let hint = if hint.is_empty() { "." } else { &hint };
            self.fault(format!(
                "'{text}' is not one of its words{hint} There are: {}",
                words.join(", ")
            ))
        })
    }
}
