//! [`Digest`]: all that is kept of a key, 32 bytes that cannot be turned back.
//!
//! A fast digest is right for keys that are long and random, as `lead-service keys new` makes them: nobody tries 2^256
//! of them. It would be wrong for passwords, and a slow one (argon2) would cost more than a thousand scores a request.

use std::{
    fmt,
    hash::{Hash, Hasher},
    str::FromStr,
};

use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq;

/// How a digest was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    /// SHA-256.
    Sha256,
    /// BLAKE3 with its usual 32 bytes.
    Blake3,
}

impl Algorithm {
    const ALL: [Self; 2] = [Self::Sha256, Self::Blake3];

    /// The name in key files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sha256 => "sha256",
            Self::Blake3 => "blake3",
        }
    }

    /// The digest of a key in clear.
    pub(crate) fn digest(self, key: &[u8]) -> Digest {
        let bytes = match self {
            Self::Sha256 => Sha256::digest(key).into(),
            Self::Blake3 => *blake3::hash(key).as_bytes(),
        };
        Digest { algorithm: self, bytes }
    }
}

impl FromStr for Algorithm {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let known = Self::ALL.into_iter().find(|algorithm| algorithm.as_str() == name);
        known.ok_or_else(|| "a digest must be sha256 or blake3".to_owned())
    }
}

/// What is kept of a key.
#[derive(Clone, Copy)]
pub(crate) struct Digest {
    algorithm: Algorithm,
    bytes: [u8; 32],
}

impl Digest {
    /// How it was made.
    pub(crate) fn algorithm(&self) -> Algorithm {
        self.algorithm
    }
}

/// In constant time, so that how much of two digests is equal cannot be seen from outside.
impl PartialEq for Digest {
    fn eq(&self, other: &Self) -> bool {
        self.algorithm == other.algorithm && self.bytes.ct_eq(&other.bytes).into()
    }
}

impl Eq for Digest {}

/// A quarter of the bytes: they are as good as random, and equal digests have equal ones.
impl Hash for Digest {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let (first, _) = self.bytes.split_first_chunk::<8>().expect("a digest has 32 bytes");
        state.write_u64(u64::from_le_bytes(*first));
    }
}

/// Reads `sha256:` or `blake3:` and 64 hexadecimal digits. The error is what is expected, never what was written.
impl FromStr for Digest {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (name, digits) = text.split_once(':').ok_or(())?;
        let algorithm = name.parse().map_err(|_| ())?;
        let digits: &[u8; 64] = digits.as_bytes().try_into().map_err(|_| ())?;
        let mut bytes = [0; 32];
        for (byte, [high, low]) in bytes.iter_mut().zip(digits.as_chunks().0) {
            *byte = nibble(*high).ok_or(())? << 4 | nibble(*low).ok_or(())?;
        }
        Ok(Self { algorithm, bytes })
    }
}

fn nibble(digit: u8) -> Option<u8> {
    // At most 15, so nothing is cut.
    char::from(digit).to_digit(16).map(|value| value as u8)
}

/// As it stands in a key file.
impl fmt::Display for Digest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:", self.algorithm.as_str())?;
        self.bytes.iter().try_for_each(|byte| write!(formatter, "{byte:02x}"))
    }
}

/// Its kind, and nothing of the digest itself.
impl fmt::Debug for Digest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Digest({})", self.algorithm.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::{Algorithm, Digest};

    /// As `printf abc | sha256sum` and `b3sum` give them.
    const ABC: [(Algorithm, &str); 2] = [
        (
            Algorithm::Sha256,
            "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        ),
        (
            Algorithm::Blake3,
            "blake3:6437b3ac38465133ffb63b75273a8db548c558465d79db03fd359c6cd5bd9d85",
        ),
    ];

    #[test]
    fn both_digests_are_those_of_other_tools() {
        for (algorithm, written) in ABC {
            let digest = algorithm.digest(b"abc");
            assert_eq!(digest.to_string(), written);
            assert!(written.parse() == Ok(digest));
            let (name, digits) = written.split_once(':').expect("two parts");
            assert!(format!("{name}:{}", digits.to_uppercase()).parse() == Ok(digest));
        }
    }

    #[test]
    fn equal_bytes_of_two_algorithms_are_two_digests() {
        let [(_, one), _] = ABC;
        let other: Digest = one.replace("sha256", "blake3").parse().expect("a digest");
        assert!(one.parse::<Digest>() != Ok(other));
    }

    #[test]
    fn what_is_not_a_digest_is_refused() {
        let [(_, good), _] = ABC;
        let hex = &good["sha256:".len()..];
        for text in [
            "",
            "sha256",
            "sha256:",
            hex,
            &good[..good.len() - 1],
            &format!("{good}0"),
            &good.replace("sha256", "md5"),
            &good.replace("ba", "bä"),
            &good.replace("ba78", "+a78"),
            &good.replace("ba78", "ga78"),
        ] {
            assert!(text.parse::<Digest>().is_err(), "{text}");
        }
    }

    #[test]
    fn debug_output_shows_no_byte_of_it() {
        assert_eq!(format!("{:?}", Algorithm::Sha256.digest(b"abc")), "Digest(sha256)");
    }
}
