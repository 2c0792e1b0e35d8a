//! Words of a command line with their options' full names.
//!
//! [`spelled`] does what Python's argparse does before it looks at values: it takes abbreviations for the option that is
//! meant, and says which could be where several are. An abbreviation that means one option in Locust means that one here
//! too, whatever we have beside it. Options that are ignored are taken out, those that are refused are a fault; what else
//! stands on the line is the parser's.

use std::collections::BTreeSet;
use std::ffi::OsString;

use clap::{Arg, Command};

use super::UsageError;
use super::locust::{Fate, LocustOption, Takes};
use crate::exit;

/// A command line, spelled out.
#[derive(Debug, Default)]
pub(super) struct Spelled {
    /// What the parser shall read, without the program's name.
    pub(super) words: Vec<OsString>,
    /// Long names of the options that are on it.
    pub(super) named: BTreeSet<String>,
    /// One sentence per option that changes nothing.
    pub(super) notes: Vec<String>,
}

/// Spells out the words after the program's name.
pub(super) fn spelled(words: &[OsString], command: &Command) -> Result<Spelled, UsageError> {
    let mut spelled = Spelled::default();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let Some(text) = word.to_str().filter(|text| text.starts_with('-') && *text != "-") else {
            spelled.words.push(word.clone());
            continue;
        };
        if text == "--" {
            spelled.words.extend([word.clone()]);
            spelled.words.extend(words.by_ref().cloned());
            continue;
        }
        let Some(long) = text.strip_prefix("--") else {
            spelled.named.extend(long_of_letter(text, command));
            spelled.words.push(word.clone());
            continue;
        };
        let (name, value) = match long.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (long, None),
        };
        let name = full_name(name, command)?;
        spelled.named.insert(name.clone());
        let option = LocustOption::of_name(&name);
        match option.map(|option| (option, option.fate)) {
            Some((option, Fate::Refused(why))) => {
                return Err(refusal(option, why, &spelled, words.as_slice()));
            }
            Some((option, Fate::Ignored(why))) => {
                let has_value = value.is_some() || option.takes == Takes::Flag;
                if !has_value && words.next().is_none() {
                    return Err(option.fault("expected one argument"));
                }
                spelled.notes.push(option.ignored(why));
            }
            _ => {
                let value = value.map(|value| format!("={value}")).unwrap_or_default();
                spelled.words.push(format!("--{name}{value}").into());
            }
        }
    }
    Ok(spelled)
}

impl LocustOption {
    /// A fault of this option in argparse's form.
    pub(super) fn fault(&self, what: &str) -> UsageError {
        UsageError::new(format!("argument {}: {what}", self.spelling))
    }

    /// The warning about an option that changes nothing.
    pub(super) fn ignored(&self, why: &str) -> String {
        format!("{} changes nothing: {why}", self.spelling)
    }
}

/// The fault of a refused option; a worker that is a master too is refused as Locust does it.
fn refusal(option: &LocustOption, why: &str, before: &Spelled, after: &[OsString]) -> UsageError {
    let is_worker = before.named.contains("worker") || after.iter().any(|word| word == "--worker");
    if option.long() == "master" && is_worker {
        let conflict = "The --master argument cannot be combined with --worker";
        return UsageError::exiting(exit::IMPOSSIBLE, conflict);
    }
    option.fault(why)
}

/// The long name of `-u` and `-u100`, where the parser knows the letter.
fn long_of_letter(word: &str, command: &Command) -> Option<String> {
    let letter = word.chars().nth(1)?;
    let arg = command.get_arguments().find(|arg| arg.get_short() == Some(letter))?;
    arg.get_long().map(str::to_owned)
}

/// The name that an abbreviation stands for: Locust's options first, then ours.
fn full_name(name: &str, command: &Command) -> Result<String, UsageError> {
    let ours: Vec<&str> = command.get_arguments().filter_map(Arg::get_long).collect();
    if LocustOption::of_name(name).is_some() || ours.contains(&name) {
        return Ok(name.to_owned());
    }
    let like = |known: &[&str]| -> Vec<String> {
        let meant = known.iter().filter(|known| !name.is_empty() && known.starts_with(name));
        meant.map(|&known| known.to_owned()).collect()
    };
    let mut meant = like(&LocustOption::ALL.map(|option| option.long()));
    if meant.is_empty() {
        meant = like(&ours);
    }
    match &meant[..] {
        [only] => Ok(only.clone()),
        [] => Err(UsageError::unknown_option(&format!("--{name}"), &ours)),
        several => {
            let several: Vec<String> = several.iter().map(|name| format!("--{name}")).collect();
            let several = several.join(", ");
            Err(UsageError::new(format!("ambiguous option: --{name} could match {several}")))
        }
    }
}
