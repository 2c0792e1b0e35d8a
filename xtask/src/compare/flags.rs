//! The flags of `cargo xtask compare`, and what they mean for the generator and the gate.

use std::ffi::OsString;
use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Args;
use jiff::SignedDuration;

use super::arena::Load;
use super::delay::Delay;

/// Two builds of the service on this machine, in turns.
#[derive(Debug, Args)]
#[command(after_help = "\
Exit codes: 0 no regression, or (without --strict) inconclusive; 1 regression; 2 usage, no such
revision; 3 not compared: a revision does not build, a service died, a run stayed invalid;
4 inconclusive with --strict; 130 interrupted")]
pub(crate) struct CompareFlags {
    /// The revision to compare with: a commit, a branch, a tag
    #[arg(long, value_name = "REF")]
    pub(crate) base: String,

    /// The revision that is compared; `worktree` is what lies here, committed or not
    #[arg(long, value_name = "REF", default_value = "worktree", conflicts_with = "same")]
    pub(crate) head: String,

    /// The base on both sides: what does this machine make of two equal builds?
    #[arg(long)]
    pub(crate) same: bool,

    /// Runs of each side; fewer than three cannot be decided
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(3..))]
    pub(crate) rounds: u32,

    /// How long each run is measured
    #[arg(short = 't', long, default_value = "60s", value_name = "TIME", value_parser = seconds)]
    pub(crate) run_time: u64,

    /// Time before it in each run that counts nowhere
    #[arg(long, default_value = "5s", value_name = "TIME", value_parser = seconds)]
    pub(crate) warmup: u64,

    /// Requests per second, evenly; far enough below what the service can do that no queue builds up
    #[arg(long, default_value = "500", value_name = "REQUESTS/S", value_parser = rate)]
    pub(crate) rate: String,

    /// Starting value of the random leads and of the order of tasks; of both sides alike
    #[arg(long, default_value_t = 42)]
    pub(crate) seed: u64,

    /// Folder for the runs and the report [default: target/compare/runs, emptied]
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,

    /// A head this many times as slow is a regression
    #[arg(long, default_value = "1.2", value_name = "RATIO", value_parser = limit)]
    pub(crate) limit: String,

    /// Confidence of the ranges
    #[arg(long, default_value = "0.95", value_name = "SHARE", value_parser = confidence)]
    pub(crate) confidence: String,

    /// A rise of no more than this is no regression, such as 0.5ms
    #[arg(long, value_name = "TIME")]
    pub(crate) min_abs: Option<String>,

    /// Figures that decide, of all requests and of each endpoint [default: p95]
    #[arg(long, value_name = "FIGURE,...", value_parser = figures)]
    pub(crate) decide: Option<String>,

    /// Inconclusive is no pass: exit code 4
    #[arg(long)]
    pub(crate) strict: bool,

    /// Where else the report goes.
    #[arg(
        long,
        value_name = "FILE",
        help = "Write it as Markdown to this file too; append if FILE is $GITHUB_STEP_SUMMARY"
    )]
    pub(crate) markdown: Option<PathBuf>,

    /// Make the head's answers later by this much (200us, 1.5ms), or by this share of the P95 (30%); for proofs
    #[arg(long, hide = true, value_name = "DELAY", value_parser = Delay::parse)]
    pub(crate) delay_head: Option<Delay>,

    /// Lead both sides through the proxy that delays, also without a delay; for proofs
    #[arg(long, hide = true)]
    pub(crate) proxied: bool,
}

impl CompareFlags {
    /// The load of every run.
    pub(crate) fn load(&self) -> Load {
        Load {
            rate: self.rate.clone(),
            warmup_s: self.warmup,
            run_time_s: self.run_time,
            seed: self.seed,
        }
    }

