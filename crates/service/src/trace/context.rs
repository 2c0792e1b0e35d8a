//! `traceparent`: the header by which a request says to which trace it belongs, and who asks.
//!
//! [`Trace`] follows W3C Trace Context, level 2. `tracestate`, which is for other vendors' data, has nobody to be passed
//! on to: the service calls no other.

use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};

use super::id::{SpanId, TraceId, hex, number};

/// The header of the standard, in and out.
pub(crate) const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

/// Its companion, which browsers must be allowed to send.
pub(crate) const TRACESTATE: HeaderName = HeaderName::from_static("tracestate");

/// `00-` trace id `-` span id `-` flags.
const LENGTH: usize = 3 + TraceId::LENGTH + 1 + SpanId::LENGTH + 3;

/// The caller keeps this trace, or is told that we do.
const SAMPLED: u8 = 1;

/// The last 56 bits of the trace's id are random.
const RANDOM: u8 = 2;

/// The place of a request in a trace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Trace {
    pub(crate) trace_id: TraceId,
    /// This request's own, new for each.
    pub(crate) span_id: SpanId,
    /// The caller's; none where the trace begins here.
    pub(crate) parent: Option<SpanId>,
    flags: u8,
}

impl Trace {
    /// The trace that the caller sent; a new one where what it sent is not valid, and none where it sent nothing.
    pub(crate) fn of(headers: &HeaderMap) -> Option<Self> {
        let given = headers.get(&TRACEPARENT)?;
        // Of two headers neither can be trusted.
        let only = headers.get_all(&TRACEPARENT).nth(1).is_none();
        let continued = only.then(|| Self::continued(given.as_bytes())).flatten();
        Some(continued.unwrap_or_else(Self::new))
    }

    /// A trace that begins here and that nobody has chosen to keep.
    pub(crate) fn new() -> Self {
        let (trace_id, span_id) = (TraceId::random(), SpanId::random());
        Self { trace_id, span_id, parent: None, flags: RANDOM }
    }

    /// A new span in the trace of this header's value, or nothing where it is not valid.
    fn continued(given: &[u8]) -> Option<Self> {
        let head = given.get(..LENGTH)?;
        let version = number(&head[..2])?;
        let whole = match version {
            0xff => false,
            0 => given.len() == LENGTH,
            // A later version may say more, behind a further dash.
            _ => given.get(LENGTH).is_none_or(|next| *next == b'-'),
        };
        if !whole || [head[2], head[35], head[52]] != *b"---" {
            return None;
        }
        let flags = number(&head[53..55])?;
        Some(Self {
            trace_id: TraceId::parse(&head[3..35])?,
            span_id: SpanId::random(),
            parent: Some(SpanId::parse(&head[36..52])?),
            // Flags that we do not know must not be passed on.
            flags: flags as u8 & (SAMPLED | RANDOM),
        })
    }

    /// Whether the spans of this trace are kept.
    pub(crate) fn is_sampled(&self) -> bool {
        self.flags & SAMPLED != 0
    }

    /// The same, with that decided anew.
    pub(crate) fn sampled(self, sampled: bool) -> Self {
        let flags = if sampled { self.flags | SAMPLED } else { self.flags & !SAMPLED };
        Self { flags, ..self }
    }

