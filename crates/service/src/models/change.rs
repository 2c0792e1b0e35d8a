//! [`Change`]: what became of the wish to have another model answer.

use std::sync::Arc;

use serde::{Serialize, Serializer};
use utoipa::ToSchema;

use super::{
    Live,
    listing::{Entry, RefusedFile},
    load::LoadError,
};

/// Why a model became the live one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cause {
    Reload,
    Activation,
    Rollback,
    Promotion,
}

impl Cause {
    /// The word in logs and metrics.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Reload => "reload",
            Self::Activation => "activation",
            Self::Rollback => "rollback",
            Self::Promotion => "promotion",
        }
    }
}

/// Whether a model is wanted also if it refuses leads that the live one takes, or was passed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Force {
    No,
    Yes,
}

/// The model that is live now, and the one it took over from, if it did.
#[derive(Debug)]
pub(crate) struct Change {
    pub(crate) live: Arc<Live>,
    /// `None` if the live model is what it was.
    pub(crate) instead_of: Option<Arc<Live>>,
    /// The version that the shelf would have had live, if it was not taken because it was passed over.
    pub(super) passed_over: Option<String>,
    /// Files that could not have been taken.
    pub(super) refused: Vec<LoadError>,
}

impl Change {
    pub(super) fn none(live: Arc<Live>) -> Self {
        Self { live, instead_of: None, passed_over: None, refused: Vec::new() }
    }
}

/// What became of the wish to have another model answer.
#[derive(Serialize, ToSchema)]
pub(crate) struct ModelChange<'a> {
    /// `swapped` or `unchanged`.
    outcome: &'static str,
    live: Entry,
    /// The model that was live before; null if that is the one that is live.
    previous: Option<Entry>,
    /// The version that would be live if it had not been turned down before.
    passed_over: Option<&'a str>,
    /// Files that cannot be served.
    refused: Vec<RefusedFile>,
}

impl Serialize for Change {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let told = ModelChange {
            outcome: if self.instead_of.is_some() { "swapped" } else { "unchanged" },
            live: Entry::live(&self.live),
            previous: self.instead_of.as_deref().map(Entry::previous),
            passed_over: self.passed_over.as_deref(),
            refused: self.refused.iter().map(RefusedFile::of).collect(),
        };
        told.serialize(serializer)
    }
}
