//! [`Sink`]: where the output goes: a stream, or a file that gets its name when it is whole.

use std::{io::Write, path::Path};

use anyhow::{Context, Result};

use super::{partial::Partial, worker::Made};

/// An open output.
pub(super) enum Sink<'w> {
    Stream(&'w mut dyn Write),
    File(Partial),
    #[cfg(feature = "parquet")]
    Parquet(Partial, Box<parquet::arrow::ArrowWriter<std::fs::File>>),
}

impl<'w> Sink<'w> {
    /// Opens a text: `path` is `None` for the stream.
    pub(super) fn text(path: Option<&Path>, stream: &'w mut dyn Write) -> Result<Self> {
        Ok(match path {
            Some(path) => Self::File(Partial::create(path)?),
            None => Self::Stream(stream),
        })
    }

    /// Opens a Parquet file.
    #[cfg(feature = "parquet")]
    pub(super) fn parquet(path: &Path, schema: arrow_schema::SchemaRef) -> Result<Self> {
        use parquet::{arrow::ArrowWriter, basic::Compression, file::properties::WriterProperties};

        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            // A group is held in memory until it is whole.
            .set_max_row_group_row_count(Some(1 << 16))
            .build();
        let partial = Partial::create(path)?;
        let writer = ArrowWriter::try_new(partial.handle()?, schema, Some(properties));
        Ok(Self::Parquet(partial, Box::new(writer.context("write Parquet")?)))
    }

    /// Writes bytes as they are, to an output that is text.
    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<()> {
        match self {
            Self::Stream(stream) => Ok(stream.write_all(bytes)?),
            Self::File(file) => file.write_all(bytes).context("write the scores"),
            #[cfg(feature = "parquet")]
            Self::Parquet(..) => Ok(()),
        }
    }

    /// Writes what became of a block.
    pub(super) fn take(&mut self, made: &Made) -> Result<()> {
        match made {
            Made::Text(bytes) => self.write(bytes),
            #[cfg(feature = "parquet")]
            Made::Batch(batch) => match self {
                Self::Parquet(_, writer) => writer.write(batch).context("write the scores"),
                Self::Stream(_) | Self::File(_) => Ok(()),
            },
        }
    }

    /// Ends the output, and gives a file its name.
    pub(super) fn finish(self) -> Result<()> {
        match self {
            Self::Stream(stream) => Ok(stream.flush()?),
            Self::File(file) => file.finish(),
            #[cfg(feature = "parquet")]
            Self::Parquet(file, writer) => {
                writer.close().context("write the scores")?;
                file.finish()
            }
        }
    }
}
