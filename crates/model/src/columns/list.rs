//! [`Columns`]: all columns of a table, as proposed or as corrected.

use super::{
    census::Census,
    column::{Column, Role},
    infer, token,
};
use crate::{
    error::ModelError,
    schema::{Kind, Schema},
    sheet::{Sheet, shown},
};

/// Names that are listed where one is not found.
const LISTED: usize = 12;
/// Columns that are named where they are left out.
const LEFT_OUT: usize = 30;

/// What each column of a table is for, in the order of the file.
///
/// ```
/// use lead_model::{columns::Columns, sheet::{Form, Sheet}};
///
/// let rows: String = (0..40).map(|row| format!("L-{row},{},{}\n", row % 7, ["Yes", "No"][row % 2])).collect();
/// let sheet = Sheet::read(format!("Lead,Visits,Demo\n{rows}").into_bytes(), Form::default())?;
/// let columns = Columns::infer("leads", &sheet, &[]);
/// let roles: Vec<_> = columns.iter().map(|column| column.role.as_str()).collect();
/// assert_eq!(roles, ["identifier", "integer", "flag"]);
/// assert_eq!(columns.schema()?.len(), 2);
/// # Ok::<(), lead_model::ModelError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Columns {
    /// What the schema is called.
    pub(super) name: String,
    /// Texts that mean "not known" in every feature.
    pub(super) missing: Vec<String>,
    pub(super) columns: Vec<Column>,
}

impl Columns {
    /// Proposes a role for every column of `sheet`; `missing` are texts that mean "not known" beside the usual ones,
    /// whatever their case.
    pub fn infer(name: impl Into<String>, sheet: &Sheet, missing: &[String]) -> Self {
        let columns = sheet.names().iter().enumerate().map(|(position, name)| {
            infer::column(name, &Census::of(sheet.column(position), missing))
        });
        let missing = token::ALWAYS.map(str::to_owned).into_iter().chain(missing.iter().cloned());
        Self::new(name.into(), missing.collect(), columns.collect())
    }

    /// Adds to every optional feature the texts that are missing in all columns.
    pub(super) fn new(name: String, mut missing: Vec<String>, mut columns: Vec<Column>) -> Self {
        let mut seen = Vec::new();
        missing.retain(|token| {
            let is_new = !token.trim().is_empty() && !seen.contains(token);
            seen.push(token.clone());
            is_new
        });
        for column in &mut columns {
            if let Role::Feature(feature) = &mut column.role
                && feature.presence == crate::schema::Presence::Optional
            {
                feature.missing.retain(|token| !missing.contains(token));
                let levels = &feature.levels;
                feature
                    .missing
                    .extend(missing.iter().filter(|token| !levels.contains(token)).cloned());
            }
        }
        Self { name, missing, columns }
    }

