//! Annotations: the few lines of a build log that GitHub shows on top of it.
//!
//! Levels, titles and messages go in as raw text; [`commands`] makes workflow commands of them, escaped, the worst first
//! and no more than anybody reads.

use std::fmt::Write;

use crate::report::escape;

/// A step may have ten of a level; more than a handful nobody reads.
const MOST: usize = 5;

/// Messages are for a glance; the job summary has all of it.
const LONGEST: usize = 800;

/// How much an annotation weighs; the worst is the greatest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Good to know.
    Notice,
    /// Something to look at.
    Warning,
    /// The reason for a failed step.
    Error,
}

impl Level {
    fn as_str(self) -> &'static str {
        match self {
            Self::Notice => "notice",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// A remark on top of a build log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Annotation {
    /// How much it weighs.
    pub level: Level,
    /// What it is about. Raw.
    pub title: String,
    /// What it says. Raw: may quote a server.
    pub message: String,
}

/// Workflow commands, one a line: at most [`MOST`], and one more that counts the rest.
pub(in crate::report) fn commands(annotations: &[Annotation]) -> String {
    let mut worst_first: Vec<&Annotation> = annotations.iter().collect();
    worst_first.sort_by_key(|annotation| std::cmp::Reverse(annotation.level));
    let (shown, rest) = worst_first.split_at(worst_first.len().min(MOST));
    let mut lines = String::new();
    let mut push = |level: Level, title: &str, message: &str| {
        let (level, title) = (level.as_str(), escape::command_property(title));
        let message = escape::command_data(&escape::shortened(message, LONGEST));
        writeln!(lines, "::{level} title={title}::{message}").expect("a string takes every line");
    };
    for annotation in shown {
        push(annotation.level, &annotation.title, &annotation.message);
    }
    if let Some(worst) = rest.first() {
        push(worst.level, "Load gate", &format!("{} more: see the table above.", rest.len()));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::{Annotation, Level, commands};

    fn remark(level: Level, title: &str, message: &str) -> Annotation {
        Annotation { level, title: title.to_owned(), message: message.to_owned() }
    }

    #[test]
    fn the_worst_come_first_and_no_more_than_six_lines() {
        let levels = [Level::Notice, Level::Error, Level::Warning];
        let many: Vec<Annotation> =
            (0..9).map(|number| remark(levels[number % 3], &number.to_string(), "x")).collect();
        assert_eq!(
            commands(&many),
            "::error title=1::x\n::error title=4::x\n::error title=7::x\n::warning title=2::x\n\
             ::warning title=5::x\n::warning title=Load gate::4 more: see the table above.\n"
        );
        assert_eq!(commands(&[]), "");
    }

    #[test]
    fn a_foreign_text_ends_no_command_and_begins_none() {
        let title = "a,file=x::b\n::add-mask::c";
        let message = "100%\r\n::stop-commands::x\n##[error]\u{202e}";
        assert_eq!(
            commands(&[remark(Level::Error, title, message)]),
            "::error title=a%2Cfile=x%3A%3Ab\\n%3A%3Aadd-mask%3A%3Ac::100%25\\r\\n::stop-commands::x\\n## [error]\\u{202e}\n"
        );
    }

    #[test]
    fn a_long_message_is_cut() {
        let line = commands(&[remark(Level::Error, "x", &"é".repeat(5_000))]);
        assert!(line.chars().count() < 850 && line.ends_with("…\n"), "{}", line.len());
    }
}
