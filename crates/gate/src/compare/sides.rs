//! The runs of base and head, read and found comparable.
//!
//! A [`Trial`] is one run; [`Sides`] are all of them, in time order. Reading happens in [`CompareInputs::gather`] alone.

use std::{
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use super::{alike, error::CompareError, pairing::Pairing};
use crate::{
    evidence::{Evidence, Inputs},
    expected::Expected,
    prefix,
};

/// How [`Evidence`] begins the note on a generator's doubts, which are taken from its verdict here.
const GENERATOR_SAYS: &str = "The load generator calls";

/// Where the runs lie.
#[derive(Clone, Debug)]
pub struct CompareInputs {
    /// Runs of the base: prefixes, or folders with one run in each.
    pub base: Vec<PathBuf>,
    /// Runs of the head.
    pub head: Vec<PathBuf>,
    /// Pairs or not, if that is not to be found out from the times.
    pub pairing: Option<Pairing>,
    /// How old a run may be.
    pub max_age: Option<Duration>,
    /// The time of judging; a parameter, so that a verdict can be repeated.
    pub now: SystemTime,
}

/// One run of one side.
#[derive(Clone, Debug)]
pub struct Trial {
    /// The run's prefix, as messages speak of it.
    pub path: PathBuf,
    /// The run.
    pub evidence: Evidence,
}

impl Trial {
    /// When the run began and ended, in Unix seconds, if its history is known.
    pub(super) fn span_s(&self) -> Option<(u64, u64)> {
        let points = &self.evidence.timeline().points;
        points.first().zip(points.last()).map(|(first, last)| (first.at_s, last.at_s))
    }
}

/// All runs, each side in time order as far as the times are known.
#[derive(Clone, Debug)]
pub struct Sides {
    pub(super) base: Vec<Trial>,
    pub(super) head: Vec<Trial>,
    pub(super) pairing: Pairing,
    pub(super) notes: Vec<String>,
}

impl CompareInputs {
    /// Reads all runs, or says why they cannot be compared.
    pub fn gather(&self) -> Result<Sides, CompareError> {
        Sides::new(self.read(&self.base, "base")?, self.read(&self.head, "head")?, self.pairing)
    }

    fn read(&self, paths: &[PathBuf], side: &'static str) -> Result<Vec<Trial>, CompareError> {
        paths.iter().map(|path| self.trial(&prefix::find(path)?, side)).collect()
    }

    fn trial(&self, prefix: &Path, side: &'static str) -> Result<Trial, CompareError> {
        let inputs = Inputs {
            prefix: prefix.to_owned(),
            baseline: None,
            max_age: self.max_age,
            expected: Expected::default(),
            now: self.now,
        };
        let unusable = |why| CompareError::Run { side, source: Box::new(why) };
        let evidence = Evidence::gather(&inputs).map_err(unusable)?;
        Ok(Trial { path: prefix.to_owned(), evidence })
    }
}

impl Sides {
    /// Takes runs that are already in memory, or says why they cannot be compared.
    pub fn new(
        mut base: Vec<Trial>,
        mut head: Vec<Trial>,
        pairing: Option<Pairing>,
    ) -> Result<Self, CompareError> {
        let mut notes = alike::check(&base, &head)?;
        let starts = |side: &[Trial]| -> Option<Vec<u64>> {
            side.iter().map(|trial| Some(trial.span_s()?.0)).collect()
        };
        let times = starts(&base).zip(starts(&head));
        if times.is_some() {
            base.sort_by_key(Trial::span_s);
            head.sort_by_key(Trial::span_s);
        } else if pairing.is_none() {
            notes.push(
                "Without a history beside each run nobody knows whether they took turns; if they did, in the order \
                 given here, say --pairing paired."
                    .to_owned(),
            );
        }
        let found = times.map_or(Pairing::Pooled, |(base, head)| Pairing::find(&base, &head));
        let pairing = pairing.unwrap_or(found);
        if pairing == Pairing::Paired && base.len() != head.len() {
            return Err(CompareError::NoPairs { base: base.len(), head: head.len() });
        }
        Ok(Self { base, head, pairing, notes })
    }

    /// What was odd about the runs, as sentences; what is odd about several of them is said once.
    pub(super) fn notes(&self) -> Vec<String> {
        let all: Vec<&Trial> = self.base.iter().chain(&self.head).collect();
        // What is said, of which first run, and of how many more. Sentences of a generator differ in their numbers from
        // run to run, so they are told apart by their rules.
        let mut said: Vec<(String, String, &Trial, usize)> = Vec::new();
        for trial in &all {
            let reasons = trial.evidence.generator().into_iter().flat_map(|said| &said.reasons);
            let doubts = reasons.map(|reason| {
                let sentence =
                    format!("The load generator calls it {}: {}", reason.validity, reason.sentence);
                (reason.rule.clone(), sentence)
            });
            let is_doubt = |note: &&String| note.starts_with(GENERATOR_SAYS);
            let notes = trial.evidence.notes().iter().filter(|note| !is_doubt(note));
            for (key, sentence) in doubts.chain(notes.map(|note| (note.clone(), note.clone()))) {
                match said.iter_mut().find(|(known, ..)| *known == key) {
                    Some((.., more)) => *more += 1,
                    None => said.push((key, sentence, trial, 0)),
                }
            }
        }
        let told = said.into_iter().map(|(_, sentence, trial, more)| {
            let others = if more == 0 {
                String::new()
            } else {
                format!(" and {more} more of {} runs", all.len())
            };
            format!("{}{others}: {sentence}", trial.path.display())
        });
        self.notes.iter().cloned().chain(told).collect()
    }
}
