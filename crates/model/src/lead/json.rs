//! JSON straight into a lead, all faults in one pass.
//!
//! The [`Reader`] writes each number into its place in the row while it scans, with no tree and no map between; 50 features
//! take about a microsecond. A body that is not JSON gives that one fault, everything else is collected to the end. Lists of
//! leads are read by `batch.rs`.

use super::{
    ID_LIMIT, Lead,
    place::pointer,
    scanner::{Scanner, Syntax},
};
use crate::{
    fault::{Collector, Fault, FaultCode, Faults},
    schema::{Presence, Schema},
};

/// A feature that the body has not named yet; until the row is complete no value is NaN.
const UNSEEN: f64 = f64::NAN;
/// A feature that was named with a fault; a value that was accepted is never infinite.
const FAULTY: f64 = f64::INFINITY;
/// A feature that was named as missing.
const MISSING: f64 = f64::NEG_INFINITY;
/// A feature whose repetition was noted; a value that was accepted is never negative zero.
const REPEATED: f64 = -0.0;

/// What a lead consists of.
const MEMBERS: [&str; 2] = ["lead_id", "features"];

impl Lead {
    /// Reads `{"lead_id": "...", "features": {...}}`, the features in any order.
    ///
    /// # Errors
    /// Every fault of the body, or the one that keeps it from being JSON.
    pub fn from_json(schema: &Schema, body: &[u8]) -> Result<Self, Faults> {
        let mut reader = Reader::new(schema, body);
        match reader.lead().and_then(|draft| reader.scanner.end().map(|()| draft)) {
            Ok(draft) => draft.judged(reader.faults),
            Err(syntax) => Err(not_json(body, syntax)),
        }
    }
}

/// A lead as far as it could be read: one to keep only if no fault was collected.
#[derive(Default)]
pub(super) struct Draft {
    id: Option<Box<str>>,
    values: Box<[f64]>,
    imputed: u32,
}

impl Draft {
    /// The lead, if there is no fault in it.
    pub(super) fn judged(self, faults: Collector) -> Result<Lead, Faults> {
        match faults.finish(()) {
            Ok(()) => Ok(self.unjudged()),
            Err(faults) => Err(faults.of(self.id)),
        }
    }

    /// The lead, which must be dropped if a fault was collected.
    pub(super) fn unjudged(self) -> Lead {
        Lead::checked(self.id.unwrap_or_default(), self.values, self.imputed)
    }
}

/// Values in schema order, and how many of them the body did not say.
type Row = (Box<[f64]>, u32);

