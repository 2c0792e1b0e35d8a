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

/// A fault as a sentence.
pub(super) fn sentence(fault: &RowFault, place: &str) -> String {
    let RowFault { line, column, code, detail } = fault;
    if column.is_empty() {
        return format!("{place} {line}: {detail} ({code})");
    }
    format!("{place} {line}, column {column}: {detail} ({code})")
}
