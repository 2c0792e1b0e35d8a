//! The account that a file holds.
//!
//! Every member is checked: those that cannot be computed as they are read, the rest by writing the document again and comparing.
//! So what is drawn from a file is what was drawn after the run, byte for byte.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use serde_json::Value;
use thiserror::Error;

use super::document::{KIND, SCHEMA_VERSION, twin};
use super::node::{Fault, Node};
use super::same::first_difference;
use super::{course, entry, gate, phases, run, times, verdict};
use crate::record::{Parts, Recording};
use crate::report::account::Account;
use crate::report::gate::GateVerdict;

/// A day with twenty endpoints has a tenth of it.
const LARGEST_BYTES: u64 = 128 * 1024 * 1024;

/// The version of the gate's file that is understood.
const GATE_VERSION: u64 = 2;

/// Why a file cannot be read.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum TwinError {
    /// The system does not let us.
    #[error("cannot read {}: {reason}; does the file exist?", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The system's words.
        reason: io::Error,
    },
    /// It is too large for what it should be.
    #[error("{}: is larger than {} MB, which no run's file is; give the file that --twin wrote", path.display(), LARGEST_BYTES / 1024 / 1024)]
    TooLarge {
        /// The file.
        path: PathBuf,
    },
    /// It is no JSON.
    #[error("{}: is no whole JSON ({reason}); give a file that was written to its end", path.display())]
    Torn {
        /// The file.
        path: PathBuf,
        /// The parser's words, with line and column.
        reason: serde_json::Error,
    },
    /// It is JSON of something else.
    #[error("{}: {problem}", path.display())]
    Other {
        /// The file.
        path: PathBuf,
        /// What it seems to be, and what to give instead.
        problem: String,
    },
    /// A member is wrong.
    #[error("{} at {pointer}: {problem}; the file was changed: give it as it was written", path.display())]
    Member {
        /// The file.
        path: PathBuf,
        /// Where, as a JSON pointer.
        pointer: String,
        /// What is wrong there.
        problem: String,
    },
}

impl Account {
    /// Reads the account that [`twin`] wrote.
    ///
    /// # Errors
    ///
    /// [`TwinError`] for a file that cannot be read, is of another form or version, or contradicts itself; it names the file, the
    /// member and what to do next.
    pub fn read(path: &Path) -> Result<Self, TwinError> {
        let document = open(path)?;
        is_ours(&document)
            .map_err(|problem| TwinError::Other { path: path.to_owned(), problem })?;
        let account = account(&Node::root(&document)).map_err(|fault| member(path, fault))?;
        let expected = serde_json::from_str(&twin(&account)).expect("what is written is JSON");
        first_difference(&document, &expected).map_err(|fault| member(path, fault))?;
        Ok(account)
    }
}

impl GateVerdict {
    /// Reads what `lead-gate check --json` wrote of the run of an account: one with as many requests and failures.
    ///
    /// # Errors
    ///
    /// [`TwinError`] for a file that cannot be read, is of another form or version, or is about another run.
    pub fn read_of(account: &Account, path: &Path) -> Result<Self, TwinError> {
        let (verdict, document) = Self::open(path)?;
        let total = account.recording.total();
        let seen = [("requests", total.requests()), ("failures", total.failures())];
        let judged = |name: &str| document.get("run")?.get(name)?.as_u64();
        for (name, seen) in seen {
            // A gate that did not judge knows of no run.
            if let Some(judged) = judged(name).filter(|&judged| judged != seen) {
                let problem = format!(
                    "is the verdict on a run of {judged} {name}, and this one has {seen}: judge the CSV files of this run, which \
                     report --csv writes from the twin"
                );
                return Err(TwinError::Other { path: path.to_owned(), problem });
            }
        }
        Ok(verdict)
    }

    /// Reads what `lead-gate check --json` wrote, of whichever run.
    ///
    /// # Errors
    ///
    /// [`TwinError`] for a file that cannot be read, or is of another form or version.
    pub fn read(path: &Path) -> Result<Self, TwinError> {
        Self::open(path).map(|(verdict, _)| verdict)
    }

