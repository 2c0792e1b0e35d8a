//! The key file: `{"keys": [entry, ...]}`, read whole and checked whole.
//!
//! [`KeyFile`] is a list of entries that make sense together. When the file is read again is decided by
//! [`Store`](super::Store); how an entry is added to it is written in `addition`.

use std::{
    collections::HashMap,
    fs::{self, File},
    io::{self, Read},
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    Entry, EntryFault,
    entry::{Moment, Written},
};
use crate::object::{Object, objects};

/// The largest key file, in bytes; it holds 15,000 keys. A path that leads to something endless is found out by it.
const LARGEST: u64 = 4 << 20;

/// Keys that one client may have at once: the old one and the new one of a rotation.
const LIVE_PER_CLIENT: usize = 2;

/// The bit that lets everybody on the machine read a file.
const OTHERS_READ: u32 = 0o004;

/// The entries of a key file.
#[derive(Debug, Default)]
pub(crate) struct KeyFile {
    pub(crate) entries: Vec<Entry>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Page {
    #[serde(deserialize_with = "objects")]
    pub(super) keys: Vec<Written>,
}

/// Why a key file is not used.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// No file at the path.
    #[error(
        "there is no key file at {}: `lead-service keys new --id NAME --file {}` makes one, or unset KEY_FILE", .0.display(),
        .0.display()
    )]
    Missing(PathBuf),
    /// A file that cannot be opened or read.
    #[error("cannot read the key file {}: {source}; let the service's user read it", path.display())]
    Unreadable {
        /// Where it lies.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file that cannot be replaced.
    #[error("cannot write the key file {}: {source}; let yourself write its folder", path.display())]
    Unwritable {
        /// Where it lies.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// More than a key file holds.
    #[error("the key file {} is larger than 4 MiB: check KEY_FILE, or remove expired keys", .0.display())]
    TooLarge(PathBuf),
    /// Not the JSON of a key file.
    #[error(
        "cannot read the key file {} as {{\"keys\": [entry, ...]}}: {said}; `lead-service keys new` prints an entry",
        path.display()
    )]
    Form {
        /// Where it lies.
        path: PathBuf,
        /// What is wrong, and at which line and column.
        said: String,
    },
    /// An entry that cannot be used.
    #[error("the key file {} has a fault in entry {}: {fault}", path.display(), place(*entry, id.as_deref()))]
    Entry {
        /// Where the file lies.
        path: PathBuf,
        /// The entry, counted from 1.
        entry: usize,
        /// Its id, if it has one.
        id: Option<String>,
        /// What is wrong.
        fault: EntryFault,
    },
}

impl KeyFile {
    /// Opens the file at `path`.
    ///
    /// # Errors
    ///
    /// [`KeyFileError`] when there is none, or none that can be opened.
    pub(crate) fn open(path: &Path) -> Result<File, KeyFileError> {
        let fault = |source: io::Error| match source.kind() {
            io::ErrorKind::NotFound => KeyFileError::Missing(path.to_owned()),
            _ => KeyFileError::Unreadable { path: path.to_owned(), source },
        };
        // Opening a pipe would wait for somebody who writes into it.
        if !fs::metadata(path).map_err(fault)?.is_file() {
            return Err(fault(io::Error::other("it is no regular file")));
        }
        File::open(path).map_err(fault)
    }

    /// Reads and checks an opened file; `path` is for the messages, `now` tells which keys have expired.
    ///
    /// # Errors
    ///
    /// [`KeyFileError`] with the place of the first fault and what to do about it.
    pub(crate) fn read(file: &File, path: &Path, now: Timestamp) -> Result<Self, KeyFileError> {
        let unreadable = |source| KeyFileError::Unreadable { path: path.to_owned(), source };
        let mut text = Vec::new();
        file.take(LARGEST + 1).read_to_end(&mut text).map_err(unreadable)?;
        if text.len() as u64 > LARGEST {
            return Err(KeyFileError::TooLarge(path.to_owned()));
        }
        let Object(page) = serde_json::from_slice::<Object<Page>>(&text)
            .map_err(|error| KeyFileError::Form { path: path.to_owned(), said: said(&error) })?;
        let mut entries = Vec::with_capacity(page.keys.len());
        for (index, written) in page.keys.iter().enumerate() {
            let fault = |fault| KeyFileError::Entry {
                path: path.to_owned(),
                entry: index + 1,
                id: written.id().map(str::to_owned),
                fault,
            };
            entries.push(written.check().map_err(fault)?);
        }
        let keys = Self { entries };
        keys.agree(path, now)?;
        Ok(keys)
    }

    /// Whether the entries can stand beside each other; `path` is for the message.
    ///
    /// # Errors
    ///
    /// [`KeyFileError::Entry`] with the first that cannot.
    pub(super) fn agree(&self, path: &Path, now: Timestamp) -> Result<(), KeyFileError> {
        let mut digests = HashMap::with_capacity(self.entries.len());
        let mut live: HashMap<&str, usize> = HashMap::new();
        for (index, entry) in self.entries.iter().enumerate() {
            let fault = |fault| KeyFileError::Entry {
                path: path.to_owned(),
                entry: index + 1,
                id: Some(entry.id.clone()),
                fault,
            };
            if let Some(other) = digests.insert(entry.digest, index) {
                return Err(fault(EntryFault::SameDigest { other: other + 1 }));
            }
            if entry.validity.moment(|| now) == Moment::After {
                continue;
            }
            let count = live.entry(&entry.id).or_default();
            *count += 1;
            if *count > LIVE_PER_CLIENT {
                return Err(fault(EntryFault::ThirdKey));
            }
        }
        Ok(())
    }

