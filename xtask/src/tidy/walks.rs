//! Whether the documents still tell the truth about the tree.
//!
//! Two checks: every relative link of a document leads somewhere, and each walk
//! of docs/ARCHITECTURE.md (a section whose steps are numbered and open with a
//! file) enters real files, every file once. What the words say is not checked.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use crate::project;

/// Folders whose Markdown files are ours.
const PLACES: [&str; 10] = [
    "",
    "docs",
    "models",
    "crates/gate",
    "crates/loadgen",
    "crates/model",
    "crates/model/benches/sklearn",
    "crates/service",
    "crates/stats",
    "xtask",
];

/// Fails with every broken link and every false step, one a line.
pub(crate) fn check() -> Result<()> {
    let mut broken = Vec::new();
    for document in documents()? {
        let text = fs::read_to_string(&document)
            .with_context(|| format!("failed to read {}", document.display()))?;
        broken.extend(dead_links(&document, &text));
        if document.ends_with("docs/ARCHITECTURE.md") {
            broken.extend(false_steps(&text));
        }
    }
    ensure!(broken.is_empty(), "documents do not match the tree:\n  {}", broken.join("\n  "));
    Ok(())
}

fn documents() -> Result<Vec<PathBuf>> {
    let mut documents = Vec::new();
    for place in PLACES {
        let folder = project::root().join(place);
        let entries = fs::read_dir(&folder)
            .with_context(|| format!("failed to list {}", folder.display()))?;
        for entry in entries {
            let path = entry?.path();
            if path.extension().is_some_and(|extension| extension == "md") {
                documents.push(path);
            }
        }
    }
    documents.sort();
    Ok(documents)
}

/// Relative links `[...](target)` whose target does not exist.
fn dead_links(document: &Path, text: &str) -> Vec<String> {
    let folder = document.parent().unwrap_or(Path::new(""));
    let targets = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    let files = targets.filter(|target| !target.contains("://") && !target.starts_with('#'));
    files
        .filter(|target| !folder.join(target.split('#').next().unwrap_or_default()).exists())
        .map(|target| {
            format!("{} links to {target}, which does not exist", project::shown(document))
        })
        .collect()
}

/// Steps of walks that name no real file, or one that this walk was in before.
fn false_steps(text: &str) -> Vec<String> {
    let mut broken = Vec::new();
    let (mut walk, mut seen) = ("", BTreeSet::new());
    for line in text.lines() {
        if let Some(title) = line.strip_prefix('#') {
            (walk, seen) = (title.trim_start_matches('#').trim(), BTreeSet::new());
        }
        let Some(file) = step(line) else { continue };
        if !project::root().join(file).is_file() {
            broken.push(format!("the walk \"{walk}\" enters {file}, which does not exist"));
        }
        if !seen.insert(file) {
            broken.push(format!("the walk \"{walk}\" enters {file} twice"));
        }
    }
    broken
}

/// The file of a line such as "3. `crates/model/src/score.rs`: ...".
fn step(line: &str) -> Option<&str> {
    let (number, rest) = line.split_once(". `")?;
    number.parse::<u32>().ok()?;
    let (file, words) = rest.split_once('`')?;
    words.starts_with(':').then_some(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_name_only_what_exists_and_walks_enter_every_file_once() {
        check().unwrap();
    }

    #[test]
    fn a_walk_that_turns_back_or_enters_nothing_is_named() {
        let text = "## A\n1. `Cargo.toml`: in\n2. `Cargo.toml`: again\n## B\n1. `Cargo.toml`: new walk\n2. `no.rs`: gone\n";
        let expected = [
            "the walk \"A\" enters Cargo.toml twice",
            "the walk \"B\" enters no.rs, which does not exist",
        ];
        assert_eq!(false_steps(text), expected);
    }

    #[test]
    fn a_link_to_nowhere_is_named() {
        let document = project::root().join("README.md");
        let text = "[a](docs) [b](docs/nowhere.md#x) [c](https://example.org) [d](#here)";
        assert_eq!(
            dead_links(&document, text),
            ["README.md links to docs/nowhere.md#x, which does not exist"]
        );
    }
}
