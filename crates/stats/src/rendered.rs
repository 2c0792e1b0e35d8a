//! The files of a run as bytes, for whoever hands them on instead of putting them in a folder.
//!
//! [`Rendered`] has the three files that are renewed as a whole; a history, which is only appended to, comes in pieces from
//! [`history_rows`]. Where the bytes go is the caller's business.

use std::path::Path;

use crate::{
    error::StatsError,
    exception::Exception,
    failure::Failure,
    history::{LAYOUT, Tick},
    paths::Paths,
    percentiles::LOCUST_PERCENTILES,
    run::Run,
    sheet::Sheet,
};

/// The files of a run but its history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// What `_stats.csv` holds.
    pub summary: Vec<u8>,
    /// What `_failures.csv` holds.
    pub failures: Vec<u8>,
    /// What `_exceptions.csv` holds.
    pub exceptions: Vec<u8>,
}

impl Rendered {
    /// Renders a run as [`write()`](crate::write()) does; its history is not looked at.
    ///
    /// # Errors
    ///
    /// If the run holds what [`read`](crate::read) would refuse; the error names the file by its ending alone.
    pub fn of(run: &Run) -> Result<Self, StatsError> {
        let Paths { summary, failures, exceptions, .. } = Paths::of(Path::new(""));
        Ok(Self {
            summary: run.summary.to_csv(&summary)?,
            failures: Failure::to_csv(&run.failures, &failures)?,
            exceptions: Exception::to_csv(&run.exceptions, &exceptions)?,
        })
    }
}

/// Rows of a history, below its header where that is wanted, too. The ticks have Locust's percentiles or none.
///
/// # Errors
///
/// If a tick holds what [`read`](crate::read) would refuse.
pub fn history_rows(ticks: &[Tick], with_header: bool) -> Result<Vec<u8>, StatsError> {
    let mut sheet = Sheet::new(&Paths::of(Path::new("")).history, &LAYOUT, &LOCUST_PERCENTILES);
    if with_header {
        sheet.header()?;
    }
    for tick in ticks {
        sheet.row(|cells| tick.fill(cells))?;
    }
    sheet.finish()
}

#[cfg(test)]
mod tests {
    use super::{Rendered, history_rows};
    use crate::{Failure, Paths, Run, Tick, write};

    #[test]
    fn what_is_rendered_is_what_would_be_written() {
        let mut run = Run::default();
        "Aggregated".clone_into(&mut run.summary.aggregated.name);
        (run.summary.aggregated.requests, run.summary.aggregated.failures) = (3, 2);
        run.failures =
            vec![Failure { error: "a, \"b\"".into(), occurrences: 2, ..Failure::default() }];
        let tick = Tick { timestamp_s: 7, name: "Aggregated".into(), ..Tick::default() };
        run.history.ticks = vec![tick.clone(), Tick { timestamp_s: 8, ..tick }];
        let folder = tempfile::tempdir().expect("a folder");
        let prefix = folder.path().join("lt");
        write(&prefix, &run).expect("room");
        let read = |path| std::fs::read(path).expect("it was written");
        let paths = Paths::of(&prefix);
        let rendered = Rendered::of(&run).expect("it can be read");
        assert_eq!(rendered.summary, read(paths.summary));
        assert_eq!(rendered.failures, read(paths.failures));
        assert_eq!(rendered.exceptions, read(paths.exceptions));
        let (first, rest) = run.history.ticks.split_at(1);
        let pieces = [history_rows(first, true), history_rows(rest, false)];
        let pieces = pieces.map(|piece| piece.expect("it can be read")).concat();
        assert_eq!(pieces, read(paths.history));
    }
}
