//! The live model, and the place where another one can take over.
//!
//! [`Slot`] hands out the current [`Live`] model without a lock; a request keeps the one it got until it is answered.
//! The first model is loaded and verified here before the service listens. Swapping is a pointer's work away
//! (`arc-swap`), but who may ask for it, and what happens to a bad candidate, is not decided here.

use std::{
    fs::File,
    io::{self, BufReader},
    path::{Path, PathBuf},
    sync::Arc,
};

use actix_web::web::Bytes;
use arc_swap::{ArcSwap, Guard};
use lead_model::{ModelError, Scorer};
use serde::Serialize;

use crate::card;

/// Why there is no model to serve.
#[derive(Debug, thiserror::Error)]
pub enum SlotError {
    /// No file at the path.
    #[error("there is no model at {}: run `cargo xtask train`, or set MODEL_PATH to an artifact", .0.display())]
    Missing(PathBuf),
    /// A file that cannot be opened.
    #[error("cannot open the model at {}: {source}", path.display())]
    Unreadable {
        /// Where it lies.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file that is no sound artifact of this version.
    #[error("cannot serve the model at {}: {source}; `cargo xtask train` makes the default one again", path.display())]
    Refused {
        /// Where it lies.
        path: PathBuf,
        /// What the model crate found.
        source: ModelError,
    },
}

/// Holds the model that answers the next request.
#[derive(Debug)]
pub(crate) struct Slot(ArcSwap<Live>);

impl Slot {
    /// Loads and verifies the artifact at `path`.
    pub(crate) fn load(path: &Path) -> Result<Self, SlotError> {
        let file = File::open(path).map_err(|source| match source.kind() {
            io::ErrorKind::NotFound => SlotError::Missing(path.to_owned()),
            _ => SlotError::Unreadable { path: path.to_owned(), source },
        })?;
        let scorer = Scorer::load(BufReader::new(file))
            .map_err(|source| SlotError::Refused { path: path.to_owned(), source })?;
        Ok(Self(ArcSwap::from_pointee(Live::new(scorer))))
    }

    /// The model of this moment. Do not keep it across an `await`: it is cheap to ask again.
    pub(crate) fn current(&self) -> Guard<Arc<Live>> {
        self.0.load()
    }
}

/// A verified model with everything about it that does not change from request to request.
#[derive(Debug)]
pub(crate) struct Live {
    /// What scores.
    pub(crate) scorer: Scorer,
    /// The body of `GET /api/v1/model/info`.
    pub(crate) info: Bytes,
    /// The body of `GET /api/v1/model/features`.
    pub(crate) features: Bytes,
    /// The body of `GET /api/v1/model/importance`.
    pub(crate) importance: Bytes,
    name: String,
}

/// A model as every answer names it.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct ModelName<'a> {
    name: &'a str,
    version: &'a str,
}

impl Live {
    fn new(scorer: Scorer) -> Self {
        let artifact = scorer.artifact();
        Self {
            info: card::info(artifact).into(),
            features: card::features(artifact).into(),
            importance: card::importance(artifact).into(),
            // The predecessor's form was xgboost_lead_score_v100: the kind of model, then the version without dots.
            name: format!("{}_lead_score_v{}", artifact.name, artifact.version.replace('.', "")),
            scorer,
        }
    }

    /// Name and version, as answers give them.
    pub(crate) fn name(&self) -> ModelName<'_> {
        ModelName { name: &self.name, version: self.version() }
    }

    /// The artifact's version.
    pub(crate) fn version(&self) -> &str {
        &self.scorer.artifact().version
    }
}
