//! `lead-model schema`: what a lead looks like, built in or in a file.

use std::{
    collections::BTreeMap,
    io::{self, Write},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, ensure};
use clap::Args;

use super::{
    data::{ColumnArgs, file_name},
    model_file,
    paths::is_same,
};
use crate::{
    columns::{Columns, Role},
    schema::{Feature, INTEGER_LIMIT, Presence, Schema},
    sheet::Sheet,
    train::Table,
};

/// Show the built-in schema of B2B leads, or find out what the columns of a file are.
///
/// With --data the columns are written as TOML, each with the reason for its kind: edit them, then train with --schema.
#[derive(Debug, Args)]
pub(super) struct SchemaArgs {
    /// Print the built-in schema as JSON, as it stands in a model file.
    #[arg(long, conflicts_with = "data")]
    json: bool,
    #[command(flatten)]
    columns: ColumnArgs,
    /// The TOML file to write [default: standard output].
    #[arg(long, value_name = "FILE", requires = "data")]
    out: Option<PathBuf>,
    /// Write over a file that exists, and over what somebody edited in it.
    #[arg(long, requires = "out")]
    force: bool,
}

pub(super) fn run(args: &SchemaArgs, out: &mut impl Write) -> Result<()> {
    let Some(path) = &args.columns.data else { return built_in(args.json, out) };
    args.keep_apart(path)?;
    let sheet = args.columns.form.read(path)?;
    let columns = args.columns.infer(&sheet, path)?;
    let mut notes = sheet.notes().to_vec();
    notes.extend(sheet.rejections().notes());
    if columns.target().is_some() {
        // The outcome is known, so it can be told whether it understood and which columns give it away.
        let table = Table::from_sheet(&sheet, &columns, None, file_name(path))
            .with_context(|| format!("read {}", path.display()))?;
        notes = table.notes().to_vec();
        notes.extend(table.leaks());
    }
    let text = columns.to_toml();
    match &args.out {
        None => out.write_all(text.as_bytes())?,
        Some(file) => model_file::replace(file, text.as_bytes())?,
    }
    // Standard output may be the file itself.
    let mut person = io::stderr().lock();
    writeln!(person, "{}", summary(&sheet, &columns, path))?;
    notes.iter().try_for_each(|note| writeln!(person, "note: {note}"))?;
    if let Some(file) = &args.out {
        writeln!(person, "wrote {}", file.display())?;
    }
    Ok(())
}

impl SchemaArgs {
    /// Refuses to write over the rows or over somebody's edits.
    fn keep_apart(&self, data: &Path) -> Result<()> {
        let Some(out) = &self.out else { return Ok(()) };
        ensure!(!is_same(out, data), "write {}: that is the file of --data", out.display());
        ensure!(
            self.force || !out.exists(),
            "write {}: the file exists and may hold your edits; say --force to write over it",
            out.display()
        );
        Ok(())
    }
}

/// Two or three lines: how large the file is, and how many columns are of which kind.
fn summary(sheet: &Sheet, columns: &Columns, path: &Path) -> String {
    let (mut features, mut others) = (BTreeMap::new(), Vec::new());
    for column in columns.iter() {
        match &column.role {
            Role::Feature(feature) => *features.entry(feature.kind.as_str()).or_insert(0) += 1,
            role => others.push(format!("{} ({})", column.name, role.as_str())),
        }
    }
    let count: i32 = features.values().sum();
    let kinds: Vec<_> = features.iter().map(|(kind, count)| format!("{count} {kind}")).collect();
    let mut text = format!(
        "{}: {} rows, {} columns parted by {}\n{count} features: {}",
        file_name(path),
        sheet.rows(),
        sheet.names().len(),
        sheet.delimiter(),
        kinds.join(", ")
    );
    if !others.is_empty() {
        text.push_str(&format!("\nno features: {}", others.join(", ")));
    }
    text
}

fn built_in(json: bool, out: &mut impl Write) -> Result<()> {
    let schema = Schema::b2b();
    if json {
        serde_json::to_writer_pretty(&mut *out, &schema).map_err(std::io::Error::from)?;
        return Ok(writeln!(out)?);
    }
    let mut group = "";
    for (position, feature) in schema.features().iter().enumerate() {
        if group != feature.group {
            group = &feature.group;
            writeln!(out, "{}{group}", if position == 0 { "" } else { "\n" })?;
        }
        let presence = match feature.presence {
            Presence::Required => "required".to_owned(),
            Presence::Default(value) => format!("default {value}"),
            Presence::Optional => "optional".to_owned(),
        };
        let (number, name, kind) = (position + 1, &feature.name, feature.kind.as_str());
        let (range, meaning) = (range(feature), &feature.meaning);
        writeln!(out, "{number:>4}  {name:<32}  {kind:<8}  {range:<10}  {presence:<9}  {meaning}")?;
    }
    Ok(())
}

fn range(feature: &Feature) -> String {
    // The largest whole number is a limit of the machine, not of the feature.
    match (feature.min, feature.max.filter(|&max| max < INTEGER_LIMIT)) {
        (Some(low), Some(high)) => format!("{low} to {high}"),
        (Some(low), None) => format!("from {low}"),
        (None, Some(high)) => format!("up to {high}"),
        (None, None) => "any".to_owned(),
    }
}
