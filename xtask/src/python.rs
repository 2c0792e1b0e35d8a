//! Programs of other people, as Python packages in a virtual environment below `target/`.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::program;

/// The folder of the programs of `packages`, each with its version, in an environment that is made once and kept in
/// `room`; one that came there by a copy or a move, or is half made, is made anew.
pub(crate) fn install(room: &Path, packages: &[&str]) -> Result<PathBuf> {
    let environment = room.join("venv");
    let python = environment.join("bin/python");
    if !is_made_here(&environment) {
        clear(&environment)?;
        program::finish(Command::new("python3").args(["-m", "venv"]).arg(&environment))
            .context("this verb needs python3 (3.11 or later) with its venv module")?;
    }
    let mut pip = Command::new(&python);
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]).args(packages);
    program::finish(&mut pip).with_context(|| {
        format!(
            "pip could not install {}; its own words stand above: is there a way to a package index, and is this Python 3.11 \
             or later?",
            packages.join(", ")
        )
    })?;
    Ok(environment.join("bin"))
}

/// Whether there is an environment that works. Its programs begin with the path of its own Python, so that one that was made
/// elsewhere fails, or runs what stands there; and without pip it is half made.
fn is_made_here(environment: &Path) -> bool {
    let pip = fs::read_to_string(environment.join("bin/pip")).unwrap_or_default();
    let python = environment.join("bin/python");
    // A long path stands in the second line.
    pip.lines().take(2).any(|line| line.contains(&*python.to_string_lossy())) && python.exists()
}

fn clear(environment: &Path) -> Result<()> {
    match fs::remove_dir_all(environment) {
        Err(fault) if fault.kind() != ErrorKind::NotFound => {
            Err(fault).with_context(|| format!("failed to remove {}", environment.display()))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{clear, is_made_here};

    #[test]
    fn an_environment_that_was_moved_or_is_half_made_is_made_anew() {
        let room = tempfile::tempdir().unwrap();
        let environment = room.path().join("venv");
        let bin = environment.join("bin");
        assert!(!is_made_here(&environment));
        clear(&environment).unwrap();
        fs::create_dir_all(&bin).unwrap();
        fs::write(bin.join("python"), "").unwrap();
        assert!(!is_made_here(&environment), "without pip");
        fs::write(bin.join("pip"), format!("#!{}/python3.11\nimport re\n", bin.display())).unwrap();
        assert!(is_made_here(&environment));
        let moved = room.path().join("moved");
        fs::rename(&environment, &moved).unwrap();
        assert!(!is_made_here(&moved));
        clear(&moved).unwrap();
        assert!(!moved.exists());
    }
}
