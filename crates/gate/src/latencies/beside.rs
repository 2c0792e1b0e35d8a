//! The log that lies beside a run, if it is of that run.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::BufReader,
    path::{Path, PathBuf},
};

use lead_stats::{Paths, Summary};

use super::log::{self, Counts};
use crate::{
    noise::{Interval, Z95, fewest_requests},
    prefix,
    rule::Scope,
};

/// How logs are called; `lead-loadgen --hdr` takes any name.
const ENDING: &str = "hlog";

/// Response times are counted up to a minute; above, the log knows no more than that.
const SATURATED_US: u64 = 60_000_000;

/// Every response time of a run, by endpoint.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Latencies {
    tags: BTreeMap<String, Counts>,
}

impl Latencies {
    /// The log that lies beside the run's files and counts as many requests; or a note why the one there is not used.
    pub(crate) fn beside(paths: &Paths, summary: &Summary) -> (Option<Self>, Option<String>) {
        let Some(path) = log_beside(&paths.summary) else { return (None, None) };
        match Self::read(&path, summary) {
            Ok(latencies) => (Some(latencies), None),
            Err(what) => (None, Some(format!("{}: {what}; it is not used.", path.display()))),
        }
    }

    fn read(path: &Path, summary: &Summary) -> Result<Self, String> {
        let file = File::open(path).map_err(|fault| format!("it cannot be read: {fault}"))?;
        let tags = log::read(BufReader::new(file))?;
        let counted = tags.get("").map_or(0, Counts::total);
        let requests = summary.aggregated.requests;
        if counted != requests {
            return Err(format!("it counts {counted} requests, _stats.csv {requests}"));
        }
        Ok(Self { tags })
    }

    /// The 95 % range of a percentile, in milliseconds, by the ranks n p ± 1.96 sqrt(n p (1 - p)); `None` for requests
    /// that the log does not know by themselves, or if they are too few.
    pub(crate) fn around(&self, scope: &Scope, fraction: f64, requests: u64) -> Option<Interval> {
        let tag = match scope {
            Scope::Endpoint { method, name } => tag_of(method, name),
            _ => String::new(),
        };
        // Two endpoints whose names differ only in blanks share a tag.
        let counts = self.tags.get(&tag).filter(|counts| counts.total() == requests)?;
        if fewest_requests(fraction).is_none_or(|fewest| requests < fewest) {
            return None;
        }
        let n = requests as f64;
        let half = Z95 * (n * fraction * (1.0 - fraction)).sqrt();
        let low = counts.at(((n * fraction - half).floor() as u64).max(1))?.0;
        let high = counts.at(((n * fraction + half).ceil() as u64 + 1).min(requests))?.1;
        (high < SATURATED_US)
            .then_some(Interval { low: low as f64 / 1000.0, high: high as f64 / 1000.0 })
    }
}

/// The log that belongs to the run of this summary: `PREFIX.hlog`, or the only log in the run's folder.
pub(crate) fn log_beside(summary: &Path) -> Option<PathBuf> {
    let prefix = prefix::of_summary(summary)?;
    let own = PathBuf::from(format!("{}.{ENDING}", prefix.display()));
    if own.is_file() {
        return Some(own);
    }
    let folder = summary.parent().filter(|folder| !folder.as_os_str().is_empty());
    let files = fs::read_dir(folder.unwrap_or(Path::new("."))).ok()?;
    let paths = files.filter_map(|file| Some(file.ok()?.path()));
    let mut logs = paths.filter(|path| path.extension().is_some_and(|ending| ending == ENDING));
    let only = logs.next()?;
    logs.next().is_none().then_some(only)
}

/// As `lead-loadgen` writes it: the format takes neither blanks nor commas in a tag.
fn tag_of(method: &str, name: &str) -> String {
    let plain = |c: char| if c.is_whitespace() || c.is_control() || c == ',' { '_' } else { c };
    format!("{method}:{name}").chars().map(plain).collect()
}