    /// What the gate is told beside the runs.
    pub(crate) fn gate_words(&self) -> Result<Vec<OsString>> {
        let mut words: Vec<OsString> = Vec::new();
        let given = [
            ("--limit", Some(&self.limit)),
            ("--confidence", Some(&self.confidence)),
            ("--min-abs", self.min_abs.as_ref()),
            ("--decide", self.decide.as_ref()),
        ];
        for (name, value) in given {
            words.extend(value.into_iter().flat_map(|value| [name.into(), value.into()]));
        }
        words.extend(self.strict.then(|| "--strict".into()));
        if let Some(file) = &self.markdown {
            // The gate works in the folder of the runs.
            let file = std::path::absolute(file).context("failed to resolve --markdown")?;
            let mut report = OsString::from("markdown=");
            report.push(file);
            words.extend(["--report".into(), report]);
        }
        Ok(words)
    }
}

/// Whole seconds of 20, 20s, 3m or 1h30m.
fn seconds(text: &str) -> std::result::Result<u64, String> {
    let plain = text.parse().ok();
    let spoken = || text.parse::<SignedDuration>().ok().map(|time| time.as_millis());
    let whole = |millis: i128| (millis % 1000 == 0).then(|| u64::try_from(millis / 1000).ok())?;
    plain.or_else(|| spoken().and_then(whole)).filter(|seconds| *seconds < 100_000).ok_or_else(
        || format!("{text:?} is no length of time; write whole seconds: 20, 20s, 3m or 1h30m"),
    )
}

/// The words for generator and gate go on as they are typed, but are looked at before two services are built and loaded.
fn number(
    text: &str,
    is_in: impl Fn(f64) -> bool,
    wanted: &str,
) -> std::result::Result<String, String> {
    match text.parse::<f64>() {
        Ok(value) if value.is_finite() && is_in(value) => Ok(text.to_owned()),
        _ => Err(format!("{text:?} is not {wanted}")),
    }
}

fn rate(text: &str) -> std::result::Result<String, String> {
    number(text, |rate| rate > 0.0, "a rate; write requests per second above 0, such as 500")
}

fn limit(text: &str) -> std::result::Result<String, String> {
    number(text, |limit| limit > 1.0, "a limit; write a ratio above 1, such as 1.2 for +20 %")
}

fn confidence(text: &str) -> std::result::Result<String, String> {
    let is_in = |share| (0.5..1.0).contains(&share);
    number(text, is_in, "a confidence; write a share from 0.5 to below 1, such as 0.95")
}

fn figures(text: &str) -> std::result::Result<String, String> {
    let is_known = |name: &str| ["p50", "p95", "p99", "avg", "rate"].contains(&name);
    match text.split(',').find(|name| !is_known(name)) {
        None => Ok(text.to_owned()),
        Some(name) => Err(format!("no figure {name:?}; write p50, p95, p99, avg or rate")),
    }
}

/// A proxy that delays answers, started by `compare` as a process of its own.
#[derive(Debug, Args)]
pub(crate) struct ProxyFlags {
    /// The server behind it, such as 127.0.0.1:40123; how much later it answers comes by standard input
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) to: String,
}

#[cfg(test)]
mod tests {
    use clap::{Args, Command};

    use super::{CompareFlags, seconds};

    #[test]
    fn what_the_gate_would_refuse_is_refused_before_anything_is_built() {
        let parse = |words: &[&str]| {
            let command = CompareFlags::augment_args(Command::new("compare"));
            command.try_get_matches_from([&["compare", "--base", "main"], words].concat())
        };
        let good = ["--rounds", "3", "--limit", "1.1", "--rate", "300", "--decide", "p95,rate"];
        assert!(parse(&good).is_ok() && parse(&[]).is_ok());
        for slip in [
            ["--rounds", "2"],
            ["--limit", "1"],
            ["--limit", "20%"],
            ["--rate", "0"],
            ["--rate", "fast"],
            ["--confidence", "95"],
            ["--decide", "p90"],
            ["--decide", "p95,"],
        ] {
            assert!(parse(&slip).is_err(), "{slip:?}");
        }
    }

    #[test]
    fn times_are_whole_seconds() {
        assert_eq!(
            ["0", "20", "20s", "3m", "1h30m"].map(|text| seconds(text).unwrap()),
            [0, 20, 20, 180, 5400]
        );
        for slip in ["", "soon", "1.5s", "-3s", "200000"] {
            assert!(seconds(slip).unwrap_err().contains("1h30m"), "{slip}");
        }
    }
}
