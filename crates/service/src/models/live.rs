//! [`Live`]: one verified model, with everything about it that does not change from request to request.
//!
//! Its three bodies are written once, by `card`. Which model answers the next request is the [`Slot`](super::slot::Slot)'s
//! to say.

use actix_web::web::Bytes;
use lead_model::Scorer;

use super::card;
use crate::{metrics::ModelLabels, timestamp::Timestamp};

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
            scorer,
        }
    }

    /// The model's name, as answers give it.
    pub(crate) fn name(&self) -> &str {
        &self.name
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
