//! A run without a web page: what is said, shown and written, and when.
//!
//! [`headless`] is the sequence that Locust users know: preflight, ramp, live tables, stop, files, final tables. Sending is
//! the [engine](crate::run)'s, numbers the [recording](crate::Recording)'s, forms the reports', files `files`'; this
//! file only brings them together in time.

use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use thiserror::Error;

use crate::cli::{Order, Outputs};
use crate::engine::{PreflightError, Reached, RunError, Stop, load_by_second, reach};
use crate::exit;
use crate::files::{FileError, Files};
use crate::log::Log;
use crate::machine::{Machine, is_this_machine, raise_open_files};
use crate::plan::{Load, Plan};
use crate::record::Recording;
use crate::report::{
    Account, Header, final_tables, html, json, load_words, locust_json, plan_words, run_verdict,
    twin, verdict_words,
};
use crate::resources::{Service, Watch};
use crate::revision::revision;
use crate::safety::{SafetyError, consent};
use crate::scenario::Corpus;
use crate::screen::{Screen, terminal_width};
use crate::verdict::{CutShort, Facts, judge};
use crate::vitals::Vitals;

/// Files that a process holds beside its users' connections: the standard streams, reports, the runtimes' own.
const OTHER_FILES: u64 = 64;

/// Why a run has no result.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum HeadlessError {
    /// The target cannot be reached.
    #[error(transparent)]
    Preflight(#[from] PreflightError),
    /// The target may not be loaded.
    #[error(transparent)]
    Safety(#[from] SafetyError),
    /// The generator broke.
    #[error(transparent)]
    Run(#[from] RunError),
    /// A file cannot be written.
    #[error(transparent)]
    File(#[from] FileError),
}

impl HeadlessError {
    /// What the program exits with.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Safety(refusal) => refusal.exit_code(),
            _ => exit::NO_RESULT,
        }
    }
}

/// Obeys an order until its time is up or `stop` is given; every report is written in both cases.
///
/// Returns the [exit code](crate::exit): 130 when `stop` was given before the time was up or while answers were
/// waited for, 3 for an invalid run, the order's
/// own when a request failed, otherwise 0.
///
/// # Errors
///
/// [`HeadlessError`] when the target cannot be reached, the generator breaks, or a file cannot be written.
pub fn headless(order: &Order, stop: &Stop) -> Result<u8, HeadlessError> {
    let Order { plan, outputs, command, is_confirmed, is_patient: _, notes } = order;
    let machine = Machine::read();
    let log = open_log(outputs, &machine)?;
    let reached = reach(&plan.target)?;
    consent(&plan.target, reached.address(), &plan.load.to_string(), *is_confirmed, stop)?;
    // A file that cannot be written is better known before the run than after it.
    let mut files = Files::create(outputs)?;
    announce(plan, outputs, notes, &log);

    let corpus = Arc::new(Corpus::new(&plan.scenario, plan.seed));
    let answers = Arc::clone(&corpus);
    let mut screen = Screen::open(plan, outputs, &log);
    let mut vitals = Vitals::start();
    // Whoever reads no report shall not find questions in the target's log.
    let is_told = outputs.html.is_some() || outputs.twin.is_some();
    let service = if is_told { Service::ask(plan, reached) } else { Service::default() };
    let watch = is_told.then(|| Watch::start(plan, reached));
    let mut broken = None;
    let run = load_by_second(plan, corpus, reached, stop, |recording, second| {
        vitals.look(recording.elapsed());
        screen.show(recording);
        screen.explain_wait(recording, stop);
        let written = files.tick(recording, second, &log);
        // A full disk ends the run: its numbers could not be kept.
        broken = broken.take().or_else(|| written.inspect_err(|_| stop.stop()).err());
    });
    screen.close();
    let recording = run?;

    let facts = facts(&recording, plan, &vitals, reached, stop);
    let judgement = judge(&facts);
    // A wait that was cut short leaves answers out, of a planned run at least.
    let is_wait_cut = plan.ends().is_some() && stop.is_stopped() && recording.dropped() > 0;
    let code = exit::of_run(
        facts.cut_short.is_some() || is_wait_cut,
        judgement.validity,
        recording.total().failures(),
        outputs.exit_code_on_error,
    );
    if let Some(reason) = end_of(plan, stop, broken.as_ref()) {
        log.info("main", &format!("{reason}, shutting down"));
    }
    farewell(&recording, &log);
    let wrong_score = answers.first_mismatch().map(ToString::to_string);
    if let Some(example) = &wrong_score {
        log.error("runners", &format!("The first score that differs from the model's: {example}"));
    }
    // A file that cannot be written costs neither the other files nor the tables.
    let live = broken.map_or(Ok(()), Err);
    let live = live.and_then(|()| files.finish(&recording));
    let live = live.and_then(|()| files.write_verdict(&run_verdict(&judgement, &facts)));
    let account = Account {
        header: Header {
            wrong_score,
            revision: revision(Path::new(".")),
            ..Header::new(plan, command, &machine).with(service)
        },
        pulses: vitals.pulses().to_vec(),
        resources: watch.map_or_else(Vec::new, |watch| watch.samples(recording.start())),
        recording,
        judgement,
        gate: None,
    };
    let (page, statistics) = (|| html(&account), || json(&account));
    let reports = files.write_reports(page, statistics, || twin(&account), &log);
    let written = live.and(reports);
    if written.is_ok() {
        log.info("main", &format!("Shutting down (exit code {code})"));
    }
    if outputs.print_json {
        print(&locust_json(&account.recording));
    }
    log.table(&final_tables(&account.recording, terminal_width()));
    log.table(&load_words(&account.recording));
    log.table(&verdict_words(&account.judgement));
    written.map(|()| code).map_err(HeadlessError::File)
}

/// What is known of a run, surroundings included.
fn facts(
    recording: &Recording,
    plan: &Plan,
    vitals: &Vitals,
    reached: Reached,
    stop: &Stop,
) -> Facts {
    let cut_short = plan.ends().zip(recording.stopped()).and_then(|(planned, after)| {
        (stop.is_stopped() && after < planned).then_some(CutShort { after, planned })
    });
    let is_target_here = is_this_machine(reached.address().ip());
    Facts { cut_short, is_target_here, ..Facts::of(recording, plan, vitals) }
}

/// The log that was ordered.
fn open_log(outputs: &Outputs, machine: &Machine) -> Result<Log, FileError> {
    Log::open(outputs, &machine.host).map_err(|reason| {
        let path = outputs.logfile.clone().unwrap_or_default();
        FileError::Report { path, reason }
    })
}

/// Text for whoever reads our standard output; a reader that has gone costs no other report.
fn print(text: &str) {
    let _unheard = std::io::stdout().lock().write_all(text.as_bytes());
}

/// What is said before the first user.
fn announce(plan: &Plan, outputs: &Outputs, notes: &[String], log: &Log) {
    log.info("main", &format!("Starting lead-loadgen {}", env!("CARGO_PKG_VERSION")));
    notes.iter().for_each(|note| log.warning("main", note));
    if !outputs.headless {
        log.info("main", "There is no web page yet: running as with --headless");
    }
    if plan.insecure && plan.target.is_https() {
        log.warning(
            "main",
            "CERTIFICATES ARE NOT VERIFIED (--insecure): nobody vouches for who answers, and keys sent there may be read",
        );
    }
    let open_files = raise_open_files();
    if open_files < u64::from(plan.load.concurrency().get()) + OTHER_FILES {
        let (most, what) = match plan.load {
            Load::Closed(_) => (plan.load.concurrency(), "users"),
            Load::Open(_) => (plan.load.concurrency(), "requests in flight"),
        };
        log.warning(
            "main",
            &format!("The system allows {open_files} open files, too few for {most} {what}; raise it with ulimit -n"),
        );
    }
    let limit = match plan.ends() {
        Some(time) => format!("Run time limit set to {} seconds", time.as_secs()),
        None => "No run time limit set, use CTRL+C to interrupt".to_owned(),
    };
    log.info("main", &limit);
    if let (Some(time), Some(stages)) = (plan.run_time, plan.load.lasts())
        && time > stages
    {
        log.warning(
            "main",
            &format!(
                "--run-time ({} s) is longer than all --stages together: the run ends with the last stage, after {} s",
                time.as_secs_f64(),
                stages.as_secs_f64()
            ),
        );
    }
    log.info("runners", &plan_words(&plan.load));
}

/// Why the run is over, where there is a reason.
fn end_of(plan: &Plan, stop: &Stop, broken: Option<&FileError>) -> Option<&'static str> {
    match plan.ends() {
        // This one gives the stop signal itself.
        _ if matches!(broken, Some(FileError::Hdr { .. })) => {
            Some("The histogram log cannot be written any more")
        }
        _ if broken.is_some() => Some("The CSV files cannot be written any more"),
        _ if stop.is_stopped() => Some("Got a stop signal"),
        Some(_) if plan.ends() == plan.run_time => Some("--run-time limit reached"),
        Some(_) => Some("The last stage is over"),
        None => None,
    }
}

/// What is said after the last answer.
fn farewell(recording: &Recording, log: &Log) {
    if recording.dropped() > 0 {
        let dropped = match recording.dropped() {
            1 => "1 request was".to_owned(),
            dropped => format!("{dropped} requests were"),
        };
        log.info(
            "runners",
            &format!("{dropped} in flight at the end and not counted (see --stop-timeout)"),
        );
    }
    if recording.total().latency().saturated() > 0 {
        let longer = recording.total().latency().saturated();
        log.warning(
            "runners",
            &format!("{longer} requests took longer than a minute: percentiles show a minute"),
        );
    }
}
