//! [`Sheet`]: every cell of a file as text, column by column.
//!
//! A million rows of fifty columns take about the size of the file and four bytes a cell. Whoever asks what a column is
//! walks through one buffer from its beginning to its end.

use super::{
    Delimiter, Encoding, Rejections,
    cells::Cells,
    header::{Header, is_blank},
    scan::{Cell, Cursor, Torn},
    shown,
};
use crate::error::ModelError;

/// How a file is to be read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Form {
    /// What stands between cells; detected from the first rows if `None`.
    pub delimiter: Option<Delimiter>,
    /// Which characters the bytes are, where no byte order mark says so.
    pub encoding: Encoding,
}

/// A table of texts with named columns.
///
/// ```
/// use lead_model::sheet::{Form, Sheet};
///
/// let sheet = Sheet::read(b"Name;Visits\n\"Smith; Jane\";3\n".to_vec(), Form::default())?;
/// assert_eq!(sheet.names(), ["Name", "Visits"]);
/// assert_eq!((sheet.cell(0, 0), sheet.line(0)), ("Smith; Jane", 2));
/// # Ok::<(), lead_model::ModelError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Sheet {
    names: Vec<String>,
    columns: Vec<Cells>,
    lines: Vec<u32>,
    rejections: Rejections,
    notes: Vec<String>,
    delimiter: Delimiter,
}

impl Sheet {
    /// Reads a file of delimited text whose first row names the columns.
    ///
    /// # Errors
    /// [`ModelError::Table`] with its place if the bytes are no text of the given encoding, there is no header or no
    /// row, a name appears twice, or more than 1 % of the rows cannot be read.
    pub fn read(bytes: Vec<u8>, form: Form) -> Result<Self, ModelError> {
        refuse_other_files(&bytes)?;
        let bytes = form.encoding.decode(bytes);
        // Latin-1 and UTF-16 may grow.
        check_size(&bytes)?;
        let hint = separator_line(&bytes);
        let delimiter = form.delimiter.or(hint).unwrap_or_else(|| Delimiter::detect(&bytes));
        check_text(&bytes, delimiter)?;
        let mut cursor = Cursor::new(delimiter.byte());
        let mut cells = Vec::new();
        if hint.is_some() {
            // The line tells spreadsheets their delimiter and is no header.
            let _ = cursor.next(&bytes, &mut cells);
        }
        let header = header(&bytes, &mut cursor, &mut cells)?;
        Rows::gather(&bytes, cursor, &header).sheet(header, delimiter)
    }

    /// The names of the columns, in the order of the file; all different, none empty.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// How many rows were read.
    pub fn rows(&self) -> usize {
        self.lines.len()
    }

    /// The column of this name.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|other| other == name)
    }

    /// A cell, without the white space around it.
    ///
    /// # Panics
    /// If there is no such row or column.
    pub fn cell(&self, row: usize, column: usize) -> &str {
        self.columns[column].get(row)
    }

    /// The cells of a column from top to bottom.
    ///
    /// # Panics
    /// If there is no such column.
    pub fn column(&self, column: usize) -> impl Iterator<Item = &str> + Clone {
        self.columns[column].iter()
    }

    /// The line of the file on which a row begins, from 1.
    ///
    /// # Panics
    /// If there is no such row.
    pub fn line(&self, row: usize) -> u64 {
        u64::from(self.lines[row])
    }

    /// The rows that could not be read.
    pub fn rejections(&self) -> &Rejections {
        &self.rejections
    }

    /// What a person should know about the file, one sentence each; rows that could not be read are not among it.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// What stands between the cells.
    pub fn delimiter(&self) -> Delimiter {
        self.delimiter
    }
}

/// The body of a file.
struct Rows {
    columns: Vec<Cells>,
    lines: Vec<u32>,
    rejections: Rejections,
    /// Rows without any content, such as spreadsheets leave at the end.
    blank: usize,
}

impl Rows {
    fn gather(bytes: &[u8], mut cursor: Cursor, header: &Header) -> Self {
        let mut rows = Self {
            columns: vec![Cells::default(); header.width()],
            lines: Vec::new(),
            rejections: Rejections::default(),
            blank: 0,
        };
        let mut cells = Vec::with_capacity(header.width());
        while let Some(row) = cursor.next(bytes, &mut cells) {
            match row {
                Err(torn) => rows.rejections.push(torn.line, || complaint(&torn, &header.names)),
                Ok(_) if is_blank(bytes, &cells) => rows.blank += 1,
                Ok(line) => match header.fit(bytes, &mut cells) {
                    Ok(()) => {
                        let filled = rows.columns.iter_mut().zip(&cells);
                        filled.for_each(|(column, &cell)| column.push(bytes, cell));
                        rows.lines.push(line as u32);
                    }
                    Err(what) => rows.rejections.push(line, || what),
                },
            }
        }
        rows
    }

