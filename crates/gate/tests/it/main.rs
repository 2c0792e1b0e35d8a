//! The gate from outside: its verdicts over folders of files, its words, its laws, and what it refuses.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

mod action;
mod answered;
mod append;
mod baseline;
mod certainty;
mod compare;
mod compare_refusals;
mod course;
mod docs;
mod earlier;
mod expected;
mod folders;
mod gate;
mod github;
mod grammar;
mod guide;
mod help;
mod history;
mod html;
mod kept;
mod laws;
mod locust;
mod metrics;
mod open;
mod other_key;
mod parts;
mod policy;
mod rates;
mod recorded;
mod refusals;
mod reports;
mod rounds;
mod rules;
mod scenario;
mod simulated;
mod single;
mod spoilt;
mod verbs;
