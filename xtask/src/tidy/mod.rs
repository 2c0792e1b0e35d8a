//! `cargo xtask tidy`: the crate edges as a test, the tree's measures as a table.
//!
//! The edges, and the documents' links and walks, are fences and fail; the
//! measures are there to be looked at.

mod edges;
mod measures;
mod source;
mod walks;

use std::process::ExitCode;

use anyhow::Result;

/// Checks the edges and prints the measures.
#[expect(clippy::print_stdout, reason = "the table is the product of this verb")]
pub(crate) fn run() -> Result<ExitCode> {
    let files = source::rust_files()?;
    println!("{}", measures::table(&files));
    println!("{}", measures::longest_functions(&files, 10));
    edges::check(&files)?;
    println!("edges between the crates: as docs/ARCHITECTURE.md says");
    walks::check()?;
    println!("links and walks in the documents: lead to real files");
    Ok(ExitCode::SUCCESS)
}
