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

use arc_swap::{ArcSwap, Guard};
use lead_model::{ModelError, Scorer};

use super::Live;

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

impl SlotError {
    /// What is wrong with the file, without its path.
    pub(crate) fn reason(&self) -> String {
        match self {
            Self::Missing(_) => "there is no file at that path".to_owned(),
            Self::Unreadable { source, .. } => format!("the file cannot be opened: {source}"),
            Self::Refused { source, .. } => source.to_string(),
        }
    }
}

/// Holds the model that answers the next request.
#[derive(Debug)]
pub(crate) struct Slot(ArcSwap<Live>);

impl Slot {
    /// Loads and verifies the artifact at `path`.
    pub(crate) fn load(path: &Path) -> Result<Self, SlotError> {
        Ok(Self(ArcSwap::from_pointee(Live::load(path)?)))
    }

    /// The model of this moment. Do not keep it across an `await`: it is cheap to ask again.
    pub(crate) fn current(&self) -> Guard<Arc<Live>> {
        self.0.load()
    }

    /// Lets another model answer from the next request on, and returns the one that did until now.
    pub(crate) fn install(&self, live: Arc<Live>) -> Arc<Live> {
        self.0.swap(live)
    }
}

impl Live {
    /// Loads and verifies the artifact at `path`.
    pub(crate) fn load(path: &Path) -> Result<Self, SlotError> {
        let file = File::open(path).map_err(|source| match source.kind() {
            io::ErrorKind::NotFound => SlotError::Missing(path.to_owned()),
            _ => SlotError::Unreadable { path: path.to_owned(), source },
        })?;
        let scorer = Scorer::load(BufReader::new(file))
            .map_err(|source| SlotError::Refused { path: path.to_owned(), source })?;
        Ok(Self::new(scorer))
    }
}
