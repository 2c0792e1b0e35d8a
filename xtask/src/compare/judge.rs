//! The working tree's gate over the runs of both sides.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::project;

/// The reports, in the folder of the comparison.
pub(crate) const JSON: &str = "compare.json";
const MARKDOWN: &str = "compare.md";
pub(crate) const PAGE: &str = "compare.html";

/// The gate on its way; its reports go to `folder`.
pub(crate) fn gate(runs: &[Vec<PathBuf>; 2], folder: &Path, words: &[OsString]) -> Command {
    let mut command = Command::new(project::release_binary("lead-gate"));
    command.arg("compare").args(words);
    // By their short names, which are what reports show.
    let short = |run: &PathBuf| run.strip_prefix(folder).unwrap_or(run).to_owned();
    for (side, runs) in ["--base", "--head"].into_iter().zip(runs) {
        command.arg(side).args(runs.iter().map(short));
    }
    command.current_dir(folder);
    for (kind, name) in [("--json", JSON), ("--markdown", MARKDOWN), ("--html", PAGE)] {
        command.arg(kind).arg(folder.join(name));
    }
    command
}
