//! Runs that were kept: drawn again, and laid side by side.
//!
//! [`redraw`] writes the reports of a run from its twin, [`contrast`] compares two. Forms are the reports'; here is only what is read
//! and written, and when.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use lead_stats::{History, Paths, StatsError, Validity, write_snapshots};
use thiserror::Error;

use crate::cli::{CompareOrder, ReportOrder};
use crate::exit;
use crate::files::{self, FileError};
use crate::report::{
    Account, GateVerdict, Pair, Side, TwinError, account_verdict, compare_html, compare_table, html,
};

/// Why a kept run is not drawn.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum RedrawError {
    /// A file is not what it should be.
    #[error(transparent)]
    Twin(#[from] TwinError),
    /// A file cannot be written.
    #[error(transparent)]
    File(#[from] FileError),
    /// The CSV files would stand beside another run's history.
    #[error("{} is another run's and would not fit the CSV files of this one; give another --csv PREFIX", path.display())]
    History {
        /// The history.
        path: PathBuf,
    },
}

/// Writes the reports of a run that was kept; returns the [exit code](crate::exit).
///
/// # Errors
///
/// [`RedrawError`] when a file cannot be read, is no run's, or cannot be written.
pub fn redraw(order: &ReportOrder) -> Result<u8, RedrawError> {
    let mut account = Account::read(&order.from)?;
    let gate =
        order.gate.as_deref().map(|path| GateVerdict::read_of(&account, path)).transpose()?;
    account.gate = gate.or(account.gate);
    if let Some(path) = &order.html {
        files::write(path, &html(&account))?;
    }
    order.csv.as_deref().map_or(Ok(()), |prefix| write_csv(prefix, &account))?;
    Ok(exit::CLEAN)
}

/// The files of the CSV contract that need no "now", and the verdict, without which a gate would believe any run.
fn write_csv(prefix: &Path, account: &Account) -> Result<(), RedrawError> {
    let Paths { history, verdict, .. } = Paths::of(prefix);
    if history.exists() {
        return Err(RedrawError::History { path: history });
    }
    let csv = |fault: StatsError| RedrawError::File(FileError::Csv(fault));
    let said = account_verdict(account);
    said.write(&verdict).map_err(csv)?;
    write_snapshots(prefix, &account.recording.to_run(History::default())).map_err(csv)?;
    files::write_verdict(prefix, &said).map_err(RedrawError::File)
}

/// Prints how two runs compare, and writes the page if one is wanted; returns the [exit code](crate::exit).
///
/// # Errors
///
/// [`RedrawError`] when a file cannot be read, is no run's, or cannot be written.
pub fn contrast(order: &CompareOrder) -> Result<u8, RedrawError> {
    let side = |path: &Path| {
        Ok::<_, TwinError>(Side { name: path.display().to_string(), account: Account::read(path)? })
    };
    let pair = Pair { first: side(&order.first)?, second: side(&order.second)? };
    // A closed stdout must not cost the file.
    let _unheard = io::stdout().lock().write_all(compare_table(&pair).as_bytes());
    if let Some(path) = &order.html {
        files::write(path, &compare_html(&pair))?;
    }
    let sides = [&pair.first, &pair.second];
    let is_invalid = |side: &&Side| side.account.judgement.validity == Validity::Invalid;
    Ok(if sides.iter().any(is_invalid) { exit::INVALID } else { exit::CLEAN })
}