/// Reads leads and collects their faults.
pub(super) struct Reader<'a> {
    schema: &'a Schema,
    pub(super) scanner: Scanner<'a>,
    pub(super) faults: Collector,
    /// Index within a batch, for the pointers of faults.
    pub(super) item: Option<usize>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(schema: &'a Schema, body: &'a [u8]) -> Self {
        Self { schema, scanner: Scanner::new(body), faults: Collector::default(), item: None }
    }

    /// Reads one lead.
    pub(super) fn lead(&mut self) -> Result<Draft, Syntax> {
        // The outer option is whether it was named, the inner one whether it could be read.
        let mut id: Option<Option<Box<str>>> = None;
        let mut values: Option<Row> = None;
        let mut repeated = [false; 2];
        if self.scanner.peek() != b'{' {
            self.fault(&[], FaultCode::WrongType, "A lead must be an object.");
            self.scanner.skip_value()?;
            return Ok(Draft::default());
        }
        let mut more = self.scanner.enter(b'}')?;
        while more {
            let name = self.scanner.text()?;
            self.scanner.expect(b':', "a colon")?;
            match &*name {
                "lead_id" if id.is_none() => id = Some(self.id()?),
                "features" if values.is_none() => values = Some(self.features()?),
                _ => self.stray(&name, &mut repeated)?,
            }
            more = self.scanner.more(b'}')?;
        }
        if id.is_none() {
            self.fault(&["lead_id"], FaultCode::Missing, "Member lead_id is required.");
        }
        if values.is_none() {
            self.fault(&["features"], FaultCode::Missing, "Member features is required.");
        }
        let (values, imputed) = values.unwrap_or_default();
        Ok(Draft { id: id.flatten(), values, imputed })
    }

    fn id(&mut self) -> Result<Option<Box<str>>, Syntax> {
        if self.scanner.peek() != b'"' {
            self.fault(&["lead_id"], FaultCode::WrongType, "Member lead_id must be a text.");
            self.scanner.skip_value()?;
            return Ok(None);
        }
        let id = self.scanner.text()?;
        if id.len() > ID_LIMIT {
            let detail = format!("Member lead_id must be at most {ID_LIMIT} bytes long.");
            self.fault(&["lead_id"], FaultCode::TooLong, &detail);
            return Ok(None);
        }
        Ok(Some(id.into()))
    }

    /// Reads the object of features into a row.
    fn features(&mut self) -> Result<Row, Syntax> {
        if self.scanner.peek() != b'{' {
            self.fault(&["features"], FaultCode::WrongType, "Member features must be an object.");
            self.scanner.skip_value()?;
            return Ok(Row::default());
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
        let imputed = self.complete(&mut values);
        Ok((values, imputed))
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
            self.look(position, place, value);
            return Ok(());
        }
        self.other(position, place)
    }

    /// Reads a value that is no number: the name of a level, a word that means missing, or a fault.
    #[inline(never)]
    fn other(&mut self, position: usize, place: &mut f64) -> Result<(), Syntax> {
        let feature = &self.schema.features()[position];
        let value = if self.scanner.peek() == b'"' {
            feature.text(&self.scanner.text()?)
        } else {
            let first = self.scanner.peek();
            self.scanner.skip_value()?;
            match first {
                b'n' if feature.presence == Presence::Optional => Ok(f64::NAN),
                b't' | b'f' => feature.truth(first == b't'),
                _ => Err(FaultCode::WrongType),
            }
        };
        self.put(position, place, value);
        Ok(())
    }

    /// Takes a number that is not simply the value: the name of a level, a word for missing, or a fault.
    #[inline(never)]
    fn look(&mut self, position: usize, place: &mut f64, number: f64) {
        let value = self.schema.features()[position].number(number);
        self.put(position, place, value);
    }

    /// Puts a value into its place, if it is one and the first, or notes why not.
    fn put(&mut self, position: usize, place: &mut f64, value: Result<f64, FaultCode>) {
        match value {
            Ok(value) if place.is_nan() => *place = if value.is_nan() { MISSING } else { value },
            Ok(_) => self.refuse(position, place, FaultCode::Duplicate),
            Err(code) => self.refuse(position, place, code),
        }
    }

    /// Notes that the value of a feature cannot be taken; a second value is a duplicate, whatever it is, and a third one
    /// is no news.
    #[cold]
    fn refuse(&mut self, position: usize, place: &mut f64, code: FaultCode) {
        let (code, mark) =
            if place.is_nan() { (code, FAULTY) } else { (FaultCode::Duplicate, REPEATED) };
        let noted = place.to_bits() == REPEATED.to_bits();
        *place = mark;
        if noted {
            return;
        }
        let feature = &self.schema.features()[position];
        let detail = feature.complaint(code);
        self.fault(&["features", &feature.name], code, &detail);
    }

    /// Fills in defaults, notes what is required and missing, and counts what the body did not say.
    fn complete(&mut self, values: &mut [f64]) -> u32 {
        let schema = self.schema;
        let mut imputed = 0;
        for (place, feature) in values.iter_mut().zip(schema.features()) {
            if *place == MISSING {
                *place = f64::NAN;
            } else if place.is_nan() {
                match feature.absent() {
                    Some(value) => *place = value,
                    None => {
                        let detail = feature.complaint(FaultCode::Missing);
                        self.fault(&["features", &feature.name], FaultCode::Missing, &detail);
                        continue;
                    }
                }
            } else {
                continue;
            }
            imputed += 1;
        }
        imputed
    }

    /// A member of a lead that is not wanted, or not again; which of both are `repeated` is noted once.
    #[cold]
    fn stray(&mut self, name: &str, repeated: &mut [bool; 2]) -> Result<(), Syntax> {
        if let Some(member) = MEMBERS.iter().position(|member| *member == name) {
            if !std::mem::replace(&mut repeated[member], true) {
                let detail = format!("Member {name} appears more than once.");
                self.fault(&[name], FaultCode::Duplicate, &detail);
            }
        } else {
            let detail = "A lead has the members lead_id and features only.";
            self.fault(&[name], FaultCode::UnknownName, detail);
        }
        self.scanner.skip_value()
    }

    #[cold]
    pub(super) fn fault(&mut self, path: &[&str], code: FaultCode, detail: &str) {
        let pointer = pointer(self.item, path);
        self.faults.push(Fault { pointer, code, detail: detail.to_owned() });
    }
}

/// The one fault of a body that is not JSON.
#[cold]
pub(super) fn not_json(body: &[u8], syntax: Syntax) -> Faults {
    let before = &body[..syntax.at.min(body.len())];
    let line = 1 + before.iter().filter(|&&byte| byte == b'\n').count();
    let column = 1 + before.iter().rev().take_while(|&&byte| byte != b'\n').count();
    let detail = format!(
        "The body is not valid JSON: expected {} at line {line}, column {column}.",
        syntax.expected
    );
    Faults::one(Fault { pointer: String::new(), code: FaultCode::InvalidJson, detail })
}
