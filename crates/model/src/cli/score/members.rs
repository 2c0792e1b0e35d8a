//! [`Members`]: the members of one JSON object in their order, doubled ones included.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::Value;

/// Names and values as they were written; a map would drop the first of two members of one name.
#[derive(Debug, Default)]
pub(super) struct Members(pub(super) Vec<(String, Value)>);

impl Members {
    /// The columns of the lead: the members of its `features`, if it has such an object, else its own.
    pub(super) fn features(self) -> Vec<(String, Value)> {
        let own = self.0;
        match own.iter().position(|(name, value)| name == "features" && value.is_object()) {
            Some(at) => match own.into_iter().nth(at) {
                Some((_, Value::Object(features))) => features.into_iter().collect(),
                _ => Vec::new(),
            },
            None => own,
        }
    }
}

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Object;

        impl<'de> Visitor<'de> for Object {
            type Value = Members;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }

        from.deserialize_map(Object)
    }
}
