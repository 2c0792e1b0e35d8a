//! Several files, each whole or not there at all.
//!
//! [`Staged`] writes every file under another name beside its place and moves all of them at the end, so that a full
//! disk or a missing folder leaves the older files as they were. What cannot be moved over, such as a pipe, is written to
//! at the end.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
    process,
};

/// Files that are written but not yet in their places; dropped, they were never there.
#[derive(Default)]
pub(crate) struct Staged {
    waiting: Vec<Waiting>,
}

struct Waiting {
    place: PathBuf,
    text: Text,
}

enum Text {
    /// In a file beside the place.
    Beside(PathBuf),
    /// Still in memory, for a place that is no regular file.
    Held(String),
}

impl Staged {
    /// Writes `text` beside `path`.
    pub(crate) fn add(&mut self, path: &Path, text: String) -> io::Result<()> {
        // What a link points at is replaced, not the link.
        let place = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let text = match fs::metadata(&place) {
            Ok(there) if there.is_dir() => return Err(io::ErrorKind::IsADirectory.into()),
            Ok(there) if !there.is_file() => Text::Held(text),
            _ => Text::Beside(write_beside(&place, self.waiting.len(), &text)?),
        };
        self.waiting.push(Waiting { place, text });
        Ok(())
    }

    /// Moves every file to its place; the error names the one that could not be.
    pub(crate) fn settle(mut self) -> Result<(), (PathBuf, io::Error)> {
        while let Some(Waiting { place, text }) = self.waiting.pop() {
            let settled = match &text {
                Text::Beside(file) => fs::rename(file, &place),
                Text::Held(text) => fs::write(&place, text),
            };
            if let Err(error) = settled {
                discard(&text);
                return Err((place, error));
            }
        }
        Ok(())
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        self.waiting.iter().for_each(|waiting| discard(&waiting.text));
    }
}

fn discard(text: &Text) {
    if let Text::Beside(file) = text {
        // Nothing can be done about a file that cannot be removed, and an error is being reported already.
        let _ = fs::remove_file(file);
    }
}

/// A new file in the folder of `place`, hidden, under a name that no other process takes.
fn write_beside(place: &Path, number: usize, text: &str) -> io::Result<PathBuf> {
    let mut name = std::ffi::OsString::from(".");
    name.push(place.file_name().ok_or(io::ErrorKind::InvalidFilename)?);
    name.push(format!(".{}-{number}.part", process::id()));
    let beside = place.with_file_name(name);
    let written = File::create_new(&beside)
        .and_then(|mut file| file.write_all(text.as_bytes()).and_then(|()| file.sync_all()));
    if written.is_err() {
        discard(&Text::Beside(beside.clone()));
    }
    written.map(|()| beside)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::Staged;

    #[test]
    fn nothing_changes_until_all_are_written_and_nothing_is_left_over() {
        let folder = tempfile::tempdir().unwrap();
        let place = |name: &str| folder.path().join(name);
        fs::write(place("a"), "old").unwrap();
        let mut staged = Staged::default();
        staged.add(&place("a"), "new".to_owned()).unwrap();
        staged.add(&place("b"), "new".to_owned()).unwrap();
        assert!(staged.add(&place("none/c"), "new".to_owned()).is_err());
        assert!(staged.add(folder.path(), "new".to_owned()).is_err());
        drop(staged);
        assert_eq!(fs::read_to_string(place("a")).unwrap(), "old");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);

        let mut staged = Staged::default();
        staged.add(&place("a"), "new".to_owned()).unwrap();
        staged.add(&place("b"), "new".to_owned()).unwrap();
        staged.settle().unwrap();
        assert_eq!(fs::read_to_string(place("a")).unwrap(), "new");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_a_link_and_a_device_is_written_to() {
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("file"), folder.path().join("link"));
        fs::write(&file, "old").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        let mut staged = Staged::default();
        staged.add(&link, "new".to_owned()).unwrap();
        staged.add("/dev/null".as_ref(), "new".to_owned()).unwrap();
        staged.settle().unwrap();
        assert!(link.is_symlink());
        assert_eq!(fs::read_to_string(&file).unwrap(), "new");
    }
}
