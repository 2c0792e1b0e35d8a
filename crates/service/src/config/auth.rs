//! Who may score: API keys, kept as SHA-256 digests only.
//!
//! [`ApiKeys::parse`] is the last place that sees a key in clear; from here on there are 32 bytes that cannot be turned
//! back. A fast digest is right for keys that are long and random; it would be wrong for passwords. Key files, scopes
//! and expiry are not here.

use std::fmt;

use clap::Args;
use sha2::{Digest, Sha256};
use subtle::{Choice, ConstantTimeEq};

/// Who may call.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Keys")]
pub struct KeyArgs {
    /// Keys that may score, separated by commas; not needed on a loopback address
    ///
    /// Prefer the environment variable: other users of the machine can read a process's flags.
    // A plain text on purpose: clap would print a value that it refuses.
    #[arg(long, env = "API_KEYS", value_name = "API_KEYS", hide_env_values = true)]
    pub api_keys: Option<String>,
}

/// One or more keys, any of which opens the service.
#[derive(Clone)]
pub struct ApiKeys {
    digests: Vec<[u8; 32]>,
}

/// Why a list of keys is refused.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum KeyError {
    /// An empty entry, which an empty header would otherwise match.
    #[error(
        "API_KEYS has an empty entry at position {position} of {count}: write the keys separated by single commas, or \
         unset API_KEYS"
    )]
    Empty {
        /// The entry, counted from 1.
        position: usize,
        /// How many entries there are.
        count: usize,
    },
    /// A key that no HTTP header can carry.
    #[error(
        "API_KEYS has a key at position {position} with characters outside visible ASCII: no HTTP client can send it"
    )]
    NotVisible {
        /// The entry, counted from 1.
        position: usize,
    },
}

impl ApiKeys {
    /// Reads keys separated by commas; blanks around a key do not belong to it.
    ///
    /// # Errors
    ///
    /// [`KeyError`] when an entry is empty or could never be sent. The message gives the position, never the key.
    pub fn parse(list: &str) -> Result<Self, KeyError> {
        let keys: Vec<&str> = list.split(',').map(str::trim).collect();
        for (index, key) in keys.iter().enumerate() {
            let position = index + 1;
            if key.is_empty() {
                return Err(KeyError::Empty { position, count: keys.len() });
            }
            if !key.bytes().all(|byte| byte.is_ascii_graphic()) {
                return Err(KeyError::NotVisible { position });
            }
        }
        Ok(Self { digests: keys.into_iter().map(|key| digest(key.as_bytes())).collect() })
    }

    /// Whether `presented` is one of the keys, in a time that depends on its length and on the number of keys only.
    pub(crate) fn admits(&self, presented: &[u8]) -> bool {
        let presented = digest(presented);
        // No early exit: every digest is compared in full, whichever matches.
        let found = self
            .digests
            .iter()
            .fold(Choice::from(0), |found, known| found | known.ct_eq(&presented));
        found.into()
    }
}

/// Shows how many keys there are and nothing about them.
impl fmt::Debug for ApiKeys {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "ApiKeys({} digests)", self.digests.len())
    }
}

fn digest(key: &[u8]) -> [u8; 32] {
    Sha256::digest(key).into()
}

#[cfg(test)]
mod tests {
    use super::{ApiKeys, KeyError};

    #[test]
    fn every_key_of_the_list_is_admitted_without_the_blanks_around_it() {
        let keys = ApiKeys::parse(" first-key ,second-key").expect("two good keys");
        assert!(keys.admits(b"first-key"));
        assert!(keys.admits(b"second-key"));
        assert!(!keys.admits(b" first-key "));
        assert!(!keys.admits(b"first-ke"));
        assert!(!keys.admits(b"first-key,second-key"));
        assert!(!keys.admits(b""));
    }

    #[test]
    fn an_empty_entry_is_refused_by_its_position() {
        assert_eq!(ApiKeys::parse("").unwrap_err(), KeyError::Empty { position: 1, count: 1 });
        assert_eq!(ApiKeys::parse("a, ,b").unwrap_err(), KeyError::Empty { position: 2, count: 3 });
    }

    #[test]
    fn no_refusal_and_no_debug_output_shows_a_key() {
        let refused = ApiKeys::parse("secret-one,sécret-two").unwrap_err().to_string();
        assert!(!refused.contains("secret") && !refused.contains("sécret"), "{refused}");
        let shown = format!("{:?}", ApiKeys::parse("secret-one").expect("a good key"));
        assert_eq!(shown, "ApiKeys(1 digests)");
    }
}
