//! `lead-gate init`: what was typed.

use std::path::{Path, PathBuf};

use clap::Args;

/// What `init` was told.
#[derive(Debug, Args)]
pub struct InitArgs {
    /// The file to write; it must not exist yet
    #[arg(value_name = "FILE", default_value = "gate.toml")]
    file: PathBuf,
}

impl InitArgs {
    /// The file to write.
    pub fn file(&self) -> &Path {
        &self.file
    }
}
