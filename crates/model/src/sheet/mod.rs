//! A table of texts, as exports hold it, read exactly and without opinions.
//!
//! [`Sheet`] survives what real exports bring: byte order marks, Windows and Mac line ends, quoted delimiters, Latin-1,
//! nameless columns. It keeps the line of every row and reports each row that cannot be read. What the columns mean is
//! left to [`columns`](crate::columns).

mod cells;
mod delimiter;
mod encoding;
mod header;
mod reader;
mod rejection;
mod scan;

pub use delimiter::Delimiter;
pub use encoding::Encoding;
pub use reader::{Form, Sheet};
pub use rejection::{Rejection, Rejections};

/// Names and cells are shown up to here in a message: a file with other separators is one long name.
const SHOWN_CHARS: usize = 64;

/// The beginning of a text from a file, for a message.
pub(crate) fn shown(text: &str) -> String {
    text.chars().take(SHOWN_CHARS).collect()
}
