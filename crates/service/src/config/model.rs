//! Which model is served.
//!
//! Paths only; [`models`](crate::models) opens the files.

use std::path::PathBuf;

use clap::Args;

/// What scores.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Model")]
pub struct ModelArgs {
    /// The model to serve, or a directory of which the highest version is served
    #[arg(
        long,
        env = "MODEL_PATH",
        value_name = "MODEL_PATH",
        default_value = "models/b2b-v1.json"
    )]
    pub model_path: PathBuf,
}
