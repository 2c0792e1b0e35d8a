//! [`Partial`]: a file that is written beside its place and renamed once it is whole.
//!
//! A run that fails, or that Ctrl-C or a termination ends, removes what it had written; one that is killed leaves only a
//! file called `.partial`, which the next run takes over. Nothing else of the program needs to know of signals.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
    process,
    sync::{Mutex, MutexGuard, Once, PoisonError},
};

use anyhow::{Context, Result, bail};

use crate::cli::paths::check_folder;

/// What a shell reports of a program that Ctrl-C ended.
const INTERRUPTED: i32 = 130;

/// The unfinished files of this process.
static UNFINISHED: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// An output file that does not stand under its name yet.
#[derive(Debug)]
pub(super) struct Partial {
    path: PathBuf,
    beside: PathBuf,
    file: File,
}

impl Partial {
    /// Opens a file beside `path`.
    pub(super) fn create(path: &Path) -> Result<Self> {
        let said = || format!("write {}", path.display());
        if path.exists() && !path.is_file() {
            bail!("write {}: it is no ordinary file; use --out - and redirect", path.display());
        }
        check_folder(path)?;
        let mut beside = path.as_os_str().to_owned();
        beside.push(".partial");
        let beside = PathBuf::from(beside);
        let file = locked(&beside, path)?;
        watch_for_signals();
        unfinished().push(beside.clone());
        let partial = Self { path: path.to_owned(), beside, file };
        partial.file.set_len(0).with_context(said)?;
        Ok(partial)
    }

    /// A second handle to the file, for writers that want to own one.
    #[cfg(feature = "parquet")]
    pub(super) fn handle(&self) -> Result<File> {
        self.file.try_clone().with_context(|| format!("write {}", self.path.display()))
    }

    /// Puts the whole file into its place.
    pub(super) fn finish(self) -> Result<()> {
        let mut unfinished = unfinished();
        fs::rename(&self.beside, &self.path)
            .with_context(|| format!("write {}", self.path.display()))?;
        unfinished.retain(|path| path != &self.beside);
        Ok(())
    }
}

/// Opens and locks the file `beside`, which is to become `path`.
fn locked(beside: &Path, path: &Path) -> Result<File> {
    loop {
        let mut options = OpenOptions::new();
        let file = options.create(true).truncate(false).write(true).open(beside);
        let file = file.with_context(|| format!("write {}", beside.display()))?;
        if file.try_lock().is_err() {
            bail!("write {}: another run is writing it", path.display());
        }
        // Between the two, the run before may have given its file the final name, or removed it.
        if is_at(&file, beside) {
            return Ok(file);
        }
    }
}

/// Whether `path` names the open `file`.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;

    let place = |data: fs::Metadata| (data.dev(), data.ino());
    let named = fs::metadata(path).map(place).ok();
    named.is_some() && file.metadata().map(place).ok() == named
}

/// Where an open file can be neither renamed nor removed, it stays where it is.
#[cfg(not(unix))]
fn is_at(_: &File, _: &Path) -> bool {
    true
}

impl Write for Partial {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        let mut unfinished = unfinished();
        if let Some(at) = unfinished.iter().position(|path| path == &self.beside) {
            unfinished.swap_remove(at);
            // Whatever ended the run is the error to tell.
            let _ = fs::remove_file(&self.beside);
        }
    }
}

/// Removes the unfinished files when Ctrl-C or a termination ends the process.
fn watch_for_signals() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // Where signals cannot be watched, a partial file may stay, which is the worst of it.
        let _ = ctrlc::set_handler(|| {
            // The lock is kept to the end, so that no file is renamed or made meanwhile.
            let unfinished = unfinished();
            for path in unfinished.iter() {
                let _ = fs::remove_file(path);
            }
            process::exit(INTERRUPTED);
        });
    });
}

fn unfinished() -> MutexGuard<'static, Vec<PathBuf>> {
    UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs::{self, File};

    use super::is_at;

    #[test]
    fn a_file_that_was_moved_away_is_no_longer_at_its_place() {
        let folder = tempfile::tempdir().unwrap();
        let [one, other] = ["one", "other"].map(|name| folder.path().join(name));
        let file = File::create(&one).unwrap();
        assert!(is_at(&file, &one));
        fs::rename(&one, &other).unwrap();
        assert!(!is_at(&file, &one) && is_at(&file, &other));
        File::create(&one).unwrap();
        assert!(!is_at(&file, &one));
    }
}
