//! [`Lead`]: one checked row.
//!
//! The only ways to a lead are the readers of this crate, so whoever holds one need not check anything again.

use crate::schema::{Kind, Schema};

/// Longest lead id in bytes of UTF-8: room for any key or URL a CRM hands out, none for a document.
pub const ID_LIMIT: usize = 512;

/// A lead whose every value was checked against a [`Schema`].
///
/// ```
/// use lead_model::{FaultCode, Lead, Schema};
///
/// let faults = Lead::from_json(&Schema::b2b(), br#"{"lead_id": "a", "features": {"bounce_rate": 2}}"#).unwrap_err();
/// let first = faults.iter().next().unwrap();
/// assert_eq!((first.pointer.as_str(), first.code), ("/features/bounce_rate", FaultCode::OutOfRange));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Lead {
    id: Box<str>,
    values: Box<[f64]>,
}

impl Lead {
    /// Appends the lead as compact JSON with its features in schema order; [`Lead::from_json`] reads the same lead back.
    ///
    /// `schema` must be the one the lead was read with.
    pub fn write_json(&self, schema: &Schema, out: &mut Vec<u8>) {
        out.extend_from_slice(b"{\"lead_id\":");
        write(out, &*self.id);
        out.extend_from_slice(b",\"features\":{");
        for (position, (feature, &value)) in schema.features().iter().zip(&self.values).enumerate()
        {
            if position > 0 {
                out.push(b',');
            }
            write(out, &*feature.name);
            out.push(b':');
            match feature.kind {
                Kind::Real => write(out, &value),
                Kind::Integer | Kind::Flag | Kind::Category => write(out, &(value as i64)),
            }
        }
        out.extend_from_slice(b"}}");
    }

    /// The caller's name for the lead; may be empty.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The values, in schema order, all finite and in range.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// A lead of values that the caller has checked with [`Feature::check`](crate::Feature::check).
    pub(crate) fn checked(id: impl Into<Box<str>>, values: impl Into<Box<[f64]>>) -> Self {
        Self { id: id.into(), values: values.into() }
    }
}

fn write<T: serde::Serialize + ?Sized>(out: &mut Vec<u8>, value: &T) {
    serde_json::to_writer(out, value).expect("text and finite numbers can be written to memory");
}
