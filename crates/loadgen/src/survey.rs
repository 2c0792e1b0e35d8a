//! A search for the capacity from the first run to the last file: what is said, run and written, and when.
//!
//! [`survey`] makes a run at each rate that [`search`] asks for, prints a line for each, then the answer, and writes the
//! reports. Which rates are tried is the search's, what a run says [`Trial`]'s, forms are the reports'.

use std::fs;
use std::io::{self, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use lead_stats::replace;
use thiserror::Error;

use crate::capacity::{Outcome, Search, SearchEnd, Step, Trial, search};
use crate::cli::{CapacityOrder, Level};
use crate::engine::{PreflightError, Reached, RunError, Stop, load, reach};
use crate::exit;
use crate::log::Log;
use crate::machine::{Machine, raise_open_files};
use crate::record::Recording;
use crate::report::{
    Header, SearchReport, capacity_html, capacity_json, capacity_table, step_head, step_row,
};
use crate::safety::{SafetyError, consent};
use crate::scenario::Corpus;
use crate::vitals::Vitals;

/// After a run that did not hold, the service may finish what nobody waits for any more.
const REST: Duration = Duration::from_secs(1);

/// For so long a service that was there is asked for a connection before it is called gone: it may be started again by
/// itself, or have a queue to work off, and a port may become free.
const PATIENCE: Duration = Duration::from_secs(15);

/// How long one such connection may take: a lost packet is sent again after a second.
const HANDSHAKE: Duration = Duration::from_secs(2);

/// Between two of them.
const PAUSE: Duration = Duration::from_millis(100);

/// How soon a stop is noticed while the service rests.
const GLANCE: Duration = Duration::from_millis(20);

/// Why a search has no result.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SurveyError {
    /// The target cannot be reached.
    #[error(transparent)]
    Preflight(#[from] PreflightError),
    /// The target may not be loaded.
    #[error(transparent)]
    Safety(#[from] SafetyError),
    /// The generator broke.
    #[error(transparent)]
    Run(#[from] RunError),
    /// A report cannot be written.
    #[error("cannot write {}: {reason}; does the folder exist, is there room?", path.display())]
    Report {
        /// The file or folder.
        path: PathBuf,
        /// The system's words.
        reason: io::Error,
    },
}

impl SurveyError {
    /// What the program exits with.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Safety(refusal) => refusal.exit_code(),
            _ => exit::NO_RESULT,
        }
    }
}

/// Searches until the capacity is known or `stop` is given; what is known is printed and written in both cases.
///
/// Returns the exit code: [`SearchEnd::exit_code`].
///
/// # Errors
///
/// [`SurveyError`] when the target cannot be reached at the start, the generator breaks (what is known until then is printed
/// and written all the same), or a file cannot be written.
pub fn survey(order: &CapacityOrder, stop: &Stop) -> Result<u8, SurveyError> {
    let machine = Machine::read();
    let log = Log::new(Level::Info, &machine.host);
    let reached = reach(&order.plan.target)?;
    let load = format!("up to {} requests/s", order.ask.cap_per_s);
    consent(&order.plan.target, reached.address(), &load, order.is_confirmed, stop)?;
    if let Some(folder) = &order.out {
        prepare(folder)?;
    }
    announce(order, &log);

    let start = Timestamp::now();
    let corpus = Arc::new(Corpus::new(&order.plan.scenario, order.plan.seed));
    let bounds = Search::new(order.ask.start_per_s, order.ask.cap_per_s);
    log.table(&step_head());
    let (finding, broken) = search(bounds, |rate| {
        let step = run_at(order, rate, reached, &corpus, stop)?;
        if let ControlFlow::Continue(step) = &step {
            log.table(&step_row(step));
        }
        Ok::<_, SurveyError>(step)
    });

    // Every step is of the open model: the first stands for all.
    let first = Trial::new(&order.plan, &order.ask).plan(order.ask.start_per_s);
    let header = Header::new(&first, &order.command, &machine);
    let report = SearchReport { finding: &finding, ask: &order.ask, header: &header, start };
    // A closed stdout must not cost the files.
    let _unheard = write!(io::stdout(), "\n{}", capacity_table(&report));
    let saved = order.out.as_ref().map_or(Ok(()), |folder| save(folder, &report, &log));
    broken.map_or(saved, Err)?;
    Ok(finding.end.exit_code())
}

fn announce(order: &CapacityOrder, log: &Log) {
    log.info("main", &format!("Starting lead-loadgen {}", env!("CARGO_PKG_VERSION")));
    raise_open_files();
    let ask = &order.ask;
    let (target, objectives) = (&order.plan.target, &ask.objectives);
    log.info("capacity", &format!("How many requests/s of {target} hold {objectives}?"));
    let (step, settle) = (ask.step_time.as_secs(), Trial::settle(ask.step_time).as_secs());
    log.info(
        "capacity",
        &format!(
            "Beginning at {}/s, {step} s a rate, the first {settle} s of which count nowhere; CTRL+C ends with what is known",
            ask.start_per_s
        ),
    );
}

/// A run at a rate, on a service that is there and had time to recover.
fn run_at(
    order: &CapacityOrder,
    rate: f64,
    reached: Reached,
    corpus: &Arc<Corpus>,
    stop: &Stop,
) -> Result<ControlFlow<SearchEnd, Step>, SurveyError> {
    let trial = Trial::new(&order.plan, &order.ask);
    if let Err(end) = await_service(reached, stop) {
        return Ok(ControlFlow::Break(end));
    }
    let plan = trial.plan(rate);
    let mut vitals = Vitals::start();
    let look = |so_far: &Recording| vitals.look(so_far.elapsed());
    let recording = load(&plan, Arc::clone(corpus), reached, stop, look)?;
    let step = trial.step(&plan, &recording, &vitals);
    if !matches!(step.outcome, Outcome::Held) {
        pause(REST, stop);
    }
    // A run that was cut short says nothing.
    Ok(if stop.is_stopped() {
        ControlFlow::Break(SearchEnd::Interrupted)
    } else {
        ControlFlow::Continue(step)
    })
}

/// Waits until the service accepts a connection; fails with how the search ends when it does not.
fn await_service(reached: Reached, stop: &Stop) -> Result<(), SearchEnd> {
    let begun = Instant::now();
    loop {
        let Err(refusal) = reached.again(HANDSHAKE) else { return Ok(()) };
        if stop.is_stopped() {
            return Err(SearchEnd::Interrupted);
        }
        if begun.elapsed() >= PATIENCE {
            return Err(if refusal.is_own { SearchEnd::Limited } else { SearchEnd::Gone });
        }
        pause(PAUSE, stop);
    }
}

fn pause(time: Duration, stop: &Stop) {
    let begun = Instant::now();
    while begun.elapsed() < time && !stop.is_stopped() {
        thread::sleep(GLANCE);
    }
}

/// Makes sure before the search that the reports can be written after it. Those of an earlier one stay until then.
fn prepare(folder: &Path) -> Result<(), SurveyError> {
    let trial = folder.join("capacity.json.tmp");
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(&trial, ""))
        .and_then(|()| fs::remove_file(&trial))
        .map_err(|reason| SurveyError::Report { path: folder.to_owned(), reason })
}

/// Writes both reports, and tells the first that cannot be.
fn save(folder: &Path, report: &SearchReport<'_>, log: &Log) -> Result<(), SurveyError> {
    let save = |name: &str, text: String| {
        let path = folder.join(name);
        log.info("main", &format!("Writing {}", path.display()));
        replace(&path, text.as_bytes()).map_err(|reason| SurveyError::Report { path, reason })
    };
    let twin = save("capacity.json", capacity_json(report));
    let page = save("capacity.html", capacity_html(report));
    twin.and(page)
}
