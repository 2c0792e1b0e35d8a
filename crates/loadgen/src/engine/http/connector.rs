//! How reqwest's connections come about, as far as it lets one see.
//!
//! [`Watched`] is a layer around reqwest's connector: it counts the connections that were opened and takes their time, TCP
//! and TLS in one. When reqwest finds that a kept connection was closed it does not tell.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Instant;

use tower_layer::Layer;
use tower_service::Service;

use crate::phases::Phases;

/// Notes the connections of one client. Locked once per connection, and once a second.
#[derive(Debug, Clone, Default)]
pub(super) struct Watched(Arc<Mutex<Phases>>);

impl Watched {
    /// Takes away what was noted.
    pub(super) fn take(&self) -> Phases {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn opened(&self, began: Instant) {
        let mut phases = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        phases.connect.record(began.elapsed());
        phases.opened += 1;
    }
}

impl<S> Layer<S> for Watched {
    type Service = WatchedConnector<S>;

    fn layer(&self, inner: S) -> WatchedConnector<S> {
        WatchedConnector { inner, watched: self.clone() }
    }
}

/// A connector under watch.
#[derive(Debug, Clone)]
pub(super) struct WatchedConnector<S> {
    inner: S,
    watched: Watched,
}

impl<S, R> Service<R> for WatchedConnector<S>
where
    S: Service<R>,
    S::Future: Send + 'static,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: R) -> Self::Future {
        let began = Instant::now();
        let connecting = self.inner.call(request);
        let watched = self.watched.clone();
        Box::pin(async move {
            let connected = connecting.await;
            if connected.is_ok() {
                watched.opened(began);
            }
            connected
        })
    }
}
