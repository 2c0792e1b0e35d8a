//! HTTP/1.1 over bare hyper connections: what is measured costs less of the generator, and nothing is hidden.
//!
//! [`RawTargets`] opens a [`RawTarget`] per thread, which keeps idle connections in a list and opens others as needed. A
//! connection ([`wire`]) is driven by the request that is on it: no task, no lock, no channel between threads. Neither
//! transport follows redirects or knows proxies, cookies or HTTP/2: a load generator must send what it was told, nothing
//! else, and both are held to the same.

mod stream;
mod target;
mod tls;
mod wire;

pub use target::{RawTarget, RawTargets};
