//! What the loaded service says of itself: which model it serves, and what it uses while it is loaded.
//!
//! [`Service`] is asked once before the run, [`Watch`] asks `/resources` once a second from a thread of its own, over one
//! connection, and keeps [`ResourceSample`]s. All of it is best effort: a target that does not answer in our service's form costs a
//! few requests and is silent in the report. The senders know nothing of it, and none of these requests counts.

mod sample;
mod service;
mod watch;

pub use sample::ResourceSample;
pub use service::Service;
pub use watch::Watch;
