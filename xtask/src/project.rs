//! Where things lie in this repository.
//!
//! Paths, and folders to work in; what lies in them is the business of the
//! verbs.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The repository's root folder.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask/ lies in the repository's root")
}

/// The committed model.
pub(crate) fn model() -> PathBuf {
    root().join("models/b2b-v1.json")
}

/// A folder of our own below cargo's target directory.
pub(crate) fn scratch(name: &str) -> PathBuf {
    target().join(name)
}

/// The same folder, there and with nothing in it.
pub(crate) fn empty_scratch(name: &str) -> Result<PathBuf> {
    let folder = scratch(name);
    if folder.exists() {
        std::fs::remove_dir_all(&folder)
            .with_context(|| format!("failed to empty {}", folder.display()))?;
    }
    std::fs::create_dir_all(&folder)
        .with_context(|| format!("failed to create {}", folder.display()))?;
    Ok(folder)
}

/// An optimised binary of the workspace.
pub(crate) fn release_binary(name: &str) -> PathBuf {
    target().join("release").join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}

/// A path as a person would type it from the root.
pub(crate) fn shown(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string()
}

/// Cargo's target directory.
pub(crate) fn target() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => root().join(folder),
        None => root().join("target"),
    }
}
