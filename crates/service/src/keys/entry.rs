//! One key of the key file: [`Written`] is what stands there, [`Entry`] what it means, checked.
//!
//! What several entries mean together is judged by [`KeyFile`](super::KeyFile).

use std::num::NonZeroU32;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Digest, Rate, RateError, Scopes};

/// Longest name of a client, in characters.
const LONGEST_ID: usize = 64;

/// The members of an entry, in the order in which they are written.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Written {
    id: String,
    digest: String,
    scopes: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    not_before: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    expires: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    rate: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    burst: Option<NonZeroU32>,
}

/// A key as the key file grants it.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    /// Whose key it is. Two keys may have one id while one replaces the other.
    pub(crate) id: String,
    pub(crate) digest: Digest,
    pub(crate) scopes: Scopes,
    pub(crate) validity: Validity,
    /// Its own rate; `None` leaves it with that of all keys.
    pub(crate) rate: Option<Rate>,
}

/// From when and until when a key opens anything.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Validity {
    pub(crate) not_before: Option<Timestamp>,
    /// The first moment at which it opens nothing any more.
    pub(crate) expires: Option<Timestamp>,
}

/// What a moment is to a [`Validity`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Moment {
    /// Not yet valid.
    Before,
    /// Valid.
    Within,
    /// Expired.
    After,
}

/// What is wrong with an entry of a key file. Each names what to write instead and repeats nothing of the entry.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum EntryFault {
    /// No name that could stand in a log line.
    #[error("id must be 1 to 64 letters, digits and - _ . : @")]
    Id,
    /// No digest, or perhaps the key itself.
    #[error(
        "digest must be sha256: or blake3: and 64 hexadecimal digits, as `lead-service keys new` prints it; never write \
         the key itself"
    )]
    Digest,
    /// A scope that there is not.
    #[error("scopes may hold score, admin and metrics, and nothing else")]
    Scope,
    /// A key that could do nothing.
    #[error("scopes must hold one or more of score, admin and metrics")]
    NoScope,
    /// No moment.
    #[error("{member} must be a time such as 2027-01-31T00:00:00Z")]
    Time {
        /// `not_before` or `expires`.
        member: &'static str,
    },
    /// A key that would never open anything.
    #[error("expires must be later than not_before")]
    NeverValid,
    /// No rate.
    #[error(transparent)]
    Rate(#[from] RateError),
    /// A burst of nothing.
    #[error("burst needs a rate beside it")]
    BurstAlone,
    /// The same key twice, perhaps with two meanings.
    #[error(
        "the digest is that of entry {other}; every entry needs a key of its own: remove one of the two"
    )]
    SameDigest {
        /// The earlier entry, counted from 1.
        other: usize,
    },
    /// More keys than a rotation needs.
    #[error(
        "the id has two keys already that have not expired; a rotation needs no third: remove the one that is no longer \
         used, or give it an expires"
    )]
    ThirdKey,
}

impl Written {
    /// The name of the client, where it is one that may be repeated.
    pub(super) fn id(&self) -> Option<&str> {
        is_id(&self.id).then_some(&self.id)
    }

    /// What the entry means.
    pub(super) fn check(&self) -> Result<Entry, EntryFault> {
        let id = self.id().ok_or(EntryFault::Id)?.to_owned();
        let digest = self.digest.parse().map_err(|()| EntryFault::Digest)?;
        let scopes: Result<Scopes, _> = self.scopes.iter().map(|name| name.parse()).collect();
        let scopes = scopes.map_err(|_: String| EntryFault::Scope)?;
        if scopes.is_empty() {
            return Err(EntryFault::NoScope);
        }
        let rate = match (self.rate, self.burst) {
            (Some(per_second), burst) => Some(Rate::new(per_second, burst)?),
            (None, Some(_)) => return Err(EntryFault::BurstAlone),
            (None, None) => None,
        };
        Ok(Entry { id, digest, scopes, validity: self.validity()?, rate })
    }

    fn validity(&self) -> Result<Validity, EntryFault> {
        let not_before = moment("not_before", self.not_before.as_deref())?;
        let expires = moment("expires", self.expires.as_deref())?;
        match (not_before, expires) {
            (Some(from), Some(until)) if until <= from => Err(EntryFault::NeverValid),
            _ => Ok(Validity { not_before, expires }),
        }
    }
}

impl From<&Entry> for Written {
    fn from(entry: &Entry) -> Self {
        let time = |moment: Timestamp| moment.to_string();
        Self {
            id: entry.id.clone(),
            digest: entry.digest.to_string(),
            scopes: entry.scopes.iter().map(|scope| scope.to_string()).collect(),
            not_before: entry.validity.not_before.map(time),
            expires: entry.validity.expires.map(time),
            rate: entry.rate.map(|rate| rate.per_second()),
            burst: entry.rate.and_then(|rate| NonZeroU32::new(rate.burst())),
        }
    }
}

