//! What a history keeps of the verdict that `lead-gate check --json` wrote.
//!
//! A run that could not be decided is no failure; two of them in a row are ([`undecided`](super::undecided)), so
//! somebody has to remember the first.

use std::{fs, path::Path};

use serde::Deserialize;

use super::error::HistoryError;
use crate::{digest::InputFile, report::SCHEMA_VERSION, verdict::Status};

/// The word of a verdict about a run that is none.
const NOT_JUDGED: &str = "not-judged";

/// The part of a verdict that is kept.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Judged {
    /// `pass`, `fail` or `inconclusive`.
    pub(super) verdict: String,
    /// The expressions of the rules that compare with a baseline and could not be decided.
    pub(super) undecided: Vec<String>,
}

#[derive(Deserialize)]
struct Version {
    schema_version: u32,
}

#[derive(Deserialize)]
struct Document {
    verdict: String,
    run: Option<Run>,
    rules: Vec<Rule>,
}

#[derive(Deserialize)]
struct Run {
    #[serde(default)]
    files: Vec<JudgedFile>,
}

#[derive(Deserialize)]
struct JudgedFile {
    role: String,
    sha256: String,
}

#[derive(Deserialize)]
struct Rule {
    expr: String,
    verdict: String,
}

impl Judged {
    /// Reads a verdict, which must be about the run with these files: runs of one rate and length count the same requests, so
    /// only the bytes of its summary and its history tell it from others.
    pub(super) fn read(path: &Path, files: &[InputFile]) -> Result<Self, HistoryError> {
        let wrong = |problem: String| HistoryError::Judgement { path: path.to_owned(), problem };
        let text = fs::read_to_string(path)
            .map_err(|cause| HistoryError::Unreadable { path: path.to_owned(), cause })?;
        let Version { schema_version } =
            serde_json::from_str(&text).map_err(|fault| wrong(fault.to_string()))?;
        if schema_version != SCHEMA_VERSION {
            return Err(wrong(format!(
                "its form has version {schema_version}, not {SCHEMA_VERSION}"
            )));
        }
        let document: Document =
            serde_json::from_str(&text).map_err(|fault| wrong(fault.to_string()))?;
        let run = document.run.filter(|_| document.verdict != NOT_JUDGED);
        let run =
            run.ok_or_else(|| wrong("it says that the run could not be judged".to_owned()))?;
        for role in ["summary", "history"] {
            let judged = run.files.iter().find(|file| file.role == role).map(|file| &file.sha256);
            let own = files.iter().find(|file| file.role == role);
            if judged != own.map(|file| &file.sha256) {
                return Err(HistoryError::OtherRun { path: path.to_owned(), role });
            }
        }
        // A run that is too short for its course to be judged says so every time: that is no doubt about the service.
        let undecided = document.rules.into_iter().filter(|rule| {
            rule.verdict == Status::Inconclusive.as_str() && !rule.expr.starts_with("drift(")
        });
        Ok(Self { verdict: document.verdict, undecided: undecided.map(|rule| rule.expr).collect() })
    }
}
