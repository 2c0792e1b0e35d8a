//! One line out of all places where options are set: files, environment, command line.
//!
//! [`Line::read`] puts what files and variables set before what was typed, in Locust's order of precedence:
//! `~/.locust.conf`, `./locust.conf`, `./pyproject.toml`, `--config FILE`, variables, command line; of each option only the
//! strongest is left, so that none contradicts another. [`Line::located`] says of a fault which file and line it came from.
//! What options mean is not known here.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::path::Path;

use clap::builder::Resettable;
use clap::{Arg, ArgAction, ArgMatches, Command};

use super::locust::{Fate, LocustOption, Takes};
use super::settings::{self, Setting, Value};
use super::spelling::{Spelled, spelled};
use super::{Surroundings, UsageError};

/// Everything that was set, as one command line.
#[derive(Debug)]
pub(super) struct Line {
    words: Vec<OsString>,
    /// Where an option was set that was not typed, by its long name.
    places: BTreeMap<String, String>,
    /// What the run shall warn of.
    pub(super) notes: Vec<String>,
}

impl Line {
    /// Joins the words (the program's name first) with what `around` sets; settings of `elsewhere` that `command` does not
    /// know, and those of its options called `moot`, are passed over.
    pub(super) fn read(
        command: &Command,
        words: &[OsString],
        around: &Surroundings,
        elsewhere: &Command,
        moot: &[&str],
    ) -> Result<Self, UsageError> {
        let typed = words.get(1..).unwrap_or_default();
        let is_asked =
            |word: &OsString| ["-h", "--help", "-V", "--version"].iter().any(|ask| word == ask);
        let spelled = spelled(typed, command)?;
        let mut mixer = Mixer::new(command, elsewhere, moot, spelled.named.clone());
        if !spelled.words.iter().any(is_asked) {
            mixer.add(variables(elsewhere, around))?;
            for file in files(&spelled, around).into_iter().rev() {
                mixer.add(settings::read(&file.path, file.is_asked_for)?)?;
            }
        }
        let Mixer { mut words, places, mut notes, .. } = mixer;
        words.insert(0, command.get_name().into());
        words.extend(spelled.words);
        notes.extend(spelled.notes);
        Ok(Self { words, places, notes })
    }

    /// What the parser makes of it; it looks into no variable itself, except to name them in a help text.
    pub(super) fn matches(&self, command: &Command) -> Result<ArgMatches, UsageError> {
        let silent = command.clone().mut_args(|arg| arg.env(Resettable::Reset));
        silent.try_get_matches_from(&self.words).map_err(|error| {
            if error.kind() != clap::error::ErrorKind::DisplayHelp {
                return self.located(UsageError::of_clap(&error));
            }
            let told = command.clone().try_get_matches_from(&self.words);
            UsageError::of_clap(told.as_ref().err().unwrap_or(&error))
        })
    }

    /// A fault with the place of the option that it names, where that was not typed.
    pub(super) fn located(&self, fault: UsageError) -> UsageError {
        let place = fault.option().and_then(|long| self.places.get(long));
        place.map_or(fault.clone(), |place| fault.at(place))
    }
}

/// A configuration file, and whether it must be there.
struct File {
    path: std::path::PathBuf,
    is_asked_for: bool,
}

/// The files to read, the weakest first.
fn files(typed: &Spelled, around: &Surroundings) -> Vec<File> {
    let mut files: Vec<File> =
        around.files().into_iter().map(|path| File { path, is_asked_for: false }).collect();
    let mut words = typed.words.iter().map(|word| word.to_string_lossy());
    while let Some(word) = words.next() {
        let named = match word.strip_prefix("--config") {
            Some("") => words.next(),
            Some(rest) => rest.strip_prefix('=').map(|name| name.to_owned().into()),
            None => None,
        };
        let path = named.map(|name| Path::new(&*name).to_owned());
        files.extend(path.map(|path| File { path, is_asked_for: true }));
    }
    files
}

/// What the environment sets: the variables that the parser's help names, and those of options that it does not know.
fn variables(command: &Command, around: &Surroundings) -> Vec<Setting> {
    let known = command
        .get_arguments()
        .filter_map(|arg| Some((arg.get_long()?.to_owned(), arg.get_env()?.to_str()?.to_owned())));
    let unknown = LocustOption::ALL
        .iter()
        .filter(|option| option.fate != Fate::Works)
        .filter_map(|option| Some((option.long().to_owned(), option.variable?.to_owned())));
    let set = known.chain(unknown).filter_map(|(key, name)| {
        let value = around.variable(&name)?;
        let list = value.strip_prefix('[').and_then(|inner| inner.strip_suffix(']'));
        let value = match list {
            Some(inner) => Value::List(settings::elements(inner)),
            None => Value::Text(value.to_owned()),
        };
        Some(Setting { key, value, place: name })
    });
    set.collect()
}

/// Takes in settings, the strongest source first.
struct Mixer<'c> {
    command: &'c Command,
    elsewhere: &'c Command,
    moot: &'c [&'c str],
    /// What stronger sources have set.
    set: BTreeSet<String>,
    words: Vec<OsString>,
    places: BTreeMap<String, String>,
    notes: Vec<String>,
}

