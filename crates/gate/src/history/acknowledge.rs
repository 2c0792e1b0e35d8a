//! Somebody says that a change is known.

use std::path::PathBuf;

use super::{
    error::HistoryError,
    ledger::{Ledger, add},
    record::{Ack, Figure, Record, RunRecord, SCHEMA},
};

/// What is known, and why.
#[derive(Clone, Debug)]
pub struct Acknowledgement {
    /// The history.
    pub file: PathBuf,
    /// The first run after the change, by its name or its commit, or the beginning of either.
    pub run: String,
    /// The figure that changed; none means all of them.
    pub figure: Option<Figure>,
    /// Why it is accepted.
    pub reason: String,
}

/// Adds the word to the history, and returns the run that it is about.
pub fn acknowledge(what: &Acknowledgement) -> Result<RunRecord, HistoryError> {
    let run = one_run(&Ledger::read(&what.file)?, &what.run)?;
    let (figure, reason) = (what.figure, what.reason.clone());
    let ack = Record::Ack(Ack { schema: SCHEMA, run: run.run.clone(), figure, reason });
    add(&what.file, &ack, |_| Ok(()))?;
    Ok(run)
}

/// The run of this name or commit; of several of one commit the first.
fn one_run(ledger: &Ledger, name: &str) -> Result<RunRecord, HistoryError> {
    let is_meant = |run: &&RunRecord| {
        run.run.starts_with(name)
            || run.commit.as_ref().is_some_and(|commit| commit.starts_with(name))
    };
    let meant: Vec<&RunRecord> = ledger.runs().filter(is_meant).collect();
    match meant.as_slice() {
        [first, rest @ ..]
            if !name.is_empty()
                && rest.iter().all(|run| run.commit.is_some() && run.commit == first.commit) =>
        {
            Ok((*first).clone())
        }
        _ => Err(HistoryError::UnknownRun {
            path: ledger.path().to_owned(),
            name: name.to_owned(),
            count: meant.len(),
        }),
    }
}
