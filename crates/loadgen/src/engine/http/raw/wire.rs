//! One connection, and a request on it.
//!
//! A [`Wire`] is driven by whoever sends on it, within the sender's own task: hyper's connection makes progress only where
//! it is polled here. So what the connection hands over needs no wake-up: it is looked at right after each poll, with a
//! waker that wakes nobody. That spares each request several turns of the scheduler.

use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};
use std::time::Instant;

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::{Body, Incoming};
use hyper::client::conn::http1::{Connection, SendRequest, handshake};
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;

use super::stream::Stream;
use crate::engine::http::answer::Answer;
use crate::engine::http::failure::{self, Stage};
use crate::failure::Failure;

/// A request as hyper takes it.
pub(super) type Message = Request<Full<Bytes>>;

/// One connection.
#[derive(Debug)]
pub(super) struct Wire {
    sender: SendRequest<Full<Bytes>>,
    /// Nothing once it has ended; boxed, because a wire is moved for every request.
    connection: Option<Box<Connection<TokioIo<Stream>, Full<Bytes>>>>,
}

/// Why there is no answer.
#[derive(Debug)]
pub(super) enum Lost {
    /// The connection had ended before anything of the request was written.
    Unsent(Box<Message>),
    /// Anything else.
    Failed(Failure),
}

impl Wire {
    /// A connection for requests.
    pub(super) async fn new(stream: Stream) -> hyper::Result<Self> {
        let (sender, connection) = handshake(TokioIo::new(stream)).await?;
        Ok(Self { sender, connection: Some(Box::new(connection)) })
    }

    /// Whether another request can be sent on it, as far as is known without asking the system.
    pub(super) fn is_reusable(&self) -> bool {
        self.connection.is_some() && self.sender.is_ready()
    }

    /// Sends a request, at `sent`, and reads its answer to the last byte.
    pub(super) async fn exchange(
        &mut self,
        message: Message,
        sent: Instant,
    ) -> Result<Answer, Lost> {
        let head = self.head(message).await?;
        let mut answer = Answer::headed(head.status(), sent);
        let mut body = head.into_body();
        while !body.is_end_stream() {
            match self.next_frame(&mut body).await {
                None => break,
                Some(Ok(frame)) => frame.into_data().into_iter().for_each(|data| answer.push(data)),
                Some(Err(error)) => return Err(failed(&error)),
            }
        }
        Ok(answer)
    }

    async fn head(&mut self, message: Message) -> Result<Response<Incoming>, Lost> {
        // A budget that is used up would be told to the waker that wakes nobody.
        let promise = tokio::task::coop::unconstrained(self.sender.try_send_request(message));
        let mut promise = pin!(promise);
        let mut is_sent = false;
        let head = std::future::poll_fn(|context| {
            // Nobody answers before the request is written: the first turn only writes.
            let turns =
                if std::mem::replace(&mut is_sent, true) { Turns::Both } else { Turns::Last };
            self.drive(context, turns, |quiet| promise.as_mut().poll(quiet))
        });
        head.await.map_err(|mut error| match error.take_message() {
            Some(message) => Lost::Unsent(Box::new(message)),
            None => failed(&error.into_error()),
        })
    }

    async fn next_frame(
        &mut self,
        body: &mut Incoming,
    ) -> Option<hyper::Result<hyper::body::Frame<Bytes>>> {
        std::future::poll_fn(|context| {
            // Asking is what lets the connection read on.
            match Pin::new(&mut *body).poll_frame(&mut quiet()) {
                Poll::Pending => {
                    self.drive(context, Turns::Both, |quiet| Pin::new(&mut *body).poll_frame(quiet))
                }
                ready => ready,
            }
        })
        .await
    }

    /// Lets the connection work until it has handed over what is `wanted`, or can do no more for now.
    fn drive<T>(
        &mut self,
        context: &mut Context<'_>,
        turns: Turns,
        mut wanted: impl FnMut(&mut Context<'_>) -> Poll<T>,
    ) -> Poll<T> {
        // What is there already needs no wake-up, and none that was asked for and comes later wakes in vain.
        if matches!(turns, Turns::Both) {
            self.turn(&mut quiet());
            if let Poll::Ready(output) = wanted(&mut quiet()) {
                return Poll::Ready(output);
            }
        }
        self.turn(context);
        wanted(&mut quiet())
    }

    fn turn(&mut self, context: &mut Context<'_>) {
        if let Some(connection) = &mut self.connection
            && Pin::new(connection).poll(context).is_ready()
        {
            // What it still had to hand over, it hands over when it is dropped.
            self.connection = None;
        }
    }
}

/// How often the connection is let work.
#[derive(Debug, Clone, Copy)]
enum Turns {
    /// Without a wake-up first, then with one.
    Both,
    /// Only with one.
    Last,
}

/// Wakes nobody.
fn quiet() -> Context<'static> {
    Context::from_waker(Waker::noop())
}

fn failed(error: &hyper::Error) -> Lost {
    Lost::Failed(failure::of_transport(error, Stage::Talking))
}

impl Lost {
    /// The failure of a request that is not sent again.
    pub(super) fn into_failure(self) -> Failure {
        match self {
            Self::Unsent(_) => failure::of_closed(),
            Self::Failed(failure) => failure,
        }
    }
}
