//! [`Progress`]: how far a training has come, for whoever waits.
//!
//! The library knows no clock and no terminal; it only counts. Steps are counted from several threads at once.

use std::sync::atomic::{AtomicUsize, Ordering};

/// A stage of a training and how much of it is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stage {
    /// What is being done, for example `curves`.
    pub name: &'static str,
    /// Steps done, 0 to `of`.
    pub done: usize,
    /// Steps of the stage.
    pub of: usize,
}

/// Tells a listener of every step.
pub struct Progress<'a> {
    tell: &'a (dyn Fn(Stage) + Sync),
    name: std::sync::Mutex<&'static str>,
    done: AtomicUsize,
    of: AtomicUsize,
}

impl std::fmt::Debug for Progress<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Progress").field("stage", &self.stage()).finish_non_exhaustive()
    }
}

impl<'a> Progress<'a> {
    /// Calls `tell` at the beginning of each stage and after each step, possibly from several threads.
    pub fn new(tell: &'a (dyn Fn(Stage) + Sync)) -> Self {
        Self { tell, name: "".into(), done: AtomicUsize::new(0), of: AtomicUsize::new(0) }
    }

    /// Nobody listens.
    pub fn none() -> Self {
        Self::new(&|_| ())
    }

    pub(super) fn begin(&self, name: &'static str, of: usize) {
        if let Ok(mut stage) = self.name.lock() {
            *stage = name;
        }
        self.done.store(0, Ordering::Relaxed);
        self.of.store(of, Ordering::Relaxed);
        (self.tell)(self.stage());
    }

    pub(super) fn step(&self) {
        self.done.fetch_add(1, Ordering::Relaxed);
        (self.tell)(self.stage());
    }

    fn stage(&self) -> Stage {
        Stage {
            name: self.name.lock().map_or("", |name| *name),
            done: self.done.load(Ordering::Relaxed),
            of: self.of.load(Ordering::Relaxed),
        }
    }
}
