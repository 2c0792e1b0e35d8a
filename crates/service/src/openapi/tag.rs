//! The groups under which operations are shown.

use utoipa::openapi::{Tag, tag::TagBuilder};

pub(crate) const SCORING: &str = "scoring";
pub(crate) const MODEL: &str = "model";
pub(crate) const INFERENCE: &str = "inference";
pub(crate) const ADMIN: &str = "admin";
pub(crate) const HEALTH: &str = "health";
pub(crate) const PAGES: &str = "pages";

/// All of them, in the order they are shown.
pub(super) fn all() -> Vec<Tag> {
    [
        (SCORING, "Leads in, scores out."),
        (MODEL, "What the live model is."),
        (INFERENCE, "The Open Inference Protocol, version 2."),
        (ADMIN, "Which model is live, and which one may come after it."),
        (HEALTH, "Is it up, should it get work, and what does it use."),
        (PAGES, "For people."),
    ]
    .map(|(name, description)| TagBuilder::new().name(name).description(Some(description)).build())
    .into()
}
