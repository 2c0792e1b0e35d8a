//! Every verb of `cargo xtask` and its flags, with their help texts.
//!
//! Only the definition: what a verb does stands in the file of its name.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use jiff::SignedDuration;

use crate::compare::{CompareFlags, ProxyFlags};

/// Build, start, load and judge the lead-scoring programs.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", version, max_term_width = 100)]
pub(crate) struct Xtask {
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

/// What can be asked for.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Build, start the service, load it, and let the gate judge the run
    Loadtest(LoadtestFlags),
    /// Is what lies here slower than another revision? Both, in turns, on this machine
    Compare(CompareFlags),
    /// Delay the answers of a server, for the proofs of compare
    #[command(hide = true)]
    Proxy(ProxyFlags),
    /// Keep a core from sleeping, for compare
    #[command(hide = true)]
    Awake,
    /// Train the committed model again: models/b2b-v1.json and its cards
    Train,
    /// Measure speed, beside a yardstick of the same run
    Bench(BenchFlags),
    /// Check the crate edges and print the tree's measures as a table
    Tidy,
    /// Run what CI runs: fmt, clippy, doc, test, tidy, lint-ci, fuzz, a short load test, drill loadtest
    Ci,
    /// Check the workflows and actions in .github with zizmor and check-jsonschema (installed into target/lint-ci)
    LintCi,
    /// Make happen what must be survived: a failing main job, a rolling restart under load
    Drill(DrillFlags),
    /// Feed what lead-model and lead-service read with inputs made to break it (needs a C++ compiler)
    Fuzz(FuzzFlags),
    /// Let a real browser go through the service's pages (needs Chromium and Node; the driver goes into target/browser)
    Browser,
    /// Meet real counterparts (installed into target/interop)
    Interop(InteropFlags),
}

/// The load test: by default 300 users, 10 more each second, for one minute.
#[derive(Debug, Args)]
pub(crate) struct LoadtestFlags {
    /// Concurrent users at the peak
    #[arg(short = 'u', long, default_value_t = 300, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) users: u32,

    /// Users started per second
    #[arg(short = 'r', long, default_value = "10", value_name = "USERS/S")]
    pub(crate) spawn_rate: String,

    /// Requests per second instead of users: the open model, in which nothing waits for earlier answers
    #[arg(long, value_name = "REQUESTS/S", conflicts_with_all = ["users", "spawn_rate"])]
    pub(crate) rate: Option<String>,

    /// With --rate: how requests follow one another, evenly or by chance [constant, poisson]
    #[arg(long, value_name = "SPACING", requires = "rate")]
    pub(crate) arrivals: Option<String>,

    /// Change the rate (with --rate) or the users in straight lines, such as 30s:100,2m:300,30s:0
    #[arg(long, value_name = "TIME:N,...", conflicts_with_all = ["users", "spawn_rate"])]
    pub(crate) stages: Option<String>,

    /// Time at the start that counts nowhere
    #[arg(long, value_name = "TIME")]
    pub(crate) warmup: Option<String>,

    /// How long to load, ramp and warm-up included (20, 20s, 3m, 1h30m) [default: 60s, with --stages their sum]
    #[arg(short = 't', long, value_name = "TIME")]
    pub(crate) run_time: Option<String>,

    /// Folder for the files of this run [default: results/START]
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,

    /// Load this running service instead of starting one
    #[arg(short = 'H', long, value_name = "URL", conflicts_with = "port")]
    pub(crate) host: Option<String>,

    /// Key for a running service (X-API-Key); a service started here gets a random one
    #[arg(long, env = "LEAD_API_KEY", hide_env_values = true, value_name = "KEY")]
    pub(crate) api_key: Option<String>,

    /// Port of the service started here; 0 takes a free one
    #[arg(long, default_value_t = 0)]
    pub(crate) port: u16,

    /// Compare with this earlier run: its `loadtest_stats.csv`
    #[arg(long, value_name = "FILE")]
    pub(crate) baseline: Option<PathBuf>,

    /// Starting value of the random leads, think times and task order
    #[arg(long, default_value_t = 42)]
    pub(crate) seed: u64,

    /// Load a --host that is neither this machine nor in a private network
    #[arg(long, requires = "host")]
    pub(crate) yes: bool,
}

/// What to measure, and for how long.
#[derive(Debug, Args)]
pub(crate) struct BenchFlags {
    /// The subject
    #[arg(value_enum)]
    pub(crate) what: Subject,

    /// How often each case of `leads`, of the service or of the generators takes its turn [default: 50, 25 and 7]; of the
    /// gate, how many comparisons are made now [default: all that are missing]
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) rounds: Option<u32>,

    /// Only these parts of the table [default: all of them]
    #[arg(long, value_enum, value_delimiter = ',', value_name = "PART")]
    pub(crate) only: Vec<Part>,

    /// Measure scikit-learn and interpret-core too: takes up to twenty minutes, and installs them into target/bench/venv
    #[arg(long)]
    pub(crate) peers: bool,

    /// With --peers: after so many seconds a fit is ended, and its time is a lower bound
    #[arg(long, default_value_t = 300, value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) budget: u32,

    /// Watch memory for so long (10m, 1h): the service's under load, after the first million requests, or the load
    /// generator's with 300 users at about 5,000 requests/s
    #[arg(long, value_name = "TIME")]
    pub(crate) soak: Option<SignedDuration>,

    /// Of the load generator: two short rounds, at 300 connections only
    #[arg(long)]
    pub(crate) quick: bool,
}

