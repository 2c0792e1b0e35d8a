//! `lead-model schema`: what a lead looks like.

use std::io::Write;

use anyhow::Result;
use clap::Args;

use crate::schema::{Feature, INTEGER_LIMIT, Presence, Schema};

/// Show the built-in schema of B2B leads.
#[derive(Debug, Args)]
pub(super) struct SchemaArgs {
    /// Print it as JSON, as it stands in a model file.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &SchemaArgs, out: &mut impl Write) -> Result<()> {
    let schema = Schema::b2b();
    if args.json {
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
