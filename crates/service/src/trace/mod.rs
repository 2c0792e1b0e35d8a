//! W3C Trace Context: which trace a request belongs to, and what is kept of it.
//!
//! [`Trace`] is read from `traceparent` and answered in it, [`Share`] decides by a trace's id what is kept of many.
//! Nothing here knows a route, a log or a lead.

mod context;
mod id;
mod share;

pub use self::share::{Share, ShareError};
pub(crate) use self::{
    context::{TRACEPARENT, TRACESTATE, Trace},
    id::{SpanId, TraceId},
};
