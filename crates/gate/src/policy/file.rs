//! `gate.toml`: rules as a person writes them, one a line.

use std::path::Path;

use super::{
    document::{Document, Entry, Section},
    draft::{Draft, DraftRule, RUN, TERMS, set_run},
};
use crate::{
    error::PolicyError,
    expected::Expected,
    rule::{Expr, Terms},
};

/// The one version of the format so far.
const VERSION: &str = "1";

/// An example of a rule, for messages.
const EXAMPLE: &str = r#"rule = [ { id = "p95", expr = "p95 <= 1000ms" } ]"#;

/// Reads the text of the rules file called `file`.
pub(super) fn read(text: &str, file: &Path) -> Result<Draft, PolicyError> {
    // What an editor may have put before the first line belongs to no line.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let document = Document::new(text, file);
    let table = document.parse()?;
    let whole = Section::whole(document, &table, &["version", "rule", "run"])?;
    let version = whole.need("version", "version = 1")?;
    if version.number()? != VERSION {
        return Err(version.wrong("this lead-gate reads version 1 of the format and no other"));
    }
    let rules = whole.need("rule", EXAMPLE)?;
    let run = whole.find("run");
    let list = rules.list()?;
    if list.is_empty() {
        return Err(rules.wrong(format!("without rules anything would pass; write {EXAMPLE}")));
    }
    let rules = list.iter().map(rule).collect::<Result<_, _>>()?;
    let expected = run.as_ref().map(expected).transpose()?.unwrap_or_default();
    Ok(Draft { rules, expected })
}

fn rule(entry: &Entry<'_>) -> Result<DraftRule, PolicyError> {
    let known: Vec<&str> = ["id", "expr"].into_iter().chain(TERMS.map(|(key, _)| key)).collect();
    let section = entry.section(&known)?;
    let place = section.place();
    let id = section.need("id", r#"id = "p95""#)?.text()?.to_owned();
    let expr = section.need("expr", r#"expr = "p95 <= 1000ms""#)?;
    let parsed: Expr = expr.text()?.parse().map_err(|fault| expr.fault(&fault))?;
    let mut draft = DraftRule { id, expr: parsed, terms: Terms::default(), place };
    for (key, kind) in TERMS {
        let Some(value) = section.find(key) else { continue };
        draft.set(key, &value.of_kind(kind)?).map_err(|fault| value.fault(&fault))?;
    }
    Ok(draft)
}

fn expected(entry: &Entry<'_>) -> Result<Expected, PolicyError> {
    let section = entry.section(&RUN.map(|(key, _)| key))?;
    let mut expected = Expected::default();
    for (key, kind) in RUN {
        let Some(value) = section.find(key) else { continue };
        set_run(&mut expected, key, &value.of_kind(kind)?).map_err(|fault| value.fault(&fault))?;
    }
    Ok(expected)
}
