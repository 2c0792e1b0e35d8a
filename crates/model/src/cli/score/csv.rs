//! [`Csv`]: delimited text as input, its columns found by the names of the first row.
//!
//! What a row, a cell, and a name are is decided in [`crate::sheet`], for training and scoring alike.

use std::borrow::Cow;

use anyhow::{Context, Result, bail};

use super::{
    blocks::{Block, Blocks, Seen},
    rows::{Cell, Form, Id, Row, Rows},
    text::Style,
};
use crate::{
    error::ModelError,
    schema::{CellReader, ID_COLUMN, Presence, Schema},
    sheet::{self, Cursor, Delimiter, Header, header, is_blank, separator_line},
};

/// A UTF-8 byte order mark, with which spreadsheets begin a file.
const MARK: &[u8] = b"\xef\xbb\xbf";
/// Required columns that are told where they are not there.
const TOLD: usize = 8;

/// What a person may say about a table.
#[derive(Debug, Clone)]
pub(super) struct Wishes {
    pub(super) delimiter: Option<Delimiter>,
    pub(super) id: Option<String>,
    pub(super) keep: bool,
}

/// A table's columns and how they are read.
#[derive(Debug)]
pub(super) struct Csv<'a> {
    delimiter: u8,
    header: Header,
    /// Column of the file, position in the schema, and reader, in the order of the file.
    wanted: Vec<(usize, usize, CellReader<'a>)>,
    /// Positions of features without a column, and what stands in for them.
    absent: Vec<(usize, f64)>,
    id: Option<usize>,
    keep: bool,
    names: Vec<String>,
    headline: Vec<u8>,
    /// How lines end.
    end: &'static [u8],
    /// Named columns that the model does not know.
    ignored: Vec<String>,
}

impl<'a> Csv<'a> {
    /// Reads the first row of `blocks` and finds the features in it.
    pub(super) fn open(
        blocks: &mut Blocks<'_>,
        schema: &'a Schema,
        wishes: &Wishes,
    ) -> Result<Self> {
        let mark = if blocks.look()?.starts_with(MARK) { MARK } else { &[] };
        blocks.skip(mark.len());
        let hint = separator_line(blocks.look()?);
        let delimiter = match wishes.delimiter.or(hint) {
            Some(delimiter) => delimiter.byte(),
            None => Delimiter::detect(blocks.look()?).byte(),
        };
        let skipped = usize::from(hint.is_some());
        let first = blocks.next(|bytes, seen| Ok(head_end(bytes, delimiter, skipped, seen)))?;
        let first = first.unwrap_or_default().bytes;
        let (mut cursor, mut cells) = (Cursor::new(delimiter), Vec::new());
        for _ in 0..skipped {
            let _ = cursor.next(&first, &mut cells);
        }
        if std::str::from_utf8(&first).is_err() {
            let what =
                "the names are not UTF-8; save the file as CSV in UTF-8, or say --encoding latin1";
            return Err(ModelError::Table { line: 1, what: what.to_owned() }.into());
        }
        let header = header(&first, &mut cursor, &mut cells)?;
        let mut csv = Self::new(header, schema, wishes)?;
        csv.delimiter = delimiter;
        csv.end = if first.ends_with(b"\r\n") { b"\r\n" } else { b"\n" };
        let shown = match csv.id {
            _ if wishes.keep => cells[0].from..cells[cells.len() - 1].until,
            Some(id) => cells[id].from..cells[id].until,
            None => 0..0,
        };
        csv.headline = if shown.is_empty() { Vec::new() } else { [mark, &first[shown]].concat() };
        Ok(csv)
    }

    fn new(header: Header, schema: &'a Schema, wishes: &Wishes) -> Result<Self> {
        let called = header.called();
        let columns = Places::of(&called, schema, wishes.id.as_deref())?;
        let names = match columns.id {
            _ if wishes.keep => called.clone(),
            Some(id) => vec![called[id].clone()],
            None => vec!["line".to_owned()],
        };
        let mut wanted = columns.wanted;
        wanted.sort_unstable_by_key(|&(column, ..)| column);
        // A nameless column is none that anybody would miss.
        let ignored = columns.ignored.into_iter().filter(|name| header.names.contains(name));
        Ok(Self {
            delimiter: b',',
            wanted,
            absent: columns.absent,
            id: columns.id,
            keep: wishes.keep,
            names,
            headline: Vec::new(),
            end: b"\n",
            ignored: ignored.collect(),
            header,
        })
    }

