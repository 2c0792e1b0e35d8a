//! Which form of the verdict goes where, and with which exit code the program ends.
//!
//! [`Outputs`] writes the table, then the files that were asked for: also where there is no verdict, so that no older
//! verdict is left lying about. What the forms look like is decided by their own files.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

use super::{Judgement, Screen, json, markdown, text};
use crate::exit;

/// Where the forms of a verdict go.
#[derive(Clone, Debug, Default)]
pub struct Outputs {
    /// The file for JSON; `-` is stdout.
    pub json: Option<PathBuf>,
    /// The file for Markdown.
    pub markdown: Option<PathBuf>,
    /// The job summary of GitHub Actions, which other tools write to as well: Markdown is appended to it.
    pub step_summary: Option<PathBuf>,
}

impl Outputs {
    /// Writes all forms and returns the exit code.
    ///
    /// The table goes to `out`, or to `err` if JSON goes to `out`; the reason why there is no verdict goes to `err`. A
    /// reader that stops listening is no error; a file that cannot be written is one.
    pub fn deliver(
        &self,
        judgement: &Judgement,
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
        if json_to_stdout {
            show(out, &json::render(judgement))?;
        } else if let Some(path) = &self.json {
            fs::write(path, json::render(judgement)).map_err(|error| named(path, &error))?;
        }
        if let Some(path) = &self.markdown {
            let text = markdown::render(judgement);
            write_markdown(path, &text, self.step_summary.as_deref())
                .map_err(|error| named(path, &error))?;
        }
        Ok(judgement.as_ref().map_or(exit::NOT_JUDGED, |verdict| verdict.exit_code()))
    }
}

/// Replaces the file, or appends to it if it is the job summary.
pub(super) fn write_markdown(
    path: &Path,
    text: &str,
    step_summary: Option<&Path>,
) -> io::Result<()> {
    if step_summary != Some(path) {
        return fs::write(path, text);
    }
    OpenOptions::new().create(true).append(true).open(path)?.write_all(text.as_bytes())
}

/// Prints to a stream that somebody may have closed (`| head`): the exit code says the rest.
pub(super) fn show(stream: &mut dyn Write, text: &str) -> io::Result<()> {
    match stream.write_all(text.as_bytes()).and_then(|()| stream.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => result,
    }
}

pub(super) fn named(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(
        error.kind(),
        format!("{}: {error}; give a file in a folder that exists", path.display()),
    )
}
