//! One run with all that surrounds it: what comes before the first request, what is done each second, what comes after the
//! last answer.
//!
//! An [`Errand`] has asked for the target, for consent and for room for its files; it looks at the generator and renews the
//! files while the run goes on, and in the end judges it and writes the reports. What is shown meanwhile, and who may
//! interfere, is left to [`headless`](crate::headless()), to the [session](crate::Session) and to a [worker](crate::worker())'s
//! crew.

use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

use thiserror::Error;

use crate::cli::{Order, Outputs};
use crate::engine::{PreflightError, Reached, RunError, Stop, reach};
use crate::exit;
use crate::files::{FileError, Files};
use crate::log::Log;
use crate::machine::{Machine, is_this_machine, raise_open_files};
use crate::notice::{announce, end_of, farewell, warn};
use crate::plan::Plan;
use crate::record::{Recording, Second};
use crate::report::{
    Account, Header, final_tables, html, json, load_words, locust_json, run_verdict, twin,
    verdict_words,
};
use crate::resources::{Service, Watch};
use crate::revision::revision;
use crate::safety::SafetyError;
use crate::scenario::Corpus;
use crate::screen::terminal_width;
use crate::verdict::{CutShort, Facts, judge};
use crate::vitals::Vitals;

/// What is told where the generator itself broke.
pub(crate) const BUG: &str =
    "the run broke: this is a bug in the load generator, look at its standard error";

/// What a run is asked to do and to leave, whoever asks.
#[derive(Clone, Copy)]
pub(crate) struct Terms<'o> {
    /// The load, checked.
    pub(crate) plan: &'o Plan,
    /// What it shall leave.
    pub(crate) outputs: &'o Outputs,
    /// The command line for the report's header, secrets blanked.
    pub(crate) command: &'o str,
    /// Whether a master ends the run and keeps its numbers: then a file that cannot be kept costs that file alone.
    pub(crate) is_led: bool,
}

impl<'o> From<&'o Order> for Terms<'o> {
    fn from(order: &'o Order) -> Self {
        let Order { plan, outputs, command, .. } = order;
        Self { plan, outputs, command, is_led: false }
    }
}

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

/// The log that was ordered.
pub(crate) fn open_log(outputs: &Outputs, machine: &Machine) -> Result<Log, FileError> {
    Log::open(outputs, &machine.host).map_err(|reason| {
        let path = outputs.logfile.clone().unwrap_or_default();
        FileError::Report { path, reason }
    })
}

/// A run that may begin, goes on, or is over.
pub(crate) struct Errand<'o> {
    terms: Terms<'o>,
    log: &'o Log,
    /// What reports say of the run as it was ordered.
    header: Header,
    reached: Reached,
    is_target_here: bool,
    /// How many there may be.
    open_files: u64,
    files: Files<'o>,
    corpus: Arc<Corpus>,
    vitals: Vitals,
    watch: Option<Watch>,
    /// Why a file could not be kept; it ends the run.
    broken: Option<FileError>,
    /// How often the counts began anew.
    times_forgotten: u64,
    /// How the load was changed while the run went on, in words.
    changes: Vec<String>,
}

/// What came of a run.
pub(crate) struct Ended {
    /// All that reports tell.
    pub(crate) account: Account,
    /// What the program exits with, as far as it is the run's to say.
    pub(crate) code: u8,
    /// Whether every file that was asked for was written.
    pub(crate) written: Result<(), FileError>,
}

impl<'o> Errand<'o> {
    /// Sees that the target is there, may be loaded (which `consent` says of its address), and that what it leaves can be
    /// written. Where the run `is_watched` the service is asked what it uses even if there will be no report.
    pub(crate) fn prepare(
        terms: impl Into<Terms<'o>>,
        machine: &Machine,
        log: &'o Log,
        is_watched: bool,
        consent: impl FnOnce(&Reached) -> Result<(), SafetyError>,
    ) -> Result<Self, HeadlessError> {
        let terms = terms.into();
        let Terms { plan, outputs, command, .. } = terms;
        let reached = reach(&plan.target)?;
        consent(&reached)?;
        // A file that cannot be written is better known before the run than after it.
        let files = Files::create(outputs)?;
        let open_files = raise_open_files();
        let corpus = Arc::new(Corpus::new(&plan.scenario, plan.seed));
        let vitals = Vitals::start();
        // Whoever reads no report shall not find questions in the target's log.
        let is_told = is_watched || outputs.html.is_some() || outputs.twin.is_some();
        let service = if is_told { Service::ask(plan, reached) } else { Service::default() };
        let header =
            Header::new(plan, command, machine).named(outputs.profile.as_deref()).with(service);
        let watch = is_told.then(|| Watch::start(plan, reached));
        Ok(Self {
            terms,
            log,
            header: Header { revision: revision(Path::new(".")), ..header },
            reached,
            is_target_here: is_this_machine(reached.address().ip()),
            open_files,
            files,
            corpus,
            vitals,
            watch,
            broken: None,
            times_forgotten: 0,
            changes: Vec::new(),
        })
    }

    /// Says what is going to happen.
    pub(crate) fn announce(&self) {
        self.warn();
        announce(self.terms.plan, self.log);
    }

    /// Says what may spoil the run.
    pub(crate) fn warn(&self) {
        warn(self.terms.plan, self.open_files, self.log);
    }

