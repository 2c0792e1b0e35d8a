//! [`CellReader`]: [`Feature::parse`] for the cells of one column, made ready for many.
//!
//! Levels and missing tokens are looked up in a hash table instead of a list, and plain decimals are read from their
//! bytes. Whatever is not plain goes through [`Feature::parse`] itself, so both always agree; a property test holds them
//! against each other.

use super::{Feature, Kind, Schema, definition::Limits, names::Names};
use crate::{digits::plain, fault::FaultCode};

/// One feature's reader of cells.
#[derive(Debug)]
pub(crate) struct CellReader<'a> {
    feature: &'a Feature,
    limits: Limits,
    absent: Option<f64>,
    /// Levels, then missing tokens; `None` where there are neither.
    words: Option<Names>,
    /// The value of a text that is no word; `None` where numbers or flags are sent.
    unseen: Option<f64>,
    /// Whether what looks like a plain number may be a word, a flag, or written in another way.
    spelled: bool,
}

impl<'a> CellReader<'a> {
    /// The readers of a schema's features, in order.
    pub(crate) fn all(schema: &'a Schema) -> Vec<Self> {
        let limits = schema.limits().iter();
        schema.features().iter().zip(limits).map(|(f, &limits)| Self::new(f, limits)).collect()
    }

    fn new(feature: &'a Feature, limits: Limits) -> Self {
        let words = || feature.levels.iter().chain(&feature.missing).map(String::as_str);
        let listed: Vec<_> = words().collect();
        let named = feature.kind == Kind::Category && !feature.levels.is_empty();
        let numeric = |word: &&str| word.bytes().any(|byte| byte.is_ascii_digit());
        Self {
            feature,
            limits,
            absent: feature.absent(),
            spelled: named
                || feature.kind == Kind::Flag
                || feature.decimal.is_some()
                || listed.iter().any(numeric),
            words: (!listed.is_empty()).then(|| Names::new(listed.into_iter())),
            unseen: named.then_some(feature.levels.len() as f64),
        }
    }

    /// The value that a cell stands for, as [`Feature::parse`] says of its text.
    ///
    /// # Errors
    /// As [`Feature::parse`]; bytes that are not UTF-8 are of the wrong type unless they can be an unseen level.
    #[inline]
    pub(crate) fn read(&self, cell: &[u8]) -> Result<f64, FaultCode> {
        if !self.spelled
            && let Some(value) = plain(cell)
            && self.limits.admit(value)
        {
            return Ok(value + 0.0);
        }
        self.word(cell)
    }

    /// The value of a number that was sent as a number: as of its shortest text, with a point, where that is a word.
    ///
    /// # Errors
    /// As [`CellReader::read`].
    pub(crate) fn number(&self, value: f64) -> Result<f64, FaultCode> {
        self.feature.number(value)
    }

    /// What stands in for a value that is not there.
    ///
    /// # Errors
    /// [`FaultCode::Missing`] where the feature is required.
    pub(crate) fn absent(&self) -> Result<f64, FaultCode> {
        self.absent.ok_or(FaultCode::Missing)
    }

    pub(crate) fn feature(&self) -> &'a Feature {
        self.feature
    }

    /// Reads a cell that is no plain decimal, or might mean something else.
    fn word(&self, cell: &[u8]) -> Result<f64, FaultCode> {
        let cell = cell.trim_ascii();
        match cell {
            [] => return self.absent(),
            [digit @ (b'0' | b'1')] if self.words.is_none() && self.feature.kind == Kind::Flag => {
                return Ok(f64::from(digit - b'0'));
            }
            _ => {}
        }
        // White space beyond ASCII begins or ends with such a byte; a vertical tab is one, too.
        let plain = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii() && *byte != 0x0b);
        if plain(cell.first())
            && plain(cell.last())
            && let Some(value) = self.known(cell)
        {
            return Ok(value);
        }
        let text = std::str::from_utf8(cell).map_err(|_| FaultCode::WrongType)?;
        self.feature.parse(text)
    }

    /// The value of a word without white space around it; `None` where there are no words, or it is none of them.
    fn known(&self, cell: &[u8]) -> Option<f64> {
        match self.words.as_ref()?.find(cell) {
            Some(at) if at < self.feature.levels.len() => Some(at as f64),
            Some(_) => Some(f64::NAN),
            None => self.unseen,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::CellReader;
    use crate::schema::{Decimal, Feature, Kind, Presence, Schema};

    fn words(from: &'static [&'static str]) -> impl Strategy<Value = Vec<String>> {
        let owned: Vec<_> = from.iter().map(|&word| word.to_owned()).collect();
        prop::sample::subsequence(owned, 0..=from.len())
    }

    fn schema() -> impl Strategy<Value = Schema> {
        let kind =
            prop::sample::select(vec![Kind::Real, Kind::Integer, Kind::Flag, Kind::Category]);
        let presence = prop::sample::select(vec![
            Presence::Required,
            Presence::Default(1.0),
            Presence::Optional,
        ]);
        let levels = words(&["a", "Zürich", "1", "no", "two words", "é"]);
        let missing = words(&["NA", "-1", "unknown", "Select", "0", "–"]);
        let decimal = prop::sample::select(vec![None, Some(Decimal::Point), Some(Decimal::Comma)]);
        let sound = |(kind, presence, decimal, mut levels, mut missing): (
            _,
            _,
            Option<Decimal>,
            Vec<String>,
            _,
        )| {
            match kind {
                Kind::Category => {}
                Kind::Flag if levels.len() >= 2 => levels.truncate(2),
                _ => levels.clear(),
            }
            if presence != Presence::Optional {
                missing = Vec::new();
            }
            let feature = Feature {
                name: "x".to_owned(),
                group: String::new(),
                kind,
                min: (kind != Kind::Real).then_some(0.0),
                max: (kind != Kind::Real).then_some(if kind == Kind::Flag { 1.0 } else { 500.0 }),
                presence,
                levels,
                missing,
                decimal: decimal.filter(|_| matches!(kind, Kind::Real | Kind::Integer)),
                meaning: String::new(),
                unit: None,
                phrase: String::new(),
                denial: None,
            };
            Schema::new("test", vec![feature]).ok()
        };
        (kind, presence, decimal, levels, missing).prop_filter_map("a sound schema", sound)
    }

    fn cell() -> impl Strategy<Value = String> {
        prop_oneof![
            "[ \u{b}\u{a0}]?[-+]?[0-9]{0,20}[.]?[0-9]{0,4}(e[0-9])?[ \u{a0}\u{2003}]?",
            prop::sample::select(vec![
                "",
                " ",
                "a",
                " a ",
                "Zürich",
                "NA",
                "na",
                "no",
                "YES",
                "true",
                "0.0",
                "1.0",
                "inf",
                "NaN",
                "1e400",
                "-0",
                "Select",
                "unknown",
                "two words",
                "\u{a0}",
                "é",
                "\u{a0}é",
                "–",
                "5.",
                ".5",
            ])
            .prop_map(str::to_owned),
            any::<String>(),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(4000) })]
        #[test]
        fn a_cell_is_read_as_the_feature_says(schema in schema(), cell in cell()) {
            let reader = &CellReader::all(&schema)[0];
            let ours = reader.read(cell.as_bytes()).map(f64::to_bits);
            let theirs = schema.features()[0].parse(&cell).map(f64::to_bits);
            prop_assert_eq!(ours, theirs);
        }
    }
}
