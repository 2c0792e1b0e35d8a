//! [`Live`]: one verified model, with everything about it that does not change from request to request.
//!
//! Its three bodies are written once, by `card`. Which model answers the next request is the [`Slot`](super::Slot)'s to
//! say.

use std::sync::OnceLock;

use actix_web::web::Bytes;
use lead_model::{Artifact, Scorer};
use serde::Serialize;
use utoipa::ToSchema;

use super::card;

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
    /// The body of `GET /openapi.json`.
    document: OnceLock<Bytes>,
}

/// A model as every answer names it.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub(crate) struct ModelName<'a> {
    name: &'a str,
    version: &'a str,
}

impl Live {
    pub(super) fn new(scorer: Scorer) -> Self {
        let artifact = scorer.artifact();
        Self {
            info: card::info(artifact).into(),
            features: card::features(artifact).into(),
            importance: card::importance(artifact).into(),
            // The predecessor's form was xgboost_lead_score_v100: the kind of model, then the version without dots.
            name: format!("{}_lead_score_v{}", artifact.name, artifact.version.replace('.', "")),
            document: OnceLock::new(),
            scorer,
        }
    }

    /// The description of the API with this model, written by whoever asks for it first.
    pub(crate) fn document(&self, write: impl FnOnce(&Artifact) -> Vec<u8>) -> Bytes {
        self.document.get_or_init(|| write(self.scorer.artifact()).into()).clone()
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
