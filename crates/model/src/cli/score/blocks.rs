//! [`Blocks`]: an input of any size as a sequence of blocks of whole records.
//!
//! The caller says where a block may end; bytes after that begin the next one. Only a record longer than a block makes
//! a block grow, up to [`LIMIT`].

use std::{fmt, io::Read, mem, ops::Range};

use anyhow::{Context, Result, bail};

use crate::sheet::lines;

/// Bytes of a block: large beside the cost of handing it over, small beside a second-level cache.
pub(super) const SIZE: usize = 256 << 10;
/// Longest record in bytes. No lead is as long; an open quote makes one of the rest of the file.
const LIMIT: usize = 16 << 20;
/// Fewest bytes that the first look at the input sees, if it has as many.
const FIRST_LOOK: usize = 64 << 10;

/// Whole records, and where they stand in the input.
#[derive(Debug, Default)]
pub(super) struct Block {
    pub(super) bytes: Vec<u8>,
    /// Where the leads stand, if that was found out already.
    pub(super) elements: Option<Vec<Range<usize>>>,
    /// Rows in columns, in place of bytes.
    #[cfg(feature = "parquet")]
    pub(super) batch: Option<arrow_array::RecordBatch>,
    /// Line of the input on which the block begins, from 1; of a Parquet file the row.
    pub(super) line: u64,
    /// How much of the input ends here, for the progress bar: bytes, or rows of a Parquet file.
    pub(super) consumed: u64,
}

/// How much of the input somebody who looks for the end of a record can see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Seen {
    /// A part, which grows if it holds no whole record.
    Part,
    /// A part that grows no more.
    Limit,
    /// All that is left.
    All,
}

/// A reader, cut into blocks.
pub(super) struct Blocks<'a> {
    input: Box<dyn Read + 'a>,
    size: usize,
    buffer: Vec<u8>,
    ended: bool,
    line: u64,
    consumed: u64,
}

impl fmt::Debug for Blocks<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Blocks").field("line", &self.line).finish_non_exhaustive()
    }
}

impl<'a> Blocks<'a> {
    pub(super) fn new(input: Box<dyn Read + 'a>, size: usize) -> Self {
        Self { input, size: size.max(1), buffer: Vec::new(), ended: false, line: 1, consumed: 0 }
    }

    /// The beginning of what has not been taken yet; empty only at the end of the input.
    pub(super) fn look(&mut self) -> Result<&[u8]> {
        self.fill(FIRST_LOOK)?;
        Ok(&self.buffer)
    }

    /// Steps over bytes that [`Blocks::look`] has shown.
    pub(super) fn skip(&mut self, bytes: usize) {
        self.line += lines(&self.buffer[..bytes]);
        self.consumed += bytes as u64;
        self.buffer.drain(..bytes);
    }

    /// The next block, which ends where `cut` says, if there is a whole record in the bytes it sees.
    pub(super) fn next(
        &mut self,
        mut cut: impl FnMut(&[u8], Seen) -> Result<Option<usize>>,
    ) -> Result<Option<Block>> {
        let mut wanted = self.size;
        loop {
            self.fill(wanted)?;
            if self.buffer.is_empty() {
                return Ok(None);
            }
            let seen = match self.ended {
                true => Seen::All,
                false if wanted >= LIMIT => Seen::Limit,
                false => Seen::Part,
            };
            if let Some(end) = cut(&self.buffer, seen)?.filter(|&end| end > 0) {
                return Ok(Some(self.take(end)));
            }
            if self.ended {
                return Ok(Some(self.take(self.buffer.len())));
            }
            if wanted >= LIMIT {
                let (line, limit) = (self.line, LIMIT >> 20);
                bail!(
                    "line {line}: a row that begins here is longer than {limit} MB; is a quote or a bracket left open?"
                );
            }
            wanted = self.buffer.len().saturating_mul(2).min(LIMIT);
        }
    }

    /// The line on which the next block begins.
    pub(super) fn line(&self) -> u64 {
        self.line
    }

    fn take(&mut self, end: usize) -> Block {
        let rest = self.buffer.split_off(end);
        let bytes = mem::replace(&mut self.buffer, rest);
        let line = self.line;
        self.line += lines(&bytes);
        self.consumed += end as u64;
        Block { bytes, line, consumed: self.consumed, ..Block::default() }
    }

    /// Reads until so many bytes are there, or the input ends.
    fn fill(&mut self, wanted: usize) -> Result<()> {
        let lacking = wanted.saturating_sub(self.buffer.len());
        if lacking == 0 || self.ended {
            return Ok(());
        }
        self.buffer.reserve_exact(lacking);
        let mut part = self.input.as_mut().take(lacking as u64);
        let read = part.read_to_end(&mut self.buffer).context("read the input")?;
        self.ended = read < lacking;
        Ok(())
    }
}
