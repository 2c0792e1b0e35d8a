//! Reading JSON that somebody may have changed: every step can fail, and says where.
//!
//! A [`Node`] is a value and the way to it, as a JSON pointer (RFC 6901). What is wrong is a [`Fault`]: the pointer, and what
//! is wrong there. Which file it is, and what to do about it, is said by whoever opened it.

use std::time::Duration;

use serde_json::Value;

/// No run is longer; a longer one would not keep its times to the nanosecond either.
const LONGEST: Duration = Duration::from_secs(31 * 86_400);

/// A longer text is none of ours: command lines of some systems have two megabytes.
const LONGEST_TEXT: usize = 4 * 1024 * 1024;

/// The greatest count: beyond it readers of JSON no longer tell one whole number from the next (RFC 8259, 6), and sums of a
/// few could not be computed.
const MOST: u64 = 1 << 53;

/// What is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    /// A JSON pointer; empty for the whole document.
    pub(super) pointer: String,
    /// What is wrong, in words that fit behind "the value there".
    pub(super) problem: String,
}

/// A value, and the way to it.
#[derive(Debug, Clone)]
pub(super) struct Node<'v> {
    pointer: String,
    value: &'v Value,
}

impl<'v> Node<'v> {
    /// The whole document.
    pub(super) fn root(value: &'v Value) -> Self {
        Self { pointer: String::new(), value }
    }

    /// What is wrong here.
    pub(super) fn fault(&self, problem: impl Into<String>) -> Fault {
        Fault { pointer: self.pointer.clone(), problem: problem.into() }
    }

    /// The member of an object.
    pub(super) fn at(&self, name: &str) -> Result<Self, Fault> {
        let members = self.value.as_object().ok_or_else(|| self.fault("must be an object"))?;
        let pointer = child(&self.pointer, name);
        match members.get(name) {
            Some(value) => Ok(Self { pointer, value }),
            None => Err(Fault { pointer, problem: "is missing".to_owned() }),
        }
    }

    /// The names of an object's members.
    pub(super) fn names(&self) -> Result<Vec<&'v str>, Fault> {
        let members = self.value.as_object().ok_or_else(|| self.fault("must be an object"))?;
        Ok(members.keys().map(String::as_str).collect())
    }

    /// The items of an array of at most so many.
    pub(super) fn items(&self, most: usize) -> Result<Vec<Self>, Fault> {
        let items = self.value.as_array().ok_or_else(|| self.fault("must be an array"))?;
        if items.len() > most {
            return Err(self.fault(format!("must have at most {most} items")));
        }
        let item = |(at, value)| Self { pointer: format!("{}/{at}", self.pointer), value };
        Ok(items.iter().enumerate().map(item).collect())
    }

    /// This one, unless it is null.
    pub(super) fn some(&self) -> Option<&Self> {
        (!self.value.is_null()).then_some(self)
    }

    /// What `read` makes of this one, nothing of null.
    pub(super) fn maybe<T>(
        &self,
        read: impl FnOnce(&Self) -> Result<T, Fault>,
    ) -> Result<Option<T>, Fault> {
        self.some().map(read).transpose()
    }

    /// A text of bounded length.
    pub(super) fn text(&self) -> Result<String, Fault> {
        let text = self.value.as_str().ok_or_else(|| self.fault("must be a text"))?;
        if text.len() > LONGEST_TEXT {
            return Err(self.fault("is too long a text"));
        }
        Ok(text.to_owned())
    }

    /// A whole number that is not negative.
    pub(super) fn whole(&self) -> Result<u64, Fault> {
        self.value.as_u64().ok_or_else(|| self.fault("must be a whole number that is not negative"))
    }

    /// The same for what was counted: so few of it that some of them can be added up.
    pub(super) fn count(&self) -> Result<u64, Fault> {
        let count = self.whole()?;
        if count > MOST { Err(self.fault(too_many())) } else { Ok(count) }
    }

    /// Adds to a count what was counted here, if there can be so many.
    pub(super) fn add(&self, sum: u64, more: u64) -> Result<u64, Fault> {
        let sum = sum.checked_add(more).filter(|&sum| sum <= MOST);
        sum.ok_or_else(|| self.fault(format!("{}, with those before it", too_many())))
    }

    /// The same in 32 bits.
    pub(super) fn small(&self) -> Result<u32, Fault> {
        let count = self.count()?;
        u32::try_from(count).map_err(|_| self.fault("must be below 4294967296"))
    }

    /// A number that is finite and not negative.
    pub(super) fn number(&self) -> Result<f64, Fault> {
        let number = self.value.as_f64().filter(|number| number.is_finite() && *number >= 0.0);
        number.ok_or_else(|| self.fault("must be a number that is not negative"))
    }

    /// A number that is finite.
    pub(super) fn signed(&self) -> Result<f64, Fault> {
        let number = self.value.as_f64().filter(|number| number.is_finite());
        number.ok_or_else(|| self.fault("must be a number"))
    }

    /// A number of single precision that is finite and not negative.
    pub(super) fn single(&self) -> Result<f32, Fault> {
        let single = self.number()? as f32;
        if single.is_finite() { Ok(single) } else { Err(self.fault("is too large")) }
    }

    /// Yes or no.
    pub(super) fn flag(&self) -> Result<bool, Fault> {
        self.value.as_bool().ok_or_else(|| self.fault("must be true or false"))
    }

    /// A time of a run in seconds.
    pub(super) fn time(&self) -> Result<Duration, Fault> {
        let time = self.long_time()?;
        if time > LONGEST {
            return Err(self.fault("is longer than 31 days, which no run is"));
        }
        Ok(time)
    }

    /// A time in seconds that was ordered, however long.
    pub(super) fn long_time(&self) -> Result<Duration, Fault> {
        Duration::try_from_secs_f64(self.number()?).map_err(|_| self.fault("is too long"))
    }
}

fn too_many() -> String {
    format!("is more than {MOST}, which no run counts")
}

/// The pointer to a member or an item.
pub(super) fn child(pointer: &str, name: &str) -> String {
    format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Fault, Node};

    #[test]
    fn a_fault_names_the_way_to_it() {
        let document = json!({"a/b": [1, {"c~": -1}], "far": 1e9, "text": 7});
        let root = Node::root(&document);
        let list = root.at("a/b").unwrap().items(2).unwrap();
        let fault = list[1].at("c~").unwrap().count().unwrap_err();
        assert_eq!(fault.pointer, "/a~1b/1/c~0");
        assert_eq!(fault.problem, "must be a whole number that is not negative");
        let gone = root.at("gone").unwrap_err();
        assert_eq!(gone, Fault { pointer: "/gone".to_owned(), problem: "is missing".to_owned() });
        assert!(
            root.at("far").unwrap().time().is_err() && root.at("far").unwrap().long_time().is_ok()
        );
        assert!(root.at("a/b").unwrap().items(1).is_err());
        assert!(root.at("text").unwrap().text().is_err() && root.items(9).is_err());
    }
}
