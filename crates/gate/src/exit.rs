//! The exit codes of `lead-gate`, which are part of its interface.
//!
//! A pass is 0 and nothing else is: a panic ends with 101 and a signal with 128 or more. No code but 0 ever means that
//! the run is good, so a caller needs no table of exceptions. Code 4 is for those who ask for it
//! (`--strict`).

/// Every rule passed, perhaps with warnings.
pub const PASS: u8 = 0;

/// At least one rule failed, or had no data to be judged by.
pub const FAIL: u8 = 1;

/// The command line or a rule was wrong (perhaps only for this run, which lacks what the rule speaks of), or a report could not be written where it was asked for.
pub const USAGE: u8 = 2;

/// The input is missing, torn, stale, empty, not comparable, or its load generator calls it invalid: there is no verdict.
pub const NOT_JUDGED: u8 = 3;

/// Under `--strict` only: nothing failed, but a rule could not be decided.
pub const INCONCLUSIVE: u8 = 4;
