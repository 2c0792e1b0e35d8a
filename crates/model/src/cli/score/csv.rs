//! [`Csv`]: delimited text as input, its columns found by the names of the first line.

use std::{borrow::Cow, ops::Range};

use anyhow::{Result, bail};

use super::{
    blocks::{Block, Blocks},
    rows::{Cell, Form, Id, Row, Rows},
    text::Style,
};
use crate::{
    delimited::{Encoding, Header, Records, byte_order_mark, delimiter, lines, text},
    schema::{CellReader, Presence, Schema},
};

/// The column that names a lead where nobody says another.
pub(super) const ID_COLUMN: &str = "lead_id";

/// What a person may say about a table.
#[derive(Debug, Clone)]
pub(super) struct Wishes {
    pub(super) delimiter: Option<u8>,
    pub(super) encoding: Encoding,
    pub(super) id: Option<String>,
    pub(super) keep: bool,
}

/// A table's columns and how they are read.
#[derive(Debug)]
pub(super) struct Csv<'a> {
    delimiter: u8,
    encoding: Encoding,
    /// Cells of a sound row.
    width: usize,
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
    /// Reads the first record of `blocks` and finds the features in it.
    pub(super) fn open(
        blocks: &mut Blocks<'_>,
        schema: &'a Schema,
        wishes: &Wishes,
    ) -> Result<Self> {
        let mark = byte_order_mark(blocks.look()?).map_err(anyhow::Error::msg)?;
        blocks.skip(mark);
        let delimiter = match wishes.delimiter {
            Some(delimiter) => delimiter,
            None => delimiter(blocks.look()?),
        };
        let line = blocks.line();
        let first = blocks.next(|bytes, last| Ok(first_end(bytes, delimiter, last)))?;
        let first = first.unwrap_or_default().bytes;
        let header = match Header::read(&first, delimiter, wishes.encoding) {
            Ok(header) => header,
            Err(what) => bail!("line {line}: {what}"),
        };
        let mut csv = Self::new(&header, schema, wishes)?;
        csv.delimiter = delimiter;
        csv.end = if first.ends_with(b"\r\n") { b"\r\n" } else { b"\n" };
        let first = wishes.encoding.decode(first);
        let mut cells = Vec::new();
        let record = Records::new(&first, delimiter).next(&mut cells);
        let place = match csv.id.filter(|_| !wishes.keep) {
            Some(id) => cells.get(id).cloned(),
            None => record.map(|record| record.range).filter(|_| wishes.keep),
        };
        csv.headline = match place {
            Some(place) => [&"\u{feff}".as_bytes()[..mark], &first[place]].concat(),
            None => Vec::new(),
        };
        Ok(csv)
    }

    fn new(header: &Header, schema: &'a Schema, wishes: &Wishes) -> Result<Self> {
        let id = match &wishes.id {
            None => header.position(ID_COLUMN),
            Some(name) => match header.position(name) {
                None => bail!("there is no id column {name:?}"),
                position => position,
            },
        };
        let found: Vec<_> = schema.features().iter().map(|f| header.position(&f.name)).collect();
        let mut wanted = Vec::new();
        for (position, reader) in CellReader::all(schema).into_iter().enumerate() {
            if let Some(column) = found[position] {
                wanted.push((column, position, reader));
            }
        }
        wanted.sort_unstable_by_key(|&(column, ..)| column);
        let used = |column: usize| Some(column) == id || found.contains(&Some(column));
        let named = header.names().iter().enumerate().filter(|(_, name)| !name.is_empty());
        let ignored = named.filter(|&(column, _)| !used(column)).map(|(_, name)| name.clone());
        Ok(Self {
            delimiter: b',',
            encoding: wishes.encoding,
            width: header.names().len(),
            absent: absent(schema, &found)?,
            wanted,
            id,
            keep: wishes.keep,
            names: names(header, id, wishes.keep),
            headline: Vec::new(),
            end: b"\n",
            ignored: ignored.collect(),
        })
    }

    pub(super) fn delimiter(&self) -> u8 {
        self.delimiter
    }

    /// The form of an output that passes rows through as they are.
    pub(super) fn style(&self) -> Style {
        Style::Csv { delimiter: self.delimiter, end: self.end }
    }

    pub(super) fn ignored(&self) -> &[String] {
        &self.ignored
    }

    /// What keeps the record from being read, if anything does.
    fn torn(&self, open: bool, cells: usize, utf8: bool) -> Option<(&'static str, String)> {
        let width = self.width;
        if open {
            return Some(("open_quote", "A quote that is opened here is never closed.".to_owned()));
        }
        if cells != width {
            let detail = format!(
                "The row has {cells} cells under {width} names; is there a delimiter in a cell without quotes?"
            );
            return Some(("wrong_length", detail));
        }
        let detail = "The row is not UTF-8; if the file is Latin-1, say --encoding latin1.";
        (!utf8).then(|| ("not_utf8", detail.to_owned()))
    }
}

