//! Which form of a comparison goes where, and with which exit code the program ends.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

use super::{ContrastJudgement, json, markdown, text};
use crate::{
    exit,
    report::{
        Screen,
        deliver::{named, show},
    },
};

/// Where the forms of a comparison go.
#[derive(Clone, Debug, Default)]
pub struct ContrastOutputs {
    /// The file for JSON; `-` is stdout.
    pub json: Option<PathBuf>,
    /// The file for Markdown.
    pub markdown: Option<PathBuf>,
    /// The job summary of GitHub Actions, which other tools write to as well: Markdown is appended to it.
    pub step_summary: Option<PathBuf>,
    /// Whether inconclusive is no pass.
    pub strict: bool,
}

impl ContrastOutputs {
    /// Writes all forms and returns the exit code, as [`Outputs`](crate::Outputs) does for one run.
    pub fn deliver(
        &self,
        judgement: &ContrastJudgement,
        screen: Screen,
        out: &mut dyn Write,
        err: &mut dyn Write,
    ) -> io::Result<u8> {
        let json_to_stdout = self.json.as_deref() == Some(Path::new("-"));
        let table = text::render(judgement, if json_to_stdout { Screen::PLAIN } else { screen });
        match judgement {
            Ok(_) if !json_to_stdout => show(out, &table)?,
            _ => show(err, &table)?,
        }
        let document = || json::render(judgement, self.strict);
        if json_to_stdout {
            show(out, &document())?;
        } else if let Some(path) = &self.json {
            fs::write(path, document()).map_err(|error| named(path, &error))?;
        }
        if let Some(path) = &self.markdown {
            write_markdown(path, &markdown::render(judgement), self.step_summary.as_deref())
                .map_err(|error| named(path, &error))?;
        }
        Ok(judgement.as_ref().map_or(exit::NOT_JUDGED, |contrast| contrast.exit_code(self.strict)))
    }
}

/// Replaces the file, or appends to it if it is the job summary.
fn write_markdown(path: &Path, text: &str, step_summary: Option<&Path>) -> io::Result<()> {
    if step_summary != Some(path) {
        return fs::write(path, text);
    }
    OpenOptions::new().create(true).append(true).open(path)?.write_all(text.as_bytes())
}
