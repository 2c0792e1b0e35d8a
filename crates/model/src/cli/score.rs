//! `lead-model score`: scores of leads from standard input.

use std::{
    io::{Read, Write},
    path::PathBuf,
};

use anyhow::{Context, Result, bail};
use clap::Args;
use serde::Serialize;

use super::model_file;
use crate::{fault::FaultCode, lead::Lead, schema::Schema};

/// Score leads from standard input: one lead, an array of leads, or one lead a line.
///
/// A lead is an object with its `lead_id` and its `features`. Each gives one line of JSON, in order.
#[derive(Debug, Args)]
pub(super) struct ScoreArgs {
    /// The model file.
    #[arg(value_name = "FILE")]
    model: PathBuf,
}

#[derive(Serialize)]
struct Line<'a> {
    lead_id: &'a str,
    probability: f64,
    log_odds: f64,
    bucket: u8,
    tier: &'static str,
}

pub(super) fn run(args: &ScoreArgs, mut input: impl Read, out: &mut impl Write) -> Result<()> {
    let scorer = model_file::open(&args.model)?;
    let mut body = Vec::new();
    input.read_to_end(&mut body).context("read standard input")?;
    let leads = leads(scorer.schema(), &body)?;
    let mut scores = Vec::new();
    scorer.score_many(&leads, &mut scores);
    for (lead, score) in leads.iter().zip(scores) {
        let line = Line {
            lead_id: lead.id(),
            probability: score.probability,
            log_odds: score.log_odds,
            bucket: score.bucket.get(),
            tier: score.tier.as_str(),
        };
        serde_json::to_writer(&mut *out, &line).map_err(std::io::Error::from)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}

fn leads(schema: &Schema, body: &[u8]) -> Result<Vec<Lead>> {
    let body = body.trim_ascii();
    if body.is_empty() {
        bail!("read the leads: standard input is empty");
    }
    if body.starts_with(b"[") {
        return Lead::batch_from_json(schema, body, usize::MAX).context("read the leads");
    }
    match Lead::from_json(schema, body) {
        Ok(lead) => Ok(vec![lead]),
        // Several lines that are no JSON together may each be a lead.
        Err(faults) if body.contains(&b'\n') && faults.iter().any(is_syntax) => lines(schema, body),
        Err(faults) => Err(faults).context("read the lead"),
    }
}

fn is_syntax(fault: &crate::Fault) -> bool {
    fault.code == FaultCode::InvalidJson
}

fn lines(schema: &Schema, body: &[u8]) -> Result<Vec<Lead>> {
    let lines = body.split(|&byte| byte == b'\n').enumerate();
    lines
        .filter(|(_, line)| !line.trim_ascii().is_empty())
        .map(|(number, line)| {
            Lead::from_json(schema, line)
                .with_context(|| format!("read the lead on line {}", number + 1))
        })
        .collect()
}
