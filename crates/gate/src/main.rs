//! `lead-gate`: reads the files of a load test, prints a verdict, and ends with an exit code that means it.
//!
//! Parse, do, deliver, exit; everything else is in the library.

use std::{
    env,
    io::{self, Write},
    process::ExitCode,
    time::SystemTime,
};

use anyhow::{Context, bail};
use clap::Parser;
use lead_gate::{
    AnalyzeArgs, BaselineArgs, BaselineCommand, CheckArgs, Cli, Command, CompareArgs, Evidence,
    ExplainArgs, GitHub, HistoryCommand, HistoryReport, InitArgs, Judgement, Kept, Ledger, Outputs,
    Report, Screen, acknowledge, analyze, append, contrast, exit, explain, init, judge, one_line,
    renew, show,
};
use terminal_size::{Width, terminal_size_of};

fn main() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Check(args) => check(&args),
        Command::Compare(args) => compare(&args),
        Command::Baseline(args) => baseline(&args),
        Command::Init(args) => write_rules(&args),
        Command::Explain(args) => say(&args),
        Command::History(args) => follow(&args.command),
    };
    let code = done.unwrap_or_else(|error| {
        // A closed stderr leaves the exit code, which says the same.
        let _ = writeln!(io::stderr(), "lead-gate: {}", one_line(&format!("{error:#}")));
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
    // Rules that are none are delivered too: a report of an earlier check must not stay behind and say pass.
    deliver(&args.outputs(github), &judgement(args)).context("failed to write the verdict")
}

#[expect(clippy::result_large_err, reason = "made once, and handed on as it is")]
fn judgement(args: &CheckArgs) -> Judgement {
    let policy = args.policy()?;
    let evidence = Evidence::gather(&args.inputs(policy.expected(), SystemTime::now()))?;
    policy.require_known(evidence.summary())?;
    Ok(judge(&evidence, &policy))
}

fn baseline(args: &BaselineArgs) -> anyhow::Result<u8> {
    match &args.command {
        BaselineCommand::Show(args) => match Kept::read(args.file()) {
            Ok(kept) => print(&show(&kept)),
            Err(fault) => refuse(&fault.to_string(), exit::NOT_JUDGED),
        },
        BaselineCommand::Update(args) => {
            let renewal = args.renewal(SystemTime::now(), env::var("USER").ok());
            match renew(&renewal, &args.policy()?) {
                Ok(renewed) => print(&renewed.text(args.out())),
                Err(fault) => refuse(&fault.to_string(), fault.exit_code()),
            }
        }
    }
}

/// Says why nothing was done.
fn refuse(why: &str, code: u8) -> anyhow::Result<u8> {
    let _ = writeln!(io::stderr(), "lead-gate: {}", one_line(why));
    Ok(code)
}

fn compare(args: &CompareArgs) -> anyhow::Result<u8> {
    let github = GitHub::of(|name| env::var_os(name));
    if let Some(file) = args.clash(&github) {
        bail!(
            "the report {} would overwrite another file of this comparison; name another",
            file.display()
        );
    }
    let sides = args.inputs(SystemTime::now()).gather();
    let judgement = sides.and_then(|sides| contrast(&sides, &args.margin()));
    deliver(&args.outputs(github), &args.report(judgement))
        .context("failed to write the comparison")
}

fn write_rules(args: &InitArgs) -> anyhow::Result<u8> {
    init(args.file())?;
    let file = args.file().display();
    print(&format!(
        "Wrote {file}. Judge by it: lead-gate check --config {file} --prefix results/run/loadtest\n"
    ))
}

fn say(args: &ExplainArgs) -> anyhow::Result<u8> {
    print(&explain(args.subject(), &args.policy()?)?)
}

fn follow(command: &HistoryCommand) -> anyhow::Result<u8> {
    let done = match command {
        HistoryCommand::Analyze(args) => return look_back(args),
        HistoryCommand::Append(args) => {
            append(&args.entry(SystemTime::now())).map(|appended| appended.text())
        }
        HistoryCommand::Ack(args) => acknowledge(&args.acknowledgement())
            .map(|run| format!("Acknowledged the change at the run {}.\n", one_line(run.name()))),
    };
    match done {
        Ok(text) => print(&text),
        Err(error) => refuse(&error.to_string(), error.exit_code()),
    }
}

fn look_back(args: &AnalyzeArgs) -> anyhow::Result<u8> {
    let github = GitHub::of(|name| env::var_os(name));
    if let Some(file) = args.clash(&github) {
        bail!(
            "the report {} would overwrite another file of this analysis; name another",
            file.display()
        );
    }
    let analysis = Ledger::read(args.file()).and_then(|ledger| analyze(&ledger, &args.query()));
    deliver(&args.outputs(github), &HistoryReport(analysis)).context("failed to write the analysis")
}

/// Writes the forms of a report, and returns the exit code that means the same.
fn deliver(outputs: &Outputs, report: &dyn Report) -> io::Result<u8> {
    outputs.deliver(report, screen(), &mut io::stdout().lock(), &mut io::stderr().lock())
}

/// Prints to a stdout that somebody may have closed (`| head`).
fn print(text: &str) -> anyhow::Result<u8> {
    match io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(exit::PASS),
    }
}

/// What stdout is: a terminal of some width, or something plain.
fn screen() -> Screen {
    let Some((Width(width), _)) = terminal_size_of(io::stdout()) else { return Screen::PLAIN };
    Screen { colour: env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()), width }
}
