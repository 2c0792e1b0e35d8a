//! Which form of a report goes where, and with which exit code the program ends.
//!
//! [`Outputs`] writes the table, then the files that were asked for: also where there is no verdict, so that no older
//! verdict is left lying about. What a runner of GitHub Actions is told comes last, when nothing can go wrong any more.
//! What the forms look like is decided by their own files.

use std::{
    fmt::Write as _,
    fs::{self, OpenOptions},
    io::{self, Write},
    path::Path,
};

use super::{
    Annotation, Destination, GitHub, Kind, Screen,
    github::{commands, fitted},
};

use crate::staged::Staged;

/// What a verb has to say, in every form.
pub trait Report {
    /// The exit code that means the same.
    fn exit_code(&self) -> u8;
    /// Whether there is a verdict; the reason why there is none goes to stderr.
    fn is_verdict(&self) -> bool;
    /// The form for a terminal or a build log, with a line end.
    fn text(&self, screen: Screen) -> String;
    /// The form for a file, with a line end.
    fn document(&self, kind: Kind) -> String;
    /// What a build log is to show on top.
    fn annotations(&self) -> Vec<Annotation>;
    /// What later steps of a job may want to know: name and value, neither with a line end.
    fn step_outputs(&self) -> Vec<(&'static str, String)>;
}

/// Where the forms of a report go.
#[derive(Clone, Debug, Default)]
pub struct Outputs {
    /// The files, one of which may be stdout.
    pub reports: Vec<Destination>,
    /// The runner that is told as well.
    pub github: GitHub,
}

impl Outputs {
    /// Writes all forms and returns the exit code.
    ///
    /// The table goes to `out`, or to `err` if a report goes to `out`; the reason why there is no verdict goes to `err`.
    /// A reader that stops listening is no error; a file that cannot be written is one, and then every report is as it
    /// was.
    pub fn deliver(
        &self,
        report: &dyn Report,
        screen: Screen,
        out: &mut dyn Write,
        err: &mut dyn Write,
    ) -> io::Result<u8> {
        let is_taken = self.reports.iter().any(Destination::is_stdout);
        let mut text = report.text(if is_taken { Screen::PLAIN } else { screen });
        if self.github.is_told {
            text.push_str(&commands(&report.annotations()));
        }
        show(if report.is_verdict() && !is_taken { &mut *out } else { err }, &text)?;
        self.write_reports(report, out)?;
        if self.github.is_told {
            self.tell(report)?;
        }
        Ok(report.exit_code())
    }

    fn write_reports(&self, report: &dyn Report, out: &mut dyn Write) -> io::Result<()> {
        let mut staged = Staged::default();
        let (to_stdout, to_files): (Vec<_>, Vec<_>) =
            self.reports.iter().partition(|report| report.is_stdout());
        let (to_summary, to_files): (Vec<_>, Vec<_>) =
            to_files.into_iter().partition(|report| self.is_step_summary(report));
        for Destination { kind, file } in to_files {
            staged.add(file, report.document(*kind)).map_err(|error| named(file, &error))?;
        }
        staged.settle().map_err(|(file, error)| named(&file, &error))?;
        for Destination { file, .. } in to_summary {
            summarise(file, report)?;
        }
        to_stdout.into_iter().try_for_each(|to| show(out, &report.document(to.kind)))
    }

    /// What a runner gets without being asked for; a job summary only if it was not asked for as well.
    fn tell(&self, report: &dyn Report) -> io::Result<()> {
        if let Some(file) = &self.github.step_summary
            && !self.reports.iter().any(|report| self.is_step_summary(report))
        {
            summarise(file, report)?;
        }
        let Some(file) = &self.github.step_outputs else { return Ok(()) };
        let mut lines = String::new();
        for (name, value) in report.step_outputs() {
            // A line end would begin an output of somebody else's choice.
            let value = value.replace(['\r', '\n'], " ");
            writeln!(lines, "{name}={value}").expect("a string takes every line");
        }
        append(file, &lines)
    }

    fn is_step_summary(&self, report: &Destination) -> bool {
        report.kind == Kind::Markdown && self.github.step_summary.as_ref() == Some(&report.file)
    }
}

/// Adds to the job summary what fits into it.
fn summarise(file: &Path, report: &dyn Report) -> io::Result<()> {
    let taken = fs::metadata(file).map_or(0, |summary| summary.len());
    append(file, &fitted(&report.document(Kind::Markdown), taken))
}

/// Adds to a file of the runner's.
fn append(file: &Path, text: &str) -> io::Result<()> {
    let opened = OpenOptions::new().create(true).append(true).open(file);
    opened.and_then(|mut opened| opened.write_all(text.as_bytes())).map_err(|error| {
        let advice = "mend GITHUB_STEP_SUMMARY and GITHUB_OUTPUT, or add --no-github";
        io::Error::new(error.kind(), format!("{}: {error}; {advice}", file.display()))
    })
}

/// Prints to a stream that somebody may have closed (`| head`): the exit code says the rest.
fn show(stream: &mut dyn Write, text: &str) -> io::Result<()> {
    match stream.write_all(text.as_bytes()).and_then(|()| stream.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => result,
    }
}

fn named(file: &Path, error: &io::Error) -> io::Error {
    let advice = "give a file in a folder that exists and can be written to; no report was changed";
    io::Error::new(error.kind(), format!("{}: {error}; {advice}", file.display()))
}
