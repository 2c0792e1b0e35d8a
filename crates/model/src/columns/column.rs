//! [`Column`]: a name and a [`Role`], with the reason for it.

use super::DateOrder;
use crate::schema::{Feature, Kind, Presence};

/// One column of a table and what it is for.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// Its header.
    pub name: String,
    /// What it is for.
    pub role: Role,
    /// Why it was taken for that; empty where a person decided.
    pub reason: String,
    /// What a person might want to change, one sentence each.
    pub advice: Vec<String>,
}

/// What a column is for.
#[derive(Debug, Clone, PartialEq)]
pub enum Role {
    /// The model learns from it.
    Feature(Box<Feature>),
    /// It names the row, or nearly so.
    Identifier,
    /// It is written by hand and nearly always different.
    Text,
    /// It says when; the order says how.
    Date(DateOrder),
    /// It never says anything different.
    Constant,
    /// Somebody does not want it.
    Ignore,
    /// It is the outcome; `positive` is the value that counts as converted, where that is not plain.
    Target {
        /// The value that counts as converted.
        positive: Option<String>,
    },
}

impl Role {
    /// The lowercase word used in files and tables.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Feature(feature) => feature.kind.as_str(),
            Self::Identifier => "identifier",
            Self::Text => "text",
            Self::Date(_) => "date",
            Self::Constant => "constant",
            Self::Ignore => "ignore",
            Self::Target { .. } => "target",
        }
    }
}

impl Column {
    /// A column in a role that a person gave it.
    pub(super) fn given(name: impl Into<String>, role: Role) -> Self {
        Self { name: name.into(), role, reason: String::new(), advice: Vec::new() }
    }
}

/// A feature of this name and kind about which nothing else is known: it may be missing and takes every value.
pub(super) fn plain(name: &str, kind: Kind, levels: Vec<String>) -> Feature {
    // A count may have been 0 and 1 only so far: where numbers are sent, more than 1 is a yes too.
    let (min, max) = match kind {
        Kind::Flag if levels.is_empty() => (Some(0.0), None),
        Kind::Flag => (Some(0.0), Some(1.0)),
        _ => (None, None),
    };
    let (phrase, denial) = phrases(name, kind, &levels);
    Feature {
        name: name.to_owned(),
        group: String::new(),
        kind,
        min,
        max,
        presence: Presence::Optional,
        levels,
        missing: Vec::new(),
        decimal: None,
        meaning: name.to_owned(),
        unit: None,
        phrase,
        denial,
    }
}

/// How reasons name a feature, and how they name a flag that is 0, if nobody says better.
pub(super) fn phrases(name: &str, kind: Kind, levels: &[String]) -> (String, Option<String>) {
    if kind != Kind::Flag {
        return (format!("{name} is {{n}}"), None);
    }
    let say = |position: usize, word| {
        format!("{name} is {}", levels.get(position).map_or(word, String::as_str))
    };
    (say(1, "yes"), Some(say(0, "no")))
}