impl Entry {
    /// The entry as it stands in a key file.
    pub(crate) fn to_json(&self) -> String {
        serde_json::to_string(&Written::from(self)).expect("texts and numbers are always JSON")
    }
}

impl Validity {
    /// What this moment is to it. The clock is only read for a key that has a beginning or an end.
    pub(crate) fn moment(&self, now: impl FnOnce() -> Timestamp) -> Moment {
        if self.not_before.is_none() && self.expires.is_none() {
            return Moment::Within;
        }
        let now = now();
        if self.expires.is_some_and(|end| now >= end) {
            Moment::After
        } else if self.not_before.is_some_and(|start| now < start) {
            Moment::Before
        } else {
            Moment::Within
        }
    }
}

/// Whether a text may name a client.
pub(crate) fn is_id(text: &str) -> bool {
    let fit = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:@".contains(&byte);
    (1..=LONGEST_ID).contains(&text.len()) && text.bytes().all(fit)
}

fn moment(member: &'static str, text: Option<&str>) -> Result<Option<Timestamp>, EntryFault> {
    text.map(|text| text.parse().map_err(|_| EntryFault::Time { member })).transpose()
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use serde_json::{Value, json};

    use super::{Entry, EntryFault, Moment, Written};
    use crate::keys::Algorithm;

    fn check(changed: &Value) -> Result<Entry, EntryFault> {
        let digest = Algorithm::Sha256.digest(b"key").to_string();
        let mut entry = json!({"id": "acme", "digest": digest, "scopes": ["score"]});
        for (member, value) in changed.as_object().expect("an object") {
            entry[member] = value.clone();
        }
        serde_json::from_value::<Written>(entry).expect("the right types").check()
    }

    #[test]
    fn an_entry_with_everything_reads_back_as_it_was_written() {
        let entry = check(&json!({
            "scopes": ["admin", "score"], "not_before": "2027-01-31T01:00:00+01:00",
            "expires": "2027-02-28T00:00:00Z", "rate": 2.5, "burst": 7,
        }));
        let written = entry.expect("a good entry").to_json();
        insta::assert_snapshot!(written, @r#"{"id":"acme","digest":"sha256:2c70e12b7a0646f92279f427c7b38e7334d8e5389cff167a1dc30e73f826b683","scopes":["score","admin"],"not_before":"2027-01-31T00:00:00Z","expires":"2027-02-28T00:00:00Z","rate":2.5,"burst":7}"#);
        let again: Written = serde_json::from_str(&written).expect("what was written");
        assert_eq!(again.check().expect("still good").to_json(), written);
    }

    #[test]
    fn every_fault_is_found() {
        let time = |member| EntryFault::Time { member };
        for (changed, fault) in [
            (json!({"id": ""}), EntryFault::Id),
            (json!({"id": "a b"}), EntryFault::Id),
            (json!({"id": "API_KEYS/1"}), EntryFault::Id),
            (json!({"id": "x".repeat(65)}), EntryFault::Id),
            (json!({"digest": "lsk_0123"}), EntryFault::Digest),
            (json!({"scopes": []}), EntryFault::NoScope),
            (json!({"scopes": ["score", "root"]}), EntryFault::Scope),
            (json!({"not_before": "yesterday"}), time("not_before")),
            (json!({"expires": "2027-01-31"}), time("expires")),
            (
                json!({"not_before": "2027-01-31T00:00:00Z", "expires": "2027-01-31T01:00:00+01:00"}),
                EntryFault::NeverValid,
            ),
            (json!({"rate": 0}), EntryFault::Rate(super::RateError::PerSecond)),
            (json!({"rate": 5, "burst": 2_000_000}), EntryFault::Rate(super::RateError::Burst)),
            (json!({"burst": 5}), EntryFault::BurstAlone),
        ] {
            assert_eq!(check(&changed).expect_err("a fault"), fault, "{changed}");
        }
    }

    #[test]
    fn a_key_is_valid_from_its_first_moment_to_just_before_its_last() {
        let at = |second| Timestamp::from_second(second).expect("a moment");
        let bounded = super::Validity { not_before: Some(at(10)), expires: Some(at(20)) };
        for (second, moment) in [
            (9, Moment::Before),
            (10, Moment::Within),
            (19, Moment::Within),
            (20, Moment::After),
            (21, Moment::After),
        ] {
            assert_eq!(bounded.moment(|| at(second)), moment, "{second}");
        }
        let unbounded = super::Validity::default();
        assert_eq!(unbounded.moment(|| unreachable!("no clock is needed")), Moment::Within);
    }
}
