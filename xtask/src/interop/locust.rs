//! Real Locust: its files are judged by our gate, and what it answers and leaves is compared with ours.
//!
//! Three comparisons, each by a script beside this file: the options that it knows with the table of the guide
//! (`docs/LOCUST.md`), its answers to some forty command lines with ours, and the files of the same load. Every difference has a
//! name, and the guide explains it under that name: one that it does not explain is a failure, and so is one that is
//! explained and not there any more.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};

use crate::loadtest;
use crate::program::{self, Program};
use crate::project;
use crate::python;
use crate::service::Service;

/// The same four tasks as the built-in scenario, as a Locust user would write them.
const LOCUSTFILE: &str = include_str!("locustfile.py");

/// What the gate asks of the CSV: not how fast the machine is.
const RULES: &str = include_str!("locust/gate.toml");

/// The release of what reads the CSV files as people do.
const PANDAS: &str = "pandas==3.1.1";

/// Scripts and the pair of tests that they compare, by name.
const SCRIPTS: [(&str, &str); 5] = [
    ("options.py", include_str!("locust/options.py")),
    ("words.py", include_str!("locust/words.py")),
    ("files.py", include_str!("locust/files.py")),
    ("visitor.py", include_str!("locust/visitor.py")),
    ("visitor.toml", include_str!("locust/visitor.toml")),
];

/// The guide, from the repository's root.
const GUIDE: &str = "docs/LOCUST.md";

/// Installs Locust, then judges and compares.
pub(super) fn meet(room: &Path) -> Result<()> {
    let bin = python::install(room, &[super::LOCUST, PANDAS])?;
    loadtest::build()?;
    let log = room.join("service.log");
    let service = Service::start(0, &log)?;
    let met = judge(room, &bin, &service).and_then(|()| compare(room, &bin, &service));
    service.stop(&log)?;
    met
}

/// Locust loads our service for 20 s; the gate judges the CSV that it wrote.
fn judge(room: &Path, bin: &Path, service: &Service) -> Result<()> {
    let script = room.join("locustfile.py");
    fs::write(&script, LOCUSTFILE).context("failed to write the locustfile")?;
    let prefix = room.join("locust");
    let mut command = Command::new(bin.join("locust"));
    command.arg("--locustfile").arg(&script).arg("--csv").arg(&prefix);
    command.args(["--headless", "--csv-full-history", "--only-summary", "--host", service.url()]);
    command.args(["--users", "50", "--spawn-rate", "50", "--run-time", "20s"]);
    command.env("LEAD_API_KEY", service.key());
    let status = Program::start("locust", &mut command)?.wait()?;
    if !status.success() {
        bail!("real Locust saw failures ({status}); its tables above say which");
    }
    let rules = room.join("gate.toml");
    fs::write(&rules, RULES).context("failed to write the gate's rules")?;
    let mut gate = Command::new(project::release_binary("lead-gate"));
    gate.args(["check", "--prefix"]).arg(&prefix).arg("--config").arg(&rules);
    program::finish(&mut gate).context("the gate does not pass the CSV of Locust")
}

/// What differs is what the guide explains.
fn compare(room: &Path, bin: &Path, service: &Service) -> Result<()> {
    let room = room.join("compared");
    fs::create_dir_all(&room).context("failed to create a folder for what is compared")?;
    for (name, text) in SCRIPTS {
        fs::write(room.join(name), text).with_context(|| format!("failed to write {name}"))?;
    }
    let guide = fs::read_to_string(project::root().join(GUIDE))
        .with_context(|| format!("failed to read {GUIDE}"))?;
    let pair = Pair { bin, room: &room, service };
    compare_options(&pair.script("options.py", &[])?, &guide)?;
    let words = pair.words()?;
    let files = pair.files()?;
    let found = format!("{words}{files}");
    let list = room.join("differences.txt");
    fs::write(&list, &found).context("failed to keep the differences")?;
    std::io::stdout().write_all(found.as_bytes()).context("failed to show the differences")?;
    check_explained(&found, &guide, &project::shown(&list))
}

/// Both programs, with what they are given.
struct Pair<'p> {
    bin: &'p Path,
    room: &'p Path,
    service: &'p Service,
}

