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

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{JSON, MARKDOWN, PAGE, gate};

    #[test]
    fn all_reports_lie_in_the_folder_and_runs_go_by_their_short_names() {
        let folder = Path::new("out");
        let runs = [vec![folder.join("1-base/loadtest")], vec![folder.join("1-head/loadtest")]];
        let command = gate(&runs, folder, &["--strict".into()]);
        let words: Vec<&Path> = command.get_args().map(Path::new).collect();
        for name in [JSON, MARKDOWN, PAGE] {
            assert!(words.contains(&folder.join(name).as_path()), "{name}");
        }
        assert!(
            words.contains(&Path::new("1-head/loadtest")) && words.contains(&Path::new("--strict"))
        );
        assert_eq!(command.get_current_dir(), Some(folder));
    }
}