    pub(super) fn delimiter(&self) -> u8 {
        self.delimiter
    }

    /// The form of an output that passes rows through as they are.
    pub(super) fn style(&self) -> Style {
        Style::Csv { delimiter: self.delimiter, end: self.end }
    }

    /// Positions of the features without a column.
    pub(super) fn absent(&self) -> impl Iterator<Item = usize> {
        self.absent.iter().map(|&(position, _)| position)
    }

    pub(super) fn ignored(&self) -> &[String] {
        &self.ignored
    }

    /// Reads the cells of a row into `rows`.
    fn row(
        &self,
        bytes: &[u8],
        cells: &mut Vec<sheet::Cell>,
        line: u64,
        is_utf8: bool,
        rows: &mut Rows,
        scratch: &mut Vec<u8>,
    ) {
        let found = cells.len();
        if let Err(what) = self.header.fit(bytes, cells) {
            return self.refuse(line, "", "wrong_length", &what, rows);
        }
        let width = self.header.width();
        let place = cells[0].from..cells[width - 1].until;
        if !is_utf8 && std::str::from_utf8(&bytes[place.clone()]).is_err() {
            let what = "the row is not UTF-8; if the file is Latin-1, say --encoding latin1";
            return self.refuse(line, "", "not_utf8", what, rows);
        }
        let faults = rows.faults.len();
        for (column, position, reader) in &self.wanted {
            let cell = cells[*column].text(bytes, scratch);
            let value = reader.read(cell).unwrap_or_else(|code| {
                let feature = reader.feature();
                rows.fault(line, &feature.name, code.as_str(), feature.complaint(code));
                f64::NAN
            });
            rows.columns[*position].push(value);
        }
        let id = self.id.map_or(Id::None, |id| Id::Place(cells[id].from..cells[id].until));
        let sound = rows.faults.len() == faults;
        let lacking = width.saturating_sub(found);
        rows.rows.push(Row { line, place, lacking, id, sound });
    }

    /// Notes that the cells of a row cannot be read.
    fn refuse(&self, line: u64, column: &str, code: &'static str, what: &str, rows: &mut Rows) {
        rows.fault(line, column, code, sentence(what));
        self.wanted.iter().for_each(|&(_, position, _)| rows.columns[position].push(f64::NAN));
        rows.rows.push(Row { line, place: 0..0, lacking: 0, id: Id::None, sound: false });
    }
}

impl Form for Csv<'_> {
    fn names(&self) -> &[String] {
        &self.names
    }

    fn read(&self, block: &mut Block, rows: &mut Rows) {
        let bytes = block.bytes.as_slice();
        let all_utf8 = std::str::from_utf8(bytes).is_ok();
        let mut cursor = Cursor::on_line(block.line, self.delimiter);
        let (mut cells, mut scratch) = (Vec::new(), Vec::new());
        while let Some(row) = cursor.next(bytes, &mut cells) {
            match row {
                Ok(_) if is_blank(bytes, &cells) => rows.blank += 1,
                Ok(line) => self.row(bytes, &mut cells, line, all_utf8, rows, &mut scratch),
                Err(torn) => {
                    let column = self.header.names.get(torn.cell).map_or("", String::as_str);
                    self.refuse(torn.line, column, "broken_quotes", torn.what, rows);
                }
            }
        }
        for &(position, value) in &self.absent {
            rows.columns[position].resize(rows.rows.len(), value);
        }
    }

    fn cells<'b>(&self, block: &'b Block, row: &'b Row, cells: &mut Vec<Cell<'b>>) {
        let place = match &row.id {
            _ if self.keep => &row.place,
            Id::Place(place) => place,
            _ => return cells.push(Cell::Bare(row.line.to_string().into())),
        };
        let bytes = &block.bytes[place.clone()];
        let mut found = Vec::new();
        let _ = Cursor::new(self.delimiter).next(bytes, &mut found);
        cells.extend(found.into_iter().map(|cell| text(cell, bytes)));
        // A row may leave out nameless columns at its end, and a single empty cell is no row.
        cells.resize(self.names.len(), Cell::Text("".into()));
    }

    fn verbatim<'b>(&self, block: &'b Block, row: &'b Row, style: Style) -> Option<Cow<'b, [u8]>> {
        let place = match (&row.id, self.keep) {
            _ if style != self.style() => return None,
            (_, true) => &row.place,
            (Id::Place(place), false) => place,
            _ => return None,
        };
        let bytes = &block.bytes[place.clone()];
        if self.keep && row.lacking > 0 {
            return Some([bytes, &vec![self.delimiter; row.lacking]].concat().into());
        }
        Some(Cow::Borrowed(bytes))
    }

    fn headline(&self, style: Style) -> Option<&[u8]> {
        Some(self.headline.as_slice()).filter(|line| !line.is_empty() && style == self.style())
    }
}

