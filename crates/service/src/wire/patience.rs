//! How long a body may keep its reader waiting.
//!
//! [`Patience`] stands between a reader and its payload. It costs nothing while the payload has something to give: the
//! clock starts when the reader has come back once in vain. Running out of it is a 408, after which the
//! connection is closed.

use std::{
    mem,
    pin::Pin,
    task::{Context, Poll},
};

use actix_web::{HttpRequest, web::Data};
use tokio::time::{Instant, Sleep, sleep};

use crate::{connection, error::ApiError, state::Shared};

/// A limit on waiting: for a whole body, or for its next piece.
pub(crate) struct Patience {
    renewed: bool,
    /// The reader has come back once without a wait.
    returned: bool,
    wait: Option<Wait>,
}

/// A wait that has begun.
struct Wait {
    end: Pin<Box<Sleep>>,
    /// The reader waits at this moment.
    waiting: bool,
}

impl Patience {
    /// `BODY_TIMEOUT` for the body as a whole, from the first wait on.
    pub(crate) fn in_all() -> Self {
        Self { renewed: false, returned: false, wait: None }
    }

    /// `BODY_TIMEOUT` for each wait; what lies between waits (a slow reader, an answer that nobody takes) does not count.
    pub(crate) fn each_time() -> Self {
        Self { renewed: true, returned: false, wait: None }
    }

    /// Polls the payload of `request` by `poll`, and the clock when there is nothing.
    ///
    /// # Errors
    ///
    /// [`ApiError::BodyTimeout`] once the client has been waited for long enough; it is counted here.
    pub(crate) fn wait<T>(
        &mut self,
        request: &HttpRequest,
        context: &mut Context<'_>,
        poll: impl FnOnce(&mut Context<'_>) -> Poll<T>,
    ) -> Poll<Result<T, ApiError>> {
        if let Poll::Ready(piece) = poll(context) {
            if let Some(wait) = &mut self.wait {
                wait.waiting = false;
            }
            return Poll::Ready(Ok(piece));
        }
        if !mem::replace(&mut self.returned, true) {
            // A body that came together with its head is read right after it, and is there when the reader comes back; a
            // clock that starts for it and never runs would cost every request.
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        let Some(state) = request.app_data::<Data<Shared>>() else { return Poll::Pending };
        let limit = state.timers.body;
        let wait =
            self.wait.get_or_insert_with(|| Wait { end: Box::pin(sleep(limit)), waiting: true });
        if self.renewed && !wait.waiting {
            wait.end.as_mut().reset(Instant::now() + limit);
        }
        wait.waiting = true;
        wait.end.as_mut().poll(context).map(|()| {
            state.metrics.shedding.slow_bodies.inc();
            connection::close_soon(request);
            Err(ApiError::BodyTimeout { seconds: limit.as_secs_f64() })
        })
    }
}

#[cfg(test)]
mod tests {
    use std::{future::poll_fn, pin::pin, task::Poll, time::Duration};

    use actix_web::{HttpRequest, test::TestRequest};

    use super::Patience;
    use crate::{error::ApiError, state::Shared};

    /// Waits for a piece that comes after so many milliseconds.
    async fn piece_after(
        patience: &mut Patience,
        request: &HttpRequest,
        milliseconds: u64,
    ) -> Result<(), ApiError> {
        let mut piece = pin!(tokio::time::sleep(Duration::from_millis(milliseconds)));
        poll_fn(|context| patience.wait(request, context, |context| piece.as_mut().poll(context)))
            .await
    }

    #[actix_web::test]
    async fn a_body_gets_its_time_once_and_pieces_get_it_each() {
        let state = Shared::of_test(&["--body-timeout", "0.4"]);
        let request = TestRequest::default().app_data(state.clone()).to_http_request();
        let mut each = Patience::each_time();
        for _ in 0..3 {
            piece_after(&mut each, &request, 200).await.expect("each piece is in time");
        }
        let mut in_all = Patience::in_all();
        // However many pieces come: the time they have together ends.
        while piece_after(&mut in_all, &request, 200).await.is_ok() {}
        assert_eq!(state.metrics.shedding.slow_bodies.get(), 1);
    }

    #[actix_web::test]
    async fn a_payload_that_never_comes_ends_either_patience() {
        let state = Shared::of_test(&["--body-timeout", "0.01"]);
        let request = TestRequest::default().app_data(state.clone()).to_http_request();
        for mut patience in [Patience::in_all(), Patience::each_time()] {
            let end =
                poll_fn(|context| patience.wait(&request, context, |_| Poll::<()>::Pending)).await;
            assert!(matches!(end, Err(ApiError::BodyTimeout { .. })));
        }
        assert_eq!(state.metrics.shedding.slow_bodies.get(), 2);
    }
}
