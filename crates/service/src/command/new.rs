//! `lead-service keys new`: a key, shown once.
//!
//! The key is the only thing on stdout, so that `$(lead-service keys new ...)` is the key. What is kept of it, its entry,
//! goes into the key file or, without one, to stderr.

use std::{io::Write, num::NonZeroU32, path::PathBuf};

use clap::Args;
use jiff::{SignedDuration, Timestamp};

use super::CommandError;
use crate::keys::{Algorithm, Entry, KeyFile, Rate, Scope, Secret, Validity, is_id};

/// The longest life that is given in days or hours: ten years.
const LONGEST_HOURS: u32 = 24 * 3_653;

/// Whose key to make, and what it may do.
#[derive(Debug, Clone, Args)]
pub struct NewKey {
    /// Whose key it is: 1 to 64 letters, digits and - _ . : @; it stands in the log
    #[arg(long, value_name = "NAME", value_parser = id)]
    id: String,

    /// What it may do: score, admin, metrics, separated by commas
    #[arg(long, value_name = "SCOPES", value_delimiter = ',', default_value = "score")]
    scopes: Vec<Scope>,

    /// Until when it is valid: 90d, 12h, or a time such as 2027-01-31T00:00:00Z [default: for ever]
    #[arg(long, value_name = "WHEN", value_parser = expiry)]
    expires: Option<Timestamp>,

    /// Requests per second that it may send, 0.001 to 1000000 [default: that of all keys]
    #[arg(long, value_name = "RATE", value_parser = Rate::read_per_second)]
    rate: Option<f64>,

    /// Requests that it may send at once [default: one second's worth]
    #[arg(long, value_name = "BURST", value_parser = Rate::read_burst, requires = "rate")]
    burst: Option<NonZeroU32>,

    /// How its digest is made: sha256 or blake3
    #[arg(long, value_name = "DIGEST", default_value = "sha256")]
    digest: Algorithm,

    /// Key file to add it to, made if it is missing [default: the entry goes to stderr]
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
}

impl NewKey {
    pub(super) fn run(
        &self,
        out: &mut dyn Write,
        notes: &mut dyn Write,
    ) -> Result<(), CommandError> {
        let rate = self.rate.map(|per_second| Rate::new(per_second, self.burst)).transpose()?;
        let secret = Secret::new()?;
        let entry = Entry {
            id: self.id.clone(),
            digest: secret.digest(self.digest),
            scopes: self.scopes.iter().copied().collect(),
            validity: Validity { not_before: None, expires: self.expires },
            rate,
        };
        let Some(file) = &self.file else {
            let entry = entry.to_json();
            writeln!(notes, "add this to \"keys\" of the key file:\n{entry}")?;
            return show(&secret, out).map_err(CommandError::Output);
        };
        KeyFile::add(file, entry, Timestamp::now())?;
        show(&secret, out).map_err(CommandError::Lost)?;
        writeln!(
            notes,
            "added to {}; the key is shown this once: hand it over now",
            file.display()
        )?;
        Ok(())
    }
}

fn show(secret: &Secret, out: &mut dyn Write) -> std::io::Result<()> {
    writeln!(out, "{}", secret.reveal())?;
    out.flush()
}

fn id(typed: &str) -> Result<String, String> {
    if is_id(typed) {
        return Ok(typed.to_owned());
    }
    Err("an id is 1 to 64 letters, digits and - _ . : @".to_owned())
}

/// Reads a number of days or hours from now, or a moment still to come.
fn expiry(typed: &str) -> Result<Timestamp, String> {
    let now = Timestamp::now();
    let hours = [("d", 24), ("h", 1)].into_iter().find_map(|(unit, hours)| {
        let count: u32 = typed.strip_suffix(unit)?.parse().ok()?;
        count.checked_mul(hours)
    });
    // A fraction of a second means nothing to whoever reads the file.
    let now = Timestamp::from_second(now.as_second()).unwrap_or(now);
    let moment = match hours {
        Some(hours) if hours <= LONGEST_HOURS => {
            now.checked_add(SignedDuration::from_hours(hours.into())).ok()
        }
        Some(_) => None,
        None => typed.parse().ok(),
    };
    moment.filter(|moment| *moment > now).ok_or_else(|| {
        "must be some days or hours such as 90d or 12h (ten years at most), or a time to come such as 2027-01-31T00:00:00Z"
            .to_owned()
    })
}
