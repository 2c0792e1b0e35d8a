//! `cargo xtask bench gate`: how often the comparison of base and head is wrong on this machine.
//!
//! Takes an hour and a half in all, so nothing is measured that was not named with `--only`, and what was measured is kept:
//! another call goes on where the last one ended.

mod proof;
mod record;

use std::process::ExitCode;

use anyhow::{Result, bail};

use crate::flags::{BenchFlags, Part};

/// Measures what was named.
pub(crate) fn run(flags: &BenchFlags) -> Result<ExitCode> {
    if flags.only.is_empty() {
        bail!(
            "name what to measure: --only aa (about 35 min in all) or --only power (about 80 min)"
        );
    }
    for part in [Part::Aa, Part::Power] {
        if flags.only.contains(&part) {
            proof::run(part, flags.rounds)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}
