//! Base against head on this machine: `cargo xtask compare --base REF`.
//!
//! Builds the service of both revisions, starts both and leaves them running, loads one after the other in turns (AB, BA,
//! AB, ...) from the working tree's generator, and lets the working tree's gate judge the pairs. Everything lies in one
//! folder, and the exit code is the gate's.

mod arena;
mod awake;
mod delay;
mod flags;
mod judge;
mod outcome;
mod proxy;
mod revision;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};

pub(crate) use self::arena::{Arena, Load};
pub(crate) use self::awake::run as run_awake;
pub(crate) use self::delay::Delay;
pub(crate) use self::flags::{CompareFlags, ProxyFlags};
pub(crate) use self::judge::{JSON, gate};
pub(crate) use self::outcome::{Deciding, Outcome};
pub(crate) use self::proxy::run as run_proxy;
pub(crate) use self::revision::{Revision, build_tools};
use crate::{program, project};

/// The shell's convention for a process that was ended by SIGINT.
const EXIT_INTERRUPTED: u8 = 130;

/// The gate's codes for a comparison that was asked for wrongly, and for one that could not be made: 1 is kept for a
/// regression.
const EXIT_USAGE: u8 = 2;
const EXIT_NOT_COMPARED: u8 = 3;

/// Compares and returns the exit code for `cargo xtask compare`.
pub(crate) fn run(flags: &CompareFlags) -> Result<ExitCode> {
    program::catch_interrupts()?;
    let sides = sides(flags).and_then(|sides| Ok((sides, folder(flags.out.as_deref())?)));
    let outcome = match sides {
        Ok((sides, folder)) => compare(flags, &sides, &folder).or_else(|error| {
            complain(&error);
            Ok(ExitCode::from(EXIT_NOT_COMPARED))
        }),
        Err(error) => {
            complain(&error);
            Ok(ExitCode::from(EXIT_USAGE))
        }
    };
    if program::interrupted() { Ok(ExitCode::from(EXIT_INTERRUPTED)) } else { outcome }
}

/// The two revisions, if they could differ.
fn sides(flags: &CompareFlags) -> Result<[Revision; 2]> {
    let base = Revision::find(&flags.base)?;
    let head = if flags.same { base.clone() } else { Revision::find(&flags.head)? };
    if base.is_same(&head) && !flags.same && flags.delay_head.is_none() {
        bail!(
            "base and head are both {base}: nothing could differ. Name an earlier --base, or say --same to see what this \
             machine makes of two equal builds"
        );
    }
    Ok([base, head])
}

fn compare(flags: &CompareFlags, [base, head]: &[Revision; 2], folder: &Path) -> Result<ExitCode> {
    let base = base.build("base")?;
    let head = if flags.same { base.clone() } else { head.build("head")? };
    build_tools()?;
    let load = flags.load();
    say(&format!(
        "{} against {}: {} rounds of {} s of each at {} requests/s",
        head.name, base.name, flags.rounds, load.run_time_s, load.rate
    ));
    let delay = flags.delay_head.unwrap_or(Delay::None);
    let mut arena = Arena::open([&base, &head], folder, load)?;
    arena.delay_head(delay, flags.proxied || delay != Delay::None)?;
    let runs = arena.play(flags.rounds, folder);
    let closed = arena.close();
    let runs = runs?;
    closed?;
    if program::interrupted() {
        bail!("interrupted: what was measured lies in {}", project::shown(folder));
    }
    say("judging");
    let status =
        gate(&runs, folder, &flags.gate_words()?).status().context("failed to start lead-gate")?;
    say(&format!(
        "{}: one folder for each run, compare.json and compare.md, the services' logs",
        project::shown(folder)
    ));
    say(&format!("the page: {}", project::shown(&folder.join(judge::PAGE))));
    Ok(match status.code() {
        Some(code) => ExitCode::from(u8::try_from(code).unwrap_or(EXIT_NOT_COMPARED)),
        None => ExitCode::from(EXIT_NOT_COMPARED),
    })
}

/// The folder of a comparison: emptied, if it is our own; refused, if somebody named one that is not empty.
fn folder(out: Option<&Path>) -> Result<PathBuf> {
    let Some(out) = out else { return project::empty_scratch("compare/runs") };
    let folder = std::path::absolute(out).context("failed to resolve --out")?;
    let holds_something = folder.read_dir().is_ok_and(|mut entries| entries.next().is_some());
    if holds_something {
        bail!("{} is not empty: choose another --out or remove it first", project::shown(&folder));
    }
    std::fs::create_dir_all(&folder)
        .with_context(|| format!("failed to create {}", folder.display()))?;
    Ok(folder)
}

#[expect(clippy::print_stderr, reason = "an error that has an exit code of its own")]
fn complain(error: &anyhow::Error) {
    eprintln!("xtask: {error:#}");
}

#[expect(clippy::print_stderr, reason = "the steps of a comparison are shown as they happen")]
fn say(step: &str) {
    eprintln!("==> {step}");
}

#[cfg(test)]
mod tests {
    use super::folder;

    #[test]
    fn a_folder_with_something_in_it_is_refused_and_left_as_it_is() {
        let parent = tempfile::tempdir().unwrap();
        let out = parent.path().join("runs");
        assert_eq!(folder(Some(&out)).unwrap(), out);
        folder(Some(&out)).unwrap();
        std::fs::write(out.join("kept"), "kept").unwrap();
        let refusal = folder(Some(&out)).unwrap_err().to_string();
        assert!(refusal.contains("is not empty"), "{refusal}");
        assert!(out.join("kept").exists());
    }
}
