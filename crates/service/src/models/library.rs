//! [`Library`]: the models that a running service knows, and the one decision which of them answers.
//!
//! Everything that changes the live model goes through here, one thing at a time ([`Library::in_turn`]) and beside the
//! threads that answer requests, because reading and verifying a model takes its time. A model goes live only when it is
//! whole, verified, and takes every lead that the one before it took; whatever fails leaves the live one where it is.
//!
//! A reload follows the shelf: its highest version. Whoever activates, promotes or rolls back decides against that, so
//! everything known at that moment is *passed over* from then on: a later reload, perhaps meant for something else, brings
//! back nothing that was turned down, and takes only what is new.

use std::{collections::HashSet, path::Path, sync::Arc};

use actix_web::web;
use arc_swap::Guard;
use tokio::sync::Mutex;

use super::{
    Live,
    change::{Cause, Change, Force},
    choice::choose,
    error::LibraryError,
    listing::Listing,
    load::{LoadError, file_name},
    shelf::{Scan, Shelf, Sound},
    slot::Slot,
};
use crate::metrics::ModelMetrics;

/// How many models that were live before are kept in memory, so that a rollback needs no file.
const PREVIOUS: usize = 3;

/// Which model answers, which ones did, and which ones could.
#[derive(Debug)]
pub(crate) struct Library {
    slot: Slot,
    ledger: Arc<Mutex<Ledger>>,
    metrics: ModelMetrics,
    refused_at_start: Vec<LoadError>,
}

/// What is remembered from one change to the next.
#[derive(Debug)]
struct Ledger {
    shelf: Shelf,
    /// Models that were live, the latest first.
    previous: Vec<Arc<Live>>,
    /// Fingerprints that a reload does not take by itself.
    passed_over: HashSet<String>,
}

impl Ledger {
    /// Whoever insists decides anew; asked only once nothing can fail any more, because what fails changes nothing.
    fn insist(&mut self, force: Force) {
        if force == Force::Yes {
            self.passed_over.clear();
        }
    }
}

impl Library {
    /// Takes the model to begin with from `path`, a file or a directory.
    pub(crate) fn open(path: &Path, metrics: ModelMetrics) -> Result<Self, LibraryError> {
        let mut shelf = Shelf::new(path.to_owned());
        let Scan { sound, refused } = shelf.scan()?;
        let Some(chosen) = choose(&sound, |_| false)? else {
            return Err(nothing(&shelf, refused));
        };
        let live = Arc::new(shelf.fetch(chosen)?);
        metrics.started(live.labels());
        let ledger = Ledger { shelf, previous: Vec::new(), passed_over: HashSet::new() };
        Ok(Self {
            slot: Slot::new(live),
            ledger: Arc::new(Mutex::new(ledger)),
            metrics,
            refused_at_start: refused,
        })
    }

    /// Says in the log what is served, and which files beside it cannot be.
    pub(crate) fn remark(&self) {
        let live = self.slot.current();
        let (version, fingerprint) = (live.version(), &*live.fingerprint);
        tracing::info!(version, fingerprint, file = live.file, "model loaded");
        for error in &self.refused_at_start {
            tracing::warn!(file = error.file(), reason = error.reason(), "model refused");
        }
    }

    /// The model of this moment, for as long as one request takes; never waits.
    pub(crate) fn current(&self) -> Guard<Arc<Live>> {
        self.slot.current()
    }

    /// Looks at the shelf again and takes its highest version that was not passed over.
    pub(crate) async fn reload(self: &Arc<Self>, force: Force) -> Result<Change, LibraryError> {
        self.in_turn(move |library, ledger| {
            let result = library.follow(ledger, force);
            match &result {
                Ok(change) => {
                    library.metrics.reloaded(change.instead_of.is_some());
                    if let Some(version) = &change.passed_over {
                        tracing::info!(version, "model passed over, as decided before");
                    }
                }
                Err(error) => {
                    library.metrics.refused();
                    tracing::error!(%error, "model reload refused");
                }
            }
            result
        })
        .await
    }

    /// Makes the model of this version, or of this fingerprint, the live one: from memory, or else from the shelf.
    pub(crate) async fn activate(
        self: &Arc<Self>,
        version: String,
        force: Force,
    ) -> Result<Change, LibraryError> {
        self.in_turn(move |library, ledger| {
            let next = library.find(ledger, &version)?;
            library.admit(&next, force)?;
            Ok(library.decide(ledger, next, Cause::Activation))
        })
        .await
    }

    /// The model of this version, or of this fingerprint, without making it live: from memory, or else from the shelf.
    pub(crate) async fn fetch(
        self: &Arc<Self>,
        version: String,
    ) -> Result<Arc<Live>, LibraryError> {
        self.in_turn(move |library, ledger| library.find(ledger, &version)).await
    }

    /// Goes back to the model that was live before this one; needs no file, and goes further back each time.
    pub(crate) async fn roll_back(self: &Arc<Self>) -> Result<Change, LibraryError> {
        self.in_turn(|library, ledger| {
            let next = ledger.previous.first().cloned().ok_or(LibraryError::NoPrevious)?;
            Ok(library.decide(ledger, next, Cause::Rollback))
        })
        .await
    }

    /// Makes a model live that was loaded elsewhere.
    pub(crate) async fn promote(self: &Arc<Self>, next: Arc<Live>) -> Result<Change, LibraryError> {
        self.in_turn(move |library, ledger| {
            library.admit(&next, Force::No)?;
            Ok(library.decide(ledger, next, Cause::Promotion))
        })
        .await
    }

