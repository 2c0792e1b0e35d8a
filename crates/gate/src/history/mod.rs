//! Many runs of one main branch: a file of them, one a line, and where in it the service changed.
//!
//! [`append()`] adds a run to the file, [`analyze()`] looks for change points in the runs that can be compared, and
//! [`acknowledge()`] says that a change is known. This is for watching a main branch, with a lag of a few runs: a pull
//! request is judged by [`judge`](crate::judge()) or by comparing base and head.

mod error;

mod key;

mod record;

mod judgement;
mod ledger;

mod append;

mod shift;
mod undecided;

mod elsewhere;

mod analysis;

mod acknowledge;

mod sparkline;

mod json;
mod text;

mod report;

pub use self::{
    acknowledge::{Acknowledgement, acknowledge},
    analysis::{Analysis, Query, SeriesFindings, analyze},
    append::{Appended, Entry, append},
    elsewhere::OtherKey,
    error::HistoryError,
    key::Key,
    ledger::Ledger,
    record::{Ack, EndpointFigures, Figure, Figures, RunRecord},
    report::HistoryReport,
    shift::{Shift, Standing},
    undecided::Undecided,
};
