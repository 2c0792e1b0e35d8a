//! JSON straight into a lead, all faults in one pass.
//!
//! The reader writes each number into its place in the row while it scans, with no tree and no map between; 50 features
//! take about a microsecond. A body that is not JSON gives that one fault, everything else is collected to the end.

use super::{
    ID_LIMIT, Lead,
    place::pointer,
    scanner::{Scanner, Syntax},
};
use crate::{
    fault::{BatchError, Collector, Fault, FaultCode, Faults},
    schema::{Presence, Schema},
};

/// A feature that the body has not named yet; a value that was read is never NaN.
const UNSEEN: f64 = f64::NAN;
/// A feature that was named with a fault; a value that was accepted is never infinite.
const FAULTY: f64 = f64::INFINITY;

impl Lead {
    /// Reads `{"lead_id": "...", "features": {...}}`, the features in any order.
    ///
    /// # Errors
    /// Every fault of the body, or the one that keeps it from being JSON.
    pub fn from_json(schema: &Schema, body: &[u8]) -> Result<Self, Faults> {
        let mut reader = Reader::new(schema, body);
        match reader.lead().and_then(|lead| reader.scanner.end().map(|()| lead)) {
            Ok(lead) => reader.faults.finish(lead),
            Err(syntax) => Err(not_json(body, syntax)),
        }
    }

    /// Reads an array of leads, in order; an empty array is a batch of none.
    ///
    /// # Errors
    /// [`BatchError::TooMany`] above `limit` leads, else every fault of every lead.
    pub fn batch_from_json(
        schema: &Schema,
        body: &[u8],
        limit: usize,
    ) -> Result<Vec<Self>, BatchError> {
        let mut reader = Reader::new(schema, body);
        let mut leads = Vec::new();
        let read = reader.leads(limit, &mut leads);
        match read.and_then(|found| reader.scanner.end().map(|()| found)) {
            Ok(found) if found > limit => Err(BatchError::TooMany { limit, found }),
            Ok(_) => Ok(reader.faults.finish(leads)?),
            Err(syntax) => Err(not_json(body, syntax).into()),
        }
    }
}

struct Reader<'a> {
    schema: &'a Schema,
    scanner: Scanner<'a>,
    faults: Collector,
    /// Index within a batch.
    item: Option<usize>,
}

impl<'a> Reader<'a> {
    fn new(schema: &'a Schema, body: &'a [u8]) -> Self {
        Self { schema, scanner: Scanner::new(body), faults: Collector::default(), item: None }
    }

    /// Reads the leads of an array up to `limit` and counts the rest.
    fn leads(&mut self, limit: usize, leads: &mut Vec<Lead>) -> Result<usize, Syntax> {
        if self.scanner.peek() != b'[' {
            self.fault(&[], FaultCode::WrongType, "The body must be an array of leads.");
            return self.scanner.skip_value().map(|()| 0);
        }
        let mut found = 0;
        let mut more = self.scanner.enter(b']')?;
        while more {
            if found < limit {
                self.item = Some(found);
                leads.push(self.lead()?);
            } else {
                self.scanner.skip_value()?;
            }
            found += 1;
            more = self.scanner.more(b']')?;
        }
        Ok(found)
    }

    /// Reads one lead, which leaves this file only if no fault was collected.
    fn lead(&mut self) -> Result<Lead, Syntax> {
        let mut id: Option<Box<str>> = None;
        let mut values: Option<Box<[f64]>> = None;
        if self.scanner.peek() != b'{' {
            self.fault(&[], FaultCode::WrongType, "A lead must be an object.");
            self.scanner.skip_value()?;
            return Ok(Lead::checked("", []));
        }
        let mut more = self.scanner.enter(b'}')?;
        while more {
            let name = self.scanner.text()?;
            self.scanner.expect(b':', "a colon")?;
            match &*name {
                "lead_id" if id.is_none() => id = Some(self.id()?),
                "features" if values.is_none() => values = Some(self.features()?),
                _ => self.stray(&name)?,
            }
            more = self.scanner.more(b'}')?;
        }
        if id.is_none() {
            self.fault(&["lead_id"], FaultCode::Missing, "Member lead_id is required.");
        }
        if values.is_none() {
            self.fault(&["features"], FaultCode::Missing, "Member features is required.");
        }
        Ok(Lead::checked(id.unwrap_or_default(), values.unwrap_or_default()))
    }

    fn id(&mut self) -> Result<Box<str>, Syntax> {
        if self.scanner.peek() != b'"' {
            self.fault(&["lead_id"], FaultCode::WrongType, "Member lead_id must be a text.");
            self.scanner.skip_value()?;
            return Ok(Box::default());
        }
        let id = self.scanner.text()?;
        if id.len() > ID_LIMIT {
            let detail = format!("Member lead_id must be at most {ID_LIMIT} bytes long.");
            self.fault(&["lead_id"], FaultCode::TooLong, &detail);
            return Ok(Box::default());
        }
        Ok(id.into())
    }

