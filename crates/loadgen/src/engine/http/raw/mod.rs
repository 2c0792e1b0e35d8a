//! HTTP/1.1 over bare hyper connections: what is measured costs less of the generator, and nothing is hidden.
//!
//! [`RawTargets`] opens a [`RawTarget`] per thread, which keeps idle connections in a list and opens others as needed. A
//! connection ([`wire`]) is driven by the request that is on it: no task, no lock, no channel between threads. As with
//! reqwest there is no proxy, no cookie and no HTTP/2.

mod stream;
mod target;
mod tls;
mod wire;

pub use target::{RawTarget, RawTargets};
