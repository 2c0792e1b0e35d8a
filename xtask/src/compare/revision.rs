//! A revision of this repository, and the service built from it.
//!
//! [`Revision::find`] asks git what a name means. [`Revision::build`] builds `lead-service` alone, so that both sides get
//! their dependencies with the same features: of the working tree in place, of a commit in a git worktree below
//! `target/compare`, which is taken away again, with a target folder that stays. Program and committed model are copied to
//! a folder named for the commit and the compiler: the same base is built once.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use super::say;
use crate::{program, project};

/// What `--head` says for the working tree.
const WORKTREE: &str = "worktree";

/// What can be compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Revision {
    /// What lies here.
    Worktree,
    /// A commit, in full, and what it was called.
    Commit { hash: String, name: String },
}

/// A built service and the model that it serves.
#[derive(Clone, Debug)]
pub(crate) struct Build {
    /// For people.
    pub(crate) name: String,
    pub(crate) service: PathBuf,
    pub(crate) model: PathBuf,
}

impl fmt::Display for Revision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Worktree => f.write_str("the working tree"),
            Self::Commit { hash, name } if hash.starts_with(name.as_str()) => {
                f.write_str(&hash[..SHORT])
            }
            Self::Commit { hash, name } => write!(f, "{name} ({})", &hash[..SHORT]),
        }
    }
}

/// As many digits tell commits apart here.
const SHORT: usize = 12;

impl Revision {
    /// What `name` means, or why it means nothing.
    pub(crate) fn find(name: &str) -> Result<Self> {
        if name == WORKTREE {
            return Ok(Self::Worktree);
        }
        let commit = format!("{name}^{{commit}}");
        let found = git(&["rev-parse", "--verify", "--quiet", "--end-of-options", &commit])
            .stderr(Stdio::null())
            .output()
            .context("failed to start git")?;
        let hash = String::from_utf8_lossy(&found.stdout).trim().to_owned();
        if !found.status.success() || hash.len() < SHORT {
            bail!(
                "no commit is called {name:?}: see git branch --all and git log; in CI, fetch it first (actions/checkout \
                 with fetch-depth: 0)"
            );
        }
        Ok(Self::Commit { hash, name: name.to_owned() })
    }

    /// Whether it is the same code as another revision for certain; the working tree may differ from any commit.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Commit { hash, .. }, Self::Commit { hash: other, .. }) => hash == other,
            _ => self == other,
        }
    }

    /// Builds the service; `side` is how progress speaks of it.
    pub(crate) fn build(&self, side: &str) -> Result<Build> {
        let name = format!("{side}, {self}");
        let Self::Commit { hash, .. } = self else {
            say(&format!("building {name} (release)"));
            let service = build(project::root(), &project::target(), &name)?;
            return keep(&service, &project::model(), "worktree", name);
        };
        let kept = format!("{}-{}", &hash[..SHORT], compiler()?);
        let folder = kept_in(&kept);
        let build_of =
            |name| Build { name, service: folder.join(SERVICE), model: folder.join(MODEL) };
        if folder.join(SERVICE).exists() && folder.join(MODEL).exists() {
            say(&format!("{name}: built before, in {}", project::shown(&folder)));
            return Ok(build_of(name));
        }
        say(&format!("building {name} (release)"));
        let tree = Checkout::of(hash)?;
        // Not where the working tree is built: cargo takes the two for one workspace, and would build both anew each time.
        let service = build(&tree.0, &project::scratch("compare").join("build"), &name)?;
        keep(&service, &tree.0.join("models/b2b-v1.json"), &kept, name)
    }
}

const SERVICE: &str = "lead-service";
const MODEL: &str = "model.json";

/// Generator and gate, of the working tree for both sides, and in the target folder of everyday.
pub(crate) fn build_tools() -> Result<()> {
    say("building the generator and the gate (release)");
    let mut cargo = Command::new(env!("CARGO"));
    cargo.current_dir(project::root()).args(["build", "--release"]);
    program::finish(cargo.args(["-p", "lead-loadgen", "-p", "lead-gate"]))
}

/// A commit's files, checked out where nobody works; taken away when this is dropped.
struct Checkout(PathBuf);

