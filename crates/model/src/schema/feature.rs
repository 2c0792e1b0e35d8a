//! One feature of a lead: its name, group, kind, range, default, and meaning.
//!
//! [`Feature::check`] is the only judge of a single number, [`Feature::parse`] of a single text, for JSON, CSV, and the
//! synthetic world alike. The feature knows nothing of points: how a value moves the score is the business of
//! [`Curve`](crate::Curve).

use serde::{Deserialize, Serialize};

use super::Decimal;
use crate::fault::FaultCode;

/// Upper end of integer features without a stated one: 2^53, beyond which `f64` no longer holds every integer.
pub const INTEGER_LIMIT: f64 = 9_007_199_254_740_992.0;

/// One column of a [`Schema`](super::Schema).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Feature {
    /// The key in JSON and the column header in CSV, unique within the schema.
    pub name: String,
    /// The family it is shown under, for example `engagement`.
    pub group: String,
    /// Which numbers are meant.
    pub kind: Kind,
    /// Smallest allowed value, inclusive; `None` allows every finite number downwards.
    pub min: Option<f64>,
    /// Largest allowed value, inclusive; `None` allows every finite number upwards.
    pub max: Option<f64>,
    /// Whether a lead must bring it.
    pub presence: Presence,
    /// Names of a category's values, or `no` and `yes` of a flag: level `k` is the value `k`. Empty where numbers are
    /// sent. A category takes any other text as one value more, the unseen level. Where levels are numbers, such as `1`
    /// and `2`, a number means the level of that name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub levels: Vec<String>,
    /// Texts that mean "not known", beside the empty one; only for [`Presence::Optional`] features. Where one is a
    /// number, such as `999`, that number means it too.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<String>,
    /// How numbers are written in texts, where not as in JSON: `1.234,50 €`; only for real and integer features.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decimal: Option<Decimal>,
    /// What the number says, as a sentence fragment for people.
    pub meaning: String,
    /// Unit of the number, where it has one.
    pub unit: Option<String>,
    /// How a reason for a score names it; `{n}` stands for the value.
    pub phrase: String,
    /// The phrase of a flag that is 0, where "not" is not enough.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub denial: Option<String>,
}

/// Which numbers a feature holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Any finite number.
    Real,
    /// A count or another whole number.
    Integer,
    /// 0 for no, 1 for yes; where the range goes further, anything above counts as yes too.
    Flag,
    /// A name, or a whole number that stands for one; its size says nothing.
    Category,
}

impl Kind {
    /// The lowercase word used in files and tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Real => "real",
            Self::Integer => "integer",
            Self::Flag => "flag",
            Self::Category => "category",
        }
    }
}

/// What happens when a lead does not name the feature.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Presence {
    /// The lead is refused.
    Required,
    /// This value is taken.
    Default(f64),
    /// The value is missing, which has points of its own.
    Optional,
}

impl Feature {
    /// The value as it may enter a lead, or what is wrong with it.
    ///
    /// Whole-number kinds accept `5.0` and refuse `5.5`; negative zero becomes zero.
    ///
    /// # Errors
    /// [`FaultCode::NotFinite`], [`FaultCode::WrongType`] (a fraction where a whole number is meant), or
    /// [`FaultCode::OutOfRange`], in this order.
    pub fn check(&self, value: f64) -> Result<f64, FaultCode> {
        if !value.is_finite() {
            return Err(FaultCode::NotFinite);
        }
        if self.kind != Kind::Real && value.fract() != 0.0 {
            return Err(FaultCode::WrongType);
        }
        let (low, high) = self.bounds();
        if value < low || value > high {
            return Err(FaultCode::OutOfRange);
        }
        Ok(value + 0.0)
    }

    /// The value that a text stands for, NaN if it is missing; white space around it says nothing.
    ///
    /// # Errors
    /// As [`Feature::check`]; [`FaultCode::WrongType`] also where a number is meant and none is written,
    /// [`FaultCode::Missing`] where the text is empty and the feature is required.
    pub fn parse(&self, text: &str) -> Result<f64, FaultCode> {
        let text = text.trim();
        if text.is_empty() {
            return self.absent().ok_or(FaultCode::Missing);
        }
        if self.means_missing(text) {
            return Ok(f64::NAN);
        }
        if let Some(level) = self.level(text) {
            return Ok(level);
        }
        if let Some(value) = self.numeral(text) {
            return self.number(value);
        }
        // Where the levels are no such words, for example M and F, no word is guessed.
        let words = self.kind == Kind::Flag && (self.levels.is_empty() || self.says([0.0, 1.0]));
        let flag = if words { flag(text) } else { None };
        flag.ok_or(FaultCode::WrongType)
    }

    /// The number that a text spells.
    pub(super) fn numeral(&self, text: &str) -> Option<f64> {
        match self.decimal {
            Some(decimal) => decimal.parse(text),
            // Rust reads more than numbers of JSON, for example "inf".
            None if text.ends_with(|last: char| last.is_ascii_digit() || last == '.') => {
                text.parse().ok()
            }
            None => None,
        }
    }

    /// The value that a number stands for: itself, the level of that name, or NaN if it means missing.
    pub(crate) fn number(&self, value: f64) -> Result<f64, FaultCode> {
        let equals = |text: &String| self.numeral(text) == Some(value);
        if self.missing.iter().any(equals) {
            return Ok(f64::NAN);
        }
        if !self.levels.iter().any(|level| self.numeral(level).is_some()) {
            let named = self.kind == Kind::Category && !self.levels.is_empty();
            return if named { Err(FaultCode::WrongType) } else { self.check(value) };
        }
        // Levels may be one number in several spellings, such as "07" and "7": the usual one goes first.
        let spelled = value.to_string();
        let usual = self.levels.iter().position(|level| *level == spelled);
        match usual.or_else(|| self.levels.iter().position(equals)) {
            Some(position) => Ok(position as f64),
            None if !value.is_finite() => Err(FaultCode::NotFinite),
            None if self.kind == Kind::Category => Ok(self.levels.len() as f64),
            None => Err(FaultCode::WrongType),
        }
    }

