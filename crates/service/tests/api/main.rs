//! The service from outside: a real server on a free port, a real client, one module per subject.
//!
//! What is pinned down here is what a client may rely on. How a lead is judged is tested in the model crate; here only
//! that its judgement reaches the wire.

mod artifact;
mod auth;
mod batch;
mod challenger;
mod concurrency;
mod cors;
mod drift;
mod errors;
mod health;
mod hostile;
mod lead;
mod lifecycle;
mod logs;
mod metrics;
mod model;
mod models;
mod reload;
mod request_id;
mod resources;
mod score;
mod startup;
mod test_app;
mod variants;
