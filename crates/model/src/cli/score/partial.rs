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
    /// Opens a file beside `path`; missing directories are made.
    pub(super) fn create(path: &Path) -> Result<Self> {
        let said = || format!("write {}", path.display());
        if path.exists() && !path.is_file() {
            bail!("write {}: it is no ordinary file; use --out - and redirect", path.display());
        }
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).with_context(said)?;
        }
        let mut beside = path.as_os_str().to_owned();
        beside.push(".partial");
        let beside = PathBuf::from(beside);
        let mut options = OpenOptions::new();
        let file = options.create(true).truncate(false).write(true).open(&beside);
        let file = file.with_context(|| format!("write {}", beside.display()))?;
        if file.try_lock().is_err() {
            bail!("write {}: another run is writing it", path.display());
        }
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
