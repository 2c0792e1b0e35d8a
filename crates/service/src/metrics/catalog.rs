//! Every metric once: name, help with unit, labels and buckets.
//!
//! [`Catalog`] holds the families; names, labels and buckets are those of the Python predecessor, with finer buckets
//! added where a service that answers in microseconds needs them. Nothing is observed here.
//!
//! Two differences are on purpose. The byte histograms have byte buckets (the predecessor's had its latency buckets and
//! told nothing), and `application_info` says `rust_version` where it said `python_version`.

use prometheus::{Gauge, GaugeVec, IntCounter, IntCounterVec, IntGauge, Registry};

use super::{
    histogram::{Histogram, HistogramVec},
    registrar::Registrar,
};

/// Where the model runs. The label is the predecessor's, which could also call remote endpoints.
pub(super) const PROVIDER: &str = "local";

/// Seconds from 25 us on; from 5 ms on they are the contract's.
const REQUEST_SECONDS: &[f64] = &[
    0.000_025, 0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05,
    0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0,
];

/// Seconds from 1 us on; from 1 ms on they are the contract's.
const PREDICTION_SECONDS: &[f64] = &[
    0.000_001,
    0.000_002_5,
    0.000_005,
    0.000_01,
    0.000_025,
    0.000_05,
    0.000_1,
    0.000_25,
    0.000_5,
    0.001,
    0.005,
    0.01,
    0.025,
    0.05,
    0.075,
    0.1,
    0.25,
    0.5,
    1.0,
];

/// Bytes from a health check to about the largest body that is accepted by default.
const SIZE_BYTES: &[f64] = &[
    100.0,
    250.0,
    500.0,
    1_000.0,
    2_500.0,
    5_000.0,
    10_000.0,
    25_000.0,
    50_000.0,
    100_000.0,
    250_000.0,
    500_000.0,
    1_000_000.0,
];

/// The contract's sizes up to its limit of 100, and three more for a limit that was raised.
const BATCH_LEADS: &[f64] = &[1.0, 5.0, 10.0, 25.0, 50.0, 75.0, 100.0, 250.0, 500.0, 1_000.0];

const SCORE_BUCKETS: &[f64] = &[1.0, 2.0, 3.0, 4.0, 5.0];

const RAW_SCORES: &[f64] = &[0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0];

/// Differences of probabilities: from what rounding makes to what turns a lead around.
const DIFFERENCES: &[f64] = &[0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0];

/// The families, each already registered.
#[derive(Debug)]
pub(super) struct Catalog {
    pub(super) http_requests: IntCounterVec,
    pub(super) http_request_duration: HistogramVec,
    pub(super) http_request_size: HistogramVec,
    pub(super) http_response_size: HistogramVec,
    pub(super) http_errors: IntCounterVec,
    pub(super) http_active: IntGauge,
    pub(super) http_panics: IntCounter,
    pub(super) http_connections: IntGauge,
    pub(super) requests_shed: IntCounterVec,
    pub(super) slow_clients_cut: IntCounterVec,
    pub(super) system_cpu: Gauge,
    pub(super) system_memory: Gauge,
    pub(super) system_memory_bytes: IntGauge,
    pub(super) system_disk: Gauge,
    pub(super) process_cpu: Gauge,
    pub(super) process_memory_bytes: IntGauge,
    pub(super) process_threads: IntGauge,
    pub(super) predictions: IntCounterVec,
    pub(super) prediction_latency: HistogramVec,
    pub(super) prediction_buckets: HistogramVec,
    pub(super) prediction_raw_scores: HistogramVec,
    pub(super) prediction_errors: IntCounterVec,
    pub(super) batch_size: HistogramVec,
    pub(super) stream_lines: IntCounterVec,
    pub(super) streams: IntCounterVec,
    pub(super) auth_failures: IntCounterVec,
    pub(super) key_file_reloads: IntCounterVec,
    pub(super) drift_sampled: IntCounter,
    pub(super) challenger_scored: IntCounter,
    pub(super) challenger_dropped: IntCounter,
    pub(super) challenger_errors: IntCounter,
    pub(super) challenger_difference: Histogram,
    pub(super) challenger_flips: IntCounterVec,
    pub(super) drift_skipped: IntCounter,
    pub(super) model_reloads: IntCounterVec,
    pub(super) model_swaps: IntCounterVec,
    pub(super) model_reloaded_at: Gauge,
    pub(super) model_info: GaugeVec,
    application: GaugeVec,
}

