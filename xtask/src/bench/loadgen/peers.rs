//! Other people's generators: wrk from Debian, oha and Goose as crates, Locust as a Python package.
//!
//! They are installed below `target/` (wrk as a package of the system) and kept for the next run. One that cannot be
//! installed is left out, and that is said.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use super::generator::Kind;
use crate::flags::Part;
use crate::{debian, interop, program, project};

/// The releases of the crates; Locust's is `xtask/src/interop.rs`'s, wrk's is Debian's.
const OHA: &str = "1.16.0";
const GOOSE: &str = include_str!("goose.toml");

const GOOSE_PROGRAM: &str = include_str!("goose.rs");
const WRK_SCRIPT: &str = include_str!("post.lua");
const LOCUST_SCRIPT: &str = include_str!("locustfile.py");

/// What could be installed of what is wanted.
#[derive(Debug, Default)]
pub(super) struct Peers {
    /// A kind with its program; Locust stands here once for each client.
    pub(super) programs: Vec<(Kind, PathBuf)>,
    /// What is missing, and why.
    pub(super) notes: Vec<String>,
}

impl Peers {
    /// Installs what is wanted and not there yet: minutes, the first time.
    pub(super) fn install(wants: impl Fn(Part) -> bool) -> Result<Self> {
        let folder = project::scratch("bench");
        fs::create_dir_all(&folder).with_context(|| format!("create {}", folder.display()))?;
        fs::write(script(&folder, Kind::Wrk), WRK_SCRIPT).context("write wrk's script")?;
        fs::write(script(&folder, Kind::LocustFast), LOCUST_SCRIPT).context("write locustfile")?;
        let mut peers = Self::default();
        for (part, kinds, install) in SOURCES {
            if !wants(part) {
                continue;
            }
            match install(&folder) {
                Ok(program) => {
                    peers.programs.extend(kinds.iter().map(|kind| (*kind, program.clone())));
                }
                Err(_) if program::interrupted() => anyhow::bail!("interrupted"),
                Err(error) => {
                    peers
                        .notes
                        .push(format!("{part:?} is left out, it cannot be installed: {error:#}"));
                }
            }
        }
        Ok(peers)
    }
}

/// The file that tells a generator what to do; only wrk and Locust need one.
pub(super) fn script(folder: &Path, kind: Kind) -> PathBuf {
    folder.join(if kind == Kind::Wrk { "post.lua" } else { "locustfile.py" })
}

type Install = fn(&Path) -> Result<PathBuf>;

const SOURCES: [(Part, &[Kind], Install); 4] = [
    (Part::Wrk, &[Kind::Wrk], |_| debian::find_or_install("wrk")),
    (Part::Oha, &[Kind::Oha], oha),
    (Part::Goose, &[Kind::Goose], goose),
    (Part::Locust, &[Kind::LocustFast, Kind::LocustPlain], |_| {
        interop::install_locust(&interop::room()?)
    }),
];

fn oha(folder: &Path) -> Result<PathBuf> {
    let root = folder.join("peers");
    let program = root.join("bin/oha");
    let version = Command::new(&program).arg("--version").output();
    let is_there = version.is_ok_and(|said| String::from_utf8_lossy(&said.stdout).contains(OHA));
    if !is_there {
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(["install", "oha", "--locked", "--force", "--version", OHA]);
        program::finish(
            cargo.arg("--root").arg(&root).arg("--target-dir").arg(root.join("build")),
        )?;
    }
    Ok(program)
}

/// A crate of its own: Goose is a library.
fn goose(folder: &Path) -> Result<PathBuf> {
    let home = folder.join("goose");
    fs::create_dir_all(home.join("src")).with_context(|| format!("create {}", home.display()))?;
    write_if_new(&home.join("Cargo.toml"), GOOSE)?;
    write_if_new(&home.join("src/main.rs"), GOOSE_PROGRAM)?;
    let mut cargo = Command::new(env!("CARGO"));
    cargo.current_dir(&home).args(["build", "--release", "--target-dir", "target"]);
    program::finish(&mut cargo)?;
    Ok(home.join("target/release/goose-peer"))
}

/// A file that stays as old as it is builds nothing anew.
fn write_if_new(path: &Path, text: &str) -> Result<()> {
    if fs::read_to_string(path).is_ok_and(|known| known == text) {
        return Ok(());
    }
    fs::write(path, text).with_context(|| format!("write {}", path.display()))
}
