//! [`Ring`]: every key that is known at this moment, found by its digest.
//!
//! The table is a hash map under a random seed, so how long a search takes says nothing about where a digest lies, and
//! digests are compared in constant time. A ring never changes; a changed key file makes another one.

use std::{collections::HashMap, fmt, sync::Arc};

use super::{Algorithm, Bucket, Digest, Entry, Rate, Scopes, Validity};

/// A key that the configuration names, valid as long as the service runs.
#[derive(Debug, Clone)]
pub(crate) struct Given {
    /// Whose key it is, for the log.
    pub(crate) id: String,
    pub(crate) digest: Digest,
    pub(crate) scopes: Scopes,
}

/// What is known of one key.
#[derive(Debug)]
pub(crate) struct Known {
    /// Whose key it is.
    pub(crate) id: Arc<str>,
    pub(crate) scopes: Scopes,
    pub(crate) validity: Validity,
    /// How often it may be used; `None` is as often as it likes.
    pub(crate) bucket: Option<Arc<Bucket>>,
    rate: Option<Rate>,
}

/// All known keys.
#[derive(Default)]
pub(crate) struct Ring {
    by_digest: HashMap<Digest, Known>,
    /// Whether any key is kept as this digest; a request pays for those in use only.
    sha256: bool,
    blake3: bool,
}

impl Ring {
    /// The keys of the configuration and of the key file, which wins where both name one key. `limit` is for every key
    /// without a rate of its own. A key that was in `before` with the same rate goes on with what it had used up.
    pub(crate) fn new(
        given: &[Given],
        entries: &[Entry],
        limit: Option<Rate>,
        before: &Self,
    ) -> Self {
        let mut ring = Self::default();
        for Given { id, digest, scopes } in given {
            ring.insert(*digest, id, *scopes, Validity::default(), limit, before);
        }
        for Entry { id, digest, scopes, validity, rate } in entries {
            ring.insert(*digest, id, *scopes, *validity, rate.or(limit), before);
        }
        ring
    }

    fn insert(
        &mut self,
        digest: Digest,
        id: &str,
        scopes: Scopes,
        validity: Validity,
        rate: Option<Rate>,
        before: &Self,
    ) {
        let kept = before.by_digest.get(&digest).filter(|known| known.rate == rate);
        let bucket = match kept {
            Some(known) => known.bucket.clone(),
            None => rate.map(|rate| Arc::new(Bucket::new(&rate))),
        };
        match digest.algorithm() {
            Algorithm::Sha256 => self.sha256 = true,
            Algorithm::Blake3 => self.blake3 = true,
        }
        self.by_digest.insert(digest, Known { id: id.into(), scopes, validity, bucket, rate });
    }

    /// The key that was presented, if it is known.
    pub(crate) fn find(&self, presented: &[u8]) -> Option<&Known> {
        let by = |used: bool, algorithm: Algorithm| {
            used.then(|| self.by_digest.get(&algorithm.digest(presented))).flatten()
        };
        by(self.sha256, Algorithm::Sha256).or_else(|| by(self.blake3, Algorithm::Blake3))
    }

    /// How many keys there are.
    pub(crate) fn len(&self) -> usize {
        self.by_digest.len()
    }
}

/// Shows how many keys there are and nothing about them.
impl fmt::Debug for Ring {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Ring({} keys)", self.len())
    }
}

#[cfg(test)]
mod tests {
    use super::{Given, Ring};
    use crate::keys::{Algorithm, Entry, Rate, Scope, Scopes, Validity};

    fn given(id: &str, key: &str) -> Given {
        Given {
            id: id.to_owned(),
            digest: Algorithm::Sha256.digest(key.as_bytes()),
            scopes: Scopes::from_iter([Scope::Score]),
        }
    }

    fn entry(id: &str, key: &str, algorithm: Algorithm, rate: Option<Rate>) -> Entry {
        Entry {
            id: id.to_owned(),
            digest: algorithm.digest(key.as_bytes()),
            scopes: Scopes::from_iter([Scope::Admin]),
            validity: Validity::default(),
            rate,
        }
    }

    #[test]
    fn a_key_is_found_by_either_digest_and_no_part_of_it_is() {
        let entries = [entry("b", "key-b", Algorithm::Blake3, None)];
        let ring = Ring::new(&[given("a", "key-a")], &entries, None, &Ring::default());
        for (key, id) in [
            ("key-a", Some("a")),
            ("key-b", Some("b")),
            ("key-", None),
            ("key-aa", None),
            ("", None),
        ] {
            assert_eq!(ring.find(key.as_bytes()).map(|known| &*known.id), id, "{key}");
        }
        assert!(Ring::default().find(b"key-a").is_none());
        assert_eq!(format!("{ring:?}"), "Ring(2 keys)");
    }

    #[test]
    fn the_key_file_wins_over_the_configuration() {
        let entries = [entry("of-the-file", "key", Algorithm::Sha256, None)];
        let ring = Ring::new(&[given("given", "key")], &entries, None, &Ring::default());
        let known = ring.find(b"key").expect("known");
        assert_eq!(&*known.id, "of-the-file");
        assert!(!known.scopes.allow(Scope::Score));
    }

    #[test]
    fn a_key_goes_on_with_its_bucket_until_its_rate_changes() {
        let rate = |per_second| Some(Rate::new(per_second, None).expect("in range"));
        let with = |rate, before: &Ring| {
            let entries = [entry("a", "key", Algorithm::Sha256, rate)];
            Ring::new(&[], &entries, Some(Rate::new(9.0, None).expect("in range")), before)
        };
        let take = |ring: &Ring| {
            let bucket = ring.find(b"key").expect("known").bucket.as_ref().expect("limited");
            bucket.take(0).is_ok()
        };
        let first = with(rate(1.0), &Ring::default());
        assert!(take(&first) && !take(&first));
        let same = with(rate(1.0), &first);
        assert!(!take(&same), "a reload gives no token back");
        let faster = with(rate(2.0), &same);
        assert!(take(&faster) && take(&faster) && !take(&faster));
        let of_all = with(None, &faster);
        assert_eq!((0..20).filter(|_| take(&of_all)).count(), 9);
    }
}
