//! [`Schema`]: the ordered, checked list of features.
//!
//! A schema that exists is sound: names are distinct, ranges are not empty, defaults lie within them, and no text means two
//! things. It is read from and written to JSON as part of a model file.

use serde::{Deserialize, Serialize};

use super::{Feature, Kind, Presence, b2b, names::Names};
use crate::{error::ModelError, fault::FaultCode};

/// More features than any scorecard that a person can still read.
const FEATURE_LIMIT: usize = 4096;
/// More named levels than training ever keeps: rare ones share their points.
const LEVEL_LIMIT: usize = 4096;

/// The features of a lead, in the order of its values.
///
/// ```
/// let schema = lead_model::Schema::b2b();
/// assert_eq!(schema.len(), 50);
/// assert_eq!(schema.position("bounce_rate"), Some(13));
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Definition", into = "Definition")]
pub struct Schema {
    name: String,
    features: Vec<Feature>,
    names: Names,
    limits: Vec<Limits>,
}

/// What the reader of leads needs of a feature at once, beside each other in memory.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Limits {
    pub(crate) min: f64,
    pub(crate) max: f64,
    pub(crate) whole: bool,
}

/// The form of a schema in a file.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Definition {
    name: String,
    features: Vec<Feature>,
}

impl Schema {
    /// The built-in schema of B2B leads: 50 features in five groups.
    pub fn b2b() -> Self {
        Self::new("b2b", b2b::features()).expect("the built-in table is sound, as its test shows")
    }

    /// A schema of these features, in this order.
    ///
    /// # Errors
    /// [`ModelError::Schema`] if there are no features or more than 4096, a name is empty, repeated, or holds a control
    /// character, a range is empty, a default lies outside its range, or levels do not suit the kind or are repeated.
    pub fn new(name: impl Into<String>, features: Vec<Feature>) -> Result<Self, ModelError> {
        let name = name.into();
        if features.is_empty() || features.len() > FEATURE_LIMIT {
            return Err(fault(&name, format!("it has {} features", features.len())));
        }
        for feature in &features {
            check(feature).map_err(|what| fault(&name, what))?;
        }
        let names = Names::new(features.iter().map(|feature| feature.name.as_str()));
        for (position, feature) in features.iter().enumerate() {
            if names.find(feature.name.as_bytes()) != Some(position) {
                return Err(fault(&name, format!("feature {} appears twice", feature.name)));
            }
        }
        let limits = features.iter().map(Limits::of).collect();
        Ok(Self { name, features, names, limits })
    }

    /// What the schema is called, for example `b2b`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The features, in the order of a lead's values.
    pub fn features(&self) -> &[Feature] {
        &self.features
    }

    /// How many features there are; never 0.
    #[expect(clippy::len_without_is_empty, reason = "a schema is never empty")]
    pub fn len(&self) -> usize {
        self.features.len()
    }

    /// Where in a lead's values the feature of this name stands.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.names.find(name.as_bytes())
    }

    pub(crate) fn names(&self) -> &Names {
        &self.names
    }

    pub(crate) fn limits(&self) -> &[Limits] {
        &self.limits
    }
}

impl Limits {
    fn of(feature: &Feature) -> Self {
        let (min, max) = match feature.takes_numbers_as_they_are() {
            true => feature.bounds(),
            // Nothing lies between these: every number is looked at by `Feature::number`.
            false => (f64::INFINITY, f64::NEG_INFINITY),
        };
        Self { min, max, whole: feature.kind != Kind::Real }
    }

    /// Whether `value` is one of the feature as it stands; if not, [`Feature::number`] knows why.
    #[inline]
    pub(crate) fn admit(self, value: f64) -> bool {
        // Whole numbers lie within 2^53, so the conversion to an integer and back is exact for them.
        value >= self.min && value <= self.max && (!self.whole || value as i64 as f64 == value)
    }
}

fn check(feature: &Feature) -> Result<(), String> {
    let Feature { name, kind, presence, .. } = feature;
    if name.is_empty() || name.chars().any(char::is_control) {
        return Err(format!("feature name {name:?} is empty or holds a control character"));
    }
    check_texts(feature)?;
    let (low, high) = feature.bounds();
    let held = if *kind == Kind::Real { f64::MAX } else { super::INTEGER_LIMIT };
    let whole = *kind == Kind::Real || (low.fract() == 0.0 && high.fract() == 0.0);
    let sound = whole && -held <= low && low <= high && high <= held;
    if !sound || (*kind == Kind::Flag && !flag_range(feature)) {
        return Err(format!(
            "range {low} to {high} of {name} does not suit the kind {}",
            kind.as_str()
        ));
    }
    match presence {
        Presence::Default(value) if feature.check(*value).is_err() => {
            let reason = feature.check(*value).err().map_or("", FaultCode::as_str);
            Err(format!("default {value} of {name} is not one of its values ({reason})"))
        }
        _ => Ok(()),
    }
}

/// A flag is 0 or 1; where numbers are sent, its range may go further.
fn flag_range(feature: &Feature) -> bool {
    let (low, high) = feature.bounds();
    low == 0.0 && if feature.levels.is_empty() { high >= 1.0 } else { high == 1.0 }
}

/// Levels and missing tokens that a text can be told by.
fn check_texts(feature: &Feature) -> Result<(), String> {
    let Feature { name, kind, presence, levels, missing, .. } = feature;
    let suits = match kind {
        Kind::Category => levels.len() <= LEVEL_LIMIT,
        Kind::Flag => matches!(levels.len(), 0 | 2),
        Kind::Real | Kind::Integer => levels.is_empty(),
    };
    if !suits {
        let (count, kind) = (levels.len(), kind.as_str());
        return Err(format!("{count} levels of {name} do not suit the kind {kind}"));
    }
    if feature.decimal.is_some() && !matches!(kind, Kind::Real | Kind::Integer) {
        return Err(format!("a decimal mark of {name} does not suit the kind {}", kind.as_str()));
    }
    if !missing.is_empty() && *presence != Presence::Optional {
        return Err(format!("{name} has missing tokens but is not optional"));
    }
    if feature.says([1.0, 0.0]) {
        return Err(format!("the levels {levels:?} of {name} must be no and yes, in this order"));
    }
    let mut texts: Vec<_> = levels.iter().chain(missing).collect();
    texts.sort_unstable();
    if let Some(pair) = texts.windows(2).find(|pair| pair[0] == pair[1]) {
        return Err(format!("text {:?} of {name} means two things", pair[0]));
    }
    match texts.iter().find(|text| text.is_empty() || text.trim() != text.as_str()) {
        Some(text) => Err(format!("text {text:?} of {name} is empty or has white space around it")),
        None => Ok(()),
    }
}

fn fault(schema: &str, what: String) -> ModelError {
    ModelError::Schema { schema: schema.to_owned(), what }
}

impl TryFrom<Definition> for Schema {
    type Error = ModelError;

    fn try_from(definition: Definition) -> Result<Self, ModelError> {
        Self::new(definition.name, definition.features)
    }
}

impl From<Schema> for Definition {
    fn from(schema: Schema) -> Self {
        Self { name: schema.name, features: schema.features }
    }
}