    /// Everything that is known, in memory and on the shelf.
    pub(crate) async fn listing(self: &Arc<Self>) -> Result<Listing, LibraryError> {
        self.in_turn(|library, ledger| {
            let scan = ledger.shelf.scan().unwrap_or_else(Scan::failed);
            let shelf = &ledger.shelf;
            let passed_over = |fingerprint: &str| ledger.passed_over.contains(fingerprint);
            let mut listing = Listing::of(&library.slot.current(), &ledger.previous);
            listing.add(scan, passed_over);
            listing.source(&file_name(shelf.path()), shelf.is_directory());
            Ok(listing)
        })
        .await
    }

    /// Does the work when whatever was asked for before it is done, on a thread that may wait for a disk. It is done to
    /// its end also if the one who asked has gone.
    async fn in_turn<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&Self, &mut Ledger) -> Result<T, LibraryError> + Send + 'static,
    ) -> Result<T, LibraryError> {
        let mut turn = Arc::clone(&self.ledger).lock_owned().await;
        let library = Arc::clone(self);
        let done = web::block(move || work(&library, &mut turn)).await;
        done.unwrap_or(Err(LibraryError::Interrupted))
    }

    fn follow(&self, ledger: &mut Ledger, force: Force) -> Result<Change, LibraryError> {
        let Scan { sound, refused } = ledger.shelf.scan()?;
        if sound.is_empty() {
            return Err(nothing(&ledger.shelf, refused));
        }
        let live = self.slot.kept();
        let is_passed_over =
            |sound: &Sound| force == Force::No && ledger.passed_over.contains(&sound.fingerprint);
        let highest = choose(&sound, |_| false)?;
        let chosen = choose(&sound, is_passed_over)?;
        let passed_over = highest
            .filter(|highest| is_passed_over(highest))
            .map(|highest| highest.version.clone());
        let Some(chosen) = chosen.filter(|chosen| chosen.fingerprint != live.fingerprint) else {
            // Somebody put a file there to have it served: that nothing changed is no success.
            if !refused.is_empty() {
                return Err(LibraryError::Refused(refused));
            }
            ledger.insist(force);
            return Ok(Change { passed_over, ..Change::none(live) });
        };
        let next = Arc::new(ledger.shelf.fetch(chosen)?);
        self.admit(&next, force)?;
        ledger.insist(force);
        for error in &refused {
            tracing::warn!(file = error.file(), reason = error.reason(), "model refused");
        }
        Ok(Change { passed_over, refused, ..self.swap(ledger, next, Cause::Reload) })
    }

    /// The one model of this version or fingerprint.
    fn find(&self, ledger: &mut Ledger, version: &str) -> Result<Arc<Live>, LibraryError> {
        let live = self.slot.kept();
        let in_memory = std::iter::once(&live).chain(&ledger.previous);
        let mut found: Vec<_> = in_memory
            .filter(|known| known.version() == version || known.fingerprint == version)
            .cloned()
            .collect();
        // What is in memory can be had also when the shelf cannot be read.
        let Scan { sound, .. } = ledger.shelf.scan().unwrap_or_else(Scan::failed);
        for file in &sound {
            let new = found.iter().all(|known| known.fingerprint != file.fingerprint);
            if new && (file.version == version || file.fingerprint == version) {
                found.push(Arc::new(ledger.shelf.fetch(file)?));
            }
        }
        match found.len() {
            0 => Err(LibraryError::Unknown),
            1 => Ok(found.swap_remove(0)),
            _ => Err(LibraryError::Ambiguous),
        }
    }

    /// Whether every lead that is right for the live model is right for this one.
    fn admit(&self, next: &Live, force: Force) -> Result<(), LibraryError> {
        let live = self.slot.current();
        let breaches = next.scorer.schema().breaches(live.scorer.schema());
        if force == Force::Yes || breaches.is_empty() {
            return Ok(());
        }
        let (version, live) = (next.version().to_owned(), live.version().to_owned());
        Err(LibraryError::Incompatible { version, live, breaches })
    }

    /// Makes a model live against what the shelf would say.
    fn decide(&self, ledger: &mut Ledger, next: Arc<Live>, cause: Cause) -> Change {
        let known = ledger.shelf.fingerprints().map(str::to_owned);
        let mut passed_over: HashSet<String> = known.collect();
        passed_over.extend(ledger.previous.iter().map(|model| model.fingerprint.clone()));
        passed_over.insert(self.slot.current().fingerprint.clone());
        passed_over.remove(&next.fingerprint);
        ledger.passed_over = passed_over;
        self.swap(ledger, next, cause)
    }

    fn swap(&self, ledger: &mut Ledger, next: Arc<Live>, cause: Cause) -> Change {
        let live = self.slot.kept();
        if next.fingerprint == live.fingerprint {
            return Change::none(live);
        }
        let before = self.slot.swap(Arc::clone(&next));
        ledger.previous.retain(|model| model.fingerprint != next.fingerprint);
        // What was rolled back from is not what a further rollback should bring.
        if cause != Cause::Rollback {
            ledger.previous.insert(0, Arc::clone(&before));
            ledger.previous.truncate(PREVIOUS);
        }
        self.metrics.swapped(before.labels(), next.labels(), cause.as_str());
        let (version, fingerprint) = (next.version(), &*next.fingerprint);
        let (cause, instead_of) = (cause.as_str(), before.version());
        tracing::info!(version, fingerprint, file = next.file, instead_of, cause, "model swapped");
        Change { instead_of: Some(before), ..Change::none(next) }
    }
}

/// Why a look at the shelf found nothing to serve.
fn nothing(shelf: &Shelf, refused: Vec<LoadError>) -> LibraryError {
    match refused.is_empty() {
        true => LibraryError::Empty(shelf.path().to_owned()),
        false => LibraryError::Refused(refused),
    }
}