    /// The verdict, and the document that it stands in.
    fn open(path: &Path) -> Result<(Self, Value), TwinError> {
        let document = open(path)?;
        let other = |problem: String| TwinError::Other { path: path.to_owned(), problem };
        match document.get("schema_version").and_then(Value::as_u64) {
            Some(GATE_VERSION) if document.get("rules").is_some() => {}
            Some(version) if document.get("rules").is_some() => {
                return Err(other(format!(
                    "the gate's form has version {version}, and this lead-loadgen reads {GATE_VERSION}: use the lead-gate and \
                     the lead-loadgen of one release"
                )));
            }
            _ => {
                return Err(other(
                    "is no verdict of the gate; give what lead-gate check --json wrote".to_owned(),
                ));
            }
        }
        let verdict = gate::gate(&Node::root(&document)).map_err(|fault| member(path, fault))?;
        Ok((verdict, document))
    }
}

/// The JSON of a file of bounded size.
fn open(path: &Path) -> Result<Value, TwinError> {
    let unreadable = |reason| TwinError::Read { path: path.to_owned(), reason };
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(unreadable)?;
    file.take(LARGEST_BYTES + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > LARGEST_BYTES {
        return Err(TwinError::TooLarge { path: path.to_owned() });
    }
    serde_json::from_slice(&bytes)
        .map_err(|reason| TwinError::Torn { path: path.to_owned(), reason })
}

fn member(path: &Path, fault: Fault) -> TwinError {
    let Fault { pointer, problem } = fault;
    let pointer = if pointer.is_empty() { "its top".to_owned() } else { pointer };
    TwinError::Member { path: path.to_owned(), pointer, problem }
}

/// Whether a document is a run's, of our version; otherwise what it is.
fn is_ours(document: &Value) -> Result<(), String> {
    if document.is_array() {
        return Err("is the list that --json-file writes, in Locust's form, which does not hold the whole run; give the file that \
                    --twin wrote"
            .to_owned());
    }
    let kind = document.get("kind").and_then(Value::as_str);
    let version = document.get("schema_version").and_then(Value::as_u64);
    match (kind, version) {
        (Some(KIND), Some(SCHEMA_VERSION)) => Ok(()),
        (Some(KIND), Some(version)) => Err(format!(
            "its form has version {version}, and this lead-loadgen reads {SCHEMA_VERSION}: use the lead-loadgen that wrote it, or \
             run the test again"
        )),
        _ => Err("is no run; give the file that lead-loadgen --twin wrote".to_owned()),
    }
}

fn account(root: &Node<'_>) -> Result<Account, Fault> {
    let node = root.at("run")?;
    let seconds = node.at("seconds")?.count()?;
    let endpoints = root.at("endpoints")?;
    let points = course::points(root.at("series")?)?;
    let parts = Parts {
        start: run::start(&node)?,
        seconds,
        users: node.at("users")?.count()?,
        peak_users: node.at("peak_users")?.count()?,
        endpoints: entry::endpoints(&endpoints)?,
        heat: course::heat(&root.at("heat")?, &points)?,
        points,
        warm_up: run::time(&node, "warm_up_s")?,
        warm_up_requests: node.at("warm_up_requests")?.count()?,
        asked: run::asked(&node)?,
        send_lag: times::latency(&root.at("send_lag")?)?,
        phases: phases::phases(&root.at("phases")?)?,
        stall: run::time(&node, "greatest_stall_s")?,
        late: run::late(&node.at("told_late")?)?,
        end: run::end(&node)?,
        forgotten: run::forgotten(&node.at("forgotten")?)?,
    };
    are_seconds(root, &parts)?;
    Ok(Account {
        recording: Recording::of(parts),
        header: run::header(&node, root.at("generator")?.text()?)?,
        judgement: verdict::judgement(&root.at("verdict")?)?,
        pulses: course::pulses(root.at("pulses")?)?,
        resources: course::resources(root.at("resources")?)?,
        gate: root.at("gate")?.maybe(gate::gate)?,
    })
}

/// Nothing happened in a second that was not.
fn are_seconds(root: &Node<'_>, parts: &Parts) -> Result<(), Fault> {
    let node = root.at("run")?;
    let most = parts.endpoints.iter().map(|entry| entry.per_second.len());
    let most = most.chain([parts.points.len()]).max().unwrap_or(0) as u64;
    if parts.seconds < most || parts.seconds > super::columns::MOST_ROWS as u64 {
        return Err(node.at("seconds")?.fault(format!("must be {most}, or one more")));
    }
    if parts.asked.is_none() && parts.send_lag.count() > 0 {
        return Err(root.at("send_lag")?.fault("must be null for a run that asked for no rate"));
    }
    Ok(())
}
