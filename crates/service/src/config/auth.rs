//! Who may call, and how often: keys kept as digests only, the path of a key file, and a rate for each key.
//!
//! [`ApiKeys::parse`] is the last place that sees a configured key in clear. The key file is opened, and every key
//! looked up, by [`keys`](crate::keys).

use std::{fmt, num::NonZeroU32, path::PathBuf};

use clap::{Args, ValueEnum};

use crate::keys::{Algorithm, Digest, Given, Rate, RateError, Scope, Scopes};

/// A key shorter than this may be found by trying. What `lead-service keys new` makes has 47 characters.
const SHORTEST_SAFE: usize = 16;

/// What opens with a key of `API_KEYS`.
const USUAL_SCOPES: [Scope; 2] = [Scope::Score, Scope::Metrics];

/// What opens with a key of `ADMIN_API_KEYS`.
const ALL_SCOPES: [Scope; 3] = [Scope::Score, Scope::Metrics, Scope::Admin];

/// Who may call.
#[derive(Clone, Args)]
#[command(next_help_heading = "Keys")]
pub struct KeyArgs {
    /// Keys that may score, separated by commas; not needed on a loopback address
    ///
    /// Prefer the environment variable: other users of the machine can read a process's flags.
    // A plain text on purpose: clap would print a value that it refuses.
    #[arg(long, env = "API_KEYS", value_name = "API_KEYS", hide_env_values = true)]
    pub api_keys: Option<String>,

    /// Keys that may score and administer, separated by commas
    ///
    /// Prefer the environment variable here too.
    #[arg(long, env = "ADMIN_API_KEYS", value_name = "ADMIN_API_KEYS", hide_env_values = true)]
    pub admin_api_keys: Option<String>,

    /// File of keys with scopes and expiry, taken over when it changes (see `lead-service keys`)
    #[arg(long, env = "KEY_FILE", value_name = "KEY_FILE")]
    pub key_file: Option<PathBuf>,

    /// Requests per second that each key may send, 0.001 to 1000000 [default: no limit]
    #[arg(long, env = "RATE_LIMIT", value_name = "RATE_LIMIT", value_parser = Rate::read_per_second)]
    pub rate_limit: Option<f64>,

    /// Requests that each key may send at once [default: one second's worth]
    #[arg(long, env = "RATE_BURST", value_name = "RATE_BURST", value_parser = Rate::read_burst)]
    pub rate_burst: Option<NonZeroU32>,

    /// Who may read /metrics
    #[arg(long, env = "METRICS_ACCESS", value_name = "METRICS_ACCESS", default_value = "public")]
    pub metrics_access: MetricsAccess,
}

/// Shows which lists were typed and nothing of their keys.
impl fmt::Debug for KeyArgs {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hidden = |keys: &Option<String>| keys.as_ref().map(|_| "hidden");
        formatter
            .debug_struct("KeyArgs")
            .field("api_keys", &hidden(&self.api_keys))
            .field("admin_api_keys", &hidden(&self.admin_api_keys))
            .field("key_file", &self.key_file)
            .field("rate_limit", &self.rate_limit)
            .field("rate_burst", &self.rate_burst)
            .field("metrics_access", &self.metrics_access)
            .finish()
    }
}

/// Who may read `/metrics`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum MetricsAccess {
    /// Everyone, as the contract says
    Public,
    /// Who has a key with the scope metrics
    Key,
}

/// Who may call, and how often.
#[derive(Debug, Clone)]
pub struct Keys {
    /// `API_KEYS`: keys with the scopes score and metrics (default none).
    pub api: Option<ApiKeys>,
    /// `ADMIN_API_KEYS`: keys with every scope (default none).
    pub admin: Option<ApiKeys>,
    /// `KEY_FILE`: keys with scopes, validity and rates of their own (default none).
    pub file: Option<PathBuf>,
    /// `RATE_LIMIT` and `RATE_BURST`: how often a key may score that has no rate of its own (default unlimited).
    pub limit: Option<Rate>,
    /// `METRICS_ACCESS`: who may read `/metrics` (default everyone).
    pub metrics: MetricsAccess,
}

/// One or more keys from one variable.
#[derive(Clone)]
pub struct ApiKeys {
    digests: Vec<Digest>,
    /// The first key that could be found by trying, counted from 1.
    short: Option<usize>,
}

