//! Base against head, figure by figure, and the one finding that follows.
//!
//! [`contrast`] takes the figures from the runs, gives each its share of the false alarms that are allowed, and lets the
//! worst of the deciding ones be the finding. Strings may come from a server and are raw; reports escape them.

use std::path::PathBuf;

use lead_stats::Endpoint;

use super::{
    answered::{guard_rate, silence},
    error::CompareError,
    failing::Tally,
    figure::{FigurePair, Values},
    finding::Finding,
    margin::Margin,
    measure::Measure,
    pairing::Pairing,
    sides::{Sides, Trial},
    spread::Spread,
};
use crate::{exit, noise::Resolution, quantity::Quantity, rule::Scope};

/// The decision over base and head.
#[derive(Clone, Debug, PartialEq)]
pub struct Contrast {
    /// The worst finding of a figure that decides.
    pub finding: Finding,
    /// All figures: those of all requests, then those of each endpoint, each in the order of [`Measure::ALL`].
    pub figures: Vec<FigurePair>,
    /// How the runs were held against each other.
    pub pairing: Pairing,
    /// By what was decided.
    pub margin: Margin,
    /// How much the first deciding figure of all requests varies from run to run.
    pub spread: Option<Spread>,
    /// The runs of the base, in time order.
    pub base: Vec<Contribution>,
    /// The runs of the head, in time order.
    pub head: Vec<Contribution>,
    /// What was odd about the runs. Raw: may quote a file name.
    pub notes: Vec<String>,
}

/// What one run brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contribution {
    /// Its prefix.
    pub path: PathBuf,
    /// Requests, failed ones included.
    pub requests: u64,
    /// Failed requests.
    pub failures: u64,
}

/// Decides whether the head is slower than the base.
///
/// # Errors
///
/// If a run does not hold a figure of all requests that shall decide.
pub fn contrast(sides: &Sides, margin: &Margin) -> Result<Contrast, CompareError> {
    require_held(sides, margin)?;
    let mut notes = sides.notes();
    notes.extend(both_fail(sides));
    let mut figures: Vec<FigurePair> = values(sides, margin, &mut notes)
        .into_iter()
        .map(|values| values.weigh(sides.pairing, margin))
        .collect();
    guard_rate(&mut figures, sides, margin);
    let finding =
        worst(&figures, margin).expect("each run holds each deciding figure of all requests");
    let spread = figures
        .iter()
        .find(|figure| figure.decides && figure.scope == Scope::All)
        .and_then(|figure| {
            let is_paired = sides.pairing == Pairing::Paired;
            let is_whole = figure.base.iter().chain(&figure.head).all(|value| *value > 0.0);
            is_whole.then(|| Spread::of([&figure.base, &figure.head], is_paired))?
        });
    Ok(Contrast {
        finding,
        figures,
        pairing: sides.pairing,
        margin: margin.clone(),
        spread,
        base: contributions(&sides.base),
        head: contributions(&sides.head),
        notes,
    })
}

/// Refuses to decide by a figure that a run does not hold: what is left out would pass.
fn require_held(sides: &Sides, margin: &Margin) -> Result<(), CompareError> {
    let trials = || sides.base.iter().chain(&sides.head);
    let lacks = |measure: Measure| {
        trials().find(|trial| measure.of(&trial.evidence.summary().aggregated).is_none())
    };
    for missing in &margin.decide {
        let Some(trial) = lacks(*missing) else { continue };
        let can_decide = |measure: &Measure| !measure.is_guard() && lacks(*measure).is_none();
        let held = Measure::ALL.into_iter().filter(can_decide).map(Measure::as_str);
        let holds = held.collect::<Vec<_>>().join(", ");
        return Err(CompareError::NothingToDecide {
            missing: *missing,
            path: trial.path.clone(),
            holds: if holds.is_empty() { "none".to_owned() } else { holds },
        });
    }
    Ok(())
}

/// The worst finding of the figures that decide; `None` if no figure does but those that decide unasked.
pub(super) fn worst(figures: &[FigurePair], margin: &Margin) -> Option<Finding> {
    let deciding = || figures.iter().filter(|figure| figure.decides);
    let is_asked = |figure: &FigurePair| margin.decide.contains(&figure.measure);
    deciding().find(|figure| is_asked(figure))?;
    deciding().map(|figure| figure.finding).max()
}

