//! Delimited text (CSV and its relatives) as bytes: records, cells, headers, encodings.
//!
//! Everything here is a rule about bytes, so that the reader of a training table, which holds the whole file, and the
//! scoring of files of any size, which sees one block at a time, cannot come to different readings. What the cells mean
//! is left to the schema; where the bytes come from to the caller.

mod encoding;
mod ends;
mod header;
mod record;

pub(crate) use encoding::Encoding;
pub(crate) use ends::{last_end, lines};
pub(crate) use header::{Header, byte_order_mark, delimiter};
pub(crate) use record::{Records, text};
