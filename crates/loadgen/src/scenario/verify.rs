//! What the model itself says: scores that answers are compared with.
//!
//! [`Verifier`] is a model file, read and checked; the corpus asks it once per lead, before the first request. The service
//! prints the shortest digits that read back to the same number, so a right answer is equal to the last bit and there is no
//! tolerance. Comparing is `engine/check`'s.

use std::fs::File;
use std::path::{Path, PathBuf};

use lead_model::{CutPoints, Lead, ModelError, Scorer};
use thiserror::Error;

use super::leads::{LeadSource, Rendered};
use super::points::Expected;

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

    /// Whether the model takes the leads of a source.
    pub(super) fn takes(&self, source: &LeadSource) -> Result<(), VerifyError> {
        for lead in source.leads(1).take(TRIED) {
            let rendered = Rendered::new(source.schema(), &lead);
            if let Err(faults) = Lead::from_json(self.scorer.schema(), &rendered.json) {
                let first = faults.iter().next().map(|fault| fault.detail.trim_end_matches('.'));
                return Err(VerifyError::OtherSchema {
                    path: self.path.clone(),
                    model: self.scorer.schema().name().to_owned(),
                    scenario: source.schema().name().to_owned(),
                    detail: first.unwrap_or_default().to_owned(),
                });
            }
        }
        Ok(())
    }

    /// The model file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The score of a lead as it is sent; nothing where the model does not take it, for then the service refuses it too.
    pub(super) fn expected(&self, json: &[u8]) -> Option<Expected> {
        let lead = Lead::from_json(self.scorer.schema(), json).ok()?;
        let score = self.scorer.score(&lead);
        Some(Expected::new(&score))
    }

    /// Where the model parts its buckets.
    pub(super) fn cut_points(&self) -> CutPoints {
        self.scorer.artifact().cut_points
    }
}
