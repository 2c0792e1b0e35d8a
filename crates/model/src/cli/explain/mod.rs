//! `lead-model explain`: why one lead has its score.
//!
//! Which lead is meant is found by `pick.rs`; what its values add is computed by the library.

mod pick;

use std::{
    fs,
    io::{Read, Write},
    path::PathBuf,
};

use anyhow::{Context, Result};
use clap::Args;

use self::pick::Pick;
use super::model_file;
use crate::{
    card::{Table, count, fixed, share, signed},
    explain::{Contribution, Explanation},
    lead::Lead,
    scorer::Scorer,
    sheet::{Delimiter, Encoding, Form},
};

/// Explain the score of one lead: what each of its values adds, beside the average training lead.
///
/// Contributions add up: in log-odds by the scorecard itself, and in pts, which are percentage points of probability relative to
/// the average training lead (one whose log-odds are the intercept). A share of the way from its probability to this lead's is
/// given to each value in proportion to its log-odds, so that the pts sum exactly.
#[derive(Debug, Args)]
pub(super) struct ExplainArgs {
    /// The model file.
    #[arg(long, value_name = "FILE")]
    model: PathBuf,
    /// The lead, or leads to pick one from: JSON, an object with `lead_id` and `features`, or CSV; `-` is standard input.
    #[arg(long = "in", value_name = "FILE", default_value = "-")]
    input: PathBuf,
    /// The lead of this `lead_id`.
    #[arg(long, value_name = "ID", conflicts_with = "line")]
    id: Option<String>,
    /// The lead that begins on this line of the file, the first being 1.
    #[arg(long, value_name = "N")]
    line: Option<u64>,
    /// The column of CSV that holds the ids.
    #[arg(long, value_name = "COLUMN", default_value = "lead_id")]
    id_column: String,
    /// Contributions that get a row each, and reasons told on either side.
    #[arg(long, value_name = "N", default_value_t = 5)]
    top: usize,
    /// Print JSON: all contributions, the largest first; `probability` is a share of 1, not pts.
    #[arg(long)]
    json: bool,
    /// What stands between the cells of a CSV file: one character, or tab [default: detected].
    #[arg(long, value_name = "CHAR")]
    delimiter: Option<Delimiter>,
    /// The characters of a CSV file: utf-8, utf-16 with its byte order mark, or latin1 (as Windows writes it) [default: utf-8].
    #[arg(long, value_name = "NAME")]
    encoding: Option<Encoding>,
}

pub(super) fn run(args: &ExplainArgs, mut input: impl Read, out: &mut impl Write) -> Result<()> {
    let scorer = model_file::open(&args.model)?;
    let mut bytes = Vec::new();
    let source = if args.input.as_os_str() == "-" {
        input.read_to_end(&mut bytes).context("read standard input")?;
        "standard input".to_owned()
    } else {
        let name = args.input.display().to_string();
        bytes = fs::read(&args.input).with_context(|| format!("open {name}"))?;
        name
    };
    let pick = Pick { id: args.id.as_deref(), line: args.line, column: &args.id_column };
    let form = Form { delimiter: args.delimiter, encoding: args.encoding.unwrap_or_default() };
    let lead = pick.lead(scorer.schema(), bytes, form).with_context(|| format!("read {source}"))?;
    let why = scorer.explain(&lead);
    if args.json {
        serde_json::to_writer_pretty(&mut *out, &why).map_err(std::io::Error::from)?;
        return Ok(writeln!(out)?);
    }
    tell(&scorer, &lead, &why, args.top, out)
}

fn tell(
    scorer: &Scorer,
    lead: &Lead,
    why: &Explanation<'_>,
    top: usize,
    out: &mut impl Write,
) -> Result<()> {
    let (artifact, score) = (scorer.artifact(), scorer.score(lead));
    writeln!(out, "model  {} {}", artifact.name, artifact.version)?;
    if !lead.id().is_empty() {
        writeln!(out, "lead   {}", lead.id().replace(char::is_control, " "))?;
    }
    let probability = fixed(score.probability, 4);
    writeln!(out, "score  {probability}, tier {}", score.tier)?;
    write!(out, "\n{}", table(why, top).text())?;
    writeln!(
        out,
        "pts are percentage points of probability relative to the average training lead; they sum exactly."
    )?;
    reasons("Raises the score:", &why.positive(top).collect::<Vec<_>>(), out)?;
    reasons("Lowers the score:", &why.negative(top).collect::<Vec<_>>(), out)?;
    let (gaps, all) = (lead.imputed(), scorer.schema().len());
    writeln!(
        out,
        "\n{} of {} features not given ({})",
        count(gaps as u64),
        count(all as u64),
        share(why.imputed)
    )?;
    Ok(())
}

/// From the average lead to this one.
fn table(why: &Explanation<'_>, top: usize) -> Table {
    let mut table = Table::default().words("").words("value").number("log-odds").number("pts");
    let mut row = |name: String, value: String, log_odds: String, points: String| {
        table.row([name, value, log_odds, points]);
    };
    let whole = |log_odds: f64, probability: f64| (fixed(log_odds, 3), fixed(probability, 2));
    let parts = |log_odds: f64, probability: f64| (signed(log_odds, 3), signed(probability, 2));
    let (log_odds, points) = whole(why.base_log_odds, 100.0 * why.base_probability);
    row("average lead".to_owned(), String::new(), log_odds, points);
    for reason in why.top(top) {
        let name = reason.features().collect::<Vec<_>>().join(" × ");
        let (log_odds, points) = parts(reason.log_odds, 100.0 * reason.probability);
        row(name, reason.shown(), log_odds, points);
    }
    let sum = |reasons: &[Contribution<'_>]| {
        let log_odds: f64 = reasons.iter().map(|reason| reason.log_odds).sum();
        let probability: f64 = reasons.iter().map(|reason| reason.probability).sum();
        parts(log_odds, 100.0 * probability)
    };
    if let Some(rest @ [_, ..]) = why.contributions.get(top..) {
        let (log_odds, points) = sum(rest);
        let others = if rest.len() == 1 { "other" } else { "others" };
        row(format!("{} {others}", count(rest.len() as u64)), String::new(), log_odds, points);
    }
    let (log_odds, points) = sum(&why.contributions);
    row("sum".to_owned(), String::new(), log_odds, points);
    let (log_odds, points) = whole(why.log_odds, 100.0 * why.probability);
    row("this lead".to_owned(), String::new(), log_odds, points);
    table
}

fn reasons(title: &str, reasons: &[&Contribution<'_>], out: &mut impl Write) -> Result<()> {
    if !reasons.is_empty() {
        writeln!(out, "\n{title}")?;
    }
    for reason in reasons {
        writeln!(out, "  {}", reason.to_string().replace(char::is_control, " "))?;
    }
    Ok(())
}
