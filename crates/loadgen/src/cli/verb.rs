//! Verbs with a command line of their own: `lead-loadgen report`, `compare`.
//!
//! They read what was typed and nothing else, no configuration file and no variable: there is no load to say how to make.
//! What the words mean is each verb's own; `capacity`, which loads, reads as a run does.

use std::ffi::OsString;

use clap::Parser;

use super::UsageError;

/// Whether a command line (the program's name first) asks for a verb.
pub(super) fn is_meant(words: &[OsString], verb: &str) -> bool {
    words.get(1).is_some_and(|word| word == verb)
}

/// Reads the words behind a verb.
pub(super) fn read<T: Parser>(words: &[OsString], verb: &str) -> Result<T, UsageError> {
    let words = words.iter().take(1).chain(words.iter().skip(2));
    T::try_parse_from(words).map_err(|error| UsageError::of_verb(&error, verb))
}
