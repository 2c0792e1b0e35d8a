//! The verdict for whatever shows test results: JUnit's XML, with one test case for each rule.
//!
//! A broken rule is a failure, one without data an error, and one that could not be decided is skipped: it has no baseline
//! to compare with, or the run was too short. A run that is none is a single case with an error. There is no official
//! schema; the elements and attributes are those that Jenkins, GitLab and Ant's have in common.

use std::fmt::Write;

use super::{Judgement, escape::markup, facts, text};
use crate::{
    error::GateError,
    rule::Limit,
    verdict::{Outcome, RunFacts, Status, Verdict},
};

const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

/// What the suite and its cases are called.
const NAME: &str = "load-gate";

/// Why writing to a string cannot fail.
const FITS: &str = "a string takes every character";

/// A judgement as an XML document that ends with a line end.
pub(super) fn render(judgement: &Judgement) -> String {
    match judgement {
        Ok(verdict) => verdict_suite(verdict),
        Err(error) => refusal(error),
    }
}

fn refusal(error: &GateError) -> String {
    let why = markup(&error.to_string());
    let case = format!(
        "<testcase classname=\"{NAME}\" name=\"is-a-run\" time=\"0\">\n\
         <error type=\"not-judged\" message=\"{why}\">{why}</error>\n</testcase>\n"
    );
    suite([1, 0, 1, 0], 0, "", &case)
}

fn verdict_suite(verdict: &Verdict) -> String {
    let fates: Vec<Fate> =
        verdict.outcomes.iter().map(|outcome| Fate::of(verdict, outcome)).collect();
    let count = |fate: Fate| fates.iter().filter(|other| **other == fate).count();
    let counts = [fates.len(), count(Fate::Failure), count(Fate::Error), count(Fate::Skipped)];
    let length_s = verdict.run.track.as_ref().map_or(0, |track| track.length_s);
    let cases = verdict.outcomes.iter().zip(&fates).map(|(outcome, fate)| case(outcome, *fate));
    let cases: String = cases.collect();
    let said: Vec<String> = facts::sentences(&verdict.run)
        .into_iter()
        .chain(verdict.run.notes.iter().map(|note| format!("Note: {note}")))
        .map(|fact| markup(&fact))
        .collect();
    let cases = format!("{cases}<system-out>{}</system-out>\n", said.join("\n"));
    suite(counts, length_s, &properties(&verdict.run), &cases)
}

/// The whole document; counts are all cases, failures, errors and skipped ones.
fn suite(
    [tests, failures, errors, skipped]: [usize; 4],
    time_s: u64,
    before: &str,
    cases: &str,
) -> String {
    let counts =
        format!("name=\"{NAME}\" tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\"");
    format!(
        "{DECLARATION}<testsuites {counts} time=\"{time_s}\">\n\
         <testsuite {counts} skipped=\"{skipped}\" time=\"{time_s}\">\n{before}{cases}</testsuite>\n</testsuites>\n"
    )
}

/// What the suite says of the run.
fn properties(run: &RunFacts) -> String {
    let mut properties = vec![
        ("requests", run.requests.to_string()),
        ("failures", run.failures.to_string()),
        ("requests_per_s", run.rps.to_string()),
        ("history", run.history.as_str().to_owned()),
    ];
    if let Ok(steady) = run.steady {
        properties.push(("steady_users", steady.users.to_string()));
        properties.push(("steady_duration_s", steady.duration_s().to_string()));
        properties.push(("steady_requests_per_s", steady.rps().to_string()));
    }
    let files = run.files.iter().map(|file| (format!("sha256_{}", file.role), file.sha256.clone()));
    let properties = properties.into_iter().map(|(name, value)| (name.to_owned(), value));
    let properties = properties.chain(files);
    let lines = properties.fold(String::new(), |mut lines, (name, value)| {
        writeln!(lines, "<property name=\"{name}\" value=\"{}\"/>", markup(&value)).expect(FITS);
        lines
    });
    format!("<properties>\n{lines}</properties>\n")
}

/// What a test case comes to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Passed,
    Skipped,
    Error,
    Failure,
}

impl Fate {
    fn of(verdict: &Verdict, outcome: &Outcome) -> Self {
        let is_relative = !matches!(outcome.rule.limit(), Limit::Absolute(_));
        match outcome.status {
            Status::NoData => Self::Error,
            status if verdict.is_failure(status) => Self::Failure,
            Status::Inconclusive => Self::Skipped,
            // Nothing to compare with: neither good nor bad, and JUnit knows no warnings.
            Status::Warn if is_relative && outcome.limit.is_none() => Self::Skipped,
            _ => Self::Passed,
        }
    }
}

fn case(outcome: &Outcome, fate: Fate) -> String {
    let (name, status) = (markup(outcome.rule.label()), outcome.status);
    let said = markup(&format!(
        "{}: {}, observed {}, limit {}. {}",
        status,
        outcome.rule.expr(),
        text::observed(outcome),
        text::limit(outcome),
        outcome.why
    ));
    let short = markup(&format!("{}, limit {}", text::observed(outcome), text::limit(outcome)));
    let why = markup(&outcome.why);
    let fate = match fate {
        Fate::Passed => format!("<system-out>{said}</system-out>"),
        Fate::Skipped => {
            format!("<skipped message=\"{why}\"/>\n<system-out>{said}</system-out>")
        }
        Fate::Error => format!("<error type=\"{status}\" message=\"{why}\">{said}</error>"),
        Fate::Failure => format!("<failure type=\"{status}\" message=\"{short}\">{said}</failure>"),
    };
    format!("<testcase classname=\"{NAME}\" name=\"{name}\" time=\"0\">\n{fate}\n</testcase>\n")
}
