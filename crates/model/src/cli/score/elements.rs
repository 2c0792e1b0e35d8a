//! [`Elements`]: leads in one JSON array, or one after the other over several lines, cut out without parsing them.
//!
//! Only brackets, quotes, and commas are looked at; whether an element is JSON, and a lead, is left to its reader.

use std::ops::Range;

use anyhow::{Result, bail};

/// Where in the text the next element may stand.
#[derive(Debug)]
pub(super) struct Elements {
    /// Elements of one array, or texts that stand one after the other.
    array: bool,
    next: Next,
    /// The elements of the last block.
    found: Vec<Range<usize>>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Next {
    /// The opening bracket of the array.
    Bracket,
    /// The first element, or the end of the array.
    First,
    Element,
    Comma,
    /// White space only.
    Nothing,
}

impl Elements {
    pub(super) fn new(array: bool) -> Self {
        let next = if array { Next::Bracket } else { Next::Element };
        Self { array, next, found: Vec::new() }
    }

    /// The end of the last whole element in `bytes`, for [`Blocks::next`](super::blocks::Blocks::next).
    ///
    /// # Errors
    /// What stands between two elements is no comma, or the array does not end.
    pub(super) fn cut(&mut self, bytes: &[u8], last: bool) -> Result<Option<usize>> {
        self.found.clear();
        let mut at = 0;
        while let Some(skipped) = bytes[at..].iter().position(|byte| !byte.is_ascii_whitespace()) {
            let start = at + skipped;
            match (self.next, bytes[start]) {
                (Next::Bracket, b'[') => (self.next, at) = (Next::First, start + 1),
                (Next::First | Next::Comma, b']') => (self.next, at) = (Next::Nothing, start + 1),
                (Next::Comma, b',') => (self.next, at) = (Next::Element, start + 1),
                (Next::First | Next::Element, byte) if self.array && b",]}".contains(&byte) => {
                    bail!("expected a lead after a bracket or comma");
                }
                (Next::First | Next::Element, _) => {
                    let Some(end) = end(&bytes[start..], last) else { break };
                    self.found.push(start..start + end);
                    at = start + end;
                    self.next = if self.array { Next::Comma } else { Next::Element };
                }
                (Next::Comma, _) => bail!("expected a comma or a closing bracket after a lead"),
                (Next::Bracket | Next::Nothing, _) => bail!("expected nothing after the array"),
            }
        }
        if last && self.array && self.next != Next::Nothing {
            bail!("the array of leads is not closed");
        }
        Ok(if last { Some(bytes.len()) } else { Some(at).filter(|&at| at > 0) })
    }

    /// The elements of the block that was cut last.
    pub(super) fn found(&self) -> &[Range<usize>] {
        &self.found
    }
}

/// How long the element is that `bytes` begin with; at the end of the input half of one is taken for one.
fn end(bytes: &[u8], last: bool) -> Option<usize> {
    let (mut depth, mut quoted, mut escaped) = (0_u32, false, false);
    for (at, &byte) in bytes.iter().enumerate() {
        if quoted {
            quoted = escaped || byte != b'"';
            escaped = !escaped && byte == b'\\';
            if !quoted && depth == 0 {
                return Some(at + 1);
            }
            continue;
        }
        match byte {
            b'"' => quoted = true,
            b'{' | b'[' => depth += 1,
            b'}' | b']' if depth <= 1 => return Some(at + 1),
            b'}' | b']' => depth -= 1,
            b',' | b' ' | b'\n' | b'\r' | b'\t' if depth == 0 && at > 0 => return Some(at),
            _ => {}
        }
    }
    last.then_some(bytes.len())
}

#[cfg(test)]
mod tests {
    use super::Elements;

    /// The elements that are found with blocks of `size` bytes.
    fn elements(text: &str, size: usize) -> Result<Vec<String>, String> {
        let mut elements = Elements::new(text.trim_start().starts_with('['));
        let (mut from, mut to, mut all) = (0, size, Vec::new());
        loop {
            to = to.min(text.len());
            let last = to == text.len();
            let bytes = &text.as_bytes()[from..to];
            match elements.cut(bytes, last).map_err(|error| error.to_string())? {
                Some(end) => {
                    let texts = elements.found().iter().map(|range| &text[from..][range.clone()]);
                    all.extend(texts.map(str::to_owned));
                    (from, to) = (from + end, from + end + size);
                }
                None => to += size,
            }
            if last {
                return Ok(all);
            }
        }
    }

    #[test]
    fn elements_are_the_same_whatever_the_size_of_blocks() {
        let array = r#" [ {"a": [1, {"b": "]}\""}]} , {},3, "x,]", [ ] ] "#;
        let texts = "{\n \"a\": 1\n}\n\n{\"b\": \"\\\\\"} {}";
        for size in 1..60 {
            let found = elements(array, size).unwrap();
            assert_eq!(found, [r#"{"a": [1, {"b": "]}\""}]}"#, "{}", "3", "\"x,]\"", "[ ]"]);
            let found = elements(texts, size).unwrap();
            assert_eq!(found, ["{\n \"a\": 1\n}", "{\"b\": \"\\\\\"}", "{}"]);
        }
        assert!(elements("[]", 9).unwrap().is_empty());
    }

    #[test]
    fn arrays_that_are_none_are_named() {
        let complaints = ["[{} {}]", "[{},]", "[,]", "[{}", "[] 1"]
            .map(|text| format!("{text}: {}\n", elements(text, 3).unwrap_err()));
        insta::assert_snapshot!(complaints.concat(), @r"
        [{} {}]: expected a comma or a closing bracket after a lead
        [{},]: expected a lead after a bracket or comma
        [,]: expected a lead after a bracket or comma
        [{}: the array of leads is not closed
        [] 1: expected nothing after the array
        ");
    }
}
