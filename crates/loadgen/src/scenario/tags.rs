//! Which tasks run: `--tags` and `--exclude-tags`, as in Locust.

use std::collections::BTreeSet;

use thiserror::Error;

use super::Scenario;

/// Tags leave no task.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TagError {
    /// No task has a tag at all.
    #[error(
        "no task of the scenario has a tag; leave the option out, or give tasks tags = [\"...\"]"
    )]
    NoTags,
    /// The tags that were asked for leave nothing.
    #[error("no task is left; the scenario's tags are: {0}")]
    NothingLeft(String),
}

impl Scenario {
    /// Keeps the tasks that have one of `tags` (any, where none is given) and none of `exclude`.
    ///
    /// # Errors
    ///
    /// When no task is left.
    pub fn choose(&mut self, tags: &[String], exclude: &[String]) -> Result<(), TagError> {
        if tags.is_empty() && exclude.is_empty() {
            return Ok(());
        }
        let known: BTreeSet<String> =
            self.tasks.iter().flat_map(|task| task.tags.clone()).collect();
        if known.is_empty() {
            return Err(TagError::NoTags);
        }
        let has = |own: &[String], wanted: &[String]| own.iter().any(|tag| wanted.contains(tag));
        self.tasks
            .retain(|task| (tags.is_empty() || has(&task.tags, tags)) && !has(&task.tags, exclude));
        if self.tasks.iter().any(|task| task.weight > 0) {
            return Ok(());
        }
        Err(TagError::NothingLeft(known.into_iter().collect::<Vec<_>>().join(", ")))
    }
}
