//! One feature of a lead: its name, group, kind, range, default, and meaning.
//!
//! [`Feature::check`] is the only judge of a single value, for JSON, CSV, and the synthetic world alike. The feature
//! knows nothing of points: how a value moves the score is the business of [`Curve`](crate::Curve).

use serde::{Deserialize, Serialize};

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
    /// What the number says, as a sentence fragment for people.
    pub meaning: String,
    /// Unit of the number, where it has one.
    pub unit: Option<String>,
    /// How a reason for a score names it; `{n}` stands for the value.
    pub phrase: String,
}

/// Which numbers a feature holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Any finite number.
    Real,
    /// A count or another whole number.
    Integer,
    /// 0 or 1.
    Flag,
    /// A whole number that names a class; its size says nothing.
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

    /// Smallest and largest allowed value; without a stated end, the widest that the kind can hold exactly.
    pub fn bounds(&self) -> (f64, f64) {
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
                let wanted = if self.kind == Kind::Real { "a number" } else { "a whole number" };
                format!("Feature {name} must be {wanted}.")
            }
            _ => match (self.min, self.max) {
                (Some(low), Some(high)) => {
                    format!("Feature {name} must lie between {low} and {high}.")
                }
                (Some(low), None) => format!("Feature {name} must be at least {low}."),
                (None, Some(high)) => format!("Feature {name} must be at most {high}."),
                (None, None) => format!("Feature {name} is too large to be held exactly."),
            },
        }
    }
}
