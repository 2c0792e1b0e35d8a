//! `--allow-missing`: whether leads are taken that lack what the model was trained on.
//!
//! Shared by the verbs that read a table for a model that exists.

use anyhow::{Result, bail};
use clap::Args;

use crate::columns::Absent;

/// What becomes of features without a column.
#[derive(Debug, Args)]
pub(super) struct AbsentArgs {
    /// Go on although most features of the model have no column, or a column bears nearly the name of one.
    #[arg(long)]
    pub(super) allow_missing: bool,
}

/// Refuses a table whose columns were renamed or left out, unless that is meant.
///
/// # Errors
/// The features that are not there, and which columns may be meant.
pub(super) fn check(absent: &Absent, is_allowed: bool) -> Result<()> {
    match absent.note().filter(|_| absent.is_suspicious() && !is_allowed) {
        Some(note) => bail!("{note}; rename the columns, or say --allow-missing if that is meant"),
        None => Ok(()),
    }
}