    /// The header's value, with the span of this request.
    pub(crate) fn to_header(self) -> HeaderValue {
        let mut text = *b"00-00000000000000000000000000000000-0000000000000000-00";
        text[3..35].copy_from_slice(&self.trace_id.to_hex());
        text[36..52].copy_from_slice(&self.span_id.to_hex());
        text[53..55].copy_from_slice(&hex::<2>(&[self.flags]));
        HeaderValue::from_bytes(&text).expect("digits and dashes are visible ASCII")
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{HeaderMap, HeaderValue};

    use super::{TRACEPARENT, Trace};

    const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
    const PARENT: &str = "00f067aa0ba902b7";

    fn trace_of(values: &[&str]) -> Option<Trace> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(TRACEPARENT, HeaderValue::from_str(value).expect("a header's value"));
        }
        Trace::of(&headers)
    }

    /// Trace, span and flags of the answer's header.
    fn answered(trace: Trace) -> (String, String, String) {
        let header = trace.to_header();
        let text = header.to_str().expect("ASCII").to_owned();
        let parts: Vec<&str> = text.split('-').collect();
        let [version, trace_id, span_id, flags] = parts.try_into().expect("four parts");
        assert_eq!(version, "00");
        (trace_id.to_owned(), span_id.to_owned(), flags.to_owned())
    }

    #[test]
    fn a_valid_header_is_continued_with_a_span_of_our_own() {
        for (given, flags) in [
            (format!("00-{TRACE}-{PARENT}-01"), "01"),
            (format!("00-{TRACE}-{PARENT}-00"), "00"),
            (format!("00-{TRACE}-{PARENT}-03"), "03"),
            // Flags of the future are not passed on, nor is what follows in a version of the future.
            (format!("00-{TRACE}-{PARENT}-ff"), "03"),
            (format!("01-{TRACE}-{PARENT}-01"), "01"),
            (format!("cc-{TRACE}-{PARENT}-01-what the future brings"), "01"),
            (format!("01-{TRACE}-{PARENT}-01-"), "01"),
        ] {
            let trace = trace_of(&[&given]).expect("a trace");
            let (trace_id, span_id, answered_flags) = answered(trace);
            assert_eq!((trace_id.as_str(), answered_flags.as_str()), (TRACE, flags), "{given}");
            assert_ne!(span_id, PARENT);
            assert_eq!(trace.parent.expect("a parent").to_hex(), PARENT.as_bytes());
            assert_eq!(trace.is_sampled(), flags != "00");
        }
    }

    #[test]
    fn an_invalid_header_begins_a_new_trace() {
        let upper = TRACE.to_uppercase();
        for given in [
            String::new(),
            "00".to_owned(),
            format!("ff-{TRACE}-{PARENT}-01"),
            format!("0g-{TRACE}-{PARENT}-01"),
            format!("0A-{TRACE}-{PARENT}-01"),
            format!("00-{upper}-{PARENT}-01"),
            format!("00-{TRACE}-00F067AA0BA902B7-01"),
            format!("00-{}-{PARENT}-01", "0".repeat(32)),
            format!("00-{TRACE}-{}-01", "0".repeat(16)),
            format!("00-{TRACE}-{PARENT}-1"),
            format!("00-{TRACE}-{PARENT}-0x"),
            format!("00-{TRACE}-{PARENT}-01-"),
            format!("00-{TRACE}-{PARENT}-01-more"),
            format!("00-{TRACE}-{PARENT}-011"),
            format!("01-{TRACE}-{PARENT}-011"),
            format!("00_{TRACE}_{PARENT}_01"),
            format!("00-{}-{PARENT}-01", &TRACE[1..]),
            format!("00-{TRACE}0-{PARENT}-01"),
            format!("00-{TRACE} {PARENT}-01"),
            format!("00-{}é-{PARENT}-01", &TRACE[2..]),
        ] {
            let trace = trace_of(&[&given]).expect("a new trace");
            assert_eq!(trace.parent, None, "{given}");
            let (trace_id, _, flags) = answered(trace);
            assert!(trace_id != TRACE && trace_id.len() == 32, "{given}");
            assert_eq!(flags, "02", "{given}");
        }
    }

    #[test]
    fn of_two_headers_neither_counts_and_without_one_there_is_no_trace() {
        let given = format!("00-{TRACE}-{PARENT}-01");
        assert_eq!(trace_of(&[&given, &given]).expect("a new trace").parent, None);
        assert_eq!(trace_of(&[]), None);
    }

    #[test]
    fn new_traces_and_spans_differ() {
        let given = format!("00-{TRACE}-{PARENT}-01");
        let [first, second] = [trace_of(&[&given]), trace_of(&[&given])].map(Option::unwrap);
        assert_ne!(first.span_id, second.span_id);
        assert_ne!(Trace::new().trace_id, Trace::new().trace_id);
    }

    #[test]
    fn a_decision_changes_nothing_but_its_flag() {
        let trace = Trace::new();
        assert!(trace.sampled(true).is_sampled());
        assert_eq!(trace.sampled(true).sampled(false), trace);
    }
}
