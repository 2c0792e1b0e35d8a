//! The name of a run that its files give it: a copy of a run is the same run.

use std::io;

use lead_stats::Paths;
use sha2::{Digest, Sha256};

use crate::{
    digest::{feed, hex},
    error::GateError,
};

/// Nobody has enough runs for two to meet in 12 hexadecimal digits by chance.
const DIGEST_BYTES: usize = 6;

/// The first 12 hexadecimal digits of the SHA-256 of a run's summary and its history.
pub(crate) fn identity(paths: &Paths) -> Result<String, GateError> {
    let mut hash = Sha256::new();
    for path in [&paths.summary, &paths.history] {
        match feed(&mut hash, path) {
            // Who kept only the summary is known by that.
            Err(missing) if missing.kind() == io::ErrorKind::NotFound => {}
            read => {
                read.map_err(|source| GateError::Unreadable { path: path.clone(), source })?;
            }
        }
    }
    Ok(hex(&hash.finalize()[..DIGEST_BYTES]))
}
