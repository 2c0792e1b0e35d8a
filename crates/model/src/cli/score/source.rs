//! [`open`]: an input of any format as a [`Feed`] of blocks and the [`AnyForm`] that reads them.

use std::{fs::File, io::Read};

use anyhow::{Context, Result, bail};

use super::{
    blocks::{Block, Blocks, Seen},
    csv::Csv,
    ndjson::{Json, Parts},
    plan::{Format, Plan, sniffed},
    rows::Form,
    text::Style,
    transcoded::transcoded,
};
use crate::{columns::Absent, schema::Schema, sheet::last_end};

/// An open input.
pub(super) struct Opened<'a> {
    pub(super) feed: Feed<'a>,
    pub(super) form: AnyForm<'a>,
    /// How large the input is, in what [`Block::consumed`] counts; `None` for a stream.
    pub(super) total: Option<u64>,
}

/// Hands out the blocks of an input.
pub(super) enum Feed<'a> {
    /// With the delimiter.
    Csv(Blocks<'a>, u8),
    Json(Blocks<'a>, Parts),
    #[cfg(feature = "parquet")]
    Parquet(Box<super::parquet::Table>),
}

/// How the rows of an input are read.
#[derive(Debug)]
pub(super) enum AnyForm<'a> {
    Csv(Csv<'a>),
    Json(Json<'a>),
    #[cfg(feature = "parquet")]
    Parquet(super::parquet::Parquet<'a>),
}

/// Opens the input of a plan and reads its header; `stream` is standard input.
pub(super) fn open<'a>(
    plan: &Plan,
    schema: &'a Schema,
    stream: impl Read + 'a,
) -> Result<Opened<'a>> {
    let (input, total): (Box<dyn Read + 'a>, _) = match &plan.input {
        None => (Box::new(stream), None),
        Some(path) => {
            let file = File::open(path).with_context(|| format!("open {}", path.display()))?;
            let data = file.metadata().ok().filter(std::fs::Metadata::is_file);
            (Box::new(file), data.map(|data| data.len()))
        }
    };
    let input = transcoded(input, plan.encoding);
    let opened = input
        .context("read the input")
        .and_then(|input| headed(plan, schema, Blocks::new(input, plan.block), total));
    opened.with_context(|| format!("read {}", plan.source()))
}

fn headed<'a>(
    plan: &Plan,
    schema: &'a Schema,
    mut blocks: Blocks<'a>,
    total: Option<u64>,
) -> Result<Opened<'a>> {
    let sniffed = sniffed(blocks.look()?)?;
    match plan.from.unwrap_or(sniffed) {
        Format::Csv => {
            let csv = Csv::open(&mut blocks, schema, &plan.wishes)?;
            let feed = Feed::Csv(blocks, csv.delimiter());
            Ok(Opened { feed, form: AnyForm::Csv(csv), total })
        }
        Format::Ndjson => {
            let mark = if blocks.look()?.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
            blocks.skip(mark);
            let first = blocks.look()?;
            if first.trim_ascii().is_empty() {
                bail!("there is no lead in it");
            }
            let parts = Parts::of(first);
            let json = Json::open(first, schema, &plan.wishes, plan.added());
            Ok(Opened { feed: Feed::Json(blocks, parts), form: AnyForm::Json(json), total })
        }
        Format::Parquet => parquet(plan, schema),
    }
}

#[cfg(feature = "parquet")]
fn parquet<'a>(plan: &Plan, schema: &'a Schema) -> Result<Opened<'a>> {
    let Some(path) = &plan.input else {
        bail!("Parquet is read from its end: name the file with --in");
    };
    let file = File::open(path)?;
    let (id, keep) = (plan.wishes.id.as_deref(), plan.wishes.keep);
    let (table, form) = super::parquet::Table::open(file, schema, id, keep)?;
    let total = Some(table.total());
    Ok(Opened { feed: Feed::Parquet(Box::new(table)), form: AnyForm::Parquet(form), total })
}

#[cfg(not(feature = "parquet"))]
fn parquet<'a>(_: &Plan, _: &'a Schema) -> Result<Opened<'a>> {
    bail!("{NO_PARQUET}")
}

/// What a program without the feature says.
#[cfg(not(feature = "parquet"))]
pub(super) const NO_PARQUET: &str =
    "this program knows no Parquet; build it with `--features parquet`, or use CSV";

impl Feed<'_> {
    /// The next block in order.
    pub(super) fn next(&mut self) -> Result<Option<Block>> {
        match self {
            Self::Csv(blocks, delimiter) => blocks.next(|bytes, seen| {
                Ok(match seen {
                    Seen::All => Some(bytes.len()),
                    Seen::Limit => last_end(bytes, *delimiter, true),
                    Seen::Part => last_end(bytes, *delimiter, false),
                })
            }),
            Self::Json(blocks, parts) => parts.next(blocks),
            #[cfg(feature = "parquet")]
            Self::Parquet(table) => table.next(),
        }
    }
}

impl AnyForm<'_> {
    pub(super) fn as_form(&self) -> &dyn Form {
        match self {
            Self::Csv(form) => form,
            Self::Json(form) => form,
            #[cfg(feature = "parquet")]
            Self::Parquet(form) => form,
        }
    }

    /// The format, if the output should be of the same one.
    pub(super) fn format(&self) -> Format {
        match self {
            Self::Csv(_) => Format::Csv,
            Self::Json(_) => Format::Ndjson,
            #[cfg(feature = "parquet")]
            Self::Parquet(_) => Format::Parquet,
        }
    }

    /// How a table is written as text: like the input if it is one.
    pub(super) fn style(&self) -> Style {
        match self {
            Self::Csv(csv) => csv.style(),
            _ => Style::Csv { delimiter: b',', end: b"\n" },
        }
    }

    /// The features without a column; objects in JSON have no columns, and each may lack others.
    pub(super) fn absent(&self, schema: &Schema) -> Option<Absent> {
        let absent: Vec<_> = match self {
            Self::Csv(form) => form.absent().collect(),
            Self::Json(_) => return None,
            #[cfg(feature = "parquet")]
            Self::Parquet(form) => form.absent().collect(),
        };
        let features = schema.features().iter().enumerate();
        let there = features.filter(|(position, _)| !absent.contains(position));
        let there = there.map(|(_, feature)| feature.name.as_str());
        Some(Absent::of(schema, there.chain(self.ignored().iter().map(String::as_str))))
    }

    /// Names of columns that are no features.
    pub(super) fn ignored(&self) -> &[String] {
        match self {
            Self::Csv(form) => form.ignored(),
            Self::Json(_) => &[],
            #[cfg(feature = "parquet")]
            Self::Parquet(form) => form.ignored(),
        }
    }
}
