//! The service from outside: a real server on a free port, a real client, one module per subject.
//!
//! What is pinned down here is what a client may rely on. How a lead is judged is tested in the model crate; here only
//! that its judgement reaches the wire.

mod artifact;
mod auth;
mod batch;
mod challenger;
mod concurrency;
mod contract;
mod cors;
mod document;
mod drift;
mod embedding;
mod errors;
mod health;
mod hostile;
mod inference;
mod key_command;
mod key_file;
mod key_rates;
mod key_scopes;
mod lead;
mod lifecycle;
mod logs;
mod metrics;
mod model;
mod models;
mod openapi;
#[cfg(feature = "otlp")]
mod otlp;
mod partial;
mod pipelining;
mod reasons;
mod reload;
mod request_id;
mod resources;
mod score;
mod shed;
mod slow;
mod startup;
mod stream;
mod stream_flow;
mod test_app;
mod tls;
mod trace;
mod wire;
