//! What only this module can see: bytes, states, and the arithmetic of reports.
//!
//! How a worker and a master get along over a socket stands in `tests/it/worker.rs`; how a real master likes it is
//! `cargo xtask interop worker`'s.

mod bond;
mod ledger;
mod life;
mod wire;
