//! The trace of each request, from its head to its answer.
//!
//! [`Tracer`] gives a request its [`Trace`] and has its span exported, where somebody takes spans. Nobody does by default:
//! then a request without `traceparent` costs one look for the header, and no id is made for it.

use std::time::Duration;

use actix_web::http::{Method, StatusCode, Version, header::HeaderMap};

use super::{Export, Trace, spans::Spans};

/// Traces requests.
#[derive(Debug)]
pub(crate) struct Tracer {
    spans: Option<Spans>,
}

/// What a span says about a request that is answered.
#[derive(Debug)]
#[cfg_attr(
    not(feature = "otlp"),
    expect(dead_code, reason = "only a build that exports spans reads it")
)]
pub(crate) struct Served<'a> {
    /// The label of the route that matched, if one did.
    pub(crate) route: Option<&'static str>,
    pub(crate) method: &'a Method,
    pub(crate) secure: bool,
    pub(crate) version: Version,
    pub(crate) status: StatusCode,
    /// The problem's name, when the answer is one.
    pub(crate) problem: Option<&'static str>,
    pub(crate) duration: Duration,
    pub(crate) request_id: &'a str,
}

/// Why spans cannot be exported.
#[derive(Debug, thiserror::Error)]
#[error("cannot start the export of spans: {0}; check the OTEL_EXPORTER_OTLP_ variables")]
pub struct TracerError(pub(super) String);

impl Tracer {
    /// Starts the thread that sends spans, if somebody takes them and this build can send any.
    pub(crate) fn start(export: Option<&Export>) -> Result<Self, TracerError> {
        Ok(Self { spans: export.map(Spans::start).transpose()?.flatten() })
    }

    /// Whether spans are sent.
    pub(crate) fn exports(&self) -> bool {
        self.spans.is_some()
    }

    /// The trace of a request with these headers: the caller's; a new one where the caller's is not valid or spans are
    /// sent; otherwise none.
    pub(crate) fn begin(&self, headers: &HeaderMap) -> Option<Trace> {
        let given = Trace::of(headers);
        match &self.spans {
            None => given,
            Some(spans) => Some(spans.sampler().decide(given.unwrap_or_else(Trace::new))),
        }
    }

    /// Has the span of an answered request sent, if it is to be kept. Never waits.
    pub(crate) fn end(&self, trace: &Trace, served: &Served<'_>) {
        if let Some(spans) = &self.spans
            && trace.is_sampled()
        {
            spans.send(trace, served);
        }
    }

    /// Waits until the spans so far are sent, but not for ever. To be called once, off the workers.
    pub(crate) fn stop(&self) {
        if let Some(spans) = &self.spans {
            spans.stop();
        }
    }
}
