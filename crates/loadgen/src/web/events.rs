//! `GET /events`: the run as server-sent events, one at once and one a second from then on.
//!
//! Every event holds all there is to know of now, so nothing is lost where a browser comes late or comes again. All listeners are
//! told the same bytes. What an event says is `event`'s.

use std::convert::Infallible;
use std::time::Duration;

use actix_web::http::header::{CONTENT_TYPE, HeaderName};
use actix_web::web::{Bytes, Data};
use actix_web::{HttpResponse, http::StatusCode};
use futures_util::stream::unfold;
use tokio::sync::{OwnedSemaphorePermit, watch};
use tokio::time::{Instant, sleep_until};

use super::event::event;
use super::guard::say;
use super::shared::Shared;

/// From one event to the next where nothing happens. A run makes a picture a second, a little sooner or later: longer than
/// that, so that it is not told twice.
const RHYTHM: Duration = Duration::from_millis(1_250);

/// No two events follow each other faster: whoever presses a button ten times a second floods nobody.
const LEAST_GAP: Duration = Duration::from_millis(100);

/// How soon a browser comes again when the line was cut; every so often a comment says that the line holds.
const HEAD: &str = "retry: 2000\n: lead-loadgen\n\n";

/// Every so many events a comment follows, for proxies that look for one.
const COMMENT_EVERY: u64 = 15;

/// A browser that is told.
struct Listener {
    shared: Data<Shared>,
    changed: watch::Receiver<u64>,
    told: u64,
    last: Instant,
    /// Its place among those who listen.
    _place: OwnedSemaphorePermit,
}

/// Tells one browser until it leaves or the page closes.
pub(super) async fn events(shared: Data<Shared>) -> HttpResponse {
    let Ok(place) = shared.listeners.clone().try_acquire_owned() else {
        let answer = HttpResponse::build(StatusCode::SERVICE_UNAVAILABLE);
        return say(answer, "Too many browsers watch this run; close one, or read stats/requests.");
    };
    let changed = shared.session.changed();
    let listener = Listener { shared, changed, told: 0, last: Instant::now(), _place: place };
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/event-stream; charset=utf-8"))
        // nginx would hold events back until it has a buffer full of them.
        .insert_header((HeaderName::from_static("x-accel-buffering"), "no"))
        .streaming(unfold(listener, next))
}

/// The next event, when it is time.
async fn next(mut listener: Listener) -> Option<(Result<Bytes, Infallible>, Listener)> {
    if listener.told > 0 {
        listener.wait().await?;
    }
    listener.last = Instant::now();
    listener.told += 1;
    // What happens from here on is worth another event.
    listener.changed.mark_unchanged();
    let mut text = if listener.told == 1 { HEAD.as_bytes().to_vec() } else { Vec::new() };
    text.extend_from_slice(&listener.shared.once("event", |view| {
        let (fields, has_target) = (listener.shared.fields(), listener.shared.has_target);
        let data = event(view, fields, has_target);
        [format!("id: {}\ndata: ", view.number).as_bytes(), &data, b"\n\n"].concat()
    }));
    if listener.told.is_multiple_of(COMMENT_EVERY) {
        text.extend_from_slice(b": still there\n\n");
    }
    Some((Ok(Bytes::from(text)), listener))
}

impl Listener {
    /// Waits until something has happened or a second is over; nothing when the page closes.
    async fn wait(&mut self) -> Option<()> {
        let mut closing = self.shared.closing.clone();
        let last = self.last;
        let soonest = async {
            sleep_until(last + LEAST_GAP).await;
            self.changed.changed().await
        };
        tokio::select! {
            _ = closing.wait_for(|closing| *closing) => None,
            _ = soonest => Some(()),
            () = sleep_until(last + RHYTHM) => Some(()),
        }
    }
}