impl Checkout {
    fn of(hash: &str) -> Result<Self> {
        // Always at the same place: cargo then compiles of the next commit only what differs from this one.
        let folder = project::scratch("compare").join("tree");
        remove(&folder);
        let mut add = git(&["worktree", "add", "--quiet", "--force", "--detach"]);
        add.arg(&folder).arg(hash);
        program::finish(&mut add).with_context(|| {
            format!("failed to check out {hash} in {}", project::shown(&folder))
        })?;
        Ok(Self(folder))
    }
}

impl Drop for Checkout {
    fn drop(&mut self) {
        remove(&self.0);
    }
}

/// Takes away a checkout, also one that an earlier call left when it was killed.
fn remove(folder: &Path) {
    if folder.exists() {
        let mut remove = git(&["worktree", "remove", "--force"]);
        let _ = remove.arg(folder).stderr(Stdio::null()).status();
        // Where git does not know it as a worktree any more.
        let _ = std::fs::remove_dir_all(folder);
    }
    let _ = git(&["worktree", "prune"]).status();
}

fn git(words: &[&str]) -> Command {
    let mut command = Command::new("git");
    command.current_dir(project::root()).args(words);
    command
}

/// Builds the service of the workspace in `folder`, and nothing else, and returns the program.
fn build(folder: &Path, target: &Path, name: &str) -> Result<PathBuf> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.current_dir(folder).env("CARGO_TARGET_DIR", target);
    cargo.args(["build", "--release", "--locked", "-p", SERVICE]);
    program::finish(&mut cargo).with_context(|| {
        format!("{name} does not build, so there is nothing to compare; cargo says why above")
    })?;
    Ok(target.join("release").join(format!("{SERVICE}{}", std::env::consts::EXE_SUFFIX)))
}

fn kept_in(name: &str) -> PathBuf {
    project::scratch("compare").join("built").join(name)
}

/// Copies a built service and its model to where the next build does not overwrite them.
fn keep(service: &Path, model: &Path, kept: &str, name: String) -> Result<Build> {
    let folder = kept_in(kept);
    std::fs::create_dir_all(&folder)
        .with_context(|| format!("failed to create {}", folder.display()))?;
    let copy = |from: &Path, to: &str| {
        let to = folder.join(to);
        // A program that somebody still runs cannot be written to, but it can be replaced.
        let _ = std::fs::remove_file(&to);
        std::fs::copy(from, &to).with_context(|| format!("failed to copy {}", from.display()))?;
        anyhow::Ok(to)
    };
    // The service last: where it is, the model is too.
    let model = copy(model, MODEL)?;
    Ok(Build { name, service: copy(service, SERVICE)?, model })
}

/// The compiler in a word: what another one built is no base to compare with.
fn compiler() -> Result<String> {
    let output = Command::new(std::env::var_os("RUSTC").unwrap_or("rustc".into()))
        .arg("--version")
        .output()
        .context("failed to start rustc")?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let version = text.split_whitespace().nth(1).context("rustc does not tell its version")?;
    Ok(format!("rustc-{version}"))
}

#[cfg(test)]
mod tests {
    use super::Revision;

    #[test]
    fn a_name_without_a_commit_is_told_with_what_to_do() {
        let refusal = Revision::find("no-such-branch-anywhere").unwrap_err().to_string();
        assert!(
            refusal.starts_with("no commit is called \"no-such-branch-anywhere\""),
            "{refusal}"
        );
        assert!(refusal.contains("fetch"), "{refusal}");
        // Not an option of git.
        Revision::find("--all").unwrap_err();
    }

    #[test]
    fn the_working_tree_is_a_revision_of_its_own() {
        assert_eq!(Revision::find("worktree").unwrap(), Revision::Worktree);
        let hash = "0123456789abcdef0123456789abcdef01234567".to_owned();
        let named = Revision::Commit { hash: hash.clone(), name: "main".to_owned() };
        assert_eq!(named.to_string(), "main (0123456789ab)");
        let name = hash[..12].to_owned();
        assert_eq!(Revision::Commit { hash, name }.to_string(), "0123456789ab");
    }
}
