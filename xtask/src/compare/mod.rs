//! Base against head on this machine: `cargo xtask compare --base REF`.
//!
//! Builds the service of both revisions, starts both and leaves them running, loads one after the other in turns (AB, BA,
//! AB, ...) from the working tree's generator, and lets the working tree's gate judge the pairs. Everything lies in one
//! folder, and the exit code is the gate's.

mod arena;
mod delay;
mod flags;
mod judge;
mod outcome;
mod proxy;
mod revision;

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};

pub(crate) use self::arena::{Arena, Load};
pub(crate) use self::delay::Delay;
pub(crate) use self::flags::{CompareFlags, ProxyFlags};
pub(crate) use self::judge::gate;
pub(crate) use self::outcome::{Deciding, Outcome};
pub(crate) use self::proxy::run as run_proxy;
pub(crate) use self::revision::{Revision, build_tools};
use crate::{program, project};

/// The shell's convention for a process that was ended by SIGINT.
const EXIT_INTERRUPTED: u8 = 130;

/// Compares and returns the exit code for `cargo xtask compare`.
pub(crate) fn run(flags: &CompareFlags) -> Result<ExitCode> {
    program::catch_interrupts()?;
    let base = Revision::find(&flags.base)?;
    let head = if flags.same { base.clone() } else { Revision::find(&flags.head)? };
    if base == head && !flags.same && flags.delay_head.is_none() {
        bail!(
            "base and head are both {base}: nothing could differ. Name an earlier --base, or say --same to see what this \
             machine makes of two equal builds"
        );
    }
    let folder = folder(flags.out.as_deref())?;
    let base = base.build("base")?;
    let head = if flags.same { base.clone() } else { head.build("head")? };
    build_tools()?;
    let load = flags.load();
    say(&format!(
        "{} against {}: {} rounds of {} s of each at {} requests/s",
        head.name, base.name, flags.rounds, load.run_time_s, load.rate
    ));
    let delay = flags.delay_head.unwrap_or(Delay::None);
    let mut arena = Arena::open([&base, &head], &folder, load)?;
    arena.delay_head(delay, flags.proxied || delay != Delay::None)?;
    let runs = arena.play(flags.rounds, &folder);
    let closed = arena.close();
    let runs = runs?;
    closed?;
    if program::interrupted() {
        say(&format!("interrupted: what was measured lies in {}", project::shown(&folder)));
        return Ok(ExitCode::from(EXIT_INTERRUPTED));
    }
    say("judging");
    // Not through `wait`: an interrupt that ended the load must not end the judgement too.
    let status =
        gate(&runs, &folder, &flags.gate_words()).status().context("failed to start lead-gate")?;
    if let Some(summary) = &flags.markdown {
        append(&folder.join("compare.md"), summary)?;
    }
    say(&format!(
        "{0}: one folder for each run, compare.json and compare.md, the services' logs",
        project::shown(&folder)
    ));
    Ok(match status.code() {
        Some(code) => ExitCode::from(u8::try_from(code).unwrap_or(1)),
        None => ExitCode::FAILURE,
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

/// Adds a report to a file that others write to as well.
fn append(report: &Path, to: &Path) -> Result<()> {
    let text = std::fs::read(report).context("failed to read the report")?;
    let file = File::options().create(true).append(true).open(to);
    file.and_then(|mut file| file.write_all(&text))
        .with_context(|| format!("failed to write to {}", to.display()))
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