    /// Whether everybody on the machine may read the file.
    pub(crate) fn is_open_to_others(path: &Path) -> bool {
        fs::metadata(path).is_ok_and(|about| about.mode() & OTHERS_READ != 0)
    }
}

/// What the parser found, without anything of the file: a key may stand where it should not, as a name too.
fn said(error: &serde_json::Error) -> String {
    let text = error.to_string();
    if let Some((_, expected)) = text.strip_prefix("unknown field `").and_then(split_name) {
        return format!("an unknown member, expected {expected}");
    }
    // These name members that there are.
    let names_a_member =
        ["missing field", "duplicate field"].iter().any(|start| text.starts_with(start));
    if error.is_data() && !names_a_member {
        return format!(
            "a value of the wrong kind at line {} column {}",
            error.line(),
            error.column()
        );
    }
    text
}

/// A name that the parser quotes, and what it says behind it; the name may hold a quote of its own.
fn split_name(quoted: &str) -> Option<(&str, &str)> {
    quoted.rsplit_once("`, expected ")
}

fn place(entry: usize, id: Option<&str>) -> String {
    id.map_or_else(|| entry.to_string(), |id| format!("{entry} ({id})"))
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use jiff::Timestamp;
    use serde_json::{Value, json};
    use tempfile::tempdir;

    use super::{File, KeyFile};
    use crate::keys::Algorithm;

    /// The moment at which the files of these tests are read.
    fn now() -> Timestamp {
        Timestamp::from_second(1_800_000_000).expect("a moment of 2027")
    }

    #[test]
    fn what_is_no_regular_file_is_refused_and_not_waited_for() {
        let fault = KeyFile::open(Path::new("/dev/null")).expect_err("no file").to_string();
        assert!(fault.contains("/dev/null: it is no regular file"), "{fault}");
    }

    fn read(text: &str) -> Result<KeyFile, String> {
        let folder = tempdir().expect("a folder");
        let path = folder.path().join("keys.json");
        fs::write(&path, text).expect("written");
        let file = KeyFile::open(&path).expect("just written");
        KeyFile::read(&file, Path::new("keys.json"), now()).map_err(|error| error.to_string())
    }

    fn entry(id: &str, key: &str, expires: Option<&str>) -> Value {
        let digest = Algorithm::Sha256.digest(key.as_bytes()).to_string();
        let mut entry = json!({"id": id, "digest": digest, "scopes": ["score"]});
        if let Some(expires) = expires {
            entry["expires"] = expires.into();
        }
        entry
    }

    #[test]
    fn a_file_of_another_form_is_refused_with_the_place_and_without_its_values() {
        let digest = format!("sha256:{}", "0".repeat(64));
        let with = |member: &str| {
            format!(
                r#"{{"keys": [{{"id": "acme", "digest": "{digest}", "scopes": ["score"]{member}}}]}}"#
            )
        };
        let said = [
            String::new(),
            "lsk_hidden".to_owned(),
            r#""lsk_hidden""#.to_owned(),
            "[]".to_owned(),
            "[[]]".to_owned(),
            format!(r#"{{"keys": [["acme", "{digest}", ["score"], null, null, null, null]]}}"#),
            r#"{"keys": [], "key": []}"#.to_owned(),
            r#"{"keys": ["lsk_hidden"]}"#.to_owned(),
            r#"{"keys": [{"id": "acme"}]}"#.to_owned(),
            with(r#", "expiry": null"#),
            with(r#", "lsk_hidden`, expected `x": null"#),
            r#"{"lsk_hidden": {"id": "acme"}}"#.to_owned(),
            with(r#", "rate": "lsk_hidden""#),
            with(r#", "burst": 0"#),
            with(r#", "id": "twice""#),
        ]
        .map(|text| read(&text).expect_err("a fault"));
        assert!(said.iter().all(|said| !said.contains("hidden")), "{said:?}");
        insta::assert_snapshot!(said.join("\n"));
    }

    #[test]
    fn a_faulty_entry_is_named_by_its_place_and_id() {
        let both =
            |second: Value| read(&json!({"keys": [entry("acme", "a", None), second]}).to_string());
        let mut pasted = entry("globex", "b", None);
        pasted["digest"] = "lsk_hidden".into();
        let said =
            [both(entry("not fit", "b", None)), both(pasted), both(entry("globex", "a", None))]
                .map(|read| read.expect_err("a fault"));
        insta::assert_snapshot!(said.join("\n"));
    }

    #[test]
    fn a_client_may_have_two_keys_and_any_number_of_expired_ones() {
        let old = Some("2026-12-31T00:00:00Z");
        let soon = Some("2027-12-31T00:00:00Z");
        let file = |entries: &[Value]| read(&json!({"keys": entries}).to_string());
        let two = [
            entry("acme", "a", old),
            entry("acme", "b", soon),
            entry("acme", "c", None),
            entry("acme", "d", old),
            entry("globex", "e", None),
        ];
        assert_eq!(file(&two).expect("two live keys").entries.len(), 5);
        let third = [two.to_vec(), vec![entry("acme", "f", soon)]].concat();
        let said = file(&third).expect_err("a third live key");
        assert!(said.contains("entry 6 (acme)") && said.contains("no third"), "{said}");
    }

    #[test]
    fn an_endless_file_is_not_read_to_its_end() {
        let path = Path::new("/dev/zero");
        let error = KeyFile::read(&File::open(path).expect("it is there"), path, now());
        assert!(error.expect_err("too large").to_string().contains("larger than 4 MiB"));
    }
}
