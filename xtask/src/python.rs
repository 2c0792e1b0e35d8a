//! Programs of other people, as Python packages in a virtual environment below `target/`.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::program;

/// The folder of the programs of `packages`, each with its version, in an environment that is made once and kept in
/// `room`.
pub(crate) fn install(room: &Path, packages: &[&str]) -> Result<PathBuf> {
    let environment = room.join("venv");
    let python = environment.join("bin/python");
    if !python.exists() {
        program::finish(Command::new("python3").args(["-m", "venv"]).arg(&environment))
            .context("this verb needs python3 (3.10 or later) with its venv module")?;
    }
    let mut pip = Command::new(&python);
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]).args(packages);
    program::finish(&mut pip).with_context(|| {
        format!("pip could not install {}; what it says stands above: is there a way to a package index, and is this Python 3.11 or later?", packages.join(", "))
    })?;
    Ok(environment.join("bin"))
}
