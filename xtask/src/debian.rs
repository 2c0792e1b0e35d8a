//! Programs of other people, from Debian's packages.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::program;

/// Finds a program; installs the package of its name where it is missing and may be installed.
pub(crate) fn find_or_install(name: &str) -> Result<PathBuf> {
    if let Some(binary) = find(name) {
        return Ok(binary);
    }
    let apt = Path::new("/usr/bin/apt-get");
    if Path::new("/etc/debian_version").exists() && is_root() && apt.exists() {
        // Whoever needs a server starts it: runlevel 1 keeps a package from starting one of its own.
        let environment = [("DEBIAN_FRONTEND", "noninteractive"), ("RUNLEVEL", "1")];
        program::finish(Command::new(apt).arg("update").envs(environment))?;
        let install = ["install", "--yes", "--no-install-recommends", name];
        program::finish(Command::new(apt).args(install).envs(environment))?;
    }
    find(name).with_context(|| {
        format!("there is no {name}: install Debian's package with `sudo apt-get install {name}`, or get it in another way")
    })
}

/// Whether this process may install packages: who owns its own folder in `/proc`.
fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|myself| myself.uid() == 0)
}

/// A program on the path, or where Debian has servers: `sbin` is not on everybody's path.
fn find(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain([PathBuf::from("/usr/sbin")]);
    folders.map(|folder| folder.join(name)).find(|binary| binary.is_file())
}
