//! Where spans go and which of them: what OpenTelemetry's standard variables mean here.
//!
//! [`Export`] is checked when the service is configured; the spans themselves are made and sent by
//! [`Tracer`](super::Tracer).

use actix_web::http::Uri;

use super::{Share, Trace};

/// Where the spans of requests are sent.
#[derive(Debug, Clone, PartialEq)]
pub struct Export {
    /// The address that takes spans as OTLP in protobuf over HTTP, such as `http://127.0.0.1:4318/v1/traces`.
    pub endpoint: String,
    /// `OTEL_SERVICE_NAME`: the name of the service in the spans (default `lead-service`, or what
    /// `OTEL_RESOURCE_ATTRIBUTES` says).
    pub service_name: Option<String>,
    /// Which spans are sent.
    pub sampler: Sampler,
}

/// Decides once for each request whether its span is kept.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sampler {
    /// A caller's decision stands.
    pub parent_based: bool,
    /// What is kept of the traces that nobody has decided about.
    pub share: Share,
}

/// A variable of OpenTelemetry that means nothing here. What was written is not repeated: it may hold a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ExportError {
    /// No address.
    #[error(
        "{0} is no address of a collector: write http://HOST:4318 or https://..., or unset it to export no spans"
    )]
    Endpoint(&'static str),
    /// An exporter that we have not.
    #[error("OTEL_TRACES_EXPORTER must be otlp or none")]
    Exporter,
    /// A sampler that we have not.
    #[error(
        "OTEL_TRACES_SAMPLER must be always_on, always_off or traceidratio, or one of them behind parentbased_"
    )]
    Sampler,
    /// No share.
    #[error("OTEL_TRACES_SAMPLER_ARG must be a number from 0 (no spans) to 1 (all of them)")]
    SamplerArgument,
}

impl Export {
    /// Checks that an endpoint's address can be called; `variable` names where it was given.
    pub(crate) fn checked_endpoint(
        variable: &'static str,
        endpoint: String,
    ) -> Result<String, ExportError> {
        let uri: Uri = endpoint.parse().map_err(|_| ExportError::Endpoint(variable))?;
        let callable = matches!(uri.scheme_str(), Some("http" | "https"));
        if callable && uri.host().is_some() {
            Ok(endpoint)
        } else {
            Err(ExportError::Endpoint(variable))
        }
    }
}

impl Sampler {
    /// Reads `OTEL_TRACES_SAMPLER` and `OTEL_TRACES_SAMPLER_ARG`. A share alone counts for traces that begin here.
    pub(crate) fn parse(name: Option<&str>, argument: Option<&str>) -> Result<Self, ExportError> {
        let ratio = argument.map_or(Ok(Share::ALL), str::parse);
        let ratio = ratio.map_err(|_| ExportError::SamplerArgument)?;
        let Some(name) = name else { return Ok(Self { parent_based: true, share: ratio }) };
        let (parent_based, root) = match name.strip_prefix("parentbased_") {
            Some(root) => (true, root),
            None => (false, name),
        };
        let share = match root {
            "always_on" => Share::ALL,
            "always_off" => Share::NONE,
            "traceidratio" => ratio,
            _ => return Err(ExportError::Sampler),
        };
        Ok(Self { parent_based, share })
    }

    /// The trace with this decision in its flags.
    pub(crate) fn decide(self, trace: Trace) -> Trace {
        if self.parent_based && trace.parent.is_some() {
            return trace;
        }
        trace.sampled(self.share.keeps(Some(trace.trace_id)))
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{HeaderMap, HeaderValue};

    use super::{Export, ExportError, Sampler};
    use crate::trace::{Share, TRACEPARENT, Trace};

    fn continued(flags: &str) -> Trace {
        let value = format!("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-{flags}");
        let value = HeaderValue::from_str(&value).expect("a header's value");
        let mut headers = HeaderMap::new();
        headers.insert(TRACEPARENT, value);
        Trace::of(&headers).expect("a trace")
    }

    #[test]
    fn the_standards_samplers_are_known_by_their_names() {
        let half = Share::new(0.5).expect("a share");
        for (name, argument, parent_based, share) in [
            (None, None, true, Share::ALL),
            (None, Some("0.5"), true, half),
            (Some("always_on"), None, false, Share::ALL),
            (Some("always_off"), Some("0.5"), false, Share::NONE),
            (Some("traceidratio"), Some("0.5"), false, half),
            (Some("traceidratio"), None, false, Share::ALL),
            (Some("parentbased_always_on"), None, true, Share::ALL),
            (Some("parentbased_always_off"), None, true, Share::NONE),
            (Some("parentbased_traceidratio"), Some("0.5"), true, half),
        ] {
            let sampler = Sampler::parse(name, argument);
            assert_eq!(sampler, Ok(Sampler { parent_based, share }), "{name:?} {argument:?}");
        }
        assert_eq!(Sampler::parse(Some("jaeger_remote"), None), Err(ExportError::Sampler));
        assert_eq!(Sampler::parse(None, Some("half")), Err(ExportError::SamplerArgument));
    }

    #[test]
    fn a_callers_decision_stands_where_the_sampler_says_so() {
        let of = |parent_based, share| Sampler { parent_based, share };
        for (sampler, kept, dropped, begun) in [
            (of(true, Share::ALL), true, false, true),
            (of(true, Share::NONE), true, false, false),
            (of(false, Share::ALL), true, true, true),
            (of(false, Share::NONE), false, false, false),
        ] {
            let decided = |trace| sampler.decide(trace).is_sampled();
            assert_eq!(decided(continued("01")), kept, "{sampler:?}");
            assert_eq!(decided(continued("00")), dropped, "{sampler:?}");
            assert_eq!(decided(Trace::new()), begun, "{sampler:?}");
        }
    }

    #[test]
    fn an_address_that_cannot_be_called_is_refused_by_the_name_of_its_variable() {
        for endpoint in
            ["localhost:4318", "/v1/traces", "ftp://host", "grpc://host:4317", "http://"]
        {
            let refused = Export::checked_endpoint("THE_VARIABLE", endpoint.to_owned());
            assert_eq!(refused, Err(ExportError::Endpoint("THE_VARIABLE")), "{endpoint}");
        }
        for endpoint in ["http://127.0.0.1:4318", "https://collector.example/v1/traces"] {
            assert!(Export::checked_endpoint("THE_VARIABLE", endpoint.to_owned()).is_ok());
        }
    }
}
