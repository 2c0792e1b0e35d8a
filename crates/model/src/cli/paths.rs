//! Places of files: whether two are one, and whether something may be written there.

use std::{
    fs::File,
    io::BufReader,
    path::{Path, PathBuf},
};

use anyhow::{Result, ensure};
use serde::{Deserialize, de::IgnoredAny};

/// Whether two paths are one file; one that does not exist yet is told by its folder.
pub(super) fn is_same(path: &Path, other: &Path) -> bool {
    let place = |path: &Path| -> PathBuf {
        let in_folder = || Some(folder(path).canonicalize().ok()?.join(path.file_name()?));
        path.canonicalize().ok().or_else(in_folder).unwrap_or_else(|| path.into())
    };
    place(path) == place(other)
}

/// Makes sure that none of the files to be written is one that is read, or another one of them.
///
/// # Errors
/// Names the first that is, and says that `what` need a file each.
pub(super) fn keep_apart<'p>(
    read: impl IntoIterator<Item = &'p Path>,
    written: impl IntoIterator<Item = &'p Path>,
    what: &str,
) -> Result<()> {
    let mut before: Vec<&Path> = read.into_iter().collect();
    for path in written {
        let is_taken = before.iter().any(|other| is_same(other, path));
        ensure!(!is_taken, "write {}: {what} need a file each", path.display());
        before.push(path);
    }
    Ok(())
}

/// Makes sure that there is a folder for a file to be written: a missing one is more often a slip than a wish.
///
/// # Errors
/// Names the folder that is not there.
pub(super) fn check_folder(path: &Path) -> Result<()> {
    let folder = folder(path);
    ensure!(folder.is_dir(), "write {}: there is no folder {}", path.display(), folder.display());
    Ok(())
}

/// Makes sure that no file but a model would be lost.
///
/// # Errors
/// There is another file at `path`.
pub(super) fn check_model(path: &Path) -> Result<()> {
    ensure!(
        !path.exists() || is_model(path),
        "write {}: the file exists and is no model; say --force to write over it",
        path.display()
    );
    Ok(())
}

/// Whether a file has the members of a model file, of whatever format.
fn is_model(path: &Path) -> bool {
    #[derive(Deserialize)]
    struct Members {
        #[serde(rename = "format")]
        _format: u64,
        #[serde(rename = "model")]
        _model: IgnoredAny,
    }

    let file = File::open(path).map(BufReader::new);
    file.is_ok_and(|file| serde_json::from_reader::<_, Members>(file).is_ok())
}

fn folder(path: &Path) -> &Path {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    parent.unwrap_or(Path::new("."))
}
