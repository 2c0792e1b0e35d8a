//! Model files and their neighbours on disk.

use std::{fs, path::Path};

use anyhow::{Context, Result};

use super::paths::check_folder;
use crate::scorer::Scorer;

/// Opens and verifies a model.
pub(super) fn open(path: &Path) -> Result<Scorer> {
    let file = fs::File::open(path).with_context(|| format!("open {}", path.display()))?;
    Scorer::load(file).with_context(|| format!("load {}", path.display()))
}

/// Writes a file whole or not at all: beside its place first, then renamed.
pub(super) fn replace(path: &Path, content: &[u8]) -> Result<()> {
    check_folder(path)?;
    let mut partial = path.as_os_str().to_owned();
    partial.push(".partial");
    let write = || -> std::io::Result<()> {
        fs::write(&partial, content)?;
        fs::rename(&partial, path)
    };
    let done = write();
    if done.is_err() {
        // The first error is the one to tell; half a file must not stay either way.
        let _ = fs::remove_file(&partial);
    }
    done.with_context(|| format!("write {}", path.display()))
}
