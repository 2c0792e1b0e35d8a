//! The live model, and the place where another one takes over.
//!
//! [`Slot`] hands out the current [`Live`] model without a lock; a request keeps the one it got until it is answered. To
//! put another one in its place is one store of a pointer, so no request waits for it and none sees half of it. Which
//! model that is, and who may ask for it, is the [`Library`](super::Library)'s to say.

use std::sync::Arc;

use arc_swap::{ArcSwap, Guard};

use super::Live;

/// Holds the model that answers the next request.
#[derive(Debug)]
pub(super) struct Slot(ArcSwap<Live>);

impl Slot {
    pub(super) fn new(live: Arc<Live>) -> Self {
        Self(ArcSwap::new(live))
    }

    /// The model of this moment, for as long as one request takes.
    pub(super) fn current(&self) -> Guard<Arc<Live>> {
        self.0.load()
    }

    /// The model of this moment, to keep.
    pub(super) fn kept(&self) -> Arc<Live> {
        self.0.load_full()
    }

    /// Puts `live` in the place of the model it returns; requests that have that one finish with it.
    pub(super) fn swap(&self, live: Arc<Live>) -> Arc<Live> {
        self.0.swap(live)
    }
}
