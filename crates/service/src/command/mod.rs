//! What `lead-service` does besides serving: `keys new` and `keys check`.
//!
//! [`Command`] is what was typed; each verb has a file of its own. None of them needs the service to run.

mod check;
mod error;
mod new;

pub use self::{check::CheckKeys, error::CommandError, new::NewKey};

use std::io::Write;

use clap::Subcommand;

/// A verb instead of serving.
#[derive(Debug, Clone, Subcommand)]
pub enum Command {
    /// Make and check API keys
    #[command(subcommand)]
    Keys(KeysVerb),
}

/// What can be done with keys.
#[derive(Debug, Clone, Subcommand)]
pub enum KeysVerb {
    /// Make a key: it goes to stdout, once, and what is kept of it into the key file
    New(NewKey),
    /// Check a key file and list its keys
    Check(CheckKeys),
}

impl Command {
    /// Does it; `out` is for what another program reads, `notes` for what a person does.
    ///
    /// # Errors
    ///
    /// [`CommandError`] says what is wrong and what to do next.
    pub fn run(&self, out: &mut dyn Write, notes: &mut dyn Write) -> Result<(), CommandError> {
        match self {
            Self::Keys(KeysVerb::New(new)) => new.run(out, notes),
            Self::Keys(KeysVerb::Check(check)) => check.run(out, notes),
        }
    }
}
