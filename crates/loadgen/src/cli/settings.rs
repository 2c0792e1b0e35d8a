//! Configuration files: `locust.conf` and the table `[tool.locust]` of a TOML file.
//!
//! [`read`] gives the [`Setting`]s of a file, each with the place that a fault will name. The syntax of `.conf` files is that
//! of Locust's reader (ConfigArgParse): `key = value`, `key: value`, `key value`, a bare `key` for a flag, lists in
//! brackets, comments after `#` and `;`. Values are never part of a fault: they may be secrets. What a key means is not
//! known here.

use std::io::ErrorKind;
use std::ops::Range;
use std::path::Path;

use toml::de::{DeTable, DeValue};

use super::UsageError;

/// One setting of a file, or of the environment.
pub(super) struct Setting {
    /// The option's long name without dashes.
    pub(super) key: String,
    /// What it is set to.
    pub(super) value: Value,
    /// Where: `users in ./locust.conf, line 3`.
    pub(super) place: String,
}

/// What a setting is set to; an empty text is no setting.
pub(super) enum Value {
    /// One value.
    Text(String),
    /// Several.
    List(Vec<String>),
}

/// The settings of a file in its order; nothing where it is not there and need not be.
pub(super) fn read(file: &Path, is_asked_for: bool) -> Result<Vec<Setting>, UsageError> {
    let text = match std::fs::read_to_string(file) {
        Ok(text) => text,
        Err(fault) if fault.kind() == ErrorKind::NotFound && !is_asked_for => return Ok(Vec::new()),
        Err(fault) => {
            let who = if is_asked_for { "argument --config: " } else { "" };
            return Err(UsageError::new(format!("{who}cannot read {}: {fault}", file.display())));
        }
    };
    if file.extension().is_some_and(|ending| ending == "toml") {
        of_toml(&text, file)
    } else {
        text.lines()
            .enumerate()
            .filter_map(|(number, line)| of_line(line, file, number + 1))
            .collect()
    }
}

/// The setting in a line of a `.conf` file; nothing in comments, section names and rules.
fn of_line(line: &str, file: &Path, number: usize) -> Option<Result<Setting, UsageError>> {
    let line = line.trim();
    if line.is_empty() || line.starts_with(['#', ';', '[']) || line.starts_with("---") {
        return None;
    }
    let ends = |c: char| c.is_whitespace() || ":=;#".contains(c);
    let (key, rest) = line.split_at(line.find(ends).unwrap_or(line.len()));
    if key.is_empty() || rest.starts_with([';', '#']) {
        let fault = "this is no setting; write it as key = value";
        return Some(Err(UsageError::new(format!("{}, line {number}: {fault}", file.display()))));
    }
    let rest = rest.trim_start();
    let value = match rest.strip_prefix([':', '=']) {
        Some(value) => text(value.trim_start()).to_owned(),
        None if rest.is_empty() || rest.starts_with([';', '#']) => "true".to_owned(),
        None => text(rest).to_owned(),
    };
    let list = value.strip_prefix('[').and_then(|inner| inner.strip_suffix(']')).map(elements);
    let value = list.map_or(Value::Text(value), Value::List);
    let key = key.trim_start_matches('-').to_owned();
    let place = format!("{key} in {}, line {number}", file.display());
    Some(Ok(Setting { key, value, place }))
}

/// A value without its quotes, or without the comment after it.
fn text(value: &str) -> &str {
    let is_end = |rest: &str| {
        rest.trim().is_empty()
            || (rest.starts_with(char::is_whitespace) && rest.trim_start().starts_with([';', '#']))
    };
    if let Some(quote) = value.chars().next().filter(|first| "'\"".contains(*first)) {
        let mut closing = value.match_indices(quote).skip(1);
        if let Some((at, _)) = closing.find(|&(at, _)| is_end(&value[at + 1..])) {
            return &value[1..at];
        }
    }
    let comment = value
        .char_indices()
        .find(|&(at, c)| c.is_whitespace() && value[at..].trim_start().starts_with([';', '#']));
    value[..comment.map_or(value.len(), |(at, _)| at)].trim()
}

pub(super) fn elements(inner: &str) -> Vec<String> {
    let elements = inner.split(',').map(|element| element.trim().trim_matches(['"', '\'']));
    elements.filter(|element| !element.is_empty()).map(str::to_owned).collect()
}

/// The settings of `[tool.locust]`.
fn of_toml(text: &str, file: &Path) -> Result<Vec<Setting>, UsageError> {
    let line = |span: Range<usize>| {
        let before = &text.as_bytes()[..span.start.min(text.len())];
        1 + before.iter().filter(|&&byte| byte == b'\n').count()
    };
    let fault = |line: usize, what: &str| {
        UsageError::new(format!("{}, line {line}: {what}", file.display()))
    };
    let whole = DeTable::parse(text).map_err(|error| {
        fault(error.span().map_or(1, line), &format!("this is no TOML: {}", error.message()))
    })?;
    let tool = table(whole.get_ref(), "tool");
    let Some(settings) = tool.and_then(|tool| table(tool, "locust")) else {
        return Ok(Vec::new());
    };
    let mut settings: Vec<(usize, Setting)> = settings
        .iter()
        .map(|(key, value)| {
            let line = line(key.span());
            let key = key.get_ref().to_string();
            let value = match value.get_ref() {
                DeValue::Array(list) => {
                    let list: Option<_> = list.iter().map(|one| scalar(one.get_ref())).collect();
                    list.map(Value::List)
                }
                one => scalar(one).map(Value::Text),
            };
            let value = value.ok_or_else(|| {
                fault(line, &format!("{key} must be a value or a list of values"))
            })?;
            let place = format!("{key} in {}, line {line}", file.display());
            Ok((line, Setting { key, value, place }))
        })
        .collect::<Result<_, UsageError>>()?;
    // The parser's order is by name; faults shall be told from the top.
    settings.sort_by_key(|(line, _)| *line);
    Ok(settings.into_iter().map(|(_, setting)| setting).collect())
}

/// A table in a table.
fn table<'t, 'i>(within: &'t DeTable<'i>, name: &str) -> Option<&'t DeTable<'i>> {
    match within.get(name)?.get_ref() {
        DeValue::Table(table) => Some(table),
        _ => None,
    }
}

/// A TOML value as it would be typed.
fn scalar(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Integer(number) => Some(number.to_string()),
        DeValue::Float(number) => Some(number.to_string()),
        DeValue::Boolean(is_set) => Some(is_set.to_string()),
        DeValue::Datetime(time) => Some(time.to_string()),
        DeValue::Array(_) | DeValue::Table(_) => None,
    }
}