/// Why the keys of the configuration are refused. No message holds a key.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum KeyError {
    /// An empty entry, which an empty header would otherwise match.
    #[error(
        "{variable} has an empty entry at position {position} of {count}: write the keys separated by single commas, or \
         unset {variable}"
    )]
    Empty {
        /// `API_KEYS` or `ADMIN_API_KEYS`.
        variable: &'static str,
        /// The entry, counted from 1.
        position: usize,
        /// How many entries there are.
        count: usize,
    },
    /// A key that no HTTP header can carry.
    #[error(
        "{variable} has a key at position {position} with characters outside visible ASCII: no HTTP client can send it"
    )]
    NotVisible {
        /// `API_KEYS` or `ADMIN_API_KEYS`.
        variable: &'static str,
        /// The entry, counted from 1.
        position: usize,
    },
    /// A key of which nobody could say what it opens.
    #[error(
        "ADMIN_API_KEYS has a key at position {position} that is in API_KEYS too: remove it from one of the two"
    )]
    InBoth {
        /// The entry of `ADMIN_API_KEYS`, counted from 1.
        position: usize,
    },
    /// A rate that is none.
    #[error("cannot use RATE_LIMIT and RATE_BURST: {0}")]
    Rate(#[from] RateError),
    /// A burst of nothing.
    #[error("RATE_BURST is set and RATE_LIMIT is not: set both, or unset RATE_BURST")]
    BurstAlone,
    /// A page that nobody could read.
    #[error(
        "METRICS_ACCESS is key and there is no key: set KEY_FILE or API_KEYS, or set METRICS_ACCESS to public"
    )]
    MetricsForNobody,
}

impl Keys {
    pub(super) fn new(args: &KeyArgs) -> Result<Self, KeyError> {
        let read = |variable, list: &Option<String>| {
            list.as_deref().map(|list| ApiKeys::parse(variable, list)).transpose()
        };
        let limit = match (args.rate_limit, args.rate_burst) {
            (Some(per_second), burst) => Some(Rate::new(per_second, burst)?),
            (None, Some(_)) => return Err(KeyError::BurstAlone),
            (None, None) => None,
        };
        let keys = Self {
            api: read("API_KEYS", &args.api_keys)?,
            admin: read("ADMIN_API_KEYS", &args.admin_api_keys)?,
            file: args.key_file.clone(),
            limit,
            metrics: args.metrics_access,
        };
        if let (Some(api), Some(admin)) = (&keys.api, &keys.admin)
            && let Some(index) = admin.digests.iter().position(|key| api.digests.contains(key))
        {
            return Err(KeyError::InBoth { position: index + 1 });
        }
        if keys.is_open() && keys.metrics == MetricsAccess::Key {
            return Err(KeyError::MetricsForNobody);
        }
        Ok(keys)
    }

    /// Whether no key is asked for, because none is known. Only a loopback address allows that.
    pub fn is_open(&self) -> bool {
        self.api.is_none() && self.admin.is_none() && self.file.is_none()
    }

    /// Each variable with the position of its first key that could be found by trying.
    pub(crate) fn short(&self) -> impl Iterator<Item = (&'static str, usize)> {
        self.lists().filter_map(|(variable, keys, _)| Some((variable, keys.short?)))
    }

    /// The keys of both variables, each named after its place.
    pub(crate) fn given(&self) -> Vec<Given> {
        let named = |(variable, keys, scopes): (&str, &ApiKeys, Scopes)| {
            let given = |(index, digest): (usize, &Digest)| Given {
                id: format!("{variable}/{}", index + 1),
                digest: *digest,
                scopes,
            };
            keys.digests.iter().enumerate().map(given).collect::<Vec<_>>()
        };
        self.lists().flat_map(named).collect()
    }

    fn lists(&self) -> impl Iterator<Item = (&'static str, &ApiKeys, Scopes)> {
        let api =
            self.api.iter().map(|keys| ("API_KEYS", keys, USUAL_SCOPES.into_iter().collect()));
        let admin = self
            .admin
            .iter()
            .map(|keys| ("ADMIN_API_KEYS", keys, ALL_SCOPES.into_iter().collect()));
        api.chain(admin)
    }
}