impl<'c> Mixer<'c> {
    fn new(
        command: &'c Command,
        elsewhere: &'c Command,
        moot: &'c [&'c str],
        set: BTreeSet<String>,
    ) -> Self {
        let (words, places, notes) = Default::default();
        Self { command, elsewhere, moot, set, words, places, notes }
    }

    /// Takes in what one source sets and no stronger one did.
    fn add(&mut self, settings: Vec<Setting>) -> Result<(), UsageError> {
        // A key that stands twice in a file counts once, the last.
        let mut last: BTreeMap<String, usize> = BTreeMap::new();
        for (position, setting) in settings.iter().enumerate() {
            last.insert(setting.key.clone(), position);
        }
        let stronger = self.set.clone();
        for (position, setting) in settings.into_iter().enumerate() {
            if last.get(&setting.key) == Some(&position) && !stronger.contains(&setting.key) {
                self.take(setting, &stronger)?;
            }
        }
        Ok(())
    }

    fn take(&mut self, setting: Setting, stronger: &BTreeSet<String>) -> Result<(), UsageError> {
        let Setting { key, value, place } = setting;
        if matches!(&value, Value::Text(text) if text.is_empty()) {
            return Ok(());
        }
        if key == "config" {
            return Err(UsageError::new("a configuration file cannot name another one").at(&place));
        }
        let Some(arg) = find(self.command, &key) else {
            return self.take_unknown(&key, &value, &place);
        };
        let is_moot = self.moot.iter().any(|id| arg.get_id() == id);
        if is_moot || stronger.iter().any(|other| contradict(self.command, arg, other)) {
            return Ok(());
        }
        self.set.insert(key.clone());
        if let Some(word) = word(arg, &value).map_err(|what| option_fault(arg, &what, &place))? {
            self.words.push(word.into());
        }
        self.places.insert(key, place);
        Ok(())
    }

    /// An option that the parser does not know: Locust's that are ignored or refused, those of another command, or nobody's.
    fn take_unknown(&mut self, key: &str, value: &Value, place: &str) -> Result<(), UsageError> {
        match LocustOption::of_name(key) {
            Some(option) if option.takes == Takes::Flag && truth(value).is_ok_and(|set| !set) => {
                Ok(())
            }
            Some(LocustOption { fate: Fate::Refused(why), .. }) => {
                let option = LocustOption::of_name(key).expect("it was found a line before");
                Err(option.fault(why).at(place))
            }
            Some(option) => {
                if let Fate::Ignored(why) = option.fate {
                    self.notes.push(format!("{} ({place})", option.ignored(why)));
                }
                Ok(())
            }
            None if find(self.elsewhere, key).is_some() => Ok(()),
            None => {
                let known: Vec<&str> =
                    self.elsewhere.get_arguments().filter_map(Arg::get_long).collect();
                Err(UsageError::unknown_option(&format!("--{key}"), &known).at(place))
            }
        }
    }
}

/// A setting as a word of the command line; nothing for a flag that is not set.
fn word(arg: &Arg, value: &Value) -> Result<Option<String>, String> {
    let long = arg.get_long().unwrap_or_default();
    if matches!(arg.get_action(), ArgAction::SetTrue) {
        return truth(value).map(|is_set| is_set.then(|| format!("--{long}")));
    }
    match value {
        Value::Text(text) => Ok(Some(format!("--{long}={text}"))),
        Value::List(list) if list.is_empty() => Ok(None),
        Value::List(list) if arg.get_value_delimiter().is_some() => {
            Ok(Some(format!("--{long}={}", list.join(","))))
        }
        Value::List(_) => Err("takes one value, not a list".to_owned()),
    }
}

/// Whether a flag is set, in the words that Locust takes for it.
fn truth(value: &Value) -> Result<bool, String> {
    let Value::Text(text) = value else { return Err("takes true or false, not a list".to_owned()) };
    match text.to_lowercase().as_str() {
        "true" | "yes" | "on" | "1" => Ok(true),
        "false" | "no" | "off" | "0" => Ok(false),
        _ => Err(format!(
            "unexpected value '{text}', expecting 'true', 'false', 'yes', 'no', 'on', 'off', '1' or '0'"
        )),
    }
}

fn option_fault(arg: &Arg, what: &str, place: &str) -> UsageError {
    UsageError::of_option(arg, what).at(place)
}

fn find<'c>(command: &'c Command, long: &str) -> Option<&'c Arg> {
    command.get_arguments().find(|arg| arg.get_long() == Some(long))
}

/// Whether two options cannot be used together: the weaker one then gives way.
fn contradict(command: &Command, arg: &Arg, other: &str) -> bool {
    let Some(other) = find(command, other) else { return false };
    let excludes = |one: &Arg, two: &Arg| {
        command.get_arg_conflicts_with(one).iter().any(|conflict| conflict.get_id() == two.get_id())
    };
    excludes(arg, other) || excludes(other, arg)
}
