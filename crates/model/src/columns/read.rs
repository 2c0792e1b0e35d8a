//! The TOML file back into columns, with the line of whatever cannot be followed.

use serde::Deserialize;
use toml::Spanned;

use super::{
    Columns, DateOrder,
    column::{Column, Role, phrases, plain},
};
use crate::{
    error::ModelError,
    schema::{Decimal, Feature, Kind, Presence, Schema},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    name: Option<String>,
    #[serde(default)]
    missing: Vec<String>,
    #[serde(default)]
    column: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    name: Spanned<String>,
    kind: Word,
    #[serde(default)]
    levels: Vec<String>,
    #[serde(default)]
    missing: Vec<String>,
    decimal: Option<Decimal>,
    required: Option<bool>,
    default: Option<f64>,
    min: Option<f64>,
    max: Option<f64>,
    unit: Option<String>,
    group: Option<String>,
    meaning: Option<String>,
    phrase: Option<String>,
    denial: Option<String>,
    dates: Option<DateOrder>,
    positive: Option<String>,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "snake_case")]
enum Word {
    Real,
    Integer,
    Flag,
    Category,
    Target,
    Identifier,
    Text,
    Date,
    Constant,
    Ignore,
}

impl Columns {
    /// Reads what [`Columns::to_toml`] writes and a person has edited.
    ///
    /// # Errors
    /// [`ModelError::SchemaFile`] with the line of whatever is unknown, repeated, or contradicts itself.
    pub fn from_toml(text: &str) -> Result<Self, ModelError> {
        let line = |at: usize| {
            1 + text.as_bytes()[..at.min(text.len())].iter().filter(|&&b| b == b'\n').count() as u64
        };
        let file: File = toml::from_str(text).map_err(|error| ModelError::SchemaFile {
            line: line(error.span().map_or(0, |span| span.start)),
            what: error.message().replace('\n', "; "),
        })?;
        let mut columns: Vec<Column> = Vec::new();
        for entry in file.column {
            let line = line(entry.name.span().start);
            let fault = |what| ModelError::SchemaFile { line, what };
            let name = entry.name.get_ref();
            if columns.iter().any(|column| column.name == *name) {
                return Err(fault(format!("column {name:?} appears twice")));
            }
            let is_target = |column: &Column| matches!(column.role, Role::Target { .. });
            if matches!(entry.kind, Word::Target)
                && let Some(other) = columns.iter().find(|column| is_target(column))
            {
                return Err(fault(format!("{name:?} is a second target beside {:?}", other.name)));
            }
            columns.push(entry.column().map_err(fault)?);
        }
        Ok(Self::new(file.name.unwrap_or_else(|| "leads".to_owned()), file.missing, columns))
    }
}

impl Entry {
    fn column(self) -> Result<Column, String> {
        let kind = match self.kind {
            Word::Real => Kind::Real,
            Word::Integer => Kind::Integer,
            Word::Flag => Kind::Flag,
            Word::Category => Kind::Category,
            other => return Ok(self.other(other)),
        };
        let name = self.name.get_ref().clone();
        let feature = self.feature(&name, kind)?;
        // Asked here, where the line is known.
        Schema::new("file", vec![feature.clone()]).map_err(|error| match error {
            ModelError::Schema { what, .. } => what,
            other => other.to_string(),
        })?;
        Ok(Column::given(name, Role::Feature(Box::new(feature))))
    }

    /// A column that is no feature; what a person left standing from when it was one says nothing.
    fn other(self, kind: Word) -> Column {
        let role = match kind {
            Word::Target => Role::Target { positive: self.positive },
            Word::Identifier => Role::Identifier,
            Word::Text => Role::Text,
            Word::Date => Role::Date(self.dates.unwrap_or(DateOrder::YearFirst)),
            Word::Constant => Role::Constant,
            _ => Role::Ignore,
        };
        Column::given(self.name.into_inner(), role)
    }

    fn feature(self, name: &str, kind: Kind) -> Result<Feature, String> {
        let presence = match (self.required, self.default) {
            (Some(true), Some(_)) => {
                return Err(format!("{name:?} is required and has a default; keep one"));
            }
            (Some(true), None) => Presence::Required,
            (_, Some(value)) => Presence::Default(value),
            _ => Presence::Optional,
        };
        if self.positive.is_some() {
            return Err(format!("{name:?} has a positive value but is no target"));
        }
        let mut feature = plain(name, kind, self.levels);
        let (phrase, denial) = phrases(name, kind, &feature.levels);
        feature.presence = presence;
        feature.missing = self.missing;
        feature.decimal = self.decimal;
        feature.min = self.min.or(feature.min);
        feature.max = self.max.or(feature.max);
        feature.unit = self.unit;
        feature.group = self.group.unwrap_or_default();
        feature.meaning = self.meaning.unwrap_or_else(|| name.to_owned());
        feature.phrase = self.phrase.unwrap_or(phrase);
        feature.denial =
            self.denial.map_or(denial, |denial| Some(denial).filter(|denial| !denial.is_empty()));
        Ok(feature)
    }
}