/// Every figure that all runs hold, with its share of the false alarms.
fn values(sides: &Sides, margin: &Margin, notes: &mut Vec<String>) -> Vec<Values> {
    let summaries = || sides.base.iter().chain(&sides.head).map(|trial| trial.evidence.summary());
    let is_exact = |summary| Resolution::of(summary) == Resolution::Exact;
    let resolution = if summaries().all(is_exact) { Resolution::Exact } else { Resolution::Locust };
    let mut endpoints: Vec<Scope> = Vec::new();
    for row in summaries().flat_map(|summary| &summary.endpoints) {
        let scope = Scope::of_row(row);
        if !endpoints.contains(&scope) {
            endpoints.push(scope);
        }
    }
    let is_whole = |scope: &Scope| {
        let asked = |row: &Endpoint| row.requests > 0;
        summaries().all(|summary| scope.row(summary).is_some_and(asked))
    };
    let (whole, rare): (Vec<_>, Vec<_>) = endpoints.into_iter().partition(is_whole);
    for scope in &rare {
        notes.push(format!(
            "Left out: the figures{scope}, which not every run has. Run longer, or at a higher rate."
        ));
    }
    let mut all = Vec::new();
    for scope in std::iter::once(Scope::All).chain(whole.iter().cloned()) {
        for measure in Measure::ALL {
            let is_of_all = scope == Scope::All;
            let is_guard = measure.is_guard();
            let read = |trials: &[Trial]| -> Option<Vec<f64>> {
                let row = |trial: &Trial| measure.of(scope.row(trial.evidence.summary())?);
                trials.iter().map(row).collect()
            };
            let decides = is_guard || margin.decide.contains(&measure);
            let Some((base, head)) = read(&sides.base).zip(read(&sides.head)) else {
                if decides {
                    let name = measure.as_str();
                    notes.push(format!("Not decided: {name}{scope}, which not every run holds."));
                }
                continue;
            };
            all.push(Values {
                scope: scope.clone(),
                measure,
                decides,
                base,
                head,
                resolution,
                tallies: if is_guard {
                    [&sides.base, &sides.head].map(|trials| tallies(trials, &scope))
                } else {
                    [Vec::new(), Vec::new()]
                },
                level: match (is_guard, is_of_all) {
                    (true, true) => margin.alpha(),
                    (true, false) => margin.alpha() / whole.len().max(1) as f64,
                    (false, _) => margin.level(is_of_all, whole.len()),
                },
            });
        }
    }
    all.extend(exceptions(sides, margin, notes));
    all.extend(silence(sides, margin));
    all
}

/// A note if requests of both sides failed: what both do is no difference, and may still be wrong.
fn both_fail(sides: &Sides) -> Option<String> {
    let sums = [&sides.base, &sides.head].map(|trials| Tally::sum(&tallies(trials, &Scope::All)));
    let [base, head] = sums.map(|sum| Quantity::Percent(sum.percent()));
    sums.iter().all(|sum| sum.failures > 0).then(|| {
        format!(
            "Both sides fail: {base} of the base's requests and {head} of the head's. That is no difference, and may be \
             a wrong URL or token all the same; response times are partly those of failures."
        )
    })
}

/// What failed in a scope that every run has.
fn tallies(trials: &[Trial], scope: &Scope) -> Vec<Tally> {
    let rows = trials.iter().filter_map(|trial| scope.row(trial.evidence.summary()));
    rows.map(|row| Tally { requests: row.requests, failures: row.failures }).collect()
}

/// Exceptions of the scenario in all runs, if there are any. A run without a list of them counts as one without any.
fn exceptions(sides: &Sides, margin: &Margin, notes: &mut Vec<String>) -> Option<Values> {
    let count = |trial: &Trial| trial.evidence.exception_count();
    let [base, head] = [&sides.base, &sides.head].map(|trials| -> Vec<f64> {
        // Counts of a load test stay far below 2^53.
        trials.iter().map(|trial| count(trial).unwrap_or(0) as f64).collect()
    });
    base.iter().chain(&head).any(|count| *count > 0.0).then_some(())?;
    if let Some(trial) = sides.base.iter().chain(&sides.head).find(|trial| count(trial).is_none()) {
        notes.push(format!(
            "{} has no list of exceptions beside it, which counts as none; keep its _exceptions.csv too.",
            trial.path.display()
        ));
    }
    Some(Values {
        scope: Scope::All,
        measure: Measure::Exceptions,
        decides: true,
        base,
        head,
        tallies: [Vec::new(), Vec::new()],
        resolution: Resolution::Exact,
        level: margin.alpha(),
    })
}

fn contributions(trials: &[Trial]) -> Vec<Contribution> {
    let of = |trial: &Trial| {
        let all = &trial.evidence.summary().aggregated;
        Contribution { path: trial.path.clone(), requests: all.requests, failures: all.failures }
    };
    trials.iter().map(of).collect()
}

impl Contrast {
    /// The exit code; inconclusive is a pass unless the caller is `strict`.
    pub fn exit_code(&self, strict: bool) -> u8 {
        match self.finding {
            Finding::NoRegression | Finding::Improvement => exit::PASS,
            Finding::Inconclusive if !strict => exit::PASS,
            Finding::Inconclusive => exit::INCONCLUSIVE,
            Finding::Regression => exit::FAIL,
        }
    }

    /// The figures on which the finding rests.
    pub fn deciding(&self) -> impl Iterator<Item = &FigurePair> {
        self.figures.iter().filter(|figure| figure.decides)
    }

    /// The deciding figure with the largest ratio, and that ratio; `None` if only what is counted decides.
    pub fn worst_ratio(&self) -> Option<(&FigurePair, f64)> {
        let ratios = self.deciding().filter_map(|figure| Some((figure, figure.effect?.ratio)));
        ratios.max_by(|(_, one), (_, other)| one.total_cmp(other))
    }

    /// How many more rounds would decide all that is open, if they come out like these.
    pub fn more_rounds(&self) -> Option<usize> {
        let open = self.deciding().filter(|figure| figure.finding == Finding::Inconclusive);
        let rounds = open.map(|figure| figure.effect.and_then(|effect| effect.more_rounds));
        rounds.collect::<Option<Vec<usize>>>()?.into_iter().max()
    }
}