impl Pair<'_> {
    /// What a script prints.
    fn script(&self, name: &str, arguments: &[PathBuf]) -> Result<String> {
        let mut python = Command::new(self.bin.join("python"));
        python.arg(self.room.join(name)).args(arguments).stderr(Stdio::inherit());
        let output = python.output().with_context(|| format!("failed to start {name}"))?;
        ensure!(output.status.success(), "{name} found what no guide can explain: see above");
        String::from_utf8(output.stdout).with_context(|| format!("{name} printed no text"))
    }

    fn words(&self) -> Result<String> {
        let [locustfile, scenario] =
            ["visitor.py", "visitor.toml"].map(|name| self.room.join(name));
        let (theirs, ours) = (self.bin.join("locust"), project::release_binary("lead-loadgen"));
        let url = PathBuf::from(self.service.url());
        self.script("words.py", &[theirs, ours, locustfile, scenario, url])
    }

    /// Both load the service in turn, five users for ten seconds each.
    fn files(&self) -> Result<String> {
        let mut locust = Command::new(self.bin.join("locust"));
        locust.arg("-f").arg(self.room.join("visitor.py"));
        let mut ours = Command::new(project::release_binary("lead-loadgen"));
        ours.arg("-f").arg(self.room.join("visitor.toml")).arg("--csv-integer");
        let prefixes = ["theirs", "ours"].map(|name| self.room.join(name));
        for (mut command, prefix) in [locust, ours].into_iter().zip(&prefixes) {
            command.args([
                "--headless",
                "--csv-full-history",
                "--json",
                "--host",
                self.service.url(),
            ]);
            command.args(["-u", "5", "-r", "5", "-t", "10s"]).arg("--csv").arg(prefix);
            command.arg("--html").arg(prefix.with_extension("html"));
            let file = |ending| File::create(prefix.with_extension(ending));
            command.stdout(file("json").context("failed to keep the output")?);
            command.stderr(file("log").context("failed to keep the log")?);
            // Neither the developer's settings nor the terminal's width.
            command.env("HOME", self.room).current_dir(self.room);
            let status = Program::start("a load generator", &mut command)?.wait()?;
            ensure!(status.code() == Some(1), "a quarter of the requests fails, yet: {status}");
        }
        self.script("files.py", &prefixes)
    }
}

/// Locust's options are those of the guide, with their variables; the guide's are the program's, which a test there sees to.
fn compare_options(real: &str, guide: &str) -> Result<()> {
    let real: BTreeSet<(String, String)> = real
        .lines()
        .filter_map(|line| line.split('\t').collect::<Vec<_>>().first_chunk().copied())
        .map(|[names, variable]: [&str; 2]| (names.to_owned(), variable.to_owned()))
        .collect();
    let told: BTreeSet<(String, String)> = rows(guide, "## Every option")
        .filter_map(|cells| cells.first_chunk().copied())
        .map(|[names, variable]: [&str; 2]| (bare(names), bare(variable)))
        .collect();
    let strange: Vec<_> = real.symmetric_difference(&told).collect();
    ensure!(
        strange.is_empty(),
        "Locust's options and the table in {GUIDE} are not the same: {strange:?}; see crates/loadgen/src/cli/locust.rs too"
    );
    Ok(())
}

/// Every difference that was found is explained, and none is explained that was not found.
fn check_explained(found: &str, guide: &str, list: &str) -> Result<()> {
    let found: BTreeSet<&str> = found.lines().filter_map(|line| line.split('\t').next()).collect();
    let explained: BTreeSet<&str> = rows(guide, "## Differences")
        .filter_map(|cells| cells.first().copied())
        .flat_map(|names| names.split('`').skip(1).step_by(2))
        .collect();
    let new: Vec<_> = found.difference(&explained).collect();
    let gone: Vec<_> = explained.difference(&found).collect();
    ensure!(new.is_empty(), "{GUIDE} does not explain {new:?}; what they are stands in {list}");
    ensure!(gone.is_empty(), "{GUIDE} explains {gone:?}, which are no differences (any more)");
    Ok(())
}

/// The cells of the rows of the first table below a heading, without its head.
fn rows<'g>(guide: &'g str, heading: &str) -> impl Iterator<Item = Vec<&'g str>> {
    let below = guide.split_once(heading).map_or("", |(_, below)| below);
    let table = below.lines().skip_while(|line| !line.starts_with('|')).skip(2);
    table
        .take_while(|line| line.starts_with('|'))
        .map(|line| line.split('|').skip(1).map(str::trim).collect())
}

fn bare(cell: &str) -> String {
    cell.trim_matches('`').to_owned()
}

#[cfg(test)]
mod tests {
    use super::{check_explained, compare_options};

    const GUIDE: &str = "\
## Every option

| Option | Variable | Here |
| --- | --- | --- |
| `-u/--users` | `LOCUST_USERS` | works |
| `--json` |  | works |

## Differences

| Name | Locust | Here |
| --- | --- | --- |
| `one`, `two` | a | b |
";

    #[test]
    fn an_option_that_the_guide_does_not_know_is_a_fault() {
        assert!(compare_options("-u/--users\tLOCUST_USERS\tone\n--json\t\tnone\n", GUIDE).is_ok());
        let more = "-u/--users\tLOCUST_USERS\tone\n--json\t\tnone\n--new\t\tone\n";
        let fault = compare_options(more, GUIDE).expect_err("a new one").to_string();
        assert!(fault.contains("--new"), "{fault}");
        assert!(compare_options("--json\t\tnone\n", GUIDE).is_err(), "one that is gone");
    }

    #[test]
    fn a_difference_must_be_explained_and_there() {
        assert!(check_explained("one\tx\ntwo\ty\none\tz\n", GUIDE, "list").is_ok());
        let new = check_explained("one\tx\ntwo\ty\nthree\tz\n", GUIDE, "list").expect_err("new");
        assert!(new.to_string().contains("three"), "{new}");
        let gone = check_explained("one\tx\n", GUIDE, "list").expect_err("gone");
        assert!(gone.to_string().contains("two"), "{gone}");
    }
}
