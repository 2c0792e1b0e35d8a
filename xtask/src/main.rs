//! The workshop: `cargo xtask <verb>`.
//!
//! It builds, starts, loads and judges the workspace's programs as a person
//! would from a shell, and imports none of them: what it knows of the others
//! are their command lines, their files, and their exit codes.

mod bench;
mod browser;
mod ci;
mod compare;
mod debian;
mod drill;
mod flags;
mod fuzz;
mod http;
mod interop;
mod lint_ci;
mod loadtest;
mod machine;
mod program;
mod project;
mod python;
mod service;
mod tidy;
mod train;

use std::process::ExitCode;

use clap::Parser;

use flags::{Verb, Xtask};

#[expect(clippy::print_stderr, reason = "the one place where an error reaches the person")]
fn main() -> ExitCode {
    let outcome = match Xtask::parse().verb {
        Verb::Loadtest(flags) => loadtest::run(&flags),
        Verb::Compare(flags) => compare::run(&flags),
        Verb::Proxy(flags) => compare::run_proxy(&flags),
        Verb::Awake => Ok(compare::run_awake()),
        Verb::Train => train::run(),
        Verb::Bench(flags) => bench::run(&flags),
        Verb::Tidy => tidy::run(),
        Verb::Ci => ci::run(),
        Verb::Drill(flags) => drill::run(&flags),
        Verb::Fuzz(flags) => fuzz::run(&flags),
        Verb::Browser => browser::run(),
        Verb::LintCi => lint_ci::run(),
        Verb::Interop(flags) => interop::run(&flags),
    };
    outcome.unwrap_or_else(|error| {
        eprintln!("xtask: {error:#}");
        ExitCode::FAILURE
    })
}
