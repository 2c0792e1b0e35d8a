//! Reading and writing a model file.
//!
//! The file is a JSON object of three members: the format version, the SHA-256 checksum of the content, and the content.
//! The checksum covers the content's canonical form, that is, what this library writes without white space, so a file
//! that was only reformatted still loads. Numbers are written in the shortest form that reads back exactly.

use std::{
    fmt::Write as _,
    io::{Read, Write},
};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Artifact, layout::Layout};
use crate::error::ModelError;

/// Version of the file's form; any change that an older reader would misread raises it.
///
/// Every earlier version is read too: format 2 added members and changed none, so a file of format 1 is one of format 2
/// without them.
pub const FORMAT: u64 = 2;

/// Far beyond any model of 4096 features.
const LIMIT_MB: u64 = 64;

/// The version alone, which every future form keeps.
#[derive(Deserialize)]
struct Version {
    format: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileIn {
    #[serde(rename = "format")]
    _format: u64,
    checksum: String,
    model: Artifact,
}

#[derive(Serialize)]
struct FileOut<'a> {
    format: u64,
    checksum: String,
    model: &'a Artifact,
}

impl Artifact {
    /// Reads a model file; checks its format version and checksum.
    ///
    /// # Errors
    /// [`ModelError::Io`], [`ModelError::TooLarge`], [`ModelError::Form`], [`ModelError::Format`], or
    /// [`ModelError::Checksum`]. Whether its parts fit together is found by [`Scorer::new`](crate::Scorer::new).
    pub fn read(reader: impl Read) -> Result<Self, ModelError> {
        let limit = LIMIT_MB << 20;
        let mut bytes = Vec::new();
        reader.take(limit + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > limit {
            return Err(ModelError::TooLarge { limit_mb: LIMIT_MB });
        }
        let version: Version = serde_json::from_slice(&bytes).map_err(ModelError::Form)?;
        if !(1..=FORMAT).contains(&version.format) {
            return Err(ModelError::Format { found: version.format, supported: FORMAT });
        }
        let file: FileIn = serde_json::from_slice(&bytes).map_err(ModelError::Form)?;
        let computed = file.model.fingerprint();
        if file.checksum != computed {
            return Err(ModelError::Checksum { stored: file.checksum, computed });
        }
        Ok(file.model)
    }

    /// Writes the model file; equal artifacts give equal bytes. What is written was read back first.
    ///
    /// # Errors
    /// [`ModelError::Io`] from the writer; [`ModelError::Unsound`], before anything is written, if a reader would refuse the
    /// file, for example because a number is not finite, which JSON has no word for.
    pub fn write(&self, mut writer: impl Write) -> Result<(), ModelError> {
        let file = FileOut { format: FORMAT, checksum: self.fingerprint(), model: self };
        let mut bytes = Vec::new();
        let mut serializer = serde_json::Serializer::with_formatter(&mut bytes, Layout::default());
        file.serialize(&mut serializer).map_err(ModelError::Form)?;
        bytes.push(b'\n');
        Self::read(&bytes[..]).map_err(|error| {
            let error = match error {
                ModelError::Form(error) => error.to_string(),
                other => other.to_string(),
            };
            ModelError::Unsound { what: format!("its file would not load: {error}") }
        })?;
        writer.write_all(&bytes)?;
        Ok(writer.flush()?)
    }

    /// The checksum of the content, `sha256:` and 64 hexadecimal digits; equal models have equal fingerprints.
    pub fn fingerprint(&self) -> String {
        let canonical = serde_json::to_vec(self).expect("an artifact has text keys only");
        let mut fingerprint = "sha256:".to_owned();
        for byte in Sha256::digest(canonical) {
            write!(fingerprint, "{byte:02x}").expect("text can be written to memory");
        }
        fingerprint
    }
}
