//! Which commit was measured: read from the repository's own files.
//!
//! [`revision`] starts no program and asks nobody: the commit stands in `.git`, by name in `HEAD`, by number in a file of
//! that name or in `packed-refs`. Where a workflow runs without a repository, its variable says so.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

/// What build services call the commit they work on.
const VARIABLES: [&str; 2] = ["GITHUB_SHA", "CI_COMMIT_SHA"];

/// The commit that is checked out in a folder or in one above it, in full; otherwise the one that the environment names.
pub fn revision(folder: &Path) -> Option<String> {
    let folder = fs::canonicalize(folder).ok()?;
    let checked_out = folder.ancestors().find_map(git_folder).and_then(|git| head(&git));
    let named = || VARIABLES.iter().find_map(|name| commit(&env::var(name).ok()?));
    checked_out.or_else(named)
}

/// Where the repository of a work tree keeps its state, if a folder is one.
fn git_folder(folder: &Path) -> Option<PathBuf> {
    let git = folder.join(".git");
    if git.is_dir() {
        return Some(git);
    }
    // A further work tree has a file that names the folder.
    let text = fs::read_to_string(&git).ok()?;
    Some(folder.join(text.strip_prefix("gitdir:")?.trim()))
}

/// The commit that `HEAD` means.
fn head(git: &Path) -> Option<String> {
    let head = fs::read_to_string(git.join("HEAD")).ok()?;
    let Some(name) = head.strip_prefix("ref:") else { return commit(&head) };
    let name = name.trim();
    // Branches are common to all work trees.
    let common = fs::read_to_string(git.join("commondir")).unwrap_or_default();
    let common = git.join(common.trim());
    let loose = || commit(&fs::read_to_string(common.join(name)).ok()?);
    let packed = || {
        let packed = fs::read_to_string(common.join("packed-refs")).ok()?;
        let line = packed.lines().find(|line| line.split(' ').nth(1) == Some(name))?;
        commit(line.split(' ').next()?)
    };
    loose().or_else(packed)
}

/// The text, if it is a commit's number.
fn commit(text: &str) -> Option<String> {
    let text = text.trim();
    let is_number = text.len() >= 40 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_number.then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::revision;

    const ONE: &str = "1111111111111111111111111111111111111111";
    const TWO: &str = "2222222222222222222222222222222222222222";

    #[test]
    fn the_commit_is_found_from_a_folder_of_the_work_tree() {
        let folder = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        write("deep/below/file", "");
        write(".git/HEAD", "ref: refs/heads/main\n");
        let found = || revision(&folder.path().join("deep/below"));
        write(".git/packed-refs", &format!("# pack-refs with: peeled\n{TWO} refs/heads/main\n"));
        assert_eq!(found().as_deref(), Some(TWO), "packed");
        write(".git/refs/heads/main", &format!("{ONE}\n"));
        assert_eq!(found().as_deref(), Some(ONE), "newer than the packed one");
        write(".git/HEAD", &format!("{TWO}\n"));
        assert_eq!(found().as_deref(), Some(TWO), "no branch");
        // A further work tree keeps only its head apart.
        write("tree/.git", "gitdir: ../.git/worktrees/tree\n");
        write(".git/worktrees/tree/HEAD", "ref: refs/heads/main\n");
        write(".git/worktrees/tree/commondir", "../..\n");
        assert_eq!(revision(&folder.path().join("tree")).as_deref(), Some(ONE));
    }
}
