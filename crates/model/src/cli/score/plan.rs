//! [`ScoreArgs`]: what was typed, and [`Plan`]: what it means.

use std::{
    path::{Path, PathBuf},
    thread,
};

use anyhow::{Result, bail};
use clap::{Args, ValueEnum};

use super::{blocks, csv::Wishes};
use crate::{
    cli::{absent::AbsentArgs, paths},
    sheet::{Delimiter, Encoding},
};

/// Score leads: a table or JSON in, the same rows in the same order with their scores out.
///
/// The input is CSV with a line of names, or JSON: one lead a line, an array of leads, or a single one. A lead in JSON is
/// an object with its `lead_id` and its `features`, or a flat one with a member per column. Columns are found by name;
/// missing optional ones are filled, others are ignored and named. Each row gets `raw_score` (the probability of
/// conversion, 0 to 1), `bucket` (1 to 5), and `tier` (E to A).
#[derive(Debug, Args)]
pub(in crate::cli) struct ScoreArgs {
    /// The model file.
    #[arg(value_name = "MODEL", required_unless_present = "model")]
    file: Option<PathBuf>,
    /// The model file, for those who like to name it.
    #[arg(long, value_name = "FILE", conflicts_with = "file")]
    model: Option<PathBuf>,
    /// The leads; `-` is standard input.
    #[arg(long = "in", value_name = "FILE", default_value = "-")]
    input: PathBuf,
    /// Where the scores go; `-` is standard output. A file gets its name only when it is whole.
    #[arg(long, value_name = "FILE", default_value = "-")]
    out: PathBuf,
    /// Form of the input [default: by the name of the file, or by its first bytes].
    #[arg(long, value_enum)]
    from: Option<Format>,
    /// Form of the output [default: by the name of the file, or as the input].
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// The column that names a lead [default: `lead_id` if there is one, else the number of the line].
    #[arg(long, value_name = "COLUMN")]
    id: Option<String>,
    /// Keep all columns in front of the scores, not only the id; the cells of CSV byte for byte.
    #[arg(long)]
    keep: bool,
    /// Add this many reasons to each row, those that move its score most: `reason_1` to `reason_N`.
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = reasons)]
    explain: usize,
    /// Leave out rows that cannot be read and list why in this CSV file; without it the first one ends the run.
    #[arg(long, value_name = "FILE")]
    errors: Option<PathBuf>,
    #[command(flatten)]
    absent: AbsentArgs,
    /// Threads that score [default: as many as there are cores].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    jobs: Option<u16>,
    /// What stands between the cells of a CSV file: one character, or tab [default: detected].
    #[arg(long, value_name = "CHAR")]
    delimiter: Option<Delimiter>,
    /// The characters of the input: utf-8, utf-16 with its byte order mark, or latin1 (as Windows writes it); the output
    /// is UTF-8 [default: utf-8].
    #[arg(long, value_name = "NAME")]
    encoding: Option<Encoding>,
    /// Neither a progress bar nor a summary on standard error.
    #[arg(short, long)]
    quiet: bool,
    /// Bytes of a block; for tests of what happens at its end.
    #[arg(long, value_name = "BYTES", default_value_t = blocks::SIZE, hide = true)]
    block: usize,
}

/// A form of leads and scores.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// Delimited text whose first line names the columns.
    Csv,
    /// One JSON object a line; as input also an array.
    Ndjson,
    /// Parquet, in a program built with the feature `parquet`.
    Parquet,
}

/// What to do, free of contradictions as far as can be said before the input is read.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) model: PathBuf,
    /// `None` is standard input.
    pub(super) input: Option<PathBuf>,
    /// `None` is standard output.
    pub(super) out: Option<PathBuf>,
    pub(super) errors: Option<PathBuf>,
    pub(super) from: Option<Format>,
    /// The form of the output, if anybody or its name says one.
    pub(super) to: Option<Format>,
    pub(super) encoding: Encoding,
    pub(super) wishes: Wishes,
    pub(super) allow_missing: bool,
    pub(super) explain: usize,
    pub(super) jobs: usize,
    pub(super) quiet: bool,
    pub(super) block: usize,
}

impl Plan {
    /// # Errors
    /// Two of the files are one, or a name says a form that is not read.
    pub(super) fn of(args: &ScoreArgs) -> Result<Self> {
        let file = |path: &PathBuf| (path.as_os_str() != "-").then(|| path.clone());
        let model = args.model.as_ref().or(args.file.as_ref());
        let plan = Self {
            model: model.cloned().unwrap_or_default(),
            input: file(&args.input),
            out: file(&args.out),
            errors: args.errors.clone(),
            from: args.from.or(named(&args.input)),
            to: args.format.or(named(&args.out)),
            wishes: Wishes { delimiter: args.delimiter, id: args.id.clone(), keep: args.keep },
            encoding: args.encoding.unwrap_or_default(),
            allow_missing: args.absent.allow_missing,
            explain: args.explain,
            jobs: args.jobs.map_or_else(cores, usize::from),
            quiet: args.quiet,
            block: args.block,
        };
        plan.keep_apart()?;
        Ok(plan)
    }

    /// What the input is called in messages.
    pub(super) fn source(&self) -> String {
        match &self.input {
            Some(path) => path.display().to_string(),
            None => "standard input".to_owned(),
        }
    }

    /// The names of the columns that are added to those of the input.
    pub(super) fn added(&self) -> Vec<String> {
        let reasons = (1..=self.explain).map(|number| format!("reason_{number}"));
        super::text::SCORE_COLUMNS.map(str::to_owned).into_iter().chain(reasons).collect()
    }

    /// Refuses to write over the model, the leads, or one output over the other.
    fn keep_apart(&self) -> Result<()> {
        let read = [Some(self.model.as_path()), self.input.as_deref()];
        let written = [self.out.as_deref(), self.errors.as_deref()];
        let what = "the model, --in, --out and --errors";
        paths::keep_apart(read.into_iter().flatten(), written.into_iter().flatten(), what)
    }
}

/// The form that a file's name says.
fn named(path: &Path) -> Option<Format> {
    let ending = path.extension()?.to_str()?.to_ascii_lowercase();
    match ending.as_str() {
        "csv" | "tsv" | "txt" => Some(Format::Csv),
        "json" | "jsonl" | "ndjson" => Some(Format::Ndjson),
        "parquet" => Some(Format::Parquet),
        _ => None,
    }
}

/// The form that the first bytes of an input say.
///
/// # Errors
/// The input is compressed.
pub(super) fn sniffed(bytes: &[u8]) -> Result<Format> {
    if bytes.starts_with(b"\x1f\x8b") || bytes.starts_with(b"PK\x03\x04") {
        bail!("the input is compressed; unpack it first, for example with `gunzip -c`");
    }
    if bytes.starts_with(b"PAR1") {
        return Ok(Format::Parquet);
    }
    match bytes.trim_ascii_start().first() {
        Some(b'{' | b'[') => Ok(Format::Ndjson),
        _ => Ok(Format::Csv),
    }
}

fn reasons(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(count) if count <= 100 => Ok(count),
        _ => Err("a row can have 0 to 100 reasons".to_owned()),
    }
}

fn cores() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}
