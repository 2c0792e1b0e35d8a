//! The generator from outside: what is typed, what is sent, what is counted, what is shown.
//!
//! `simulated`, `sent` and `recordings` make runs whose every number is known beforehand, under a simulated clock or from scripted
//! seconds; `server` is a small real HTTP server on a free port.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

mod sent;
mod simulated;

mod recordings;

mod server;

mod bad_servers;
mod capacity;
mod capacity_program;
mod capacity_reports;
mod command_line;
mod console;
mod counts;
mod drop_in;
mod engine;
mod exit;
mod frozen;
mod hdr;
mod histogram;
mod http;
mod load;
mod open;
mod outlets;
mod pages;
mod phases;
mod program;
mod record;
mod redraw;
mod reports;
mod resources;
mod scenario;
mod scenario_faults;
mod scores;
mod session;
mod settings;
mod side_by_side;
mod steer;
mod tls;
mod twin;
mod verdict;
mod web;
mod web_attacks;
mod web_costs;
mod web_start;
mod worker;
