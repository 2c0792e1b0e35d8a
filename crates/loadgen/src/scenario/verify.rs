//! What the model itself says: scores that answers are compared with.
//!
//! [`Verifier`] is a model file, read and checked; the corpus asks it once per lead, before the first request. The service
//! prints the shortest digits that read back to the same number, so a right answer is equal to the last bit and there is no
//! tolerance. Comparing is `engine/check`'s.

use std::fmt;
use std::fs::File;
use std::path::{Path, PathBuf};

use lead_model::{CutPoints, Lead, ModelError, Scorer, Tier};
use thiserror::Error;

use super::leads::Rendered;
use super::{Answer, Scenario};

/// Leads that are tried before a run, to find out whether the model takes such leads at all.
const TRIED: usize = 64;

/// A model that tells the right scores.
#[derive(Debug)]
pub struct Verifier {
    path: PathBuf,
    scorer: Scorer,
}

/// Why a model cannot tell the right scores.
#[derive(Debug, Error)]
pub enum VerifyError {
    /// The file cannot be opened.
    #[error("cannot read {}: {reason}; name the model file that the service serves", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The system's words.
        reason: std::io::Error,
    },
    /// The file is no model.
    #[error("{}: {fault}", path.display())]
    NoModel {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        fault: ModelError,
    },
    /// The scenario's leads are none of the model's.
    #[error(
        "{} scores leads of the schema '{model}', the scenario sends leads of '{scenario}' ({detail}); name the model that the \
         service serves, or let the scenario draw its leads from it: [leads] from = \"{}\"",
        path.display(), path.display()
    )]
    OtherSchema {
        /// The model file.
        path: PathBuf,
        /// Name of its schema.
        model: String,
        /// Name of the scenario's schema.
        scenario: String,
        /// The first fault of a lead under the model's schema.
        detail: String,
    },
    /// No task has scores to compare.
    #[error(
        "nothing to compare with {}: no task expects a score; write expect.answer = \"score\" (or \"scores\") into one", path.display()
    )]
    NoScores {
        /// The model file.
        path: PathBuf,
    },
}

impl Verifier {
    /// Reads a model file and checks it as the service does.
    ///
    /// # Errors
    ///
    /// [`VerifyError::Unreadable`] or [`VerifyError::NoModel`].
    pub fn open(path: &Path) -> Result<Self, VerifyError> {
        let path = path.to_path_buf();
        let file = match File::open(&path) {
            Ok(file) => file,
            Err(reason) => return Err(VerifyError::Unreadable { path, reason }),
        };
        match Scorer::load(file) {
            Ok(scorer) => Ok(Self { path, scorer }),
            Err(fault) => Err(VerifyError::NoModel { path, fault }),
        }
    }

    /// Whether a scenario has scores to compare and sends leads that this model takes.
    ///
    /// # Errors
    ///
    /// [`VerifyError::NoScores`] or [`VerifyError::OtherSchema`].
    pub fn check(&self, scenario: &Scenario) -> Result<(), VerifyError> {
        let has_scores = |answer: Answer| matches!(answer, Answer::Score | Answer::Scores);
        if !scenario.tasks.iter().any(|task| has_scores(task.expect.answer)) {
            return Err(VerifyError::NoScores { path: self.path.clone() });
        }
        let source = scenario.values.leads();
        for lead in source.leads(1).take(TRIED) {
            let rendered = Rendered::new(source.schema(), &lead);
            if let Err(faults) = Lead::from_json(self.scorer.schema(), &rendered.json) {
                let detail =
                    faults.iter().next().map_or_else(String::new, |fault| fault.detail.clone());
                return Err(VerifyError::OtherSchema {
                    path: self.path.clone(),
                    model: self.scorer.schema().name().to_owned(),
                    scenario: source.schema().name().to_owned(),
                    detail: detail.trim_end_matches('.').to_owned(),
                });
            }
        }
        Ok(())
    }

    /// The score of a lead as it is sent; nothing where the model does not take it, for then the service refuses it too.
    pub(super) fn expected(&self, json: &[u8]) -> Option<Expected> {
        let lead = Lead::from_json(self.scorer.schema(), json).ok()?;
        let score = self.scorer.score(&lead);
        Some(Expected {
            raw_score: score.probability,
            bucket: score.bucket.get(),
            tier: score.tier,
        })
    }

    /// Where the model parts its buckets.
    pub(super) fn cut_points(&self) -> CutPoints {
        self.scorer.artifact().cut_points
    }
}

/// The right score of a lead.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Expected {
    raw_score: f64,
    bucket: u8,
    tier: Tier,
}

impl Expected {
    /// Whether an answer gives just this score.
    pub(crate) fn is(&self, raw_score: f64, bucket: u8, tier: &str) -> bool {
        raw_score == self.raw_score && bucket == self.bucket && tier == self.tier.as_str()
    }
}

/// The first answer of a run whose score was not the model's.
#[derive(Debug, Clone, PartialEq)]
pub struct Mismatch {
    /// The lead.
    pub lead_id: String,
    /// What the model says.
    pub expected: Points,
    /// What the service said.
    pub got: Points,
}

/// A score as an answer has it.
#[derive(Debug, Clone, PartialEq)]
pub struct Points {
    /// Probability, 0 to 1.
    pub raw_score: f64,
    /// 1 to 5.
    pub bucket: u8,
    /// A to E.
    pub tier: String,
}

impl From<Expected> for Points {
    fn from(expected: Expected) -> Self {
        let Expected { raw_score, bucket, tier } = expected;
        Self { raw_score, bucket, tier: tier.as_str().to_owned() }
    }
}

impl fmt::Display for Points {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (bucket {}, tier {})", self.raw_score, self.bucket, self.tier)
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "lead {}: expected {}, got {}", self.lead_id, self.expected, self.got)
    }
}
