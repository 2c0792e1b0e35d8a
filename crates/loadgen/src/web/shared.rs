//! What all routes share: the session, who may use the page, and what was rendered last.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use actix_web::web::{Bytes, block};
use tokio::sync::{Semaphore, watch};

use super::form::Fields;
use super::history::Kept;
use super::names::Names;
use super::token::Lock;
use crate::session::{Session, View};

/// Browsers that are told of the run at once; each holds a connection.
const MOST_LISTENERS: usize = 64;

/// What all routes share.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) session: Session,
    /// The path before every route: nothing, or one that begins with a slash and ends without.
    pub(super) base: String,
    pub(super) names: Names,
    /// Who may use the page; nothing lets everybody who reaches it.
    pub(super) lock: Option<Lock>,
    pub(super) is_secure: bool,
    /// Whether a host to load was named on the command line.
    pub(super) has_target: bool,
    /// Whether any target may be loaded, whatever its network.
    pub(super) is_confirmed: bool,
    pub(super) files: Live,
    /// What the form says: as the command line had it, then as it was sent last.
    pub(super) fields: Mutex<Fields>,
    pub(super) history: Mutex<Kept>,
    /// True once the page is to close: then nobody is told anything more.
    pub(super) closing: watch::Receiver<bool>,
    pub(super) listeners: Arc<Semaphore>,
    /// Taken by whoever draws something large.
    drawing: Semaphore,
    rendered: Mutex<BTreeMap<String, Rendered>>,
}

/// What was made last, and of which view; one lock each, so that what takes long holds up nothing else.
type Rendered = Arc<Mutex<Option<(u64, Bytes)>>>;

/// Files that a run writes while it goes on, as the command line named them.
#[derive(Debug, Clone, Default)]
pub(super) struct Live {
    /// The history, where the command line asked for a full one.
    pub(super) full_history: Option<PathBuf>,
    /// The histogram log.
    pub(super) hdr: Option<PathBuf>,
}

/// What a page is set up with.
#[derive(Debug)]
pub(super) struct Setup {
    pub(super) base: String,
    pub(super) names: Names,
    pub(super) lock: Option<Lock>,
    pub(super) is_secure: bool,
    pub(super) has_target: bool,
    pub(super) is_confirmed: bool,
    pub(super) files: Live,
}

impl Shared {
    /// Nothing rendered yet.
    pub(super) fn new(session: Session, setup: Setup, closing: watch::Receiver<bool>) -> Self {
        let Setup { base, names, lock, is_secure, has_target, is_confirmed, files } = setup;
        let fields = Fields::of(&session.view().plan, has_target);
        Self {
            session,
            base,
            names,
            lock,
            is_secure,
            has_target,
            is_confirmed,
            files,
            fields: Mutex::new(fields),
            history: Mutex::default(),
            closing,
            listeners: Arc::new(Semaphore::new(MOST_LISTENERS)),
            drawing: Semaphore::new(1),
            rendered: Mutex::default(),
        }
    }

    /// What `render` makes of the present view, made once for each view, however many ask: reading the page must not cost
    /// what the load needs.
    pub(super) fn once(&self, name: &str, render: impl FnOnce(&View) -> Vec<u8>) -> Bytes {
        let view = self.session.view();
        let rendered = {
            let mut places = self.rendered.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(places.entry(name.to_owned()).or_default())
        };
        // Held while it is rendered, so that nobody renders it beside.
        let mut rendered = rendered.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((number, bytes)) = &*rendered
            && *number == view.number
        {
            return bytes.clone();
        }
        let bytes = Bytes::from(render(&view));
        *rendered = Some((view.number, bytes.clone()));
        bytes
    }

    /// As [`once`](Self::once), for what takes long: in a thread that serves nobody, one thing at a time however many ask.
    /// Nothing where `render` broke.
    pub(super) async fn drawn(
        self: Arc<Self>,
        name: &'static str,
        render: impl FnOnce(&View) -> Vec<u8> + Send + 'static,
    ) -> Option<Bytes> {
        let _turn = self.drawing.acquire().await.ok()?;
        let shared = Arc::clone(&self);
        block(move || shared.once(name, render)).await.ok()
    }

    /// The form says something else from now on.
    pub(super) fn note(&self, change: impl FnOnce(Fields) -> Fields) {
        let mut fields = self.fields.lock().unwrap_or_else(PoisonError::into_inner);
        *fields = change(std::mem::take(&mut fields));
    }

    /// What the form says now.
    pub(super) fn fields(&self) -> Fields {
        self.fields.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
