//! Lists of leads in JSON: as a whole, or each of them by itself.
//!
//! A list may hold so many leads; whether it holds more is known before one of them is parsed. How a single lead is read
//! is in `json.rs`.

use std::mem;

use super::{
    Lead,
    json::{Reader, not_json},
    scanner::{Scanner, Syntax},
};
use crate::{
    fault::{BatchError, Collector, FaultCode, Faults},
    schema::Schema,
};

impl Lead {
    /// Reads an array of leads, in order; an empty array is a batch of none.
    ///
    /// # Errors
    /// [`BatchError::TooMany`] above `limit` leads, else every fault of every lead, their pointers beginning with the
    /// lead's place in the array.
    pub fn batch_from_json(
        schema: &Schema,
        body: &[u8],
        limit: usize,
    ) -> Result<Vec<Self>, BatchError> {
        let mut reader = Reader::new(schema, body);
        let mut leads = Vec::new();
        reader.list(body, limit, |reader, index| {
            reader.item = Some(index);
            leads.push(reader.lead()?.unjudged());
            Ok(())
        })?;
        Ok(reader.faults.finish(leads)?)
    }

    /// Reads an array of leads, in order, where a faulty one does not refuse the others.
    ///
    /// The faults of a lead are those that [`Lead::from_json`] finds in it, their pointers beginning at the lead. Beyond
    /// [`Faults::LIMIT`] of them in the whole array, each faulty lead has its first one only.
    ///
    /// ```
    /// use lead_model::{Lead, Schema};
    ///
    /// let body = br#"[{"lead_id": "a", "features": {}}, 5]"#;
    /// let leads = Lead::each_from_json(&Schema::b2b(), body, 100)?;
    /// let faults: Vec<_> = leads.into_iter().map(|lead| lead.unwrap_err()).collect();
    /// assert_eq!((faults[0].lead_id(), faults[0].len()), (Some("a"), 23));
    /// assert_eq!(faults[1].to_string(), "body: A lead must be an object. (wrong_type)");
    /// # Ok::<(), lead_model::BatchError>(())
    /// ```
    ///
    /// # Errors
    /// [`BatchError::TooMany`] above `limit` leads, else what keeps the body from being an array.
    pub fn each_from_json(
        schema: &Schema,
        body: &[u8],
        limit: usize,
    ) -> Result<Vec<Result<Self, Faults>>, BatchError> {
        let mut reader = Reader::new(schema, body);
        let mut leads = Vec::new();
        let mut room = Faults::LIMIT;
        reader.list(body, limit, |reader, _| {
            reader.faults = Collector::with_room(room.max(1));
            let lead = reader.lead()?.judged(mem::take(&mut reader.faults));
            room = room.saturating_sub(lead.as_ref().err().map_or(0, Faults::len));
            leads.push(lead);
            Ok(())
        })?;
        // What is left here is that there was no array.
        Ok(reader.faults.finish(leads)?)
    }
}

impl Reader<'_> {
    /// Hands out the elements of the array that the body must be; `each` steps over the one it is given the index of.
    fn list(
        &mut self,
        body: &[u8],
        limit: usize,
        each: impl FnMut(&mut Self, usize) -> Result<(), Syntax>,
    ) -> Result<(), BatchError> {
        let found = self.elements(limit, each);
        match found.and_then(|found| self.scanner.end().map(|()| found)) {
            Ok(found) if found > limit => Err(BatchError::TooMany { limit, found }),
            Ok(_) => Ok(()),
            Err(syntax) => Err(not_json(body, syntax).into()),
        }
    }

    /// Hands out at most `limit` elements and counts them all.
    fn elements(
        &mut self,
        limit: usize,
        mut each: impl FnMut(&mut Self, usize) -> Result<(), Syntax>,
    ) -> Result<usize, Syntax> {
        if self.scanner.peek() != b'[' {
            self.fault(&[], FaultCode::WrongType, "The body must be an array of leads.");
            return self.scanner.skip_value().map(|()| 0);
        }
        if has_more_objects(self.scanner.rest(), limit) {
            let mut ahead = self.scanner.clone();
            let found = count(&mut ahead)?;
            if found > limit {
                self.scanner = ahead;
                return Ok(found);
            }
        }
        let mut found = 0;
        let mut more = self.scanner.enter(b']')?;
        while more {
            if found < limit {
                each(self, found)?;
            } else {
                self.scanner.skip_value()?;
            }
            found += 1;
            more = self.scanner.more(b']')?;
        }
        Ok(found)
    }
}

/// Counts the elements of an array without looking at them, which takes as long as parsing them.
fn count(scanner: &mut Scanner<'_>) -> Result<usize, Syntax> {
    let mut found = 0;
    let mut more = scanner.enter(b']')?;
    while more {
        scanner.skip_value()?;
        found += 1;
        more = scanner.more(b']')?;
    }
    Ok(found)
}

/// Whether there may be more than `limit` objects in the outermost array; there are not if this says so.
///
/// An object that is an element stands behind a bracket or a comma, one that is a member behind a colon. Objects of inner
/// arrays and braces within texts may be counted as well; a batch of leads has none, so it is hardly ever counted in vain.
fn has_more_objects(array: &[u8], limit: usize) -> bool {
    let elements = memchr::memchr_iter(b'{', array)
        .filter(|&at| matches!(array[..at].trim_ascii_end().last(), Some(b'[' | b',')));
    elements.take(limit.saturating_add(1)).count() > limit
}

#[cfg(test)]
mod tests {
    use super::has_more_objects;

    #[test]
    fn objects_that_are_elements_are_never_missed() {
        let array = br#"[{"a":{"b":1}} , {"c":{}},
            {}]"#;
        assert!(has_more_objects(array, 2));
        assert!(!has_more_objects(array, 3));
        assert!(has_more_objects(br#"[[{}],"{",",{"]"#, 1));
        assert!(!has_more_objects(b"[", 0));
    }
}
