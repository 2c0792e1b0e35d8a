//! The gate from outside: its verdicts over folders of files, its words, its laws, and what it refuses.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

mod baseline;
mod certainty;
mod compare;
mod compare_refusals;
mod course;
mod docs;
mod expected;
mod folders;
mod gate;
mod grammar;
mod guide;
mod help;
mod laws;
mod locust;
mod metrics;
mod policy;
mod refusals;
mod rounds;
mod rules;
mod scenario;
mod verbs;