impl Catalog {
    /// Declares everything in `registry`.
    #[rustfmt::skip] // One metric a line reads as the table it is.
    pub(super) fn register(registry: &Registry, log_lines: [&IntCounter; 2]) -> Result<Self, prometheus::Error> {
        let at = Registrar::new(registry);
        for counter in log_lines {
            at.registered(counter.clone())?;
        }
        at.process_collector()?;
        Ok(Self {
            http_requests: at.counters("http_requests_total", "HTTP requests answered, by status.", &["method", "endpoint", "status"])?,
            http_request_duration: at.histograms("http_request_duration_seconds", "Time from a request's head to its answer, in seconds.", &["method", "endpoint"], REQUEST_SECONDS)?,
            http_request_size: at.histograms("http_request_size_bytes", "Size of request bodies in bytes.", &["method", "endpoint"], SIZE_BYTES)?,
            http_response_size: at.histograms("http_response_size_bytes", "Size of response bodies in bytes.", &["method", "endpoint"], SIZE_BYTES)?,
            http_errors: at.counters("http_errors_total", "HTTP requests that the service itself failed (5xx), by problem.", &["method", "endpoint", "status", "exception_type"])?,
            http_active: at.integer("http_requests_active", "HTTP requests in flight.")?,
            http_panics: at.registered(IntCounter::new("http_panics_total", "Requests whose handling panicked; each was answered 500.")?)?,
            http_connections: at.integer("http_connections_active", "Connections that are open, once their TLS handshake is done.")?,
            requests_shed: at.counters("requests_shed_total", "Requests refused to protect the service, by reason.", &["reason"])?,
            slow_clients_cut: at.counters("slow_clients_cut_total", "Connections cut because the client was too slow with a later head (head) or with a body (body).", &["stage"])?,
            system_cpu: at.gauge("system_cpu_usage_percent", "Use of all cores of the machine in percent.")?,
            system_memory: at.gauge("system_memory_usage_percent", "Use of the machine's memory in percent.")?,
            system_memory_bytes: at.integer("system_memory_usage_bytes", "Use of the machine's memory in bytes.")?,
            system_disk: at.gauge("system_disk_usage_percent", "Use of the root file system in percent.")?,
            process_cpu: at.gauge("process_cpu_usage_percent", "Use of processor time by this process in percent of one core.")?,
            process_memory_bytes: at.integer("process_memory_usage_bytes", "Resident memory of this process in bytes.")?,
            process_threads: at.integer("process_threads_count", "Threads of this process.")?,
            predictions: at.counters("model_predictions_total", "Leads scored, by tier.", &["endpoint_provider", "tier"])?,
            prediction_latency: at.histograms("model_prediction_latency_seconds", "Time to read and score one request's leads, in seconds.", &["endpoint_provider"], PREDICTION_SECONDS)?,
            prediction_buckets: at.histograms("model_prediction_buckets", "Buckets (1 to 5) of the leads scored.", &["endpoint_provider"], SCORE_BUCKETS)?,
            prediction_raw_scores: at.histograms("model_prediction_raw_scores", "Probabilities (0 to 1) of the leads scored.", &["endpoint_provider"], RAW_SCORES)?,
            prediction_errors: at.counters("model_prediction_errors_total", "Valid leads that the model could not score.", &["endpoint_provider", "error_type"])?,
            batch_size: at.histograms("model_batch_size", "Leads in one batch request.", &[], BATCH_LEADS)?,
            stream_lines: at.counters("stream_lines_total", "Lines of streams that were answered, with a score (scored) or with errors (failed).", &["outcome"])?,
            streams: at.counters("streams_total", "Streams that have ended: with their summary (complete), or because the body broke off, was too slow or the client left (broken).", &["outcome"])?,
            auth_failures: at.counters("auth_failures_total", "Requests without a key that opens what was asked for, by reason.", &["reason"])?,
            key_file_reloads: at.counters("key_file_reloads_total", "Key files read again, by outcome.", &["outcome"])?,
            drift_sampled: at.counter("model_drift_sampled_total", "Leads that were counted to measure drift.")?,
            drift_skipped: at.counter("model_drift_skipped_total", "Leads that were to be counted for drift while every tally was in use.")?,
            challenger_scored: at.counter("challenger_scored_total", "Leads that the challenger has scored as well.")?,
            challenger_dropped: at.counter("challenger_dropped_total", "Leads that found the challenger's queue full.")?,
            challenger_errors: at.counter("challenger_errors_total", "Leads that the challenger would have refused or could not read.")?,
            challenger_difference: at.histograms("challenger_score_difference", "Size of the difference between the probabilities of the challenger and of the live model.", &[], DIFFERENCES)?.with_label_values::<&str>(&[]),
            challenger_flips: at.counters("challenger_tier_flips_total", "Leads to which the challenger gives another tier, from the live model's to its own.", &["from", "to"])?,
            model_reloads: at.counters("model_reloads_total", "Looks at MODEL_PATH for another model, by what came of them.", &["outcome"])?,
            model_swaps: at.counters("model_swaps_total", "Times that another model became the live one, by what asked for it.", &["cause"])?,
            model_reloaded_at: at.gauge("model_reload_timestamp_seconds", "When MODEL_PATH was last looked at with success, in seconds since 1970.")?,
            model_info: at.gauges("model_info", "The live model; always 1.", &["name", "version", "fingerprint"])?,
            application: at.gauges("application_info", "The running program; always 1.", &["version", "rust_version", "platform", "hostname"])?,
        })
    }

    /// Sets the information metric.
    pub(super) fn describe_application(&self, hostname: &str) {
        let platform = format!("{}-{}", std::env::consts::OS, std::env::consts::ARCH);
        let labels =
            [env!("CARGO_PKG_VERSION"), env!("CARGO_PKG_RUST_VERSION"), &platform, hostname];
        self.application.with_label_values(&labels).set(1.0);
    }
}

/// The counter of the log, which exists before the registry does.
pub(crate) fn dropped_log_lines() -> IntCounter {
    IntCounter::new(
        "log_lines_dropped_total",
        "Log lines dropped because the log could not keep up.",
    )
    .expect("the name is a valid metric name")
}

/// The counter of the lines that the log leaves out of a storm.
pub(crate) fn suppressed_log_lines() -> IntCounter {
    IntCounter::new(
        "log_lines_suppressed_total",
        "Log lines of failed requests left out because their status had its share of the second.",
    )
    .expect("the name is a valid metric name")
}
