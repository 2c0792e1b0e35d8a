//! [`Column`]: one column of an arrow batch, value by value.

use std::borrow::Cow;

use arrow_array::{
    Array, ArrayRef,
    cast::AsArray,
    types::{
        Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type,
        UInt32Type, UInt64Type,
    },
};
use arrow_schema::DataType;

use super::rows::Cell;
use crate::{fault::FaultCode, schema::CellReader};

/// Whether values of this type can be read.
pub(super) fn is_read(kind: &DataType) -> bool {
    match kind {
        DataType::Dictionary(_, values) => is_read(values),
        DataType::Null | DataType::Boolean => true,
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => true,
        DataType::Float32 | DataType::Float64 => true,
        kind => kind.is_integer(),
    }
}

/// A column of a type that can be read.
#[derive(Debug)]
pub(super) struct Column<'b> {
    array: &'b ArrayRef,
}

impl<'b> Column<'b> {
    pub(super) fn of(array: &'b ArrayRef) -> Self {
        Self { array }
    }

    /// What the feature says of each value.
    pub(super) fn values(&self, reader: &CellReader<'_>) -> Vec<Result<f64, FaultCode>> {
        if let Some(dictionary) = self.array.as_any_dictionary_opt() {
            // Every entry is read once, however many rows have it.
            let entries = Column::of(dictionary.values()).values(reader);
            let keys = if entries.is_empty() { Vec::new() } else { dictionary.normalized_keys() };
            let value = |at: usize| match keys.get(at) {
                Some(&key) if !self.array.is_null(at) => entries[key],
                _ => reader.absent(),
            };
            return (0..self.array.len()).map(value).collect();
        }
        let value = |at| match self.cell(at) {
            Cell::Null => reader.absent(),
            Cell::Bare(text) | Cell::Text(text) => reader.read(text.as_bytes()),
        };
        (0..self.array.len())
            .map(|at| self.number(at, reader).unwrap_or_else(|| value(at)))
            .collect()
    }

    /// The value at a position.
    pub(super) fn cell(&self, at: usize) -> Cell<'b> {
        let array: &'b ArrayRef = self.array;
        if array.is_null(at) {
            return Cell::Null;
        }
        if let Some(dictionary) = array.as_any_dictionary_opt() {
            let one = array.slice(at, 1);
            let key = one.as_any_dictionary().normalized_keys()[0];
            return Column::of(dictionary.values()).cell(key);
        }
        let text = |text: &'b str| Cell::Text(Cow::Borrowed(text));
        match array.data_type() {
            DataType::Utf8 => text(array.as_string::<i32>().value(at)),
            DataType::LargeUtf8 => text(array.as_string::<i64>().value(at)),
            DataType::Utf8View => text(array.as_string_view().value(at)),
            DataType::Boolean => bare(&array.as_boolean().value(at)),
            DataType::Int64 => bare(&array.as_primitive::<Int64Type>().value(at)),
            DataType::UInt64 => bare(&array.as_primitive::<UInt64Type>().value(at)),
            DataType::Float32 => match array.as_primitive::<Float32Type>().value(at) {
                value if value.is_finite() => bare(&value),
                _ => Cell::Null,
            },
            _ => match self.float(at) {
                Some(value) if value.is_finite() => bare(&value),
                _ => Cell::Null,
            },
        }
    }

    /// What the feature says of the number at a position; `None` where there is no number.
    fn number(&self, at: usize, reader: &CellReader<'_>) -> Option<Result<f64, FaultCode>> {
        let value = self.float(at)?;
        Some(if value.is_nan() { reader.absent() } else { reader.number(value) })
    }

    fn float(&self, at: usize) -> Option<f64> {
        let array = self.array;
        if array.is_null(at) {
            return None;
        }
        Some(match array.data_type() {
            DataType::Float64 => array.as_primitive::<Float64Type>().value(at),
            DataType::Float32 => f64::from(array.as_primitive::<Float32Type>().value(at)),
            DataType::Int8 => f64::from(array.as_primitive::<Int8Type>().value(at)),
            DataType::Int16 => f64::from(array.as_primitive::<Int16Type>().value(at)),
            DataType::Int32 => f64::from(array.as_primitive::<Int32Type>().value(at)),
            // Beyond 2^53 the nearest number stands in, as for a text.
            DataType::Int64 => array.as_primitive::<Int64Type>().value(at) as f64,
            DataType::UInt8 => f64::from(array.as_primitive::<UInt8Type>().value(at)),
            DataType::UInt16 => f64::from(array.as_primitive::<UInt16Type>().value(at)),
            DataType::UInt32 => f64::from(array.as_primitive::<UInt32Type>().value(at)),
            DataType::UInt64 => array.as_primitive::<UInt64Type>().value(at) as f64,
            _ => return None,
        })
    }
}

fn bare<'b>(value: &impl ToString) -> Cell<'b> {
    Cell::Bare(value.to_string().into())
}
