//! Which answer is right, as data.
//!
//! [`Expect`] holds the statuses that are right, the [`Answer`] a service of lead scoring gives, and [`Check`]s of single
//! places of a JSON answer. Each check carries the constant words of its failure. Applying them is `engine/check`'s.

use std::fmt;
use std::ops::RangeInclusive;

use serde_json::Value;

use super::Template;

/// Which answer is right.
#[derive(Debug, Clone, Default)]
pub struct Expect {
    /// Statuses that are right.
    pub status: Statuses,
    /// What the body must be as a whole.
    pub answer: Answer,
    /// What must stand where in it.
    pub checks: Vec<Check>,
}

impl Expect {
    /// Any body with one of these statuses.
    pub fn status(status: Statuses) -> Self {
        Self { status, ..Self::default() }
    }

    /// Whether nothing is asked of the body.
    pub(super) fn is_status_only(&self) -> bool {
        self.answer == Answer::Any && self.checks.is_empty()
    }

    /// Status 200 and this body.
    pub fn answer(answer: Answer) -> Self {
        Self { answer, ..Self::default() }
    }
}

/// A set of HTTP statuses; 200 alone by default.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statuses(Vec<RangeInclusive<u16>>);

impl Default for Statuses {
    fn default() -> Self {
        Self::of([200])
    }
}

impl Statuses {
    /// These statuses.
    pub fn of(statuses: impl IntoIterator<Item = u16>) -> Self {
        Self(statuses.into_iter().map(|status| status..=status).collect())
    }

    /// One status (`404`) or a class of them (`2xx`).
    ///
    /// # Errors
    ///
    /// A sentence fragment for anything else, and for numbers outside 100 to 599.
    pub fn parse(text: &str) -> Result<Self, String> {
        let class = text.strip_suffix("xx").and_then(|digit| digit.parse::<u16>().ok());
        let range = match (class, text.parse::<u16>()) {
            (Some(class @ 1..=5), _) => class * 100..=class * 100 + 99,
            (None, Ok(status @ 100..=599)) => status..=status,
            _ => return Err(format!("'{text}' is no status; write 201, or 2xx for a class")),
        };
        Ok(Self(vec![range]))
    }

    /// Both together.
    pub fn or(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    /// Whether a status is right.
    pub fn contains(&self, status: u16) -> bool {
        self.0.iter().any(|range| range.contains(&status))
    }
}

/// What an answer must be as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Answer {
    /// Anything: only status and checks count.
    #[default]
    Any,
    /// A JSON object that is not empty.
    Object,
    /// The score of the lead that was sent.
    Score,
    /// A score for each lead that was sent, in order.
    Scores,
}

impl Answer {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Any, Self::Object, Self::Score, Self::Scores];

    /// The word in a scenario file.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Any => "any",
            Self::Object => "object",
            Self::Score => "score",
            Self::Scores => "scores",
        }
    }
}

/// What must hold at one place of a JSON answer.
#[derive(Debug, Clone)]
pub struct Check {
    at: String,
    condition: Condition,
    complaint: String,
}

impl Check {
    /// The condition at a JSON pointer (RFC 6901): `""` is the whole answer, `/items/0/id` a place in it.
    ///
    /// # Errors
    ///
    /// A sentence fragment for a pointer that is not empty and does not begin with a slash.
    pub fn new(at: impl Into<String>, condition: Condition) -> Result<Self, String> {
        let at = at.into();
        if !at.is_empty() && !at.starts_with('/') {
            return Err(format!("'{at}' is no JSON pointer; it begins with a slash, as in /{at}"));
        }
        let place = if at.is_empty() { "the answer" } else { &at };
        let complaint = format!("{place} {condition}").replace('\'', "\"");
        Ok(Self { at, condition, complaint })
    }

    /// Where.
    pub fn at(&self) -> &str {
        &self.at
    }

    /// What.
    pub fn condition(&self) -> &Condition {
        &self.condition
    }

    /// What is said of an answer that does not hold it; always the same words.
    pub fn complaint(&self) -> &str {
        &self.complaint
    }
}

/// What must hold. As text it is what is said when it does not.
#[derive(Debug, Clone)]
pub enum Condition {
    /// Something is there, `null` included.
    Exists,
    /// Nothing is there.
    Absent,
    /// It is this value; numbers are equal by value.
    Equals(Value),
    /// It is what the request sent: a text of these characters, or a number or word written so.
    Sent(Template),
    /// It is of this type.
    Type(JsonType),
    /// It is a number and not below this.
    Min(f64),
    /// It is a number and not above this.
    Max(f64),
    /// So many characters, items or members.
    Length(RangeInclusive<usize>),
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exists => f.write_str("is missing"),
            Self::Absent => f.write_str("is there and should not be"),
            Self::Equals(value) => write!(f, "does not equal {value}"),
            Self::Sent(template) => write!(f, "is not the {template} that was sent"),
            Self::Type(wanted) => write!(f, "is no {}", wanted.as_str()),
            Self::Min(least) => write!(f, "is no number of at least {least}"),
            Self::Max(most) => write!(f, "is no number of at most {most}"),
            Self::Length(range) if range.start() == range.end() => {
                write!(f, "is not {} long", range.start())
            }
            Self::Length(range) => write!(f, "is not {} to {} long", range.start(), range.end()),
        }
    }
}

/// A type of JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JsonType {
    /// A text.
    String,
    /// Any number.
    Number,
    /// A number without a fraction.
    Integer,
    /// `true` or `false`.
    Boolean,
    /// A list.
    Array,
    /// Members by name.
    Object,
    /// `null`.
    Null,
}

impl JsonType {
    /// All types.
    pub const ALL: [Self; 7] = [
        Self::String,
        Self::Number,
        Self::Integer,
        Self::Boolean,
        Self::Array,
        Self::Object,
        Self::Null,
    ];

    /// The word in a scenario file.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Number => "number",
            Self::Integer => "integer",
            Self::Boolean => "boolean",
            Self::Array => "array",
            Self::Object => "object",
            Self::Null => "null",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Check, Condition, JsonType, Statuses};

    #[test]
    fn statuses_are_numbers_or_classes() {
        let some = Statuses::parse("2xx").unwrap().or(Statuses::parse("404").unwrap());
        let right = |status| some.contains(status);
        assert!(right(200) && right(299) && right(404) && !right(300) && !right(199));
        for text in ["6xx", "0xx", "99", "600", "xx", "2x", "", "-200"] {
            assert!(Statuses::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_complaint_names_the_pointer_and_the_check() {
        let told = |at, condition| Check::new(at, condition).unwrap().complaint().to_owned();
        assert_eq!(told("/id", Condition::Exists), "/id is missing");
        assert_eq!(told("", Condition::Type(JsonType::Array)), "the answer is no array");
        assert_eq!(told("/n", Condition::Length(1..=3)), "/n is not 1 to 3 long");
        assert!(Check::new("id", Condition::Exists).unwrap_err().ends_with("as in /id"));
    }
}
