//! [`Store`]: the keys of the running service, swapped as a whole when the key file changes.
//!
//! Requests read the current [`Ring`] without a lock. A key file that cannot be used leaves the keys as they were: the
//! failure is logged and counted, and the next change is tried again.

use std::{
    fs::File,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::Instant,
};

use arc_swap::{ArcSwap, Guard};
use jiff::Timestamp;

use super::{
    Bucket, Given, KeyFile, KeyFileError, Rate, Ring,
    guesses::Guesses,
    watch::{self, Watch},
};
use crate::metrics::KeyFileReloads;

/// The keys, and what is remembered about those who come without one.
#[derive(Debug)]
pub(crate) struct Store {
    keys: Arc<Keys>,
    /// The one bucket of an open service, which cannot tell its callers apart.
    anonymous: Option<Bucket>,
    guesses: Guesses,
    started: Instant,
    /// Dropping it ends the thread.
    _watch: Option<Watch>,
}

/// What the requests read and the watch replaces.
#[derive(Debug)]
struct Keys {
    ring: ArcSwap<Ring>,
    given: Vec<Given>,
    limit: Option<Rate>,
    file: Option<Watched>,
}

#[derive(Debug)]
struct Watched {
    path: PathBuf,
    reloads: KeyFileReloads,
    /// What the file was when it was last read; held while it is read.
    seen: Mutex<Option<Stamp>>,
}

/// What changes when a file does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stamp {
    device: u64,
    inode: u64,
    bytes: u64,
    modified: (i64, i64),
    changed: (i64, i64),
}

impl Store {
    /// Reads the key file, if there is one, and watches it from now on.
    ///
    /// # Errors
    ///
    /// [`KeyFileError`] when there should be a key file and there is none that can be used.
    pub(crate) fn start(
        given: Vec<Given>,
        file: Option<&Path>,
        limit: Option<Rate>,
        reloads: KeyFileReloads,
    ) -> Result<Self, KeyFileError> {
        let file =
            file.map(|path| Watched { path: path.to_owned(), reloads, seen: Mutex::default() });
        let ring = ArcSwap::from_pointee(Ring::new(&given, &[], limit, &Ring::default()));
        let keys = Arc::new(Keys { ring, given, limit, file });
        let watch = match &keys.file {
            None => None,
            Some(file) => {
                keys.read(file, true).transpose()?;
                let unreadable =
                    |source| KeyFileError::Unreadable { path: file.path.clone(), source };
                let watched = Arc::clone(&keys);
                Some(watch::start(move || watched.reload_if(false)).map_err(unreadable)?)
            }
        };
        let anonymous = limit.filter(|_| keys.is_open()).map(|rate| Bucket::new(&rate));
        let (guesses, started) = (Guesses::new(), Instant::now());
        Ok(Self { keys, anonymous, guesses, started, _watch: watch })
    }

    /// Reads the key file again, whether or not it seems changed. Blocks for as long as that takes.
    pub(crate) fn reload(&self) {
        self.keys.reload_if(true);
    }

    /// Warns of what is strange about the keys in use, though they can be used.
    pub(crate) fn remark(&self) {
        self.keys.remark();
    }

    /// The keys of this moment. Do not keep them across an `await`: it is cheap to ask again.
    pub(crate) fn current(&self) -> Guard<Arc<Ring>> {
        self.keys.ring.load()
    }

    /// Whether neither the configuration nor a key file names any key: then everyone may score.
    pub(crate) fn is_open(&self) -> bool {
        self.keys.is_open()
    }

    /// How often all callers of an open service together may come.
    pub(crate) fn anonymous(&self) -> Option<&Bucket> {
        self.anonymous.as_ref()
    }

    /// The wrong keys of late.
    pub(crate) fn guesses(&self) -> &Guesses {
        &self.guesses
    }

    /// The clock of every bucket: nanoseconds since the start.
    pub(crate) fn now_ns(&self) -> u64 {
        // 584 years fit.
        self.started.elapsed().as_nanos() as u64
    }
}

impl Keys {
    fn is_open(&self) -> bool {
        self.given.is_empty() && self.file.is_none()
    }

    /// Takes a changed key file over, or tells why not.
    fn reload_if(&self, always: bool) {
        let Some(file) = &self.file else { return };
        match self.read(file, always) {
            None => {}
            Some(Ok(())) => {
                file.reloads.succeeded.inc();
                tracing::info!(keys = self.ring.load().len(), "key file taken over");
                self.remark();
            }
            Some(Err(error)) => {
                file.reloads.failed.inc();
                tracing::error!(%error, "key file refused, the keys stay as they were");
            }
        }
    }

    fn remark(&self) {
        let Some(file) = &self.file else { return };
        if KeyFile::is_open_to_others(&file.path) {
            tracing::warn!(
                "everyone on this machine may read {}: chmod o-r it",
                file.path.display()
            );
        }
        if self.ring.load().len() == 0 {
            tracing::warn!("{} holds no key: nobody may call", file.path.display());
        }
    }

    /// Reads the file if it has changed or `always`, and swaps the ring; `None` where there was nothing to do.
    fn read(&self, file: &Watched, always: bool) -> Option<Result<(), KeyFileError>> {
        // A reader that panicked has left no half of anything behind.
        let mut seen = file.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let opened = KeyFile::open(&file.path);
        let stamp = opened.as_ref().ok().and_then(stamp_of);
        if *seen == stamp && !always {
            return None;
        }
        *seen = stamp;
        let read = opened.and_then(|opened| KeyFile::read(&opened, &file.path, Timestamp::now()));
        Some(read.map(|read| {
            let ring = Ring::new(&self.given, &read.entries, self.limit, &self.ring.load());
            self.ring.store(Arc::new(ring));
        }))
    }
}

fn stamp_of(file: &File) -> Option<Stamp> {
    let about = file.metadata().ok()?;
    Some(Stamp {
        device: about.dev(),
        inode: about.ino(),
        bytes: about.size(),
        modified: (about.mtime(), about.mtime_nsec()),
        changed: (about.ctime(), about.ctime_nsec()),
    })
}