    /// Whether a number that lies within [`Feature::bounds`] is its own value.
    pub(crate) fn takes_numbers_as_they_are(&self) -> bool {
        self.levels.iter().chain(&self.missing).all(|text| self.numeral(text).is_none())
            && (self.levels.is_empty() || self.kind == Kind::Flag)
    }

    /// The value that a text in JSON stands for, where numbers are no texts; NaN if it is missing.
    pub(crate) fn text(&self, text: &str) -> Result<f64, FaultCode> {
        let text = text.trim();
        let optional = self.presence == Presence::Optional;
        if text.is_empty() && self.presence == Presence::Required && !self.levels.is_empty() {
            return Err(FaultCode::Missing);
        }
        if optional && text.is_empty() || self.means_missing(text) {
            return Ok(f64::NAN);
        }
        let level = if text.is_empty() { None } else { self.level(text) };
        level.ok_or(FaultCode::WrongType)
    }

    /// The value that true or false in JSON stands for; NaN if it is missing.
    pub(crate) fn truth(&self, truth: bool) -> Result<f64, FaultCode> {
        let word = if truth { "true" } else { "false" };
        match self.kind {
            Kind::Flag if self.means_missing(word) => Ok(f64::NAN),
            Kind::Flag if !self.levels.is_empty() => {
                Ok(self.level(word).unwrap_or_else(|| f64::from(u8::from(truth))))
            }
            _ => Err(FaultCode::WrongType),
        }
    }

    /// Whether the two levels of a flag are words that mean these values.
    pub(super) fn says(&self, values: [f64; 2]) -> bool {
        let word = |text: &String| self.numeral(text).is_none().then(|| flag(text)).flatten();
        self.kind == Kind::Flag && self.levels.iter().map(word).eq(values.map(Some))
    }

    /// What stands in for the feature of a lead that does not name it; `None` where it must.
    pub fn absent(&self) -> Option<f64> {
        match self.presence {
            Presence::Required => None,
            // Negative zero becomes zero, as in a value that is sent.
            Presence::Default(value) => Some(value + 0.0),
            Presence::Optional => Some(f64::NAN),
        }
    }

    /// The value of a level's name; of a category any other name is the unseen level.
    fn level(&self, name: &str) -> Option<f64> {
        let position = self.levels.iter().position(|level| level == name);
        match self.kind {
            Kind::Category if !self.levels.is_empty() => {
                Some(position.unwrap_or(self.levels.len()) as f64)
            }
            _ => position.map(|position| position as f64),
        }
    }

    /// Whether a text is one that stands for a missing value.
    fn means_missing(&self, text: &str) -> bool {
        self.presence == Presence::Optional && self.missing.iter().any(|token| token == text)
    }

    /// A value as people write it: its level's name or its number, `-` if it is missing.
    pub fn show(&self, value: f64) -> String {
        if value.is_nan() {
            return "-".to_owned();
        }
        if self.kind == Kind::Flag || !self.levels.is_empty() {
            let names = ["no", "yes"].map(str::to_owned);
            let levels = if self.levels.is_empty() { &names[..] } else { &self.levels };
            let last = if self.kind == Kind::Flag { 1 } else { levels.len() };
            let level = levels.get((value as usize).min(last));
            return level.map_or("another value", String::as_str).to_owned();
        }
        value.to_string()
    }

    /// Smallest and largest allowed value; without a stated end, the widest that the kind can hold exactly.
    pub fn bounds(&self) -> (f64, f64) {
        if self.kind == Kind::Category && !self.levels.is_empty() {
            return (0.0, self.levels.len() as f64);
        }
        let limit = if self.kind == Kind::Real { f64::MAX } else { INTEGER_LIMIT };
        (self.min.unwrap_or(-limit), self.max.unwrap_or(limit))
    }

    /// Why a value with this fault is refused, as a sentence that repeats nothing of the input.
    pub(crate) fn complaint(&self, code: FaultCode) -> String {
        let name = &self.name;
        match code {
            FaultCode::Missing => format!("Feature {name} is required."),
            FaultCode::Duplicate => format!("Feature {name} appears more than once."),
            FaultCode::NotFinite => format!("Feature {name} must be a finite number."),
            FaultCode::WrongType => {
                let wanted = match self.kind {
                    Kind::Real => "a number",
                    Kind::Category if !self.levels.is_empty() => "a text",
                    Kind::Flag if !self.levels.is_empty() => {
                        "0 or 1, false or true, or the text of either"
                    }
                    _ => "a whole number",
                };
                format!("Feature {name} must be {wanted}.")
            }
            _ => match (self.min, self.max, self.kind == Kind::Real) {
                (Some(low), None, true) => format!("Feature {name} must be at least {low}."),
                (None, Some(high), true) => format!("Feature {name} must be at most {high}."),
                // A whole number may also be too large to be held exactly.
                _ => {
                    let (low, high) = self.bounds();
                    format!("Feature {name} must lie between {low} and {high}.")
                }
            },
        }
    }
}

/// The words for no and yes that every export knows.
pub(crate) fn flag(text: &str) -> Option<f64> {
    let is = |words: &[&str]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
    if is(&["0", "no", "false", "n", "f", "0.0"]) {
        Some(0.0)
    } else if is(&["1", "yes", "true", "y", "t", "1.0"]) {
        Some(1.0)
    } else {
        None
    }
}
