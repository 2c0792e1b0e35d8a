//! [`Shelf`]: the files that models may be taken from, as `MODEL_PATH` says.
//!
//! A path to a file is that file alone. A path to a directory is every `*.json` directly in it; names that begin with a
//! dot, and whatever else lies there (cards, directories), are no candidates. [`Shelf::scan`] looks at all of them anew,
//! because files come and go while the service runs; which of them should be served is said by
//! [`choose`](super::choice::choose).

use std::{
    collections::HashMap,
    fs, io,
    path::{Path, PathBuf},
};

use super::{
    Live,
    load::{LoadError, digest, file_name, read, verify},
};

/// Where models are taken from.
#[derive(Debug)]
pub(super) struct Shelf {
    path: PathBuf,
    /// What the last look found sound, by the digest of the file: what has not changed need not be verified again.
    known: HashMap<[u8; 32], Sound>,
}

/// What one look found.
#[derive(Debug)]
pub(super) struct Scan {
    /// Models that can be served, in the order of their files.
    pub(super) sound: Vec<Sound>,
    /// The other files, in the same order.
    pub(super) refused: Vec<LoadError>,
}

impl Scan {
    /// A look that could not be taken.
    pub(super) fn failed(error: LoadError) -> Self {
        Self { sound: Vec::new(), refused: vec![error] }
    }
}

/// What is remembered of a sound file; the model itself is not kept, because only one is served.
#[derive(Debug, Clone)]
pub(super) struct Sound {
    path: PathBuf,
    digest: [u8; 32],
    /// The artifact's name.
    pub(super) name: String,
    /// The artifact's version.
    pub(super) version: String,
    /// The checksum of its content.
    pub(super) fingerprint: String,
}

impl Sound {
    /// The name of the file.
    pub(super) fn file(&self) -> String {
        file_name(&self.path)
    }
}

impl Shelf {
    pub(super) fn new(path: PathBuf) -> Self {
        Self { path, known: HashMap::new() }
    }

    /// The path itself.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Whether the path is a directory at this moment.
    pub(super) fn is_directory(&self) -> bool {
        self.path.is_dir()
    }

    /// Looks at every candidate. Fails if the directory itself cannot be read.
    pub(super) fn scan(&mut self) -> Result<Scan, LoadError> {
        let paths = if self.is_directory() {
            candidates(&self.path).map_err(|source| LoadError::unreadable(&self.path, source))?
        } else {
            vec![self.path.clone()]
        };
        let mut scan = Scan { sound: Vec::new(), refused: Vec::new() };
        for path in paths {
            match self.look(path) {
                Ok(sound) => scan.sound.push(sound),
                Err(error) => scan.refused.push(error),
            }
        }
        self.known = scan.sound.iter().map(|sound| (sound.digest, sound.clone())).collect();
        Ok(scan)
    }

    /// Loads a candidate, if it is still the file that was looked at.
    pub(super) fn fetch(&self, wanted: &Sound) -> Result<Live, LoadError> {
        let bytes = read(&wanted.path)?;
        if digest(&bytes) != wanted.digest {
            return Err(LoadError::Changed(wanted.path.clone()));
        }
        verify(&wanted.path, &bytes)
    }

    /// The fingerprints of the files that the last look found sound.
    pub(super) fn fingerprints(&self) -> impl Iterator<Item = &str> {
        self.known.values().map(|sound| sound.fingerprint.as_str())
    }

    fn look(&self, path: PathBuf) -> Result<Sound, LoadError> {
        let bytes = read(&path)?;
        let digest = digest(&bytes);
        if let Some(known) = self.known.get(&digest) {
            return Ok(Sound { path, ..known.clone() });
        }
        let live = verify(&path, &bytes)?;
        let artifact = live.scorer.artifact();
        let (name, version) = (artifact.name.clone(), artifact.version.clone());
        Ok(Sound { path, digest, name, version, fingerprint: live.fingerprint })
    }
}

/// The candidates of a directory, in the order of their names.
fn candidates(directory: &Path) -> io::Result<Vec<PathBuf>> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        let is_json = path.extension().is_some_and(|extension| extension == "json");
        if is_json && !file_name(&path).starts_with('.') && !path.is_dir() {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use super::Shelf;
    use crate::models::load::LoadError;

    #[test]
    fn a_file_that_becomes_another_one_after_the_look_is_not_taken() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("model.json");
        let model = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models/b2b-v1.json");
        fs::copy(model, &path).expect("copied");
        let mut shelf = Shelf::new(folder.path().to_owned());
        let scan = shelf.scan().expect("a directory");
        assert_eq!((scan.sound.len(), scan.refused.len()), (1, 0));
        let live = shelf.fetch(&scan.sound[0]).expect("it is what it was");
        assert_eq!(live.fingerprint, scan.sound[0].fingerprint);

        // Still a sound model, but not the one that was chosen.
        let mut bytes = fs::read(&path).expect("read");
        bytes.push(b' ');
        fs::write(&path, bytes).expect("written");
        let error = shelf.fetch(&scan.sound[0]).expect_err("another file");
        assert!(matches!(error, LoadError::Changed(_)), "{error}");
        assert_eq!(shelf.scan().expect("a directory").sound.len(), 1, "the next look takes it");
    }
}
