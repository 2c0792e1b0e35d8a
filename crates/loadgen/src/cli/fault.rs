//! What is wrong with a command line, in the words of Locust's parser (Python's argparse).
//!
//! [`UsageError`] holds the lines for stderr; it also carries `--help`, `--version` and `--print-scenario`, which are no faults but end the
//! program at the same place. Nothing here prints.

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, CommandFactory};

use super::Args;

/// Why a command line is not obeyed, or the text that it asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsageError {
    text: String,
    asked_for: bool,
}

impl UsageError {
    /// A fault that concerns no single option.
    pub(super) fn new(message: impl AsRef<str>) -> Self {
        Self { text: format!("lead-loadgen: error: {}\n", message.as_ref()), asked_for: false }
    }

    /// No fault: text that was asked for, and after which there is nothing to do.
    pub(super) fn asked_for(text: impl Into<String>) -> Self {
        Self { text: text.into(), asked_for: true }
    }

    /// Clap's error in Locust's words.
    pub(super) fn of_clap(error: &clap::Error) -> Self {
        match error.kind() {
            ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
                Self { text: error.to_string(), asked_for: true }
            }
            ErrorKind::UnknownArgument => Self::unknown(error),
            ErrorKind::MissingRequiredArgument => Self::missing(error),
            ErrorKind::ValueValidation | ErrorKind::InvalidValue => Self::bad_value(error),
            _ => Self::new(first_line(error)),
        }
    }

    /// The lines, each ended.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// 0 when this is what was asked for, otherwise 2.
    pub fn exit_code(&self) -> u8 {
        if self.asked_for { 0 } else { 2 }
    }

    fn unknown(error: &clap::Error) -> Self {
        let found = context(error, ContextKind::InvalidArg).unwrap_or_default();
        let mut fault = Self::new(format!("unrecognized arguments: {found}"));
        if let Some(like) = context(error, ContextKind::SuggestedArg) {
            fault.text.push_str(&format!("Did you mean '{like}'?\n"));
        }
        fault
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
                    format!("invalid choice: '{value}' (choose from {choices})")
                }
                (None, None) => "expected one argument".to_owned(),
            };
        Self::new(format!("argument {}: {reason}", option_names(&shown)))
    }
}

/// `--spawn-rate <RATE>` as `-r/--spawn-rate`.
fn option_names(shown: &str) -> String {
    let long = shown.split_whitespace().next().unwrap_or_default();
    let command = Args::command();
    let is_meant =
        |arg: &&Arg| arg.get_long().is_some_and(|name| long.strip_prefix("--") == Some(name));
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
