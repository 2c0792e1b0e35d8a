//! A file on its way into the CSV reader.
//!
//! [`Source`] hands out the bytes of one file, once and in order, and keeps what the reader above it cannot know: on which
//! line a row begins whatever its line ends are, whether the file ends within a line, and that a row has gone on for too
//! long. It holds no more of the file than the reader has asked for, and knows no quotes and no columns.

use std::{
    collections::VecDeque,
    fs::File,
    io::{self, Read, Seek, SeekFrom, Take},
    path::Path,
};

use crate::error::StatsError;

/// No larger file is read: a day of history with ten endpoints is about 200 MB.
const LARGEST_FILE_BYTES: u64 = 512 * 1024 * 1024;

/// No longer row is read: a stray quote must not pull the rest of a large file into one field. The longest text that a
/// generator writes is a traceback of some kilobytes.
pub(crate) const LONGEST_ROW_BYTES: u64 = 1024 * 1024;

/// One file, read from its start to the end that it had when it was opened.
#[derive(Debug)]
pub(crate) struct Source {
    file: Take<File>,
    length: u64,
    /// The first bytes, as many as were asked for.
    start: Vec<u8>,
    last: Option<u8>,
    handed_out: u64,
    /// The row being read may go on up to here.
    limit: u64,
    /// Line ends that were handed out and not yet counted.
    breaks: VecDeque<Break>,
    /// The line of the row that was asked for last, from 1.
    line: u64,
}

/// Line ends without anything between them: `\r\n`, or several with blank lines.
#[derive(Debug)]
struct Break {
    start: u64,
    end: u64,
    lines: u64,
}

impl Source {
    /// Opens the file at `path` and looks at its first bytes, `start` of them; `None` if there is no file.
    pub(crate) fn open(path: &Path, start: usize) -> Result<Option<Self>, StatsError> {
        let unreadable = |cause| StatsError::Read { path: path.to_owned(), cause };
        let mut file = match File::open(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            opened => opened.map_err(unreadable)?,
        };
        let length = file.metadata().map_err(unreadable)?.len();
        if length > LARGEST_FILE_BYTES {
            return Err(StatsError::TooLarge {
                path: path.to_owned(),
                limit_bytes: LARGEST_FILE_BYTES,
            });
        }
        let (start, last) = ends_of(&mut file, start).map_err(unreadable)?;
        Ok(Some(Self {
            file: file.take(length),
            length,
            start,
            last,
            handed_out: 0,
            limit: LONGEST_ROW_BYTES,
            breaks: VecDeque::new(),
            line: 1,
        }))
    }

    /// The first bytes of the file.
    pub(crate) fn start(&self) -> &[u8] {
        &self.start
    }

    /// Whether the last line of the file has a line end.
    pub(crate) fn is_finished(&self) -> bool {
        self.last == Some(b'\n')
    }

    /// Whether the file ends at this byte.
    pub(crate) fn ends_at(&self, byte: u64) -> bool {
        byte == self.length
    }

    /// Lets the row that begins at (or after line ends from) this byte have its full length.
    pub(crate) fn allow_row_from(&mut self, byte: u64) {
        self.limit = byte + LONGEST_ROW_BYTES;
    }

    /// Whether the row being read was stopped because it did not end.
    pub(crate) fn is_stopped(&self) -> bool {
        self.handed_out >= self.limit && !self.ends_at(self.handed_out)
    }

    /// The line, from 1, of the row that begins at (or after line ends from) this byte. Rows are asked for in order.
    pub(crate) fn line_at(&mut self, byte: u64) -> u64 {
        while let Some(line_end) = self.breaks.pop_front_if(|line_end| line_end.start <= byte) {
            self.line += line_end.lines;
        }
        self.line
    }

    /// The last line that holds anything, from 1, once everything has been handed out.
    pub(crate) fn last_line(&self) -> u64 {
        let inner = self.breaks.iter().filter(|line_end| line_end.end < self.length);
        self.line + inner.map(|line_end| line_end.lines).sum::<u64>()
    }

    fn note(&mut self, bytes: &[u8]) {
        for (at, byte) in (self.handed_out..).zip(bytes) {
            if !matches!(byte, b'\r' | b'\n') {
                continue;
            }
            let lines = u64::from(*byte == b'\n');
            match self.breaks.back_mut() {
                Some(last) if last.end == at => {
                    last.end += 1;
                    last.lines += lines;
                }
                _ => self.breaks.push_back(Break { start: at, end: at + 1, lines }),
            }
        }
        self.handed_out += bytes.len() as u64;
    }
}

impl Read for Source {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.is_stopped() {
            return Err(io::Error::other("a row does not end"));
        }
        let count = self.file.read(buffer)?;
        if count == 0 && self.handed_out < self.length && !buffer.is_empty() {
            return Err(io::Error::other("it became shorter while it was read"));
        }
        self.note(&buffer[..count]);
        Ok(count)
    }
}

/// Up to `start` bytes at the start of a file, and its last byte; the file is back at its start.
fn ends_of(file: &mut File, start: usize) -> io::Result<(Vec<u8>, Option<u8>)> {
    let mut first = Vec::new();
    file.by_ref().take(start as u64).read_to_end(&mut first)?;
    let mut last = Vec::new();
    if !first.is_empty() {
        file.seek(SeekFrom::End(-1))?;
        file.by_ref().take(1).read_to_end(&mut last)?;
        file.rewind()?;
    }
    Ok((first, last.pop()))
}
