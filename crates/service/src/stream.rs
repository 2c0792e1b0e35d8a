//! The body of an answer that streams: reads the request's body as its client takes the answers.
//!
//! [`Answers`] is asked by actix for bytes when the connection has room for them, and only then does it ask for more of the
//! request's body. So a client that does not read is not read from, and whatever the length of the body, what is held at a
//! time is bounded: a piece of the body, the leads of one part, and the answers to them. What a line is, and how an answer
//! looks, is [`wire`](crate::wire)'s.

use std::{
    convert::Infallible,
    mem,
    num::NonZeroUsize,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Instant,
};

use actix_web::{
    HttpRequest,
    body::{BodySize, MessageBody},
    dev::Payload,
    web::{Bytes, Data},
};
use futures_util::Stream;
use lead_model::{Faults, Lead};

use crate::{
    error::ApiError,
    models::Live,
    request_id::RequestId,
    scoring,
    state::Shared,
    wire::{
        Line, Lines, LinesBody, Patience, Sums, faulty_line, overlong_line, scored_line, summary,
    },
};

/// Most lines that are scored together.
const PART: usize = 64;

/// Answers are handed on once they have so many bytes, or when nothing more has come in.
const FULL: usize = 32 * 1024;

/// The answers to a stream of leads.
pub(crate) struct Answers {
    state: Data<Shared>,
    model: Arc<Live>,
    id: RequestId,
    reasons: Option<NonZeroUsize>,
    request: HttpRequest,
    payload: Payload,
    patience: Patience,
    lines: Lines,
    part: Part,
    out: Vec<u8>,
    sums: Sums,
    taken: u64,
    given: u64,
    ended: bool,
}

/// Lines that have been read and not answered.
#[derive(Default)]
struct Part {
    /// When the first of them was read.
    started: Option<Instant>,
    lines: Vec<(u64, Read)>,
    leads: Vec<Lead>,
}

/// What a line was read as.
enum Read {
    /// The next one of the part's leads.
    Lead,
    Faulty(Faults),
    TooLong,
}

impl Answers {
    /// Answers to the lines of `body` by `model`, with so many reasons of either kind.
    pub(crate) fn new(
        state: Data<Shared>,
        model: Arc<Live>,
        id: RequestId,
        reasons: Option<NonZeroUsize>,
        LinesBody { request, payload }: LinesBody,
    ) -> Self {
        Self {
            lines: Lines::new(state.limits.score_body_bytes),
            patience: Patience::each_time(),
            state,
            model,
            id,
            reasons,
            request,
            payload,
            part: Part::default(),
            out: Vec::new(),
            sums: Sums::default(),
            taken: 0,
            given: 0,
            ended: false,
        }
    }

    /// Answers the lines that have come in, until enough has been written.
    fn answer_lines(&mut self) -> Result<(), ApiError> {
        while self.out.len() < FULL {
            let Some(line) = self.lines.next() else { break };
            self.read(line);
            if self.part.lines.len() == PART {
                self.score()?;
            }
        }
        Ok(())
    }

    /// Reads one line into the part.
    fn read(&mut self, line: Line) {
        self.sums.lines += 1;
        let read = match line {
            Line::Whole(line) if line.trim_ascii().is_empty() => return,
            Line::Whole(line) => {
                self.part.started.get_or_insert_with(Instant::now);
                match Lead::from_json(self.model.scorer.schema(), &line) {
                    Ok(lead) => {
                        self.part.leads.push(lead);
                        Read::Lead
                    }
                    Err(faults) => Read::Faulty(faults),
                }
            }
            Line::TooLong => Read::TooLong,
        };
        self.part.lines.push((self.sums.lines, read));
    }

    /// Scores the part and writes its answers.
    fn score(&mut self) -> Result<(), ApiError> {
        let Part { started, lines, leads } = mem::take(&mut self.part);
        let scores = match started {
            Some(started) if !leads.is_empty() => {
                scoring::part(&self.state, &self.model, &leads, started)?.0
            }
            _ => Vec::new(),
        };
        let mut scored = leads.iter().zip(&scores);
        for (line, read) in &lines {
            match read {
                Read::Lead => {
                    let Some(next) = scored.next() else { continue };
                    scored_line(&mut self.out, *line, &self.model, next, self.reasons);
                }
                Read::Faulty(faults) => faulty_line(&mut self.out, *line, faults),
                Read::TooLong => {
                    overlong_line(&mut self.out, *line, self.state.limits.score_body_bytes);
                }
            }
        }
        let (scored, failed) = (leads.len() as u64, (lines.len() - leads.len()) as u64);
        self.sums.scored += scored;
        self.sums.failed += failed;
        self.state.metrics.streams.scored.inc_by(scored);
        self.state.metrics.streams.failed.inc_by(failed);
        Ok(())
    }

    /// Asks for more of the body.
    fn poll_body(&mut self, context: &mut Context<'_>) -> Poll<Result<Option<Bytes>, ApiError>> {
        let payload = &mut self.payload;
        let waited = self
            .patience
            .wait(&self.request, context, |context| Pin::new(payload).poll_next(context));
        waited.map(|piece| piece?.transpose().map_err(|_| ApiError::BodyUnreadable))
    }

    /// Reads and answers until the client has something to take.
    fn advance(&mut self, context: &mut Context<'_>) -> Poll<Result<(), ApiError>> {
        loop {
            self.answer_lines()?;
            if self.out.len() >= FULL {
                return Poll::Ready(Ok(()));
            }
            match self.poll_body(context)? {
                Poll::Ready(Some(piece)) => {
                    self.taken += piece.len() as u64;
                    self.lines.feed(piece);
                }
                Poll::Ready(None) => {
                    if let Some(line) = self.lines.last() {
                        self.read(line);
                    }
                    self.score()?;
                    self.end(None);
                    return Poll::Ready(Ok(()));
                }
                Poll::Pending => {
                    self.score()?;
                    return if self.out.is_empty() { Poll::Pending } else { Poll::Ready(Ok(())) };
                }
            }
        }
    }

    /// Writes the summary; `cut` is why the body was not read to its end.
    fn end(&mut self, cut: Option<&ApiError>) {
        let streams = &self.state.metrics.streams;
        if cut.is_none() { &streams.complete } else { &streams.broken }.inc();
        if let Some(ApiError::Internal(cause)) = cut {
            tracing::error!(request_id = self.id.as_str(), %cause, "stream failed");
        }
        let cut = cut.map(ToString::to_string);
        summary(&mut self.out, self.id.as_str(), &self.model, self.sums, cut.as_deref());
        self.ended = true;
    }
}

impl MessageBody for Answers {
    type Error = Infallible;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Infallible>>> {
        if self.ended {
            return Poll::Ready(None);
        }
        match self.advance(context) {
            Poll::Pending => return Poll::Pending,
            Poll::Ready(Ok(())) => {}
            Poll::Ready(Err(error)) => {
                // What had come in whole before the body broke off is answered first.
                if !matches!(error, ApiError::Internal(_)) {
                    let _ = self.score();
                }
                self.end(Some(&error));
            }
        }
        let answers = mem::take(&mut self.out);
        self.given += answers.len() as u64;
        Poll::Ready(Some(Ok(answers.into())))
    }
}

/// Whether it came to its end or its client left.
impl Drop for Answers {
    fn drop(&mut self) {
        if !self.ended {
            self.state.metrics.streams.broken.inc();
        }
        self.state.metrics.requests.observe_stream(self.taken, self.given);
    }
}
