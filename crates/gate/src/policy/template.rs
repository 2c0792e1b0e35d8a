//! The rules file that `lead-gate init` writes.

use std::{fs::OpenOptions, io, io::Write, path::Path};

use crate::error::PolicyError;

/// The built-in rules as a file, with a comment on everything that can be changed.
pub const TEMPLATE: &str = include_str!("gate.toml");

/// Writes [`TEMPLATE`] to a file that does not exist yet.
///
/// # Errors
///
/// If there is a file already, which is left as it is, or if none can be written.
pub fn init(path: &Path) -> Result<(), PolicyError> {
    let file = OpenOptions::new().write(true).create_new(true).open(path);
    file.and_then(|mut file| file.write_all(TEMPLATE.as_bytes())).map_err(|error| {
        let what = match error.kind() {
            io::ErrorKind::AlreadyExists => {
                "there is a file already and it stays as it is; name another, or remove it"
                    .to_owned()
            }
            _ => format!("cannot be written: {error}; name a file in a folder that exists"),
        };
        PolicyError::Unusable { path: path.to_owned(), what }
    })
}
