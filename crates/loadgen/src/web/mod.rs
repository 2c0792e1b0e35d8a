//! The live page: a run that is started, watched, changed and stopped in a browser, or by scripts that were written for Locust.
//!
//! [`serve()`] is the sequence; `routes` the map of addresses. What is answered is made of the session's [`View`](crate::View) by pure
//! functions (`requests`, `event`, the report's own parts) once a second, however many ask (`shared`). Who may ask
//! is looked at before any route (`guard`, of `names` and `token`). The page's own files are under `assets/`. Sending,
//! counting and files are the [session](crate::Session)'s.

mod names;
mod token;

mod form;
mod history;
mod requests;

mod event;

mod shared;

mod headers;

mod guard;

mod assets;
mod control;
mod download;
mod events;
mod login;
mod numbers;
mod parts;
mod swarm;

mod routes;
mod sent;
mod server;

mod serve;

pub use serve::{WebError, serve};
pub use server::ServerError;
