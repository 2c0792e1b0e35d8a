//! All series of a history that can be compared, and what is new in them.
//!
//! Runs of one key, the last fifty of them; every figure that was asked for, over all requests and over each endpoint.
//! A run in which a figure is missing is skipped and never filled.

use super::{
    elsewhere::{OtherKey, elsewhere},
    error::HistoryError,
    key::Key,
    ledger::Ledger,
    record::{Figure, Figures, RunRecord},
    shift::{NEEDED, Shift, changes},
    undecided::{Undecided, in_a_row},
};
use crate::{exit, rule::Scope};

/// So many runs are looked at: enough for a change to stand out, few enough that last year's do not count.
const WINDOW: usize = 50;

/// What is asked of a history.
#[derive(Clone, Debug, PartialEq)]
pub struct Query {
    /// The figures that are followed.
    pub figures: Vec<Figure>,
    /// The beginning of the key of the runs; none means the key of the latest run.
    pub key: Option<String>,
    /// Where the permutations begin.
    pub seed: u64,
    /// Whether too little history is no pass.
    pub strict: bool,
}

/// One figure over comparable runs.
#[derive(Clone, Debug, PartialEq)]
pub struct SeriesFindings {
    /// The figure.
    pub figure: Figure,
    /// Which requests it is of.
    pub scope: Scope,
    /// The runs that hold it, the oldest first.
    pub runs: Vec<RunRecord>,
    /// Its value in each of them.
    pub values: Vec<f64>,
    /// Where it changed; none is found in fewer than ten values.
    pub changes: Vec<Shift>,
}

/// What a history says.
#[derive(Clone, Debug, PartialEq)]
pub struct Analysis {
    /// What was asked.
    pub query: Query,
    /// The history, as it was named.
    pub file: String,
    /// The key of the runs.
    pub key: Key,
    /// How many runs the history has in all.
    pub all_runs: usize,
    /// The runs that were looked at, the oldest first.
    pub runs: Vec<RunRecord>,
    /// What was found, figure by figure.
    pub series: Vec<SeriesFindings>,
    /// Rules that could not be decided twice in a row.
    pub undecided: Vec<Undecided>,
    /// Runs of other keys, if none was asked for.
    pub others: Vec<OtherKey>,
}

/// Looks for what is new in a history.
pub fn analyze(ledger: &Ledger, query: &Query) -> Result<Analysis, HistoryError> {
    let key = key(ledger, query.key.as_deref())?;
    let comparable = ledger.runs_of(&key);
    let runs = latest_of(&comparable);
    // Where there are as many runs as are looked at, what is older than all of them is old.
    let since = runs.first().filter(|_| runs.len() >= WINDOW).map(|run| run.ended);
    let news = |runs: &[&RunRecord]| -> usize {
        let series = series_of(latest_of(runs), ledger, query);
        series.iter().flat_map(|series| &series.changes).filter(|it| it.is_regression()).count()
    };
    let others =
        if query.key.is_none() { elsewhere(ledger, &key, since, news) } else { Vec::new() };
    Ok(Analysis {
        query: query.clone(),
        file: ledger.path().display().to_string(),
        all_runs: ledger.runs().count(),
        runs: runs.iter().map(|run| (*run).clone()).collect(),
        series: series_of(runs, ledger, query),
        undecided: in_a_row(&comparable),
        others,
        key,
    })
}

/// Those that are looked at.
fn latest_of<'r, 'l>(runs: &'r [&'l RunRecord]) -> &'r [&'l RunRecord] {
    &runs[runs.len().saturating_sub(WINDOW)..]
}

/// Each figure that is asked for, over each scope of comparable runs.
fn series_of(runs: &[&RunRecord], ledger: &Ledger, query: &Query) -> Vec<SeriesFindings> {
    let scopes = scopes(runs);
    let pairs =
        query.figures.iter().flat_map(|figure| scopes.iter().map(move |scope| (*figure, scope)));
    pairs.map(|(figure, scope)| findings(figure, scope, runs, ledger, query.seed)).collect()
}

