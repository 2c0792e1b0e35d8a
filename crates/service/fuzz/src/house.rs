//! [`House`]: the service in process, with its real routes, layers and model.
//!
//! One per process, on one thread. Nothing is listened on: requests are handed to the application as the HTTP library would.

use std::{cell::Cell, io, rc::Rc};

use actix_web::{
    App, Error,
    body::{MessageBody, to_bytes},
    dev::{Payload, Service, ServiceResponse},
    error::PayloadError,
    http::{Method, Uri},
    rt::{System, SystemRunner},
    test::init_service,
};
use clap::Parser;
use futures_util::{future::LocalBoxFuture, stream};
use lead_service::{Args, Config, Journal, State, configure};

use crate::{
    input::{Input, KEY},
    laws::Answer,
};

/// Where the page of metrics is.
const METRICS: &str = "/metrics";

/// A request to its answer.
type Ask = Box<dyn Fn(&Input) -> LocalBoxFuture<'static, Answer>>;

/// The service and the runtime that it lives in.
pub struct House {
    runtime: SystemRunner,
    ask: Ask,
    asked: Cell<u64>,
}

impl House {
    /// Loads the committed model.
    ///
    /// # Panics
    /// If it is not there.
    #[expect(clippy::new_without_default, reason = "it reads a file and starts threads")]
    pub fn new() -> Self {
        let runtime = System::new();
        let ask = runtime.block_on(opened());
        Self { runtime, ask, asked: Cell::new(0) }
    }

    /// Asks, and waits for the whole answer.
    pub fn answer(&self, input: &Input) -> Answer {
        self.asked.set(self.asked.get() + 1);
        self.runtime.block_on((self.ask)(input))
    }

    /// The page of metrics, once in a while: it takes as long as many requests.
    pub fn metrics(&self) -> Option<Answer> {
        let due = self.asked.get() % 1024 == 1;
        due.then(|| {
            let input = Input {
                method: Method::GET,
                uri: Uri::from_static(METRICS),
                headers: Vec::new(),
                pieces: Vec::new(),
                breaks: false,
            };
            self.runtime.block_on((self.ask)(&input))
        })
    }
}

/// Starts the service.
async fn opened() -> Ask {
    let model = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../models/b2b-v1.json");
    let typed = ["fuzz", "--model-path", model, "--api-keys", KEY, "--log-level", "info"];
    let args = Args::try_parse_from(typed).expect("the flags above are right");
    let config = Config::try_from(args).expect("and so is their meaning");
    let journal = Journal::start(config.log_level, io::sink()).expect("a thread");
    let state = State::new(&config, journal).expect("the committed model loads");
    let app = App::new().service(state.metrics(METRICS)).configure(|app| configure(app, state));
    let app = Rc::new(init_service(app).await);
    Box::new(move |input| {
        let mut request = input.head().to_request();
        let broken = input.breaks.then(|| Err(PayloadError::Incomplete(None)));
        let pieces: Vec<_> = input.pieces.iter().cloned().map(Ok).chain(broken).collect();
        if !pieces.is_empty() {
            *request.payload() = Payload::Stream { payload: Box::pin(stream::iter(pieces)) };
        }
        let app = Rc::clone(&app);
        Box::pin(async move { read(app.call(request).await).await })
    })
}

async fn read<B: MessageBody>(answer: Result<ServiceResponse<B>, Error>) -> Answer {
    // A panic outside a handler leaves the application as an error that holds its answer.
    let answer = answer.expect("every request has an answer");
    let (status, headers) = (answer.status(), answer.headers().clone());
    let Ok(body) = to_bytes(answer.into_body()).await else { panic!("an answer ends early") };
    Answer { status, headers, body: body.to_vec() }
}
