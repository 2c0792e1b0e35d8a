//! W3C Trace Context: which trace a request belongs to, and what is kept of it.
//!
//! [`Trace`] is read from `traceparent` and answered in it, [`Share`] decides by a trace's id what is kept of many, and
//! [`Tracer`] has spans sent to a collector in builds with the feature `otlp`. Nothing here knows a handler, the log or a
//! lead.

mod context;
mod export;
mod id;
mod share;
#[cfg_attr(not(feature = "otlp"), path = "no_spans.rs")]
mod spans;
mod tracer;

pub(crate) use self::{
    context::{TRACEPARENT, TRACESTATE, Trace},
    id::{SpanId, TraceId},
    tracer::{Served, Tracer},
};
pub use self::{
    export::{Export, ExportError, Sampler},
    share::{Share, ShareError},
    tracer::TracerError,
};
