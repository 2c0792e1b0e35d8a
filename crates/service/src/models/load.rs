//! One model file: read, verified and made ready to serve, or the reason why it cannot be.
//!
//! [`load`] does all of it. Half-copied and altered files are refused by their checksum, models that this program would
//! score otherwise than the one that trained them by their golden leads; both are the model crate's to find. Which files
//! are looked at is said by the [`Shelf`](super::shelf::Shelf).

use std::{
    fs::{self, File},
    io::{self, Read},
    path::{Path, PathBuf},
};

use lead_model::{ModelError, Scorer};
use sha2::{Digest, Sha256};

use super::Live;

/// Bytes of a file that are read at most: one more MiB than the model crate takes, which then says that it is too large.
const MOST_BYTES: u64 = 65 << 20;

/// Why a model file cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// Nothing at the path.
    #[error("there is no model at {}: run `cargo xtask train`, or set MODEL_PATH to an artifact", .0.display())]
    Missing(PathBuf),
    /// Something at the path that is neither a file nor a directory.
    #[error("{} is no regular file: set MODEL_PATH to an artifact or to a directory of artifacts", .0.display())]
    NotAFile(PathBuf),
    /// A file or directory that cannot be read.
    #[error("cannot open the model at {}: {source}", path.display())]
    Unreadable {
        /// Where it lies.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file that is no sound artifact of this version.
    #[error("cannot serve the model at {}: {source}; `cargo xtask train` makes the default one again", path.display())]
    Refused {
        /// Where it lies.
        path: PathBuf,
        /// What the model crate found.
        source: ModelError,
    },
    /// A file that became another one between two looks at it.
    #[error("the model at {} changed while it was read: reload once it is whole", .0.display())]
    Changed(PathBuf),
}

impl LoadError {
    pub(super) fn unreadable(path: &Path, source: io::Error) -> Self {
        match source.kind() {
            io::ErrorKind::NotFound => Self::Missing(path.to_owned()),
            _ => Self::Unreadable { path: path.to_owned(), source },
        }
    }

    /// The name of the file, without the directories above it, which are nobody's business on the other side of the wire.
    pub(crate) fn file(&self) -> String {
        match self {
            Self::Missing(path) | Self::NotAFile(path) | Self::Changed(path) => file_name(path),
            Self::Unreadable { path, .. } | Self::Refused { path, .. } => file_name(path),
        }
    }

    /// What is wrong, in one word for programs.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::Missing(_) => "missing",
            Self::NotAFile(_) => "not_a_file",
            Self::Unreadable { .. } => "unreadable",
            Self::Changed(_) => "changed",
            Self::Refused { source, .. } => match source {
                ModelError::Io(_) => "unreadable",
                ModelError::TooLarge { .. } => "too_large",
                ModelError::Form(_) => "torn",
                ModelError::Format { .. } => "format",
                ModelError::Checksum { .. } => "checksum",
                ModelError::Golden { .. } => "golden",
                _ => "unsound",
            },
        }
    }

    /// What is wrong and what to do, without the path.
    pub(crate) fn reason(&self) -> String {
        match self {
            Self::Missing(_) => "the file is gone; put it back, or set MODEL_PATH".to_owned(),
            Self::NotAFile(_) => "it is no regular file; put an artifact in its place".to_owned(),
            Self::Unreadable { source, .. } => format!("the system says: {source}"),
            Self::Refused { source, .. } => source.to_string(),
            Self::Changed(_) => {
                "the file changed while it was read; reload once it is whole".to_owned()
            }
        }
    }
}

/// Reads and verifies the artifact at `path`: format, checksum, soundness, golden scores.
///
/// Takes some milliseconds for each megabyte: never call it on a thread that answers requests.
pub(crate) fn load(path: &Path) -> Result<Live, LoadError> {
    verify(path, &read(path)?)
}

/// The bytes of the file at `path`.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, LoadError> {
    let unreadable = |source| LoadError::unreadable(path, source);
    // Asked before opening: to open a pipe that nobody writes to would wait for ever.
    if !fs::metadata(path).map_err(unreadable)?.is_file() {
        return Err(LoadError::NotAFile(path.to_owned()));
    }
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(unreadable)?;
    file.take(MOST_BYTES).read_to_end(&mut bytes).map_err(unreadable)?;
    Ok(bytes)
}

/// Makes a model of the bytes of a file.
pub(super) fn verify(path: &Path, bytes: &[u8]) -> Result<Live, LoadError> {
    let scorer = Scorer::load(bytes)
        .map_err(|source| LoadError::Refused { path: path.to_owned(), source })?;
    Ok(Live::new(scorer, file_name(path)))
}

/// Tells one content of a file from another, white space included.
pub(super) fn digest(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

pub(super) fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}
