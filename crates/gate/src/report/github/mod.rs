//! What GitHub Actions shows and passes on: annotations, the job summary, the outputs of a step.

mod annotation;
mod runner;
mod summary;

pub(super) use self::{annotation::commands, summary::fitted};
pub use self::{
    annotation::{Annotation, Level},
    runner::GitHub,
};
