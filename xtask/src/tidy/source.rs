//! The tree's Rust files, read as text.
//!
//! [`SourceFile`] knows which of its lines are product code and where functions
//! begin and end. It trusts `cargo fmt` (a closing brace stands as deep as its
//! `fn`) in place of a parser; what is counted with it stands in `measures`.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::project;

/// One file of product code: no tests, benches or examples.
#[derive(Debug)]
pub(crate) struct SourceFile {
    /// From the root, with forward slashes.
    pub(crate) path: String,
    pub(crate) text: String,
}

/// A function and how many lines it takes, from `fn` to its brace.
#[derive(Debug)]
pub(crate) struct Function {
    pub(crate) name: String,
    pub(crate) line: usize,
    pub(crate) lines: usize,
}

/// Every product file below crates/ and xtask/, sorted by path.
pub(crate) fn rust_files() -> Result<Vec<SourceFile>> {
    let mut files = Vec::new();
    collect(&project::root().join("crates"), &mut files)?;
    collect(&project::root().join("xtask"), &mut files)?;
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(files)
}

fn collect(folder: &Path, files: &mut Vec<SourceFile>) -> Result<()> {
    let entries =
        fs::read_dir(folder).with_context(|| format!("failed to list {}", folder.display()))?;
    for entry in entries {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() {
            if !["tests", "benches", "examples", "target", "fuzz"].contains(&name.as_str()) {
                collect(&path, files)?;
            }
        } else if name.ends_with(".rs") {
            let text = fs::read_to_string(&path)
                .with_context(|| format!("failed to read {}", path.display()))?;
            files.push(SourceFile { path: project::shown(&path), text });
        }
    }
    Ok(())
}

impl SourceFile {
    /// The crate's folder, such as `crates/model` or `xtask`.
    pub(crate) fn member(&self) -> &str {
        self.path.split_once("/src/").map_or(self.path.as_str(), |(member, _)| member)
    }

    /// Lines with their numbers from 1, inline test modules left out.
    pub(crate) fn product_lines(&self) -> impl Iterator<Item = (usize, &str)> {
        let mut in_tests = false;
        self.text.lines().enumerate().filter_map(move |(index, line)| {
            in_tests |= line == "#[cfg(test)]";
            let kept = !in_tests;
            if line == "}" {
                in_tests = false;
            }
            kept.then_some((index + 1, line))
        })
    }

    /// Product lines that are neither blank nor a comment.
    pub(crate) fn code_lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.product_lines().filter(|(_, line)| {
            let line = line.trim_start();
            !line.is_empty() && !line.starts_with("//")
        })
    }

    /// Whether the file opens by saying what it is.
    pub(crate) fn has_header(&self) -> bool {
        self.text.starts_with("//!") || self.text.starts_with("#![doc")
    }

    /// The functions of the product code, in file order.
    pub(crate) fn functions(&self) -> Vec<Function> {
        let lines: Vec<(usize, &str)> = self.product_lines().collect();
        let mut functions = Vec::new();
        for (index, (line, text)) in lines.iter().enumerate() {
            let Some(name) = function_name(text) else { continue };
            let depth = text.len() - text.trim_start().len();
            let closing = format!("{}}}", " ".repeat(depth));
            let one_line = text.ends_with('}');
            let body = lines[index..].iter().take_while(|(_, text)| {
                !text.ends_with(';') || text.len() - text.trim_start().len() > depth
            });
            let length = if one_line {
                Some(1)
            } else {
                body.clone().position(|(_, text)| *text == closing).map(|end| end + 1)
            };
            if let Some(length) = length {
                functions.push(Function { name: name.to_owned(), line: *line, lines: length });
            }
        }
        functions
    }
}

/// The name in a line that begins a function, whatever stands before `fn`.
fn function_name(line: &str) -> Option<&str> {
    let mut rest = line.trim_start();
    loop {
        if let Some(after) = rest.strip_prefix("fn ") {
            let end = after.find(['(', '<'])?;
            return Some(&after[..end]);
        }
        let word = rest.split(' ').next()?;
        let modifier = word.starts_with("pub")
            || ["async", "const", "extern", "\"C\"", "default"].contains(&word);
        rest = if modifier { rest[word.len()..].trim_start() } else { return None };
        // `pub(in a::b)` has a blank inside.
        rest = rest.strip_prefix("crate) ").unwrap_or(rest);
    }
}

#[cfg(test)]
mod tests {
    use super::SourceFile;

    const SAMPLE: &str = "\
//! A sample.

/// One line.
pub(crate) const fn short() -> u8 { 1 }

impl Thing {
    async fn long(&self) {
        if self.ready {
            go();
        }
    }
}

trait Shape {
    fn area(&self) -> f64;
    fn name(&self) -> String {
        String::new()
    }
}

#[cfg(test)]
mod tests {
    fn not_counted() {
    }
}
";

    #[test]
    fn functions_are_measured_from_fn_to_brace_and_tests_are_left_out() {
        let file = SourceFile { path: "crates/x/src/lib.rs".to_owned(), text: SAMPLE.to_owned() };
        let found: Vec<_> =
            file.functions().into_iter().map(|f| (f.name, f.line, f.lines)).collect();
        let expected = [("short", 4, 1), ("long", 7, 5), ("name", 16, 3)];
        assert_eq!(found, expected.map(|(name, line, lines)| (name.to_owned(), line, lines)));
    }

    #[test]
    fn a_file_belongs_to_its_member() {
        let file = SourceFile { path: "crates/x/src/a/b.rs".to_owned(), text: String::new() };
        assert_eq!(file.member(), "crates/x");
    }
}
