//! Where GitHub Actions wants to be told what.
//!
//! [`GitHub`] is what the environment of a runner says: whether there is one, and which files a step's summary and outputs
//! go to. It reads no environment itself and writes no file.

use std::{ffi::OsString, path::PathBuf};

/// A runner of GitHub Actions, or of what behaves like one; the default is none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GitHub {
    /// Whether annotations, summary and outputs are written without being asked for.
    pub is_told: bool,
    /// `GITHUB_STEP_SUMMARY`: Markdown for the job's page. Others write to it as well, so it is appended to.
    pub step_summary: Option<PathBuf>,
    /// `GITHUB_OUTPUT`: lines of `name=value` for later steps. It is appended to as well.
    pub step_outputs: Option<PathBuf>,
}

impl GitHub {
    /// Reads the environment, given as a function from name to value.
    pub fn of(variable: impl Fn(&str) -> Option<OsString>) -> Self {
        let file = |name: &str| variable(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        Self {
            is_told: variable("GITHUB_ACTIONS").is_some_and(|value| value == "true"),
            step_summary: file("GITHUB_STEP_SUMMARY"),
            step_outputs: file("GITHUB_OUTPUT"),
        }
    }

    /// The same, told nothing that was not asked for.
    pub fn untold(self) -> Self {
        Self { is_told: false, ..self }
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use super::GitHub;

    #[test]
    fn only_a_runner_is_told() {
        let runner = |name: &str| match name {
            "GITHUB_ACTIONS" => Some(OsString::from("true")),
            "GITHUB_STEP_SUMMARY" => Some(OsString::from("s.md")),
            _ => Some(OsString::new()),
        };
        let told = GitHub::of(runner);
        let summary = Some("s.md".into());
        assert_eq!(told, GitHub { is_told: true, step_summary: summary, step_outputs: None });
        assert!(!told.untold().is_told);
        assert_eq!(GitHub::of(|_| None), GitHub::default());
        assert!(!GitHub::of(|_| Some("false".into())).is_told);
    }
}
