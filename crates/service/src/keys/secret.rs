//! [`Secret`]: a new key, on its way from the random source to the one who asked for it.
//!
//! It is shown once, by [`Secret::reveal`], and kept nowhere.

use std::fmt;

use super::{Algorithm, Digest};

/// Tells a key of this service from other secrets, so that a scanner finds one that was committed by mistake.
const PREFIX: &str = "lsk_";

/// No mark among them: a double click selects the whole key, and no shell or URL minds it.
const LETTERS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// 62^43 is more than 2^256. With the prefix a key has 47 bytes, which SHA-256 takes as one block.
const LENGTH: usize = 43;

/// A key of 256 random bits.
pub(crate) struct Secret(String);

impl Secret {
    /// Draws a key from the system's random source.
    ///
    /// # Errors
    ///
    /// Fails when the system has none to give.
    pub(crate) fn new() -> Result<Self, getrandom::Error> {
        let mut key = String::with_capacity(PREFIX.len() + LENGTH);
        key.push_str(PREFIX);
        let mut random = [0; 64];
        while key.len() < PREFIX.len() + LENGTH {
            getrandom::fill(&mut random)?;
            // Six bits choose among 64; the two choices that have no letter are drawn again, so that all are as likely.
            let letters = random.iter().filter_map(|byte| LETTERS.get(usize::from(byte & 63)));
            let wanted = PREFIX.len() + LENGTH - key.len();
            key.extend(letters.take(wanted).map(|letter| char::from(*letter)));
        }
        Ok(Self(key))
    }

    /// The key in clear.
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }

    /// What is kept of it.
    pub(crate) fn digest(&self, algorithm: Algorithm) -> Digest {
        algorithm.digest(self.0.as_bytes())
    }
}

/// Shows that there is a key and nothing of it.
impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::Secret;

    #[test]
    fn keys_have_one_form_and_never_repeat() {
        let keys: BTreeSet<String> =
            (0..200).map(|_| Secret::new().expect("random bits").reveal().to_owned()).collect();
        assert_eq!(keys.len(), 200);
        for key in &keys {
            let random = key.strip_prefix("lsk_").expect("the prefix");
            assert_eq!(random.len(), 43);
            assert!(
                random.bytes().all(|letter| letter.is_ascii_alphanumeric()),
                "a strange letter"
            );
        }
        // 8,600 letters leave none of the 62 out, unless the draw does.
        let letters: BTreeSet<u8> = keys.iter().flat_map(|key| key[4..].bytes()).collect();
        assert_eq!(letters.len(), 62);
    }

    #[test]
    fn debug_output_shows_no_letter_of_it() {
        assert_eq!(format!("{:?}", Secret::new().expect("random bits")), "Secret");
    }
}
