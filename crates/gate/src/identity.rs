//! The name of a run that its files give it: a copy of a run is the same run.

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
};

use lead_stats::Paths;
use sha2::{Digest, Sha256};

use crate::error::GateError;

/// How much of a file is read at once.
const PART_BYTES: usize = 64 * 1024;

/// Nobody has enough runs for two to meet in 12 hexadecimal digits by chance.
const DIGEST_BYTES: usize = 6;

/// The first 12 hexadecimal digits of the SHA-256 of a run's summary and its history.
pub(crate) fn identity(paths: &Paths) -> Result<String, GateError> {
    let mut hash = Sha256::new();
    for path in [&paths.summary, &paths.history] {
        match feed(&mut hash, path) {
            // Who kept only the summary is known by that.
            Err(missing) if missing.kind() == io::ErrorKind::NotFound => {}
            read => read.map_err(|source| GateError::Unreadable { path: path.clone(), source })?,
        }
    }
    Ok(hash.finalize()[..DIGEST_BYTES].iter().map(|byte| format!("{byte:02x}")).collect())
}

fn feed(hash: &mut Sha256, path: &Path) -> io::Result<()> {
    let mut file = File::open(path)?;
    let mut part = vec![0; PART_BYTES];
    loop {
        match file.read(&mut part)? {
            0 => return Ok(()),
            count => hash.update(&part[..count]),
        }
    }
}
