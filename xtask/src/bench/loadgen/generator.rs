//! [`Kind`]: every generator that is measured, and the command line by which it posts one body as fast as it can.
//!
//! Others send the same body over and over, which is the cheapest they can do; lead-loadgen draws its own.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::peers::script;
use crate::bench::machine;
use crate::{flags::Part, project};

/// Longer than any measurement, so that nobody stops in the middle of one, and short enough to end by itself.
const SECONDS: &str = "120";

/// A generator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Wrk,
    BareHyper,
    Raw,
    Oha,
    BareReqwest,
    Reqwest,
    Goose,
    LocustFast,
    LocustPlain,
}

/// Ours, which need no installation, with the part they belong to.
pub(super) const OURS: [(Part, Kind); 4] = [
    (Part::Loops, Kind::BareHyper),
    (Part::Loops, Kind::BareReqwest),
    (Part::Reqwest, Kind::Reqwest),
    (Part::Raw, Kind::Raw),
];

/// What all generators are given.
#[derive(Clone, Debug)]
pub(super) struct Load {
    /// The core of the generator.
    pub(super) core: String,
    /// Where the server listens, such as `127.0.0.1:40123`.
    pub(super) address: String,
    /// The file to send.
    pub(super) body: PathBuf,
    /// The scenario of lead-loadgen.
    pub(super) scenario: PathBuf,
    pub(super) connections: u32,
}

impl Kind {
    /// As the table names it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Wrk => "wrk",
            Self::BareHyper => "bare loop on hyper",
            Self::Raw => "lead-loadgen --transport raw",
            Self::Oha => "oha",
            Self::BareReqwest => "bare loop on reqwest",
            Self::Reqwest => "lead-loadgen",
            Self::Goose => "Goose",
            Self::LocustFast => "Locust, FastHttpUser",
            Self::LocustPlain => "Locust, HttpUser",
        }
    }

    /// The program of the workspace, for one of ours.
    pub(super) fn ours(self) -> PathBuf {
        project::release_binary(match self {
            Self::BareHyper => "examples/bare_hyper",
            Self::BareReqwest => "examples/bare_reqwest",
            _ => "lead-loadgen",
        })
    }

    /// How `program` is started; what it says is dropped.
    pub(super) fn command(self, program: &Path, load: &Load) -> Command {
        let mut command = machine::pinned(&load.core, program);
        let url = format!("http://{}", load.address);
        let connections = load.connections.to_string();
        let folder = project::scratch("bench");
        match self {
            Self::Wrk => {
                command.args(["--threads", "1", "--connections", &connections]);
                command.args(["--duration", SECONDS]).arg("--script").arg(script(&folder, self));
                command.arg(format!("{url}/api/v1/score"));
            }
            Self::Oha => {
                command.args(["--no-tui", "-m", "POST", "-T", "application/json", "-D"]);
                command.arg(&load.body).args(["-c", &connections]);
                command.args(["-z", &format!("{SECONDS}s"), &format!("{url}/api/v1/score")]);
            }
            Self::BareHyper | Self::BareReqwest => {
                command.args([&load.address, &connections, SECONDS]).arg(&load.body);
            }
            Self::Reqwest | Self::Raw => {
                own(&mut command, load, SECONDS);
                if self == Self::Raw {
                    command.args(["--transport", "raw"]);
                }
            }
            Self::Goose => {
                command.args(["--host", &url, "--users", &connections]);
                command.args(["--increase-rate", &connections, "--run-time", SECONDS]);
                command.args(["--no-telnet", "--quiet"]);
            }
            Self::LocustFast | Self::LocustPlain => {
                command.arg("--locustfile").arg(script(&folder, self)).args(["--host", &url]);
                command.args(["--headless", "--only-summary", "--run-time", SECONDS]);
                command.args(["--users", &connections, "--spawn-rate", &connections]);
                command.arg(if self == Self::LocustFast { "Fast" } else { "Plain" });
            }
        }
        // What somebody writes unasked lies there.
        command.current_dir(&folder).env("BODY", &load.body);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command
    }
}

/// lead-loadgen as in any run of so many seconds: it checks every answer and records all it can.
pub(super) fn own(command: &mut Command, load: &Load, seconds: &str) {
    let files = project::scratch("bench").join("ours");
    let connections = load.connections.to_string();
    command.args(["--headless", "--only-summary", "--loglevel", "WARNING", "--threads", "1"]);
    command.args(["--host", &format!("http://{}", load.address), "--run-time", seconds]);
    command.args(["--users", &connections, "--spawn-rate", &connections]);
    command.arg("--scenario").arg(&load.scenario).arg("--csv-full-history");
    command.arg("--csv").arg(&files).arg("--json-file").arg(&files);
}
