//! `lead-gate`: reads the files of a load test, prints a verdict, and ends with an exit code that means it.
//!
//! Parse, judge, deliver, exit; everything else is in the library.

use std::{
    env,
    io::{self, Write},
    process::ExitCode,
    time::SystemTime,
};

use anyhow::{Context, bail};
use clap::Parser;
use lead_gate::{CheckArgs, Cli, Command, Evidence, GitHub, Policy, Screen, exit, judge};
use terminal_size::{Width, terminal_size_of};

fn main() -> ExitCode {
    let Command::Check(args) = Cli::parse().command;
    let code = check(&args).unwrap_or_else(|error| {
        // A closed stderr leaves the exit code, which says the same.
        let _ = writeln!(io::stderr(), "lead-gate: {error:#}");
        exit::USAGE
    });
    ExitCode::from(code)
}

fn check(args: &CheckArgs) -> anyhow::Result<u8> {
    let github = GitHub::of(|name| env::var_os(name));
    if let Some(file) = args.clash(&github) {
        bail!(
            "the report {} would overwrite another file of this check; name another",
            file.display()
        );
    }
    let judgement = Evidence::gather(&args.inputs(SystemTime::now()))
        .map(|evidence| judge(&evidence, &Policy::built_in()));
    args.outputs(github)
        .deliver(&judgement, screen(), &mut io::stdout().lock(), &mut io::stderr().lock())
        .context("failed to write the verdict")
}

/// What stdout is: a terminal of some width, or something plain.
fn screen() -> Screen {
    let Some((Width(width), _)) = terminal_size_of(io::stdout()) else { return Screen::PLAIN };
    Screen { colour: env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()), width }
}