/// Where the columns of a table stand in the schema.
pub(super) struct Places<'a> {
    /// Column, position in the schema, and reader, in the order of the schema.
    pub(super) wanted: Vec<(usize, usize, CellReader<'a>)>,
    /// Positions of features without a column, and what stands in for them.
    pub(super) absent: Vec<(usize, f64)>,
    pub(super) id: Option<usize>,
    /// Columns that are neither features nor the id.
    pub(super) ignored: Vec<String>,
}

impl<'a> Places<'a> {
    /// Finds the features among columns of these names.
    ///
    /// # Errors
    /// Names the id column, or the required features, that are not there.
    pub(super) fn of(names: &[String], schema: &'a Schema, id: Option<&str>) -> Result<Self> {
        let place = |name: &str| names.iter().position(|other| other == name);
        let named =
            id.map(|name| place(name).with_context(|| format!("there is no id column {name:?}")));
        let id = named.transpose()?.or(place(ID_COLUMN));
        let (mut wanted, mut absent, mut required) = (Vec::new(), Vec::new(), Vec::new());
        for (position, reader) in CellReader::all(schema).into_iter().enumerate() {
            let feature = reader.feature();
            match place(&feature.name) {
                Some(column) => wanted.push((column, position, reader)),
                None if feature.presence == Presence::Required => required.push(&*feature.name),
                None => absent.push((position, feature.absent().unwrap_or(f64::NAN))),
            }
        }
        if wanted.is_empty() {
            bail!(
                "none of its {} columns is a feature of the model; is --delimiter right?",
                names.len()
            );
        }
        if !required.is_empty() {
            let (count, told) = (required.len(), required[..required.len().min(TOLD)].join(", "));
            let more = if count > TOLD { ", ..." } else { "" };
            let s = if count == 1 {
                " that the model requires is"
            } else {
                "s that the model requires are"
            };
            bail!("{count} column{s} not there: {told}{more}");
        }
        let is_used = |name: &String| schema.position(name).is_some() || id == place(name);
        let ignored = names.iter().filter(|name| !is_used(name)).cloned().collect();
        Ok(Self { wanted, absent, id, ignored })
    }
}

/// What a cell of UTF-8 says.
fn text(cell: sheet::Cell, bytes: &[u8]) -> Cell<'_> {
    if cell.doubled {
        let mut scratch = Vec::new();
        return Cell::Text(
            String::from_utf8_lossy(cell.text(bytes, &mut scratch)).into_owned().into(),
        );
    }
    Cell::Text(String::from_utf8_lossy(cell.of(bytes)))
}

/// A fragment as a sentence.
fn sentence(fragment: &str) -> String {
    let mut letters = fragment.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    let end = if fragment.ends_with('?') { "" } else { "." };
    format!("{}{}{end}", first.map_or(String::new(), String::from), letters.as_str())
}

/// The end of the row of names, which stands after so many others.
fn head_end(bytes: &[u8], delimiter: u8, skipped: usize, seen: Seen) -> Option<usize> {
    let (mut cursor, mut cells) = (Cursor::new(delimiter), Vec::new());
    for _ in 0..=skipped {
        let torn = cursor.next(bytes, &mut cells).is_none_or(|row| row.is_err());
        let whole = cursor.at < bytes.len() || (!torn && bytes.ends_with(b"\n"));
        if (torn || !whole) && seen != Seen::All {
            return None;
        }
    }
    Some(cursor.at)
}
