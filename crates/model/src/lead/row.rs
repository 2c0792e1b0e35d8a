//! [`Lead`]: one checked row.
//!
//! The only ways to a lead are the readers of this crate, so whoever holds one need not check anything again.

use crate::schema::{Feature, Kind, Schema};

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
#[derive(Debug, Clone)]
pub struct Lead {
    id: Box<str>,
    values: Box<[f64]>,
    /// Features that were not given: missing, or filled with their default.
    imputed: u32,
}

/// Leads are equal if they have one id and the same values, whether those were given or filled in.
impl PartialEq for Lead {
    fn eq(&self, other: &Self) -> bool {
        let same = |(one, other): (&f64, &f64)| one == other || (one.is_nan() && other.is_nan());
        self.id == other.id
            && self.values.len() == other.values.len()
            && self.values.iter().zip(&other.values).all(same)
    }
}

impl Lead {
    /// Appends the lead as compact JSON with its features in schema order, without those that are missing;
    /// [`Lead::from_json`] reads the same lead back.
    ///
    /// `schema` must be the one the lead was read with.
    pub fn write_json(&self, schema: &Schema, out: &mut Vec<u8>) {
        out.extend_from_slice(b"{\"lead_id\":");
        write(out, &*self.id);
        out.extend_from_slice(b",\"features\":{");
        let start = out.len();
        for (feature, &value) in schema.features().iter().zip(&self.values) {
            if value.is_nan() {
                continue;
            }
            if out.len() > start {
                out.push(b',');
            }
            write(out, &*feature.name);
            out.push(b':');
            match feature.levels.get(value as usize) {
                Some(level) => write(out, &**level),
                None if !feature.levels.is_empty() => write(out, &*unseen(feature)),
                None if feature.kind == Kind::Real => write(out, &value),
                None => write(out, &(value as i64)),
            }
        }
        out.extend_from_slice(b"}}");
    }

    /// The caller's name for the lead; may be empty.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The values, in schema order: finite and in range, or NaN where one is missing.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// How many features nobody gave: they are missing or have their default.
    pub fn imputed(&self) -> usize {
        self.imputed as usize
    }

    /// A lead of values that the caller has checked with [`Feature::check`](crate::Feature::check), of which so many
    /// were filled in.
    pub(crate) fn checked(
        id: impl Into<Box<str>>,
        values: impl Into<Box<[f64]>>,
        imputed: u32,
    ) -> Self {
        Self { id: id.into(), values: values.into(), imputed }
    }
}

/// A text that the schema does not know, so that it reads back as the unseen level.
fn unseen(feature: &Feature) -> String {
    let mut text = "(other)".to_owned();
    while feature.levels.contains(&text) || feature.missing.contains(&text) {
        text = format!("({text})");
    }
    text
}

fn write<T: serde::Serialize + ?Sized>(out: &mut Vec<u8>, value: &T) {
    serde_json::to_writer(out, value).expect("text and finite numbers can be written to memory");
}