/// A part of the table: first the model's, then the service's, then the load generators', then the gate's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Part {
    /// Parsing, scoring and explaining leads in memory, on one core
    Leads,
    /// `lead-model score` on a file of a million rows
    Csv,
    /// `lead-model train` on 100,000 rows of 50 columns, no pairs
    Training,
    /// `lead-model train` on 45,000 rows of 16 columns, with pairs
    Pairs,
    /// Requests a second, and processor time each, beside a bare handler
    Rate,
    /// What the 99th percentile gains over the bare handler's at half its load
    Tail,
    /// Resident memory after a million requests
    Memory,
    /// Leads a second in batches of 100
    Batch,
    /// From start to ready
    Start,
    /// A million lines through one request
    Stream,
    /// lead-loadgen through reqwest
    Reqwest,
    /// lead-loadgen over bare connections
    Raw,
    /// Loops on hyper and on reqwest that only send
    Loops,
    /// wrk, a Debian package
    Wrk,
    /// oha, a crate
    Oha,
    /// Goose, a crate
    Goose,
    /// Locust, a Python package, with both of its clients
    Locust,
    /// A worker under a Locust master, ours beside Python's
    Worker,
    /// How much later than due requests are sent
    Lag,
    /// A server that stands still for a second: what is measured beside what is true
    Frozen,
    /// A verdict on ten hours with a full history: time, beside wc, and memory
    Judging,
    /// 40 comparisons of a build with itself, half an hour in all; --rounds at a time
    Aa,
    /// 80 comparisons with a head that answers later by 10, 20, 30 and 50 % of P95, an hour in all; --rounds at a time
    Power,
}

impl Part {
    /// Whose part it is.
    pub(crate) fn subject(self) -> Subject {
        match self {
            Self::Leads | Self::Csv | Self::Training | Self::Pairs => Subject::Model,
            Self::Rate | Self::Tail | Self::Memory | Self::Batch | Self::Start | Self::Stream => {
                Subject::Service
            }
            Self::Reqwest | Self::Raw | Self::Loops | Self::Wrk => Subject::Loadgen,
            Self::Aa | Self::Power => Subject::Gate,
            Self::Oha | Self::Goose | Self::Locust | Self::Worker => Subject::Loadgen,
            Self::Lag | Self::Frozen => Subject::Loadgen,
            Self::Judging => Subject::Gate,
        }
    }
}

/// Whose speed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Subject {
    /// Parsing, scoring and explaining leads, scoring a file of them, and training
    Model,
    /// The scoring service under load, beside a bare handler that does the same
    Service,
    /// What a request costs the load generator, beside bare loops and other people's generators
    Loadgen,
    /// What a verdict costs lead-gate, and how often its comparisons of base and head are wrong on this machine
    Gate,
}

/// What to exercise.
#[derive(Debug, Args)]
pub(crate) struct DrillFlags {
    /// The exercise
    #[arg(value_enum)]
    pub(crate) exercise: Exercise,
}

/// Failures made on purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Exercise {
    /// `cargo xtask loadtest` with a busy port, no model, nobody there, a dying service, and Ctrl-C
    Loadtest,
    /// Three services behind nginx, restarted one after the other under load (needs Debian's nginx)
    Rolling,
}

/// What to feed, and for how long.
#[derive(Debug, Args)]
pub(crate) struct FuzzFlags {
    /// The targets; all if none is named
    #[arg(value_enum, value_name = "TARGET")]
    pub(crate) targets: Vec<FuzzTarget>,

    /// How long each target runs
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) seconds: u32,

    /// Starting value of the mutations
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u32,

    /// Run one target on this input only, for example one that crashed it
    #[arg(long, value_name = "FILE", requires = "targets")]
    pub(crate) input: Option<PathBuf>,
}

/// Everything that is read from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FuzzTarget {
    /// Leads in JSON, held against an obvious reader
    Lead,
    /// Model files: what loads can score and is written as it was
    Artifact,
    /// Tables of texts, and what their columns are taken for
    Table,
    /// Whole requests to the service, in process: every answer is documented, and none is its fault
    Request,
}

/// Which counterpart to meet.
#[derive(Debug, Args)]
pub(crate) struct InteropFlags {
    /// The counterpart
    #[arg(value_enum)]
    pub(crate) with: Counterpart,
}

/// Programs of other people that ours must get along with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Counterpart {
    /// Real Locust loads our service, and our gate judges the files it wrote; ours takes its words and leaves its files
    Locust,
    /// HdrHistogram's Python library reads the log of every latency that our load generator wrote
    Hdr,
    /// openapi-spec-validator reads our OpenAPI document; Schemathesis holds our answers against it
    Openapi,
    /// Real Prometheus scrapes our service under load; promtool judges its metrics
    Prometheus,
    /// Real Locust masters of two releases order our workers about, and must count what these count, to the request
    Worker,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::Xtask;

    #[test]
    fn the_command_line_is_sound() {
        Xtask::command().debug_assert();
    }
}
