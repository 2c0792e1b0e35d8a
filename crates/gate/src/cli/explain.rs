//! `lead-gate explain`: what was typed.

use std::path::PathBuf;

use clap::Args;

use crate::{
    error::PolicyError,
    policy::{Change, Policy},
};

/// What `explain` was told.
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// A rule, a metric, an expression in quotes, grammar, run or verdicts; a list without
    #[arg(value_name = "RULE")]
    subject: Option<String>,

    /// Explain the rules of this file instead of the built-in ones
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,

    /// Explain a rule as if it were changed: p95.max=800ms
    #[arg(long = "set", value_name = "RULE.KEY=VALUE")]
    changes: Vec<Change>,
}

impl ExplainArgs {
    /// What is to be explained; `None` for a list of what there is.
    pub fn subject(&self) -> Option<&str> {
        self.subject.as_deref()
    }

    /// The rules that it is looked for in.
    pub fn policy(&self) -> Result<Policy, PolicyError> {
        Policy::load(self.config.as_deref(), &self.changes)
    }
}
