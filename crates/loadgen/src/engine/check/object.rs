//! An answer that is any JSON object with members.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};

use super::wrong::Wrong;

const NO_OBJECT: Wrong<'_> = Wrong::new("answer is not a JSON object with members");

pub(super) fn check(body: &[u8]) -> Result<(), Wrong<'static>> {
    match serde_json::from_slice(body) {
        Ok(Filled(true)) => Ok(()),
        Ok(Filled(false)) | Err(_) => Err(NO_OBJECT),
    }
}

/// Whether a JSON object has members.
struct Filled(bool);

impl<'de> Deserialize<'de> for Filled {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;
        impl<'de> Visitor<'de> for Members {
            type Value = Filled;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Filled, A::Error> {
                let mut filled = false;
                while members.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {
                    filled = true;
                }
                Ok(Filled(filled))
            }
        }
        deserializer.deserialize_map(Members)
    }
}
