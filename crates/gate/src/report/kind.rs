//! The forms a report can have, and how a person names one on the command line.

use std::{fmt, path::PathBuf, str::FromStr};

/// A form of a report that is kept in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// For programs.
    Json,
    /// For whatever shows test results: one test case for each rule.
    Junit,
    /// For a job summary or a comment.
    Markdown,
    /// For a person with a browser: one page that needs neither network nor scripts.
    Html,
}

impl Kind {
    /// All of them, in the order in which help names them.
    pub const ALL: [Self; 4] = [Self::Json, Self::Junit, Self::Markdown, Self::Html];

    /// The form in one word, as in `--report`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Junit => "junit",
            Self::Markdown => "markdown",
            Self::Html => "html",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A form and the file that it is written to; `-` is stdout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Destination {
    /// The form.
    pub kind: Kind,
    /// The file.
    pub file: PathBuf,
}

impl Destination {
    /// Whether it goes to stdout.
    pub fn is_stdout(&self) -> bool {
        self.file.as_os_str() == "-"
    }
}

/// Reads `json=gate.json`; the error is a fragment that lists what there is.
impl FromStr for Destination {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let kinds = Kind::ALL.map(Kind::as_str).join(", ");
        let Some((kind, file)) = text.split_once('=') else {
            return Err(format!("write KIND=FILE, such as json=gate.json; the kinds are {kinds}"));
        };
        let Some(kind) = Kind::ALL.into_iter().find(|known| known.as_str() == kind) else {
            return Err(format!("there is no report called {kind:?}; the kinds are {kinds}"));
        };
        if file.is_empty() {
            return Err(format!("{kind}= needs a file behind it, such as {kind}=gate.{kind}"));
        }
        Ok(Self { kind, file: file.into() })
    }
}

#[cfg(test)]
mod tests {
    use super::{Destination, Kind};

    #[test]
    fn a_report_is_named_by_its_kind_and_its_file() {
        let named: Destination = "junit=out/a=b.xml".parse().unwrap();
        assert_eq!(named, Destination { kind: Kind::Junit, file: "out/a=b.xml".into() });
        assert!("json=-".parse::<Destination>().unwrap().is_stdout());
    }

    #[test]
    fn slips_are_refused_with_what_there_is() {
        for slip in ["", "json", "json=", "JSON=x", "sarif=x", "=x"] {
            let error = slip.parse::<Destination>().unwrap_err();
            assert!(error.contains("json"), "{slip:?} gave {error}");
        }
    }
}