impl ApiKeys {
    /// Reads keys separated by commas; blanks around a key do not belong to it. `variable` is named in the error.
    ///
    /// # Errors
    ///
    /// [`KeyError`] when an entry is empty or could never be sent. The message gives the position, never the key.
    pub fn parse(variable: &'static str, list: &str) -> Result<Self, KeyError> {
        let keys: Vec<&str> = list.split(',').map(str::trim).collect();
        for (index, key) in keys.iter().enumerate() {
            let position = index + 1;
            if key.is_empty() {
                return Err(KeyError::Empty { variable, position, count: keys.len() });
            }
            if !key.bytes().all(|byte| byte.is_ascii_graphic()) {
                return Err(KeyError::NotVisible { variable, position });
            }
        }
        Ok(Self {
            short: keys.iter().position(|key| key.len() < SHORTEST_SAFE).map(|index| index + 1),
            digests: keys.into_iter().map(|key| Algorithm::Sha256.digest(key.as_bytes())).collect(),
        })
    }
}

/// Shows how many keys there are and nothing about them.
impl fmt::Debug for ApiKeys {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "ApiKeys({} digests)", self.digests.len())
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::{ApiKeys, KeyError, Keys};
    use crate::{config::Args, keys::Scope};

    fn keys(flags: &[&str]) -> Result<Keys, KeyError> {
        let typed = [&["lead-service"], flags].concat();
        Keys::new(&Args::try_parse_from(typed).expect("right flags").keys)
    }

    #[test]
    fn every_key_of_a_list_counts_without_the_blanks_around_it() {
        let given = keys(&["--api-keys", " first-key ,second-key", "--admin-api-keys", "third"]);
        let given = given.expect("three good keys").given();
        let ids: Vec<&str> = given.iter().map(|given| &*given.id).collect();
        assert_eq!(ids, ["API_KEYS/1", "API_KEYS/2", "ADMIN_API_KEYS/1"]);
        assert!(given[0].digest == super::Algorithm::Sha256.digest(b"first-key"));
        let admin = given.iter().map(|given| given.scopes.allow(Scope::Admin));
        assert_eq!(admin.collect::<Vec<_>>(), [false, false, true]);
        assert!(given.iter().all(|given| given.scopes.allow(Scope::Score)));
        assert!(given.iter().all(|given| given.scopes.allow(Scope::Metrics)));
    }

    #[test]
    fn an_empty_entry_is_refused_by_its_position() {
        for (list, position, count) in [("", 1, 1), ("a, ,b", 2, 3)] {
            let variable = "API_KEYS";
            assert_eq!(
                ApiKeys::parse(variable, list).unwrap_err(),
                KeyError::Empty { variable, position, count }
            );
        }
    }

    #[test]
    fn a_key_that_could_be_found_by_trying_is_named_by_its_position() {
        let keys = keys(&["--api-keys", "0123456789abcdef,0123456789abcde"]).expect("good keys");
        assert_eq!(keys.short().collect::<Vec<_>>(), [("API_KEYS", 2)]);
    }

    #[test]
    fn settings_that_contradict_each_other_are_refused() {
        for (flags, error) in [
            (
                &["--api-keys", "a,b", "--admin-api-keys", "c,b"] as &[_],
                KeyError::InBoth { position: 2 },
            ),
            (&["--rate-burst", "5"], KeyError::BurstAlone),
            (&["--metrics-access", "key"], KeyError::MetricsForNobody),
        ] {
            assert_eq!(keys(flags).unwrap_err(), error);
        }
    }

    #[test]
    fn no_refusal_and_no_debug_output_shows_a_key() {
        let refused = ApiKeys::parse("API_KEYS", "secret-one,sécret-two").unwrap_err().to_string();
        assert!(!refused.contains("secret") && !refused.contains("sécret"), "{refused}");
        let shown = format!("{:?}", ApiKeys::parse("API_KEYS", "secret-one").expect("a good key"));
        assert_eq!(shown, "ApiKeys(1 digests)");
        let typed = ["lead-service", "--api-keys", "secret-one", "--admin-api-keys", "secret-two"];
        let shown = format!("{:?}", Args::try_parse_from(typed).expect("right flags"));
        assert!(shown.contains("hidden") && !shown.contains("secret"), "{shown}");
    }
}
