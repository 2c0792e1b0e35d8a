//! JUnit's XML: a suite of test cases, for whatever shows test results.
//!
//! There is no official schema; the elements and attributes are those that Jenkins, GitLab and Ant's have in common. What
//! is a case, and what becomes of it, the callers know; their texts are raw and escaped here.

use std::fmt::Write;

use super::escape::markup;

const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

/// Why writing to a string cannot fail.
const FITS: &str = "a string takes every character";

/// What a test case comes to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    Passed,
    Skipped,
    Error,
    Failure,
}

/// A test case.
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) fate: Fate,
    /// The kind of error or failure, in a word.
    pub(crate) kind: &'static str,
    /// Why it did not pass, for a glance.
    pub(crate) message: String,
    /// All that is to be said of it.
    pub(crate) said: String,
}

/// All test cases of a judgement.
#[derive(Default)]
pub(crate) struct Suite {
    pub(crate) name: &'static str,
    pub(crate) time_s: u64,
    pub(crate) properties: Vec<(String, String)>,
    pub(crate) cases: Vec<Case>,
    /// What is said of all of them, a line each.
    pub(crate) said: Vec<String>,
}

impl Suite {
    /// Of a judgement that could not be made: a single case with an error.
    pub(crate) fn refusal(name: &'static str, case: &str, why: &str) -> Self {
        let case = Case {
            name: case.to_owned(),
            fate: Fate::Error,
            kind: "not-judged",
            message: why.to_owned(),
            said: why.to_owned(),
        };
        Self { name, cases: vec![case], ..Self::default() }
    }

    /// The whole document, with a line end.
    pub(crate) fn render(&self) -> String {
        let Self { name, time_s, cases, .. } = self;
        let count = |fate: Fate| cases.iter().filter(|case| case.fate == fate).count();
        let counts = format!(
            "name=\"{name}\" tests=\"{}\" failures=\"{}\" errors=\"{}\"",
            cases.len(),
            count(Fate::Failure),
            count(Fate::Error)
        );
        let skipped = count(Fate::Skipped);
        let rows: String = cases.iter().map(|case| self.case(case)).collect();
        format!(
            "{DECLARATION}<testsuites {counts} time=\"{time_s}\">\n\
             <testsuite {counts} skipped=\"{skipped}\" time=\"{time_s}\">\n{}{rows}{}</testsuite>\n</testsuites>\n",
            self.properties(),
            self.said()
        )
    }

    fn properties(&self) -> String {
        if self.properties.is_empty() {
            return String::new();
        }
        let lines = self.properties.iter().fold(String::new(), |mut lines, (name, value)| {
            writeln!(lines, "<property name=\"{name}\" value=\"{}\"/>", markup(value)).expect(FITS);
            lines
        });
        format!("<properties>\n{lines}</properties>\n")
    }

    fn said(&self) -> String {
        if self.said.is_empty() {
            return String::new();
        }
        let lines: Vec<String> = self.said.iter().map(|line| markup(line)).collect();
        format!("<system-out>{}</system-out>\n", lines.join("\n"))
    }

    fn case(&self, case: &Case) -> String {
        let Case { fate, kind, .. } = case;
        let [name, message, said] =
            [&case.name, &case.message, &case.said].map(|text| markup(text));
        let fate = match fate {
            Fate::Passed => format!("<system-out>{said}</system-out>"),
            Fate::Skipped => {
                format!("<skipped message=\"{message}\"/>\n<system-out>{said}</system-out>")
            }
            Fate::Error => format!("<error type=\"{kind}\" message=\"{message}\">{said}</error>"),
            Fate::Failure => {
                format!("<failure type=\"{kind}\" message=\"{message}\">{said}</failure>")
            }
        };
        let class = self.name;
        format!(
            "<testcase classname=\"{class}\" name=\"{name}\" time=\"0\">\n{fate}\n</testcase>\n"
        )
    }
}
