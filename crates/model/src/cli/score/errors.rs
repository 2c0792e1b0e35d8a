//! The errors file: one line for each fault of a row, as CSV.
//!
//! Its columns are `line,column,code,detail`. Values are never repeated: inputs hold personal data, and this file is the
//! one that is passed around.

use super::{rows::RowFault, text::quote};

/// The first line.
pub(super) const HEAD: &[u8] = b"line,column,code,detail\n";

/// The lines of these faults.
pub(super) fn lines(faults: &[RowFault]) -> Vec<u8> {
    let mut out = Vec::new();
    for fault in faults {
        out.extend_from_slice(fault.line.to_string().as_bytes());
        for text in [&fault.column, fault.code, &fault.detail] {
            out.push(b',');
            quote(&mut out, text, b',');
        }
        out.push(b'\n');
    }
    out
}

/// The first fault as a sentence that also counts the others of its row.
pub(super) fn first(faults: &[RowFault], place: &str) -> Option<String> {
    let RowFault { line, column, code, detail } = faults.first()?;
    let column = if column.is_empty() { String::new() } else { format!(", column {column}") };
    let more = match faults[1..].iter().take_while(|fault| fault.line == *line).count() {
        0 => String::new(),
        1 => " and 1 more fault in it".to_owned(),
        more => format!(" and {more} more faults in it"),
    };
    Some(format!("{place} {line}{column}: {detail} ({code}){more}"))
}
