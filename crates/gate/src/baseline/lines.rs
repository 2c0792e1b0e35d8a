//! JSON in lines as long as a thought: what is reviewed is a diff, and a row of figures is one line of it.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::Formatter;

/// What lies deeper stands in one line: rows of figures lie in runs, which lie in the file.
const DEEPEST: usize = 4;

/// Two spaces a level.
const INDENT: &str = "  ";

/// Indented JSON that ends with a line end.
pub(super) fn render(document: &impl Serialize) -> String {
    let mut bytes = Vec::new();
    let mut writer = serde_json::Serializer::with_formatter(&mut bytes, Lines::default());
    document
        .serialize(&mut writer)
        .expect("numbers and strings serialize, and a vector takes every byte");
    bytes.push(b'\n');
    String::from_utf8(bytes).expect("JSON is UTF-8")
}

#[derive(Default)]
struct Lines {
    depth: usize,
    /// Whether the innermost value that is open holds anything yet.
    has_value: bool,
}

impl Lines {
    fn open<W: ?Sized + Write>(&mut self, writer: &mut W, sign: &[u8]) -> io::Result<()> {
        self.depth += 1;
        self.has_value = false;
        writer.write_all(sign)
    }

    fn close<W: ?Sized + Write>(&mut self, writer: &mut W, sign: &[u8]) -> io::Result<()> {
        let is_flat = self.depth > DEEPEST;
        self.depth -= 1;
        if self.has_value && !is_flat {
            self.new_line(writer)?;
        }
        self.has_value = true;
        writer.write_all(sign)
    }

    fn next<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        let is_flat = self.depth > DEEPEST;
        match (first, is_flat) {
            (true, true) => Ok(()),
            (false, true) => writer.write_all(b", "),
            (true, false) => self.new_line(writer),
            (false, false) => {
                writer.write_all(b",")?;
                self.new_line(writer)
            }
        }
    }

    fn new_line<W: ?Sized + Write>(&self, writer: &mut W) -> io::Result<()> {
        writer.write_all(b"\n")?;
        writer.write_all(INDENT.repeat(self.depth).as_bytes())
    }
}

impl Formatter for Lines {
    fn begin_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.open(writer, b"[")
    }

    fn end_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.close(writer, b"]")
    }

    fn begin_array_value<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        self.next(writer, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.has_value = true;
        Ok(())
    }

    fn begin_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.open(writer, b"{")
    }

    fn end_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.close(writer, b"}")
    }

    fn begin_object_key<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        self.next(writer, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        writer.write_all(b": ")
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.has_value = true;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::render;

    #[test]
    fn rows_stand_in_one_line_and_read_back_alike() {
        let document = json!({
            "runs": [{ "all": { "ms": { "p50": 1.5, "p95": [2, {}] } }, "endpoints": [] }], "none": null
        });
        let text = render(&document);
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap(), document);
        insta::assert_snapshot!(text, @r#"
        {
          "none": null,
          "runs": [
            {
              "all": {
                "ms": {"p50": 1.5, "p95": [2, {}]}
              },
              "endpoints": []
            }
          ]
        }
        "#);
    }
}
