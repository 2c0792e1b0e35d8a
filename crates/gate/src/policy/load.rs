//! Where a policy comes from: the one place that reads a rules file.

use std::{fs, io, path::Path};

use super::{
    change::Change,
    draft::{Draft, DraftRule},
    file,
    set::Policy,
};
use crate::{error::PolicyError, place::Place};

impl Policy {
    /// The rules of a file, or the built-in ones, with changes.
    ///
    /// # Errors
    ///
    /// If the file cannot be read or understood, or if a change names a rule or a key that does not exist. Each error names
    /// the place and lists what there is.
    pub fn load(config: Option<&Path>, changes: &[Change]) -> Result<Self, PolicyError> {
        let mut draft = match config {
            None => built_in(),
            Some(path) => file::read(&text(path)?, path)?,
        };
        for change in changes {
            change.apply(&mut draft)?;
        }
        draft.check()
    }

    /// The rules in the text of a file that messages call `file`.
    ///
    /// # Errors
    ///
    /// As [`Policy::load`].
    pub fn parse(text: &str, file: &Path) -> Result<Self, PolicyError> {
        file::read(text, file)?.check()
    }
}

fn built_in() -> Draft {
    let policy = Policy::built_in();
    let rules = policy.rules().iter().map(|rule| DraftRule {
        id: rule.id().to_owned(),
        expr: rule.parts().clone(),
        terms: *rule.terms(),
        place: Place::BuiltIn,
    });
    Draft { rules: rules.collect(), expected: policy.expected() }
}

fn text(path: &Path) -> Result<String, PolicyError> {
    fs::read_to_string(path).map_err(|error| {
        let what = match error.kind() {
            io::ErrorKind::NotFound => {
                "no such file; `lead-gate init` writes one to begin with".to_owned()
            }
            io::ErrorKind::InvalidData => "not UTF-8; save the rules as UTF-8".to_owned(),
            _ => format!("cannot be read: {error}"),
        };
        PolicyError::Unusable { path: path.to_owned(), what }
    })
}
