//! What is wrong with a command line, in the words of Locust's parser (Python's argparse).
//!
//! [`UsageError`] holds the lines for stderr; it also carries `--help`, `--version` and `--print-scenario`, which are no faults but end the
//! program at the same place. Nothing here prints.

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, CommandFactory};

use super::Args;
use super::locust::LocustOption;
use crate::exit;

/// Names less alike than this are another option, not a slip (the limit of Python's `difflib`, which Locust asks).
const ALIKE: f64 = 0.6;

/// Why a command line is not obeyed, or the text that it asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsageError {
    text: String,
    code: u8,
}

impl UsageError {
    /// A fault that concerns no single option.
    pub(super) fn new(message: impl AsRef<str>) -> Self {
        Self::exiting(exit::USAGE, message)
    }

    /// A fault that Locust ends with another exit code than that of a wrong command line.
    pub(super) fn exiting(code: u8, message: impl AsRef<str>) -> Self {
        Self { text: format!("lead-loadgen: error: {}\n", message.as_ref()), code }
    }

    /// No fault: text that was asked for, and after which there is nothing to do.
    pub(super) fn asked_for(text: impl Into<String>) -> Self {
        Self { text: text.into(), code: exit::CLEAN }
    }

    /// A fault of one option of the parser's.
    pub(super) fn of_option(arg: &Arg, what: &str) -> Self {
        let long = format!("--{}", arg.get_long().unwrap_or_default());
        Self::new(format!("argument {}: {what}", option_names(&long)))
    }

    /// An option that nobody knows; `known` are the names, without dashes, that may be meant beside Locust's.
    pub(super) fn unknown_option(name: &str, known: &[&str]) -> Self {
        let mut fault = Self::new(format!("unrecognized arguments: {name}"));
        let locusts = LocustOption::ALL.map(|option| option.long());
        let names = known.iter().copied().chain(locusts).map(|known| format!("--{known}"));
        let likeness =
            |known: String| (strsim::normalized_damerau_levenshtein(name, &known), known);
        let nearest = names.map(likeness).max_by(|(one, _), (other, _)| one.total_cmp(other));
        if let Some((_, like)) = nearest.filter(|(likeness, _)| *likeness >= ALIKE) {
            fault.text.push_str(&format!("Did you mean '{like}'?\n"));
        }
        fault
    }

    /// Clap's error in Locust's words.
    pub(super) fn of_clap(error: &clap::Error) -> Self {
        match error.kind() {
            ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
                Self::asked_for(error.to_string())
            }
            ErrorKind::UnknownArgument => {
                let found = context(error, ContextKind::InvalidArg).unwrap_or_default();
                Self::unknown_option(&found, &[])
            }
            ErrorKind::MissingRequiredArgument => Self::missing(error),
            ErrorKind::ValueValidation | ErrorKind::InvalidValue => Self::bad_value(error),
            ErrorKind::TooManyValues => Self::surplus_value(error),
            _ => Self::new(first_line(error)),
        }
    }

    /// The lines, each ended.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// 0 when this is what was asked for; otherwise 2, or what Locust ends with where it ends in another way.
    pub fn exit_code(&self) -> u8 {
        self.code
    }

    /// The long name, without dashes, of the option that is at fault, where it is one.
    pub(super) fn option(&self) -> Option<&str> {
        let names = self.text.strip_prefix("lead-loadgen: error: argument ")?.split(':').next()?;
        names.split('/').find_map(|name| name.strip_prefix("--"))
    }

    /// The fault, with where it stands at the end of its first line.
    pub(super) fn at(mut self, place: &str) -> Self {
        let end = self.text.find('\n').unwrap_or(self.text.len());
        self.text.insert_str(end, &format!(" ({place})"));
        self
    }

    fn surplus_value(error: &clap::Error) -> Self {
        let shown = context(error, ContextKind::InvalidArg).unwrap_or_default();
        let value = context(error, ContextKind::InvalidValue).unwrap_or_default();
        Self::new(format!("argument {}: ignored explicit argument '{value}'", option_names(&shown)))
    }

    fn missing(error: &clap::Error) -> Self {
        let names = match error.get(ContextKind::InvalidArg) {
            Some(ContextValue::Strings(names)) => names.join(", "),
            _ => return Self::new(first_line(error)),
        };
        Self::new(format!("the following arguments are required: {names}"))
    }

    fn bad_value(error: &clap::Error) -> Self {
        let shown = context(error, ContextKind::InvalidArg).unwrap_or_default();
        let value = context(error, ContextKind::InvalidValue).unwrap_or_default();
        let reason =
            match (std::error::Error::source(error), context(error, ContextKind::ValidValue)) {
                (Some(source), _) => source.to_string(),
                (None, Some(choices)) => {
                    let choices: Vec<_> =
                        choices.split(", ").map(|one| format!("'{one}'")).collect();
                    format!("invalid choice: '{value}' (choose from {})", choices.join(", "))
                }
                (None, None) => "expected one argument".to_owned(),
            };
        Self::new(format!("argument {}: {reason}", option_names(&shown)))
    }
}

/// `--spawn-rate <RATE>` as `-r/--spawn-rate`, in Locust's order where it is one of its options.
fn option_names(shown: &str) -> String {
    let long = shown.split_whitespace().next().unwrap_or_default();
    let name = long.trim_start_matches('-');
    if let Some(option) = LocustOption::of_name(name) {
        return option.spelling.to_owned();
    }
    let command = Args::command();
    let is_meant = |arg: &&Arg| arg.get_long() == Some(name);
    match command.get_arguments().find(is_meant).and_then(Arg::get_short) {
        Some(short) => format!("-{short}/{long}"),
        None => long.to_owned(),
    }
}

fn context(error: &clap::Error, kind: ContextKind) -> Option<String> {
    match error.get(kind)? {
        ContextValue::String(text) => Some(text.clone()),
        ContextValue::Strings(texts) if !texts.is_empty() => Some(texts.join(", ")),
        _ => None,
    }
}

fn first_line(error: &clap::Error) -> String {
    let text = error.to_string();
    text.lines().next().unwrap_or_default().trim_start_matches("error: ").to_owned()
}
