//! Are the workflows and actions in `.github` well formed, pinned and safe?
//!
//! check-jsonschema holds them against GitHub's own schemas, which it brings along; zizmor looks for what an attacker
//! would: expressions in scripts, actions by tag, tokens that may too much. Neither asks the network.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, ensure};

use crate::{program, project, python};

/// The releases that `.github` was last looked at with.
const PACKAGES: [&str; 2] = ["zizmor==1.32.0", "check-jsonschema==0.39.0"];

/// Fails with the first file that is not as it should be.
pub(crate) fn run() -> Result<ExitCode> {
    let programs = python::install(&room()?, &PACKAGES)?;
    let github = project::root().join(".github");
    let kinds = [
        ("vendor.github-workflows", files(&github.join("workflows"), 1)?),
        ("vendor.github-actions", files(&github.join("actions"), 2)?),
    ];
    for (schema, files) in kinds {
        ensure!(!files.is_empty(), "there is no file to hold against {schema} in .github");
        let mut check = Command::new(programs.join("check-jsonschema"));
        program::finish(check.args(["--builtin-schema", schema]).args(&files))
            .with_context(|| format!("a file in .github is not as {schema} wants it"))?;
    }
    let mut zizmor = Command::new(programs.join("zizmor"));
    zizmor.args(["--offline", "--no-progress", "--persona", "pedantic"]).arg(&github);
    program::finish(&mut zizmor)
        .context("zizmor found something in .github; its words above say what")?;
    Ok(ExitCode::SUCCESS)
}

fn room() -> Result<PathBuf> {
    let room = project::scratch("lint-ci");
    fs::create_dir_all(&room).with_context(|| format!("failed to create {}", room.display()))?;
    Ok(room)
}

/// The YAML files so many folders below `folder`, in the order of their names.
fn files(folder: &Path, depth: u32) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let entries =
        fs::read_dir(folder).with_context(|| format!("failed to read {}", folder.display()))?;
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() && depth > 1 {
            found.extend(files(&path, depth - 1)?);
        } else if path.extension().is_some_and(|end| end == "yml" || end == "yaml") {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}
