//! One more entry in a key file, by writing the whole file anew beside it.
//!
//! Whoever reads meanwhile sees the old file or the new one. What a sound file is, [`KeyFile`] says.

use std::{
    fs::{self, File, OpenOptions, Permissions},
    io::{self, Write},
    os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt, fchown},
    path::Path,
    process,
};

use jiff::Timestamp;

use super::{Entry, KeyFile, KeyFileError, entry::Written, file::Page};

/// What a new key file may be done with, and by whom: read and written by its owner.
const OWNER_ONLY: u32 = 0o600;

impl KeyFile {
    /// Adds an entry to the file at `path`, which is made if it is missing. Whoever reads it meanwhile sees the old
    /// file or the new one, and two who add at once add both.
    ///
    /// # Errors
    ///
    /// [`KeyFileError`] when the file is faulty, would be with this entry, or cannot be replaced. Then it is unchanged.
    pub(crate) fn add(path: &Path, entry: Entry, now: Timestamp) -> Result<(), KeyFileError> {
        let unwritable = |source| KeyFileError::Unwritable { path: path.to_owned(), source };
        // A link stays a link, and what it leads to is replaced.
        let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let folder = match target.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        let folder = File::open(folder).map_err(unwritable)?;
        // The folder is locked and not the file, which is about to be another one.
        folder.lock().map_err(unwritable)?;
        let (mut keys, replaced) = match Self::open(&target) {
            Ok(file) => (Self::read(&file, path, now)?, Some(file)),
            Err(KeyFileError::Missing(_)) => (Self::default(), None),
            Err(error) => return Err(error),
        };
        keys.entries.push(entry);
        keys.agree(path, now)?;
        keys.replace(&target, replaced.as_ref())
            .and_then(|()| folder.sync_all())
            .map_err(unwritable)
    }

    /// Writes a file beside `target` and lets it take that place, with the owner and permissions of the one before.
    fn replace(&self, target: &Path, replaced: Option<&File>) -> io::Result<()> {
        let beside = target.with_added_extension(format!("{}.new", process::id()));
        let written = self.write(&beside, replaced).and_then(|()| fs::rename(&beside, target));
        if written.is_err() {
            // The first failure is the one to tell.
            let _ = fs::remove_file(&beside);
        }
        written
    }

    fn write(&self, path: &Path, replaced: Option<&File>) -> io::Result<()> {
        let mut file =
            OpenOptions::new().write(true).create_new(true).mode(OWNER_ONLY).open(path)?;
        if let Some(before) = replaced {
            let (before, here) = (before.metadata()?, file.metadata()?);
            if (before.uid(), before.gid()) != (here.uid(), here.gid()) {
                fchown(&file, Some(before.uid()), Some(before.gid()))?;
            }
            file.set_permissions(Permissions::from_mode(before.mode()))?;
        }
        let page = Page { keys: self.entries.iter().map(Written::from).collect() };
        let mut text = serde_json::to_vec_pretty(&page)?;
        text.push(b'\n');
        file.write_all(&text)?;
        file.sync_all()
    }
}

#[cfg(test)]
mod tests {
    use std::{
        fs::{self, Permissions},
        os::unix::fs::{PermissionsExt, symlink},
        path::Path,
    };

    use jiff::Timestamp;
    use tempfile::tempdir;

    use crate::keys::{Algorithm, Entry, KeyFile, Scope, Validity};

    /// The moment at which the files of these tests are read.
    fn now() -> Timestamp {
        Timestamp::from_second(1_800_000_000).expect("a moment of 2027")
    }

    fn made(id: &str, key: &str) -> Entry {
        Entry {
            id: id.to_owned(),
            digest: Algorithm::Blake3.digest(key.as_bytes()),
            scopes: [Scope::Score].into_iter().collect(),
            validity: Validity::default(),
            rate: None,
        }
    }

    fn ids(path: &Path) -> Vec<String> {
        let file = KeyFile::open(path).expect("a file");
        let keys = KeyFile::read(&file, path, now()).expect("a good file");
        keys.entries.into_iter().map(|entry| entry.id).collect()
    }

    #[test]
    fn adding_makes_a_file_for_its_owner_only_and_keeps_the_rights_of_an_old_one() {
        let folder = tempdir().expect("a folder");
        let path = folder.path().join("keys.json");
        let mode = || fs::metadata(&path).expect("a file").permissions().mode() & 0o777;
        KeyFile::add(&path, made("acme", "a"), now()).expect("added");
        assert_eq!(mode(), 0o600);
        fs::set_permissions(&path, Permissions::from_mode(0o640)).expect("its owner may");
        KeyFile::add(&path, made("globex", "b"), now()).expect("added");
        assert_eq!((mode(), ids(&path)), (0o640, vec!["acme".to_owned(), "globex".to_owned()]));
        assert_eq!(
            fs::read_dir(folder.path()).expect("a folder").count(),
            1,
            "nothing is left over"
        );
    }

    #[test]
    fn adding_through_a_link_replaces_what_it_leads_to() {
        let folder = tempdir().expect("a folder");
        let (path, link) = (folder.path().join("real.json"), folder.path().join("link.json"));
        KeyFile::add(&path, made("acme", "a"), now()).expect("added");
        symlink(&path, &link).expect("a link");
        KeyFile::add(&link, made("globex", "b"), now()).expect("added");
        assert!(fs::symlink_metadata(&link).expect("a link").is_symlink());
        assert_eq!(ids(&path).len(), 2);
    }

    #[test]
    fn what_would_not_be_taken_over_is_not_added() {
        let folder = tempdir().expect("a folder");
        let path = folder.path().join("keys.json");
        for key in ["a", "b"] {
            KeyFile::add(&path, made("acme", key), now()).expect("added");
        }
        let before = fs::read(&path).expect("a file");
        for refused in [made("acme", "c"), made("globex", "b")] {
            assert!(KeyFile::add(&path, refused, now()).is_err());
        }
        assert_eq!(fs::read(&path).expect("a file"), before);
        fs::write(&path, "torn").expect("written");
        assert!(KeyFile::add(&path, made("globex", "d"), now()).is_err());
        assert_eq!(fs::read(&path).expect("a file"), b"torn");
    }
}
