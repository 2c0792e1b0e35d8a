//! `lead-service keys check`: is the key file sound, and which keys are in it.

use std::{io::Write, path::PathBuf};

use clap::Args;
use jiff::Timestamp;

use super::CommandError;
use crate::keys::{Entry, KeyFile, Moment, Rate};

/// Which file to check.
#[derive(Debug, Clone, Args)]
pub struct CheckKeys {
    /// The key file
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

impl CheckKeys {
    pub(super) fn run(
        &self,
        out: &mut dyn Write,
        notes: &mut dyn Write,
    ) -> Result<(), CommandError> {
        let now = Timestamp::now();
        let keys = KeyFile::read(&KeyFile::open(&self.file)?, &self.file, now)?;
        for entry in &keys.entries {
            let (state, rate) = (state(entry, now), rate(entry));
            writeln!(out, "{:24} {:20} {state}{rate}", entry.id, entry.scopes)?;
        }
        if keys.entries.is_empty() {
            writeln!(notes, "there is no key in {}", self.file.display())?;
        }
        if KeyFile::is_open_to_others(&self.file) {
            let path = self.file.display();
            writeln!(notes, "everyone on this machine may read {path}: chmod o-r it")?;
        }
        Ok(())
    }
}

/// Whether the key opens anything now, and until or from when.
fn state(entry: &Entry, now: Timestamp) -> String {
    let validity = &entry.validity;
    match (validity.moment(|| now), validity.not_before, validity.expires) {
        (Moment::Before, Some(start), _) => format!("not valid before {start}"),
        (Moment::After, _, Some(end)) => format!("expired {end}"),
        (_, _, Some(end)) => format!("valid until {end}"),
        (_, _, None) => "valid".to_owned(),
    }
}

fn rate(entry: &Entry) -> String {
    let text = |rate: Rate| format!(", {}/s in bursts of {}", rate.per_second(), rate.burst());
    entry.rate.map(text).unwrap_or_default()
}