impl Form for Csv<'_> {
    fn names(&self) -> &[String] {
        &self.names
    }

    fn read(&self, block: &mut Block, rows: &mut Rows) {
        block.bytes = self.encoding.decode(std::mem::take(&mut block.bytes));
        let bytes = block.bytes.as_slice();
        let all_utf8 = std::str::from_utf8(bytes).is_ok();
        let mut place = Lines { line: block.line, counted: 0 };
        let (mut records, mut cells, mut scratch) =
            (Records::new(bytes, self.delimiter), Vec::new(), Vec::new());
        while let Some(record) = records.next(&mut cells) {
            let faults = rows.faults.len();
            let start = record.range.start;
            let mut line = 0;
            if self.id.is_none() {
                line = place.at(bytes, start);
            }
            let utf8 = all_utf8 || std::str::from_utf8(&bytes[record.range.clone()]).is_ok();
            if let Some((code, detail)) = self.torn(record.open, cells.len(), utf8) {
                line = place.at(bytes, start);
                rows.fault(line, "", code, detail);
                self.wanted.iter().for_each(|&(_, at, _)| rows.columns[at].push(f64::NAN));
            } else {
                for (column, position, reader) in &self.wanted {
                    let cell = text(&bytes[cells[*column].clone()], &mut scratch);
                    let value = reader.read(cell).unwrap_or_else(|code| {
                        line = place.at(bytes, start);
                        let feature = reader.feature();
                        rows.fault(line, &feature.name, code.as_str(), feature.complaint(code));
                        f64::NAN
                    });
                    rows.columns[*position].push(value);
                }
            }
            let sound = rows.faults.len() == faults;
            let id = self.id.and_then(|id| cells.get(id).cloned()).map_or(Id::None, Id::Place);
            rows.rows.push(Row { line, place: record.range, id, sound });
        }
        for &(position, value) in &self.absent {
            rows.columns[position].resize(rows.rows.len(), value);
        }
    }

    fn cells<'b>(&self, block: &'b Block, row: &'b Row, cells: &mut Vec<Cell<'b>>) {
        if self.keep {
            let bytes = &block.bytes[row.place.clone()];
            let mut places = Vec::new();
            Records::new(bytes, self.delimiter).next(&mut places);
            cells.extend(places.into_iter().map(|place| cell(&bytes[place])));
        } else if let Id::Place(place) = &row.id {
            cells.push(cell(&block.bytes[place.clone()]));
        } else {
            cells.push(Cell::Bare(row.line.to_string().into()));
        }
    }

    fn verbatim<'b>(&self, block: &'b Block, row: &'b Row, style: Style) -> Option<Cow<'b, [u8]>> {
        let place = match (&row.id, self.keep) {
            _ if style != self.style() => None,
            (_, true) => Some(&row.place),
            (Id::Place(place), false) => Some(place),
            _ => None,
        };
        place.map(|place| Cow::Borrowed(&block.bytes[place.clone()]))
    }

    fn headline(&self, style: Style) -> Option<&[u8]> {
        Some(self.headline.as_slice()).filter(|line| !line.is_empty() && style == self.style())
    }
}

/// The lines of a block, counted only as far as somebody asks.
struct Lines {
    line: u64,
    counted: usize,
}

impl Lines {
    /// The line of the byte at `position`, which never moves back.
    fn at(&mut self, bytes: &[u8], position: usize) -> u64 {
        self.line += lines(&bytes[self.counted..position]);
        self.counted = position;
        self.line
    }
}

/// What a cell of UTF-8 says.
fn cell(bytes: &[u8]) -> Cell<'_> {
    let mut scratch = Vec::new();
    if bytes.first() != Some(&b'"') {
        return Cell::Text(String::from_utf8_lossy(bytes));
    }
    Cell::Text(String::from_utf8_lossy(text(bytes, &mut scratch)).into_owned().into())
}

/// What stands in for features without a column; required ones are an error that names them all.
pub(super) fn absent(schema: &Schema, found: &[Option<usize>]) -> Result<Vec<(usize, f64)>> {
    let lacking = || schema.features().iter().enumerate().filter(|&(at, _)| found[at].is_none());
    let required: Vec<_> = lacking()
        .filter(|(_, feature)| feature.presence == Presence::Required)
        .map(|(_, feature)| feature.name.as_str())
        .collect();
    if !required.is_empty() {
        let is = if required.len() == 1 { "this column is" } else { "these columns are" };
        bail!("{is} required and not there: {}; is the delimiter right?", required.join(", "));
    }
    if found.iter().all(Option::is_none) {
        bail!("no column is a feature of the model; is the delimiter right?");
    }
    Ok(lacking().map(|(at, feature)| (at, feature.absent().unwrap_or(f64::NAN))).collect())
}

/// The columns before the scores: all, or the id, or the line that stands in for it.
pub(super) fn names(header: &Header, id: Option<usize>, keep: bool) -> Vec<String> {
    let name = |(column, name): (usize, &String)| match name.as_str() {
        "" => format!("column_{}", column + 1),
        name => name.to_owned(),
    };
    match id {
        _ if keep => header.names().iter().enumerate().map(name).collect(),
        Some(id) => vec![header.names()[id].clone()],
        None => vec!["line".to_owned()],
    }
}

/// The end of the first record with its line end, if it is there.
fn first_end(bytes: &[u8], delimiter: u8, last: bool) -> Option<usize> {
    let mut records = Records::new(bytes, delimiter);
    records.next(&mut Vec::<Range<usize>>::new());
    let end = match &bytes[records.at()..] {
        [b'\r', b'\n', ..] => records.at() + 2,
        [b'\r'] | [] if !last => return None,
        [] => records.at(),
        _ => records.at() + 1,
    };
    Some(end)
}

#[cfg(test)]
mod tests {
    use super::first_end;

    #[test]
    fn a_header_ends_with_its_line() {
        assert_eq!(first_end(b"\na,\"b\nc\"\r\nd", b',', false), Some(10));
        assert_eq!(first_end(b"a,b\r", b',', false), None);
        assert_eq!(first_end(b"a,b\r", b',', true), Some(4));
        assert_eq!(first_end(b"a,b\nc", b',', false), Some(4));
        assert_eq!(first_end(b"a,\"b\n", b',', false), None);
    }
}