    fn sheet(self, header: Header, delimiter: Delimiter) -> Result<Sheet, ModelError> {
        self.rejections.check(self.lines.len() + self.rejections.count())?;
        if self.lines.is_empty() {
            return Err(fault(1, "the file has column names and no rows below them".to_owned()));
        }
        let mut notes = Vec::new();
        match self.blank {
            0 => {}
            1 => notes.push("1 row without any content was left out".to_owned()),
            rows => notes.push(format!("{rows} rows without any content were left out")),
        }
        let is_filled: Vec<_> = self.columns.iter().map(|cells| !cells.is_blank()).collect();
        let kept = header.columns(&is_filled, &mut notes);
        let mut columns: Vec<_> = self.columns.into_iter().map(Some).collect();
        let (names, columns) = kept
            .into_iter()
            .filter_map(|(place, name)| Some((name, columns[place].take()?.finished())))
            .unzip();
        let (lines, rejections) = (self.lines, self.rejections);
        Ok(Sheet { names, columns, lines, rejections, notes, delimiter })
    }
}

/// The text of a cell, its quotes no longer doubled.
fn text(bytes: &[u8], cell: Cell) -> String {
    let text = String::from_utf8_lossy(&bytes[cell.start..cell.end]);
    if cell.doubled { text.replace("\"\"", "\"") } else { text.into_owned() }
}

fn complaint(torn: &Torn, names: &[String]) -> String {
    format!("column {}: {}", place(torn.cell, names), torn.what)
}

/// A column's number and, where it is known, its name.
fn place(cell: usize, names: &[String]) -> String {
    match names.get(cell).filter(|name| !name.is_empty()) {
        Some(name) => format!("{} ({:?})", cell + 1, shown(name)),
        None => format!("{}", cell + 1),
    }
}

/// The row of names that `cursor` comes to next, and its cells.
///
/// # Errors
/// [`ModelError::Table`] if there is none or it is wrong.
pub(crate) fn header(
    bytes: &[u8],
    cursor: &mut Cursor,
    cells: &mut Vec<Cell>,
) -> Result<Header, ModelError> {
    match cursor.next(bytes, cells) {
        None => {
            let what = "the file is empty; it must begin with a row of column names";
            Err(fault(1, what.to_owned()))
        }
        Some(Err(torn)) => Err(fault(torn.line, complaint(&torn, &[]))),
        Some(Ok(line)) => {
            let names: Vec<_> = cells.iter().map(|&cell| text(bytes, cell)).collect();
            Header::new(&names, line)
        }
    }
}

/// Files that people take for CSV.
fn refuse_other_files(bytes: &[u8]) -> Result<(), ModelError> {
    let what = match bytes {
        [b'P', b'K', 3, 4, ..] => {
            "this is an Excel workbook or another archive; save the sheet as CSV in UTF-8"
        }
        [0x1f, 0x8b, ..] => "the file is compressed; unpack it first",
        _ => return check_size(bytes),
    };
    Err(fault(1, what.to_owned()))
}

/// Makes sure that the ends of all cells fit into 32 bits.
fn check_size(bytes: &[u8]) -> Result<(), ModelError> {
    if bytes.len() > u32::MAX as usize / 2 {
        let what = "the file is larger than 2 GB; train on a sample of its rows";
        return Err(fault(1, what.to_owned()));
    }
    Ok(())
}

/// The delimiter that spreadsheets write into a first line such as `sep=;`.
pub(crate) fn separator_line(bytes: &[u8]) -> Option<Delimiter> {
    let line = bytes.split(|byte| matches!(byte, b'\n' | b'\r')).next()?;
    std::str::from_utf8(line.strip_prefix(b"sep=")?).ok()?.parse().ok()
}

/// Makes sure that the bytes are UTF-8, or says where they are not.
fn check_text(bytes: &[u8], delimiter: Delimiter) -> Result<(), ModelError> {
    let at = match std::str::from_utf8(bytes) {
        Ok(text) => match text.find('\0') {
            None => return Ok(()),
            Some(at) => at,
        },
        Err(error) => error.valid_up_to(),
    };
    let (mut cursor, mut cells) = (Cursor::new(delimiter.byte()), Vec::new());
    let (mut names, mut line, mut cell) = (None, 1, 0);
    while let Some(row) = cursor.next(bytes, &mut cells) {
        line = row.unwrap_or_else(|torn| torn.line);
        cell = cells.iter().filter(|cell| cell.start <= at).count().saturating_sub(1);
        if cursor.at > at {
            break;
        }
        names
            .get_or_insert_with(|| cells.iter().map(|&cell| text(bytes, cell)).collect::<Vec<_>>());
    }
    let column = place(cell, &names.unwrap_or_default());
    let what = match bytes[at] {
        0 => "is NUL; if the file is UTF-16, save it as CSV in UTF-8".to_owned(),
        byte => format!(
            "is 0x{byte:02x}, which is not UTF-8; say --encoding latin1 if an older or a Windows program wrote the \
             file, otherwise save it as CSV in UTF-8"
        ),
    };
    Err(fault(line, format!("column {column}: byte {} of the file {what}", at + 1)))
}

fn fault(line: u64, what: String) -> ModelError {
    ModelError::Table { line, what }
}
