//! [`LibraryError`]: why the model that answers was not changed, or why there is none.
//!
//! Its message is for the log and for a start that fails, and names paths. [`LibraryError::detail`] and
//! [`LibraryError::remarks`] are for answers, and name files only. Status and body are decided in
//! [`error`](crate::error).

use std::{borrow::Cow, path::PathBuf};

use super::load::LoadError;

/// Why the model that answers was not changed, or why there is none to begin with.
#[derive(Debug, thiserror::Error)]
pub enum LibraryError {
    /// No file could be taken, for these reasons; never empty.
    #[error("{}", sentences(.0))]
    Refused(Vec<LoadError>),
    /// A directory without a candidate.
    #[error("there is no *.json in the directory {}: put a model there, or set MODEL_PATH to a file", .0.display())]
    Empty(PathBuf),
    /// A directory of models that do not replace one another.
    #[error(
        "the directory holds models of different names, {} in {} and {} in {}: keep one name in a directory, or set \
         MODEL_PATH to a file", .0[0].name, .0[0].file, .0[1].name, .0[1].file
    )]
    Names(Box<[Claim; 2]>),
    /// Two different models that claim one place in the order.
    #[error(
        "the files {} (version {}) and {} (version {}) hold different models of the same version: give one of them \
         another, or take it away", .0[0].file, .0[0].version, .0[1].file, .0[1].version
    )]
    Twice(Box<[Claim; 2]>),
    /// A model that would refuse leads which the live one takes.
    #[error(
        "version {version} would refuse leads that version {live} takes ({}); force=true takes it all the same",
        listed(.breaches)
    )]
    Incompatible {
        /// Version of the model that was refused.
        version: String,
        /// Version of the model that stays.
        live: String,
        /// What it does not take any more.
        breaches: Vec<lead_model::Breach>,
    },
    /// No such version.
    #[error("there is no model of this version")]
    Unknown,
    /// A version that several different models bear.
    #[error("different models bear this version: name the one that is meant by its fingerprint")]
    Ambiguous,
    /// Nothing to go back to.
    #[error("no model was live before this one: activate a version instead")]
    NoPrevious,
    /// The work ended in a panic, which has been reported.
    #[error("the model could not be changed")]
    Interrupted,
}

/// What a file claims to hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// The model's name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The name of the file.
    pub file: String,
}

/// What is wrong with one file or one feature, for programs and for people.
#[derive(Debug)]
pub(crate) struct Remark<'a> {
    /// `/files/<name>` or `/features/<name>`.
    pub(crate) pointer: String,
    pub(crate) code: &'static str,
    pub(crate) detail: Cow<'a, str>,
}

impl LibraryError {
    /// What happened, in a sentence without a path.
    pub(crate) fn detail(&self) -> String {
        match self {
            Self::Refused(_) => {
                "No new model could be taken, the live one stays; see errors.".to_owned()
            }
            Self::Empty(_) => {
                "The model directory holds no *.json; put a model there. The live one stays."
                    .to_owned()
            }
            Self::Incompatible { version, live, .. } => format!(
                "Version {version} would refuse leads that version {live} takes; see errors. The live one stays; \
                 force=true takes the other all the same."
            ),
            other => {
                let sentence = other.to_string();
                let mut letters = sentence.chars();
                let first = letters.next().map(|first| first.to_ascii_uppercase());
                format!("{}{}.", first.unwrap_or_default(), letters.as_str())
            }
        }
    }

    /// The faults one by one, where there may be several.
    pub(crate) fn remarks(&self) -> Vec<Remark<'_>> {
        match self {
            Self::Refused(files) => files.iter().map(Remark::of_file).collect(),
            Self::Incompatible { breaches, .. } => breaches
                .iter()
                .map(|breach| Remark {
                    pointer: format!("/features/{}", escaped(&breach.feature)),
                    code: "incompatible",
                    detail: breach.what.into(),
                })
                .collect(),
            _ => Vec::new(),
        }
    }
}

impl Remark<'_> {
    fn of_file(error: &LoadError) -> Self {
        Self {
            pointer: format!("/files/{}", escaped(&error.file())),
            code: error.code(),
            detail: error.reason().into(),
        }
    }
}

impl From<LoadError> for LibraryError {
    fn from(error: LoadError) -> Self {
        Self::Refused(vec![error])
    }
}

/// A name as a part of an RFC 6901 pointer.
fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

fn sentences(errors: &[LoadError]) -> String {
    let sentences: Vec<_> = errors.iter().map(LoadError::to_string).collect();
    sentences.join("; ")
}

fn listed(breaches: &[lead_model::Breach]) -> String {
    let listed: Vec<_> =
        breaches.iter().map(|breach| format!("{} {}", breach.feature, breach.what)).collect();
    listed.join(", ")
}