    /// The target, as it was reached.
    pub(crate) fn reached(&self) -> Reached {
        self.reached
    }

    /// What is sent.
    pub(crate) fn corpus(&self) -> Arc<Corpus> {
        Arc::clone(&self.corpus)
    }

    /// Notes how the load was changed, in words.
    pub(crate) fn note_changes(&mut self, changes: Vec<String>) {
        self.changes = changes;
    }

    /// Takes in a second: looks at the generator, renews the files. Ends the run where they cannot be kept.
    pub(crate) fn look(&mut self, recording: &Recording, second: Option<&Second>, stop: &Stop) {
        let mut written = Ok(());
        if recording.times_forgotten() != self.times_forgotten {
            self.times_forgotten = recording.times_forgotten();
            self.log.info("runners", "Resetting stats");
            self.vitals.forget();
            // What is live tells of nothing that was forgotten.
            written = Files::create(self.terms.outputs).map(|files| self.files = files);
        }
        self.vitals.look(recording.elapsed());
        let is_led = self.terms.is_led;
        if is_led && self.broken.is_some() {
            return;
        }
        let written = written.and_then(|()| self.files.tick(recording, second, self.log));
        let Err(fault) = written else { return };
        if is_led {
            self.log.error("runners", &format!("{fault}; the run goes on without the files"));
        } else {
            // A full disk ends the run: its numbers could not be kept.
            stop.stop();
        }
        self.broken.get_or_insert(fault);
    }

    /// What reports tell of the run so far, or at its end.
    pub(crate) fn account(&self, recording: &Recording, stop: &Stop) -> Account {
        self.account_of(recording.clone(), &self.facts(recording, stop))
    }

    /// Judges a run that is over, and writes what it shall leave.
    pub(crate) fn conclude(mut self, recording: Recording, stop: &Stop) -> Ended {
        let Terms { plan, outputs, is_led, .. } = self.terms;
        let facts = self.facts(&recording, stop);
        let account = self.account_of(recording, &facts);
        let (recording, judgement) = (&account.recording, &account.judgement);
        // A wait that was cut short leaves answers out, of a planned run at least.
        let is_wait_cut = plan.ends().is_some() && stop.is_stopped() && recording.dropped() > 0;
        let code = exit::of_run(
            facts.cut_short.is_some() || is_wait_cut,
            judgement.validity,
            recording.total().failures(),
            outputs.exit_code_on_error,
        );
        let broken = self.broken.take();
        let reason = end_of(plan, stop, broken.as_ref());
        // A run that is led ends without the program.
        if let Some(reason) = reason.filter(|_| !is_led) {
            self.log.info("main", &format!("{reason}, shutting down"));
        }
        farewell(recording, self.log);
        if let Some(example) = &account.header.wrong_score {
            let text = format!("The first score that differs from the model's: {example}");
            self.log.error("runners", &text);
        }
        // A file that cannot be written costs neither the other files nor the tables.
        let live = broken.map_or(Ok(()), Err);
        let live = live.and_then(|()| self.files.finish(recording));
        let verdict = || self.files.write_verdict(&run_verdict(judgement, &facts));
        let live = live.and_then(|()| verdict());
        let (page, statistics) = (|| html(&account), || json(&account));
        let reports = self.files.write_reports(page, statistics, || twin(&account), self.log);
        Ended { code, written: live.and(reports), account }
    }

    fn account_of(&self, recording: Recording, facts: &Facts) -> Account {
        let load = [self.header.load.clone()].into_iter().chain(self.changes.iter().cloned());
        let forgotten = recording.forgotten().as_secs();
        let reset =
            (forgotten > 0).then(|| format!("counts were reset {forgotten} s after the start"));
        let load: Vec<String> = load.chain(reset).collect();
        let watch = self.watch.as_ref();
        Account {
            header: Header {
                wrong_score: self.corpus.first_mismatch().map(ToString::to_string),
                load: load.join("; "),
                ..self.header.clone()
            },
            judgement: judge(facts),
            pulses: self.vitals.pulses().to_vec(),
            resources: watch.map_or_else(Vec::new, |watch| watch.samples(recording.start())),
            recording,
            gate: None,
        }
    }

    /// What is known of a run, surroundings included.
    fn facts(&self, recording: &Recording, stop: &Stop) -> Facts {
        let plan = self.terms.plan;
        let cut_short = plan.ends().zip(recording.stopped()).and_then(|(planned, stopped)| {
            let after = stopped + recording.forgotten();
            (stop.is_stopped() && after < planned).then_some(CutShort { after, planned })
        });
        Facts {
            cut_short,
            is_target_here: self.is_target_here,
            ..Facts::of(recording, plan, &self.vitals)
        }
    }
}

impl Ended {
    /// The final tables, as they are said on every way to run.
    pub(crate) fn tell(&self, outputs: &Outputs, log: &Log) {
        let Account { recording, judgement, .. } = &self.account;
        if outputs.print_json {
            // A reader that has gone costs no other report.
            let _unheard = io::stdout().lock().write_all(locust_json(recording).as_bytes());
        }
        log.table(&final_tables(recording, terminal_width()));
        log.table(&load_words(recording));
        log.table(&verdict_words(judgement));
    }
}
