//! What failed in the service itself, as a line of the log.
//!
//! [`report_failure`] says what the caller is not told: the cause. The line of the request itself is written by `access`.

use std::fmt::Display;

use crate::trace::Trace;

/// Reports why a request failed, with the ids by which its other lines and its trace are found.
pub(crate) fn report_failure(request_id: &str, trace: Option<Trace>, cause: &dyn Display) {
    let (trace_id, span_id) = trace.map(|trace| (trace.trace_id, trace.span_id)).unzip();
    tracing::error!(
        request_id,
        trace_id = trace_id.map(tracing::field::display),
        span_id = span_id.map(tracing::field::display),
        %cause,
        "request failed"
    );
}

#[cfg(test)]
mod tests {
    use std::{
        io::{self, Write},
        sync::mpsc::{SyncSender, sync_channel},
    };

    use super::report_failure;
    use crate::trace::Trace;

    #[test]
    fn what_failed_is_reported_with_the_ids_of_its_request() {
        let (sender, lines) = sync_channel(2);
        let subscriber = tracing_subscriber::fmt().json().flatten_event(true);
        let subscriber = subscriber.with_writer(move || Line(sender.clone())).finish();
        let trace = Trace::new();
        tracing::subscriber::with_default(subscriber, || {
            report_failure("r-1", Some(trace), &"it broke");
            report_failure("r-1", None, &"it broke");
        });
        let [traced, untraced]: [serde_json::Value; 2] =
            [(); 2].map(|()| serde_json::from_str(&lines.recv().expect("a line")).expect("JSON"));
        assert_eq!(traced["trace_id"], trace.trace_id.to_string());
        assert_eq!(traced["span_id"], trace.span_id.to_string());
        assert_eq!((&traced["cause"], &traced["level"]), (&"it broke".into(), &"ERROR".into()));
        assert_eq!(
            (&traced["request_id"], &untraced["request_id"]),
            (&"r-1".into(), &"r-1".into())
        );
        assert!(untraced.get("trace_id").is_none() && untraced.get("span_id").is_none());
    }

    /// Hands a line of the log over.
    struct Line(SyncSender<String>);

    impl Write for Line {
        fn write(&mut self, line: &[u8]) -> io::Result<usize> {
            self.0.send(String::from_utf8_lossy(line).into_owned()).expect("the test listens");
            Ok(line.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
}