    /// What the schema is called.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The columns, in the order of the file.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Column> {
        self.columns.iter()
    }

    /// The column that is the outcome, and the value of it that counts as converted, if one is marked.
    pub fn target(&self) -> Option<(&str, Option<&str>)> {
        self.columns.iter().find_map(|column| match &column.role {
            Role::Target { positive } => Some((column.name.as_str(), positive.as_deref())),
            _ => None,
        })
    }

    /// Gives a column another role; a new target takes the place of an old one.
    ///
    /// # Errors
    /// [`ModelError::Columns`] with names close to it if there is no such column.
    pub fn mark(&mut self, name: &str, role: Role) -> Result<(), ModelError> {
        let names = self.columns.iter().map(|column| column.name.as_str());
        let Some(position) = names.clone().position(|other| other == name) else {
            return Err(ModelError::Columns(near(name, names)));
        };
        if matches!(role, Role::Target { .. }) {
            let targets =
                self.columns.iter_mut().filter(|column| matches!(column.role, Role::Target { .. }));
            targets.for_each(|column| column.role = Role::Ignore);
        }
        self.columns[position] = Column::given(name, role);
        Ok(())
    }

    /// Names the levels of categories that a person left unnamed, from what stands in `sheet`; categories of whole
    /// numbers stay as they are.
    pub fn fill(&mut self, sheet: &Sheet) {
        for column in &mut self.columns {
            let (Role::Feature(feature), Some(position)) =
                (&mut column.role, sheet.position(&column.name))
            else {
                continue;
            };
            if feature.kind != Kind::Category || !feature.levels.is_empty() {
                continue;
            }
            let census = Census::of(sheet.column(position), &feature.missing);
            let is_number = |text: &str| feature.parse(text).is_ok();
            if !census.answers.iter().all(|(text, _)| is_number(text)) {
                let named = infer::levels(&census);
                feature.missing.retain(|token| !named.contains(token));
                feature.levels = named;
            }
        }
    }

    /// Makes sure that `sheet` holds every feature and the target; other columns may be gone.
    ///
    /// # Errors
    /// [`ModelError::Columns`] with the first that is not there, and which one may be meant.
    pub fn check(&self, sheet: &Sheet) -> Result<(), ModelError> {
        let is_needed = |column: &&Column| {
            matches!(column.role, Role::Feature(_) | Role::Target { .. })
                && sheet.position(&column.name).is_none()
        };
        match self.columns.iter().find(is_needed) {
            None => Ok(()),
            Some(column) => Err(ModelError::Columns(format!(
                "the schema names a column that the file lacks (rename it, or say kind = \"ignore\"): {}",
                near(&column.name, sheet.names().iter().map(String::as_str))
            ))),
        }
    }

    /// What of `sheet` no model learns from, and why, in at most two sentences: columns in another role than a feature,
    /// beside the outcome and the column of `time`, and those that are not among these columns.
    pub fn left_out(&self, sheet: &Sheet, time: Option<&str>) -> Vec<String> {
        let mut notes = Vec::new();
        let others = self.columns.iter().filter(|column| {
            !matches!(column.role, Role::Feature(_) | Role::Target { .. })
                && time != Some(column.name.as_str())
                && sheet.position(&column.name).is_some()
        });
        let others: Vec<_> = others
            .map(|column| format!("{} ({})", shown(&column.name), column.role.as_str()))
            .collect();
        if !others.is_empty() {
            notes.push(format!("left out: {}", listed(&others)));
        }
        let is_named = |name: &String| self.columns.iter().any(|column| column.name == *name);
        let unnamed = sheet.names().iter().filter(|name| !is_named(name));
        let unnamed: Vec<_> = unnamed.map(|name| format!("{:?}", shown(name))).collect();
        if !unnamed.is_empty() {
            notes.push(format!(
                "left out, since the schema does not name them: {}",
                listed(&unnamed)
            ));
        }
        notes
    }

    /// The features as the schema of a model.
    ///
    /// # Errors
    /// [`ModelError::Columns`] if there is no feature, otherwise as [`Schema::new`].
    pub fn schema(&self) -> Result<Schema, ModelError> {
        let features = self.columns.iter().filter_map(|column| match &column.role {
            Role::Feature(feature) => Some((**feature).clone()),
            _ => None,
        });
        let features: Vec<_> = features.collect();
        if features.is_empty() {
            return Err(ModelError::Columns(
                "no column is left that a model could learn from; look at them with `lead-model schema --data`".to_owned(),
            ));
        }
        Schema::new(self.name.clone(), features)
    }
}

/// The first of some names, and how many more there are.
fn listed(names: &[String]) -> String {
    let more = names.len().saturating_sub(LEFT_OUT);
    let rest = if more > 0 { format!(", and {more} more") } else { String::new() };
    format!("{}{rest}", names[..names.len() - more].join(", "))
}

/// That there is no column of this name, and which ones somebody might have meant.
pub(crate) fn near<'a>(name: &str, names: impl Iterator<Item = &'a str> + Clone) -> String {
    let mut all = names.clone();
    if let (Some(only), None) = (all.next(), all.next())
        && only.contains([',', ';', '\t', '|'])
    {
        let (name, only) = (shown(name), shown(only));
        return format!(
            "there is no column {name:?}: the whole first row is one name, {only:?}; check --delimiter"
        );
    }
    let lower = name.to_lowercase();
    let is_near = |other: &&str| {
        let other = other.to_lowercase();
        let close = distance(&lower, &other) <= (lower.chars().count() / 3).max(1);
        close || (lower.len() >= 3 && other.contains(&lower))
    };
    let list = |names: Vec<&str>| {
        let more = names.len().saturating_sub(LISTED);
        let shown: Vec<_> =
            names.into_iter().take(LISTED).map(|name| format!("{:?}", shown(name))).collect();
        let rest = if more > 0 { format!(", and {more} more") } else { String::new() };
        format!("{}{rest}", shown.join(", "))
    };
    let close: Vec<_> = names.clone().filter(is_near).collect();
    let name = shown(name);
    match close.is_empty() {
        true => format!("there is no column {name:?}; the columns are {}", list(names.collect())),
        false => format!("there is no column {name:?}; did you mean {}?", list(close)),
    }
}

/// How many characters must be changed, added, or left out to make one text of the other (Levenshtein).
pub(super) fn distance(one: &str, other: &str) -> usize {
    let other: Vec<_> = other.chars().collect();
    let mut row: Vec<_> = (0..=other.len()).collect();
    for (above, c) in one.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = above + 1;
        for (column, d) in other.iter().enumerate() {
            let changed = diagonal + usize::from(c != *d);
            diagonal = row[column + 1];
            row[column + 1] = changed.min(row[column] + 1).min(diagonal + 1);
        }
    }
    row[other.len()]
}
