//! [`Live`]: one verified model, with everything about it that does not change from request to request.
//!
//! Its three bodies are written once, by `card`. Which model answers the next request is the [`Slot`](super::slot::Slot)'s
//! to say.

use std::{sync::OnceLock, time::Duration};

use actix_web::web::Bytes;
use lead_model::{Artifact, Scorer};
use serde::Serialize;
use utoipa::ToSchema;

use super::card;
use crate::{drift::Watch, metrics::ModelLabels, timestamp::Timestamp};

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
    /// The checksum of its content: equal models have equal fingerprints, whatever file they lie in.
    pub(crate) fingerprint: String,
    /// The name of the file that it was read from.
    pub(crate) file: String,
    /// When it was read and verified.
    pub(crate) loaded_at: Timestamp,
    name: String,
    /// Set up when its first lead is scored; `None` inside if its file does not say what it was trained on.
    watch: OnceLock<Option<Watch>>,
    /// The body of `GET /openapi.json`.
    document: OnceLock<Bytes>,
}

/// A model as answers about models name it.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub(crate) struct ModelName<'a> {
    pub(crate) name: &'a str,
    pub(crate) version: &'a str,
}

impl Live {
    pub(super) fn new(scorer: Scorer, file: String) -> Self {
        let artifact = scorer.artifact();
        Self {
            info: card::info(artifact).into(),
            features: card::features(artifact).into(),
            importance: card::importance(artifact).into(),
            fingerprint: artifact.fingerprint(),
            file,
            loaded_at: Timestamp::now(),
            // The predecessor's form was xgboost_lead_score_v100: the kind of model, then the version without dots.
            name: format!("{}_lead_score_v{}", artifact.name, artifact.version.replace('.', "")),
            document: OnceLock::new(),
            scorer,
            watch: OnceLock::new(),
        }
    }

    /// The description of the API with this model, written by whoever asks for it first.
    pub(crate) fn document(&self, write: impl FnOnce(&Artifact) -> Vec<u8>) -> Bytes {
        self.document.get_or_init(|| write(self.scorer.artifact()).into()).clone()
    }

    /// The model's name, as answers give it.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Name and version, as answers about models give them.
    pub(crate) fn named(&self) -> ModelName<'_> {
        ModelName { name: &self.name, version: self.version() }
    }

    /// What is known about the leads it has scored in the last `window`; `None` if its file does not say how its training
    /// rows were distributed. A model that takes over again goes on where it was, as far as that is not too long ago.
    pub(crate) fn watch(&self, window: Duration) -> Option<&Watch> {
        self.watch.get_or_init(|| Watch::new(self.scorer.artifact(), window)).as_ref()
    }

    /// What the metric of the live model says.
    pub(super) fn labels(&self) -> ModelLabels<'_> {
        [&self.scorer.artifact().name, self.version(), &self.fingerprint]
    }

    /// The artifact's version.
    pub(crate) fn version(&self) -> &str {
        &self.scorer.artifact().version
    }
}
