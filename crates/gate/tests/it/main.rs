//! The gate from outside: its verdicts over folders of files, its words, its laws, and what it refuses.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

mod action;
mod append;
mod course;
mod docs;
mod expected;
mod folders;
mod gate;
mod github;
mod grammar;
mod guide;
mod help;
mod history;
mod html;
mod laws;
mod locust;
mod metrics;
mod open;
mod policy;
mod recorded;
mod refusals;
mod reports;
mod rules;
mod scenario;
mod spoilt;
mod verbs;
