//! Spans of requests, sent to an OpenTelemetry collector as OTLP in protobuf over HTTP.
//!
//! [`Spans`] fills OpenTelemetry's record when a request is answered and puts it into the bounded queue of a batch
//! processor, whose own thread sends it; a queue that is full costs spans and never a request. Names and attributes are
//! those of the semantic conventions for HTTP servers, without paths, queries and addresses of callers. Headers, timeouts,
//! the queue's size and the resource's further attributes are read by OpenTelemetry from its own variables.

use std::time::{Duration, SystemTime};

use actix_web::http::{Method, Version};
use opentelemetry::{
    Array, InstrumentationScope, KeyValue, StringValue, Value,
    trace::{SpanContext, SpanId, SpanKind, Status, TraceFlags, TraceId, TraceState},
};
use opentelemetry_otlp::{SpanExporter, WithExportConfig};
use opentelemetry_sdk::{
    Resource,
    resource::{EnvResourceDetector, TelemetryResourceDetector},
    trace::{BatchSpanProcessor, SpanData, SpanEvents, SpanLinks, SpanProcessor},
};
// The exporter's HTTP client; it is named here for its TLS, which the exporter does not ask for.
use reqwest as _;

use super::{Export, Sampler, Trace, TracerError, tracer::Served};

/// How long a stop waits for the last spans; a collector that does not answer must not keep the process alive.
const LAST_SPANS: Duration = Duration::from_secs(5);

/// Methods that are written as they are: any other word would be a value of the caller's choice.
const METHODS: [&str; 9] =
    ["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"];

/// The way to the collector.
#[derive(Debug)]
pub(super) struct Spans {
    processor: BatchSpanProcessor,
    scope: InstrumentationScope,
    sampler: Sampler,
}

impl Spans {
    /// Starts the thread that sends.
    pub(super) fn start(export: &Export) -> Result<Option<Self>, TracerError> {
        // The client needs a provider even for plain HTTP; one that is already there serves as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let exporter = SpanExporter::builder().with_http().with_endpoint(&export.endpoint).build();
        let exporter = exporter.map_err(|error| TracerError(error.to_string()))?;
        let mut processor = BatchSpanProcessor::builder(exporter).build();
        processor.set_resource(&resource(export));
        let scope = InstrumentationScope::builder(env!("CARGO_PKG_NAME"))
            .with_version(env!("CARGO_PKG_VERSION"))
            .build();
        Ok(Some(Self { processor, scope, sampler: export.sampler }))
    }

    pub(super) fn sampler(&self) -> Sampler {
        self.sampler
    }

    /// Queues the span of a request that was answered just now.
    pub(super) fn send(&self, trace: &Trace, served: &Served<'_>) {
        let end_time = SystemTime::now();
        let method = method(served.method);
        self.processor.on_end(SpanData {
            span_context: SpanContext::new(
                TraceId::from(trace.trace_id.get()),
                SpanId::from(trace.span_id.get()),
                TraceFlags::SAMPLED,
                false,
                TraceState::NONE,
            ),
            parent_span_id: trace
                .parent
                .map_or(SpanId::INVALID, |parent| SpanId::from(parent.get())),
            parent_span_is_remote: trace.parent.is_some(),
            span_kind: SpanKind::Server,
            name: match served.route {
                Some(route) => format!("{method} {route}").into(),
                None => method.into(),
            },
            start_time: end_time.checked_sub(served.duration).unwrap_or(end_time),
            end_time,
            attributes: attributes(method, served),
            dropped_attributes_count: 0,
            events: SpanEvents::default(),
            links: SpanLinks::default(),
            status: if served.status.is_server_error() { Status::error("") } else { Status::Unset },
            instrumentation_scope: self.scope.clone(),
        });
    }

    /// Sends what is queued, and nothing from then on.
    pub(super) fn stop(&self) {
        if let Err(error) = self.processor.shutdown_with_timeout(LAST_SPANS) {
            tracing::warn!(%error, "the last spans could not be sent");
        }
    }
}

/// What is said of the service once for all its spans.
fn resource(export: &Export) -> Resource {
    let resource = Resource::builder_empty()
        .with_attributes([
            KeyValue::new("service.name", env!("CARGO_PKG_NAME")),
            KeyValue::new("service.version", env!("CARGO_PKG_VERSION")),
        ])
        .with_detectors(&[
            Box::new(TelemetryResourceDetector),
            Box::new(EnvResourceDetector::new()),
        ]);
    match &export.service_name {
        Some(name) => resource.with_service_name(name.clone()).build(),
        None => resource.build(),
    }
}

fn attributes(method: &'static str, served: &Served<'_>) -> Vec<KeyValue> {
    let request_id =
        Value::Array(Array::String(vec![StringValue::from(served.request_id.to_owned())]));
    let mut attributes = vec![
        KeyValue::new("http.request.method", method),
        KeyValue::new("http.response.status_code", i64::from(served.status.as_u16())),
        KeyValue::new("http.response.header.x-request-id", request_id),
        KeyValue::new("network.protocol.version", version(served.version)),
        KeyValue::new("url.scheme", if served.secure { "https" } else { "http" }),
    ];
    attributes.extend(served.route.map(|route| KeyValue::new("http.route", route)));
    if served.status.is_server_error() {
        attributes.push(match served.problem {
            Some(problem) => KeyValue::new("error.type", problem),
            None => KeyValue::new("error.type", served.status.as_str().to_owned()),
        });
    }
    attributes
}

fn method(method: &Method) -> &'static str {
    METHODS.into_iter().find(|known| *known == method.as_str()).unwrap_or("_OTHER")
}

fn version(version: Version) -> &'static str {
    match version {
        Version::HTTP_10 => "1.0",
        Version::HTTP_2 => "2",
        _ => "1.1",
    }
}
