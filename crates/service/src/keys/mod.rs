//! API keys: what is known of them, what each may do, how often, and until when.
//!
//! [`Store`] answers for the running service and takes a changed key file over while it runs. It holds a [`Ring`] of
//! [`Known`] keys, which come from the configuration ([`Given`]) and from the [`KeyFile`]. A key in clear exists here
//! only while it is made ([`Secret`]) or digested ([`Digest`]). Nothing here knows HTTP: what a refused caller is told
//! is decided in [`auth`](crate::auth).

mod addition;
mod bucket;
mod digest;
mod entry;
mod file;
mod guesses;
mod ring;
mod scope;
mod secret;
mod store;
mod watch;

pub(crate) use self::{
    bucket::Bucket,
    digest::Digest,
    entry::{Entry, Moment, Validity, is_id},
    file::KeyFile,
    ring::{Given, Known, Ring},
    scope::Scopes,
    secret::Secret,
    store::Store,
};
pub use self::{
    bucket::{Rate, RateError},
    digest::Algorithm,
    entry::EntryFault,
    file::KeyFileError,
    scope::Scope,
};
