//! Who answers: the model and the state that the target names.
//!
//! [`Service`] asks `/api/v1/model/info`, then `/health/ready` where the key does not open the first, and `/health`. What the
//! target does not say is missing.

use serde_json::Value;

use crate::engine::{Probe, Reached};
use crate::plan::Plan;

/// Longer texts are no names.
const MOST_LETTERS: usize = 100;

/// What the target says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Service {
    /// Name and version of the model that answers.
    pub model: Option<String>,
    /// Its state, `healthy` at best.
    pub health: Option<String>,
}

impl Service {
    /// Asks the target of a plan, which was `reached` before; takes a few seconds at most.
    pub fn ask(plan: &Plan, reached: Reached) -> Self {
        let Some(probe) = Probe::open(plan, reached) else { return Self::default() };
        let word = |body: &Value, pointer| text(body.pointer(pointer)?);
        let info = || {
            let body = probe.get("/api/v1/model/info")?;
            let version = word(&body, "/version")?;
            let name = word(&body, "/metadata/name");
            Some(name.map_or_else(|| version.clone(), |name| format!("{name} {version}")))
        };
        let ready = || word(&probe.get("/health/ready")?, "/model_version");
        Self {
            model: info().or_else(ready),
            health: probe.get("/health").and_then(|body| word(&body, "/status")),
        }
    }
}

/// A text that can be a name.
fn text(value: &Value) -> Option<String> {
    let text = value.as_str()?.trim();
    (!text.is_empty() && text.chars().count() <= MOST_LETTERS).then(|| text.to_owned())
}
