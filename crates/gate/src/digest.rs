//! Which bytes a verdict is about.
//!
//! [`InputFile`] names a file by its SHA-256, so that anybody can see later whether a verdict and the files beside it
//! belong together. What is in the files is read elsewhere. [`hex`] and [`feed`] serve whatever else is named by a digest.

use std::{
    fs::File,
    io::{self, ErrorKind, Read},
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};

use crate::error::GateError;

/// As many bytes at a time as a disk likes to give.
const CHUNK: usize = 64 * 1024;

/// A file that a verdict was made from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputFile {
    /// What it was read as: `summary`, `history`, `failures`, `exceptions`, `validity` or `baseline`.
    pub role: &'static str,
    /// Where it lay. Raw.
    pub path: PathBuf,
    /// Its length.
    pub bytes: u64,
    /// The SHA-256 of its bytes, in lower-case hexadecimal.
    pub sha256: String,
}

impl InputFile {
    /// Reads a file once; nothing if there is none.
    pub(crate) fn read(role: &'static str, path: &Path) -> Result<Option<Self>, GateError> {
        match digest(path) {
            Ok((bytes, sha256)) => Ok(Some(Self { role, path: path.to_owned(), bytes, sha256 })),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(source) => Err(GateError::Unreadable { path: path.to_owned(), source }),
        }
    }
}

fn digest(path: &Path) -> io::Result<(u64, String)> {
    let mut hash = Sha256::new();
    let bytes = feed(&mut hash, path)?;
    Ok((bytes, hex(&hash.finalize())))
}

/// Adds the bytes of a file to a hash, and returns how many they are.
pub(crate) fn feed(hash: &mut Sha256, path: &Path) -> io::Result<u64> {
    let mut file = File::open(path)?;
    let (mut bytes, mut chunk) = (0, vec![0; CHUNK]);
    loop {
        match file.read(&mut chunk)? {
            0 => return Ok(bytes),
            length => {
                hash.update(&chunk[..length]);
                bytes += length as u64;
            }
        }
    }
}

/// Bytes in lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::InputFile;

    #[test]
    fn a_file_is_known_by_its_sha_256() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("abc");
        fs::write(&path, "abc").unwrap();
        let file = InputFile::read("summary", &path).unwrap().unwrap();
        // The first test vector of FIPS 180-2.
        assert_eq!(
            (file.bytes, file.sha256.as_str()),
            (3, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        );
        assert_eq!(InputFile::read("history", &folder.path().join("none")).unwrap(), None);
        assert!(InputFile::read("history", folder.path()).is_err());
    }
}
