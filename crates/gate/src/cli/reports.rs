//! Where the reports of a verb go: what was typed, and what it means.

use std::path::{Path, PathBuf, absolute};

use clap::Args;
use lead_stats::Paths;

use crate::{
    latencies::log_beside,
    report::{Destination, GitHub, Kind, Outputs},
};

/// Where reports were asked for.
#[derive(Args, Debug)]
pub(super) struct ReportArgs {
    /// The reports, by kind and file.
    #[arg(
        long = "report",
        value_name = "KIND=FILE",
        help = "Also write json, junit, markdown or html, such as html=gate.html; \"-\" is stdout, and \
                the table moves to stderr; may be repeated; --html FILE and so on are short for it"
    )]
    reports: Vec<Destination>,

    /// The same as --report json=FILE
    #[arg(long, value_name = "FILE", hide = true)]
    json: Option<PathBuf>,

    /// The same as --report junit=FILE
    #[arg(long, value_name = "FILE", hide = true)]
    junit: Option<PathBuf>,

    /// The same as --report markdown=FILE
    #[arg(long, value_name = "FILE", hide = true)]
    markdown: Option<PathBuf>,

    /// The same as --report html=FILE
    #[arg(long, value_name = "FILE", hide = true)]
    html: Option<PathBuf>,

    /// Tell GitHub Actions nothing: no annotations, job summary and outputs
    #[arg(long)]
    no_github: bool,
}

impl ReportArgs {
    /// Every report that was asked for.
    fn destinations(&self) -> impl Iterator<Item = Destination> {
        let short = [
            (Kind::Json, &self.json),
            (Kind::Junit, &self.junit),
            (Kind::Markdown, &self.markdown),
            (Kind::Html, &self.html),
        ];
        let short = short.into_iter().filter_map(|(kind, file)| {
            file.as_ref().map(|file| Destination { kind, file: file.clone() })
        });
        self.reports.iter().cloned().chain(short)
    }

    /// The report that would take the place of a file that `is_read`, or of another report, if any.
    ///
    /// A verdict that overwrites what it was made from could not be repeated.
    pub(super) fn clash(
        &self,
        is_read: impl Fn(&Path) -> bool,
        github: &GitHub,
    ) -> Option<PathBuf> {
        let reports: Vec<Destination> = self.destinations().collect();
        let summary = github.step_summary.as_deref();
        let outputs = github.step_outputs.as_deref();
        let clashes = |(at, report): (usize, &Destination)| {
            let is = |file: &Path| same_file(&report.file, file);
            is_read(&report.file)
                || outputs.is_some_and(is)
                || reports[..at].iter().any(|other| is(&other.file))
                || report.kind != Kind::Markdown && summary.is_some_and(is)
        };
        let first = reports.iter().enumerate().position(clashes)?;
        Some(reports[first].file.clone())
    }

    /// Where everything goes.
    pub(super) fn outputs(&self, github: GitHub) -> Outputs {
        let github = if self.no_github { github.untold() } else { github };
        Outputs { reports: self.destinations().collect(), github }
    }
}

/// Every file that is read of the run behind `prefix`: its files and its histogram log.
pub(super) fn files_of(prefix: &Path) -> Vec<PathBuf> {
    let run = Paths::of(prefix);
    let log = log_beside(&run.summary);
    run.all().into_iter().map(Path::to_owned).chain(log).collect()
}

/// Whether two paths lead to one file, also by way of links; a file that does not exist yet is known by its path.
pub(super) fn same_file(one: &Path, other: &Path) -> bool {
    let real = |path: &Path| path.canonicalize().or_else(|_| absolute(path));
    one == other || real(one).is_ok_and(|one| real(other).is_ok_and(|other| one == other))
}
