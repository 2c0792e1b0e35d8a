//! How a model file looks: one line per feature, curve, and golden lead.
//!
//! [`Layout`] indents objects as usual, but writes what stands in an array compactly, each object on a line of its own. So
//! the file stays short, and a diff shows which curves have changed.

use std::io::{self, Write};

use serde_json::ser::Formatter;

/// Formatter for [`serde_json::Serializer`].
#[derive(Debug, Default)]
pub(super) struct Layout {
    /// Open objects outside of arrays.
    indent: usize,
    /// Open arrays.
    arrays: usize,
    /// Open objects inside of arrays.
    inner: usize,
    /// Whether the innermost array holds objects.
    lines: bool,
}

impl Layout {
    fn new_line<W: ?Sized + Write>(&self, writer: &mut W, extra: usize) -> io::Result<()> {
        writer.write_all(b"\n")?;
        (0..self.indent + extra).try_for_each(|_| writer.write_all(b"  "))
    }
}

impl Formatter for Layout {
    fn begin_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.arrays += 1;
        writer.write_all(b"[")
    }

    fn end_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.arrays -= 1;
        if self.arrays == 0 && std::mem::take(&mut self.lines) {
            self.new_line(writer, 0)?;
        }
        writer.write_all(b"]")
    }

    fn begin_array_value<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        if first { Ok(()) } else { writer.write_all(b",") }
    }

    fn begin_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        if self.arrays == 0 {
            self.indent += 1;
        } else {
            if self.inner == 0 {
                self.lines = true;
                self.new_line(writer, 1)?;
            }
            self.inner += 1;
        }
        writer.write_all(b"{")
    }

    fn end_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        if self.arrays == 0 {
            self.indent -= 1;
            self.new_line(writer, 0)?;
        } else {
            self.inner -= 1;
        }
        writer.write_all(b"}")
    }

    fn begin_object_key<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        if !first {
            writer.write_all(b",")?;
        }
        if self.arrays == 0 { self.new_line(writer, 0) } else { Ok(()) }
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        writer.write_all(if self.arrays == 0 { b": " } else { b":" })
    }
}