/// The key that was asked for, or that of the latest run.
fn key(ledger: &Ledger, asked: Option<&str>) -> Result<Key, HistoryError> {
    let empty = || HistoryError::Empty { path: ledger.path().to_owned() };
    let latest = ledger.runs().next_back().ok_or_else(empty)?;
    let Some(asked) = asked else { return Ok(latest.key.clone()) };
    let fits = |run: &&RunRecord| run.key.to_string().starts_with(asked);
    ledger.runs().rev().find(fits).map(|run| run.key.clone()).ok_or_else(|| {
        let mut known: Vec<String> = ledger.runs().map(|run| run.key.to_string()).collect();
        known.sort();
        known.dedup();
        let (path, key) = (ledger.path().to_owned(), asked.to_owned());
        HistoryError::UnknownKey { path, key, known: known.join(", ") }
    })
}

/// All requests, and each endpoint of the latest run.
fn scopes(runs: &[&RunRecord]) -> Vec<Scope> {
    let endpoints = runs.last().map(|run| run.endpoints.as_slice()).unwrap_or_default();
    let endpoints = endpoints
        .iter()
        .map(|row| Scope::Endpoint { method: row.method.clone(), name: row.name.clone() });
    [Scope::All].into_iter().chain(endpoints).collect()
}

fn findings(
    figure: Figure,
    scope: &Scope,
    runs: &[&RunRecord],
    ledger: &Ledger,
    seed: u64,
) -> SeriesFindings {
    let value = |run: &RunRecord| figure.of(figures(run, scope)?).filter(|value| *value >= 0.0);
    let held: Vec<(&RunRecord, f64)> =
        runs.iter().filter_map(|run| Some((*run, value(run)?))).collect();
    let (runs, values): (Vec<&RunRecord>, Vec<f64>) = held.into_iter().unzip();
    let changes = if values.len() < NEEDED {
        Vec::new()
    } else {
        changes(figure, &runs, &values, ledger.acks(), seed)
    };
    let runs = runs.into_iter().cloned().collect();
    SeriesFindings { figure, scope: scope.clone(), runs, values, changes }
}

fn figures<'r>(run: &'r RunRecord, scope: &Scope) -> Option<&'r Figures> {
    match scope {
        Scope::Endpoint { method, name } => {
            let mut rows = run.endpoints.iter();
            rows.find(|row| row.method == *method && row.name == *name).map(|row| &row.figures)
        }
        _ => Some(&run.all),
    }
}

impl SeriesFindings {
    /// How many more runs it needs before anything can be said.
    pub fn lacks(&self) -> usize {
        NEEDED.saturating_sub(self.values.len())
    }
}

impl Analysis {
    /// How many more runs it needs before anything can be said of any figure.
    pub fn lacks(&self) -> usize {
        NEEDED.saturating_sub(self.runs.len())
    }

    /// All changes, series by series.
    pub fn changes(&self) -> impl Iterator<Item = &Shift> {
        self.series.iter().flat_map(|series| &series.changes)
    }

    /// Changes for the worse that somebody has to look at.
    pub fn regressions(&self) -> usize {
        self.changes().filter(|change| change.is_regression()).count()
    }

    /// Other keys with changes for the worse that somebody has to look at.
    pub fn news_elsewhere(&self) -> impl Iterator<Item = &OtherKey> {
        self.others.iter().filter(|other| other.regressions > 0)
    }

    /// [`exit::FAIL`] for a new regression, also of another key, or a rule that could not be decided twice in a row, under `--strict`
    /// [`exit::INCONCLUSIVE`] for too little history, else [`exit::PASS`].
    pub fn exit_code(&self) -> u8 {
        let is_news = self.regressions() > 0 || self.news_elsewhere().next().is_some();
        if is_news || !self.undecided.is_empty() {
            exit::FAIL
        } else if self.query.strict && self.lacks() > 0 {
            exit::INCONCLUSIVE
        } else {
            exit::PASS
        }
    }
}
