//! A lead from bare numbers, as tensors and columns hold them.
//!
//! What the numbers of levels stand for is the schema's to say; names and texts are read elsewhere.

use super::{Lead, place::pointer};
use crate::{
    fault::{Collector, Fault, FaultCode, Faults},
    schema::Schema,
};

impl Lead {
    /// A lead of values in schema order, NaN where one is not given; a level is given by its position.
    ///
    /// `id` is taken as it is.
    ///
    /// ```
    /// use lead_model::{FaultCode, Lead, Schema};
    ///
    /// let schema = Schema::b2b();
    /// let mut values = vec![1.0; schema.len()];
    /// assert_eq!(Lead::from_values(&schema, "a", values.clone()).unwrap().values(), values);
    ///
    /// values[13] = 2.0;
    /// let faults = Lead::from_values(&schema, "a", values).unwrap_err();
    /// let first = faults.iter().next().unwrap();
    /// assert_eq!((first.pointer.as_str(), first.code), ("/13", FaultCode::OutOfRange));
    /// ```
    ///
    /// # Errors
    /// Every value that is out of place, its pointer the position; [`FaultCode::Missing`] at the first absent position and
    /// at the first one too many.
    pub fn from_values(
        schema: &Schema,
        id: impl Into<Box<str>>,
        values: impl Into<Box<[f64]>>,
    ) -> Result<Self, Faults> {
        let mut values = values.into();
        let mut faults = Collector::default();
        let mut imputed = 0;
        let mut fault = |position: usize, code, detail| {
            let pointer = pointer(Some(position), &[]);
            faults.push(Fault { pointer, code, detail });
        };
        let (found, expected) = (values.len(), schema.len());
        if found != expected {
            let detail = format!("A lead has {expected} values, not {found}.");
            fault(found.min(expected), FaultCode::Missing, detail);
        }
        for (position, (value, feature)) in values.iter_mut().zip(schema.features()).enumerate() {
            let (checked, given) = match value.is_nan() {
                true => (feature.absent().ok_or(FaultCode::Missing), false),
                false => (feature.check(*value), true),
            };
            imputed += u32::from(!given);
            match checked {
                Ok(checked) => *value = checked,
                Err(code) => fault(position, code, feature.complaint(code)),
            }
        }
        faults.finish(Self::checked(id, values, imputed))
    }
}