    /// Reads the object of features into a row.
    fn features(&mut self) -> Result<Box<[f64]>, Syntax> {
        if self.scanner.peek() != b'{' {
            self.fault(&["features"], FaultCode::WrongType, "Member features must be an object.");
            self.scanner.skip_value()?;
            return Ok(Box::default());
        }
        let schema = self.schema;
        let mut values = vec![UNSEEN; schema.len()].into_boxed_slice();
        let mut expected = 0;
        let mut more = self.scanner.enter(b'}')?;
        while more {
            self.scanner.peek();
            if let Some(length) = schema.names().hinted(expected, self.scanner.rest()) {
                self.scanner.at += length;
                self.scanner.expect(b':', "a colon")?;
                self.feature(expected, &mut values[expected])?;
                expected += 1;
            } else {
                expected = self.unexpected(expected, &mut values)?;
            }
            more = self.scanner.more(b'}')?;
        }
        self.complete(&mut values);
        Ok(values)
    }

    /// Reads a feature that is not the `expected` one; returns the position to expect next.
    #[inline(never)]
    fn unexpected(&mut self, expected: usize, values: &mut [f64]) -> Result<usize, Syntax> {
        let name = self.scanner.text()?;
        self.scanner.expect(b':', "a colon")?;
        if let Some(position) = self.schema.names().find(name.as_bytes()) {
            self.feature(position, &mut values[position])?;
            return Ok(position + 1);
        }
        let detail = format!("The schema {} has no feature of this name.", self.schema.name());
        self.fault(&["features", &name], FaultCode::UnknownName, &detail);
        self.scanner.skip_value()?;
        Ok(expected)
    }

    /// Reads the value of the feature at `position` into its `place` in the row.
    #[inline]
    fn feature(&mut self, position: usize, place: &mut f64) -> Result<(), Syntax> {
        if matches!(self.scanner.peek(), b'-' | b'0'..=b'9') {
            let value = self.scanner.number()?;
            if place.is_nan() && self.schema.limits()[position].admit(value) {
                // Negative zero becomes zero, so that equal leads have equal bits.
                *place = value + 0.0;
                return Ok(());
            }
            let code = self.schema.features()[position].check(value).err();
            self.refuse(position, place, code.unwrap_or(FaultCode::Duplicate));
            return Ok(());
        }
        self.refuse(position, place, FaultCode::WrongType);
        self.scanner.skip_value()
    }

    /// Notes that the value of a feature cannot be taken; a second value is a duplicate, whatever it is.
    #[cold]
    fn refuse(&mut self, position: usize, place: &mut f64, code: FaultCode) {
        let code = if place.is_nan() { code } else { FaultCode::Duplicate };
        *place = FAULTY;
        let feature = &self.schema.features()[position];
        let detail = feature.complaint(code);
        self.fault(&["features", &feature.name], code, &detail);
    }

    /// Fills in defaults and notes what is required and missing.
    fn complete(&mut self, values: &mut [f64]) {
        let schema = self.schema;
        for (place, feature) in values.iter_mut().zip(schema.features()) {
            if !place.is_nan() {
                continue;
            }
            match feature.presence {
                Presence::Default(value) => *place = value,
                Presence::Required => {
                    let detail = feature.complaint(FaultCode::Missing);
                    self.fault(&["features", &feature.name], FaultCode::Missing, &detail);
                }
            }
        }
    }

    /// A member of a lead that is not wanted, or not again.
    #[cold]
    fn stray(&mut self, name: &str) -> Result<(), Syntax> {
        if matches!(name, "lead_id" | "features") {
            let detail = format!("Member {name} appears more than once.");
            self.fault(&[name], FaultCode::Duplicate, &detail);
        } else {
            let detail = "A lead has the members lead_id and features only.";
            self.fault(&[name], FaultCode::UnknownName, detail);
        }
        self.scanner.skip_value()
    }

    #[cold]
    fn fault(&mut self, path: &[&str], code: FaultCode, detail: &str) {
        let pointer = pointer(self.item, path);
        self.faults.push(Fault { pointer, code, detail: detail.to_owned() });
    }
}

/// The one fault of a body that is not JSON.
#[cold]
fn not_json(body: &[u8], syntax: Syntax) -> Faults {
    let before = &body[..syntax.at.min(body.len())];
    let line = 1 + before.iter().filter(|&&byte| byte == b'\n').count();
    let column = 1 + before.iter().rev().take_while(|&&byte| byte != b'\n').count();
    let detail = format!(
        "The body is not valid JSON: expected {} at line {line}, column {column}.",
        syntax.expected
    );
    Faults::one(Fault { pointer: String::new(), code: FaultCode::InvalidJson, detail })
}
