//! Values that are made, not read: numbers, choices, ids.
//!
//! [`Generator`] says which; a request draws each at most once, so that one name is one value all over it. Counting up is
//! `draw.rs`'s.

use std::ops::RangeInclusive;

use rand::{Rng, RngExt};
use rand_pcg::Pcg64Mcg;

use super::Flaw;

/// What makes the values of a name.
#[derive(Debug, Clone, PartialEq)]
pub enum Generator {
    /// Whole numbers, each as likely as the others.
    Integer(RangeInclusive<i64>),
    /// Numbers, uniformly, with so many decimals.
    Float(RangeInclusive<f64>, u8),
    /// One of these, each as likely as the others.
    Choice(Vec<Choice>),
    /// A version 4 UUID, new for every request; the same seed gives the same ones.
    Uuid,
    /// Whole numbers upwards from this one, new for every request, over all users together.
    Sequence(u64),
}

/// One of several values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    pub(super) text: Box<str>,
    pub(super) is_bare: bool,
}

impl From<&str> for Choice {
    fn from(text: &str) -> Self {
        Self { text: text.into(), is_bare: false }
    }
}

impl From<i64> for Choice {
    fn from(number: i64) -> Self {
        Self { text: number.to_string().into(), is_bare: true }
    }
}

impl From<bool> for Choice {
    fn from(word: bool) -> Self {
        Self { text: word.to_string().into(), is_bare: true }
    }
}

impl Choice {
    /// A number; nothing where JSON has none.
    pub(super) fn number(number: f64) -> Option<Self> {
        let number = serde_json::Number::from_f64(number)?;
        Some(Self { text: number.to_string().into(), is_bare: true })
    }
}

impl Generator {
    /// Whether something can be drawn at all.
    pub(super) fn check(&self) -> Result<(), Flaw> {
        let is_sound = match self {
            Self::Integer(range) => range.start() <= range.end(),
            Self::Float(range, decimals) => {
                let (low, high) = (range.start(), range.end());
                low <= high && low.is_finite() && high.is_finite() && *decimals <= 15
            }
            Self::Choice(choices) => !choices.is_empty(),
            Self::Uuid | Self::Sequence(_) => true,
        };
        match is_sound {
            true => Ok(()),
            false => Err(Flaw(
                "nothing can be drawn from it: a range must not fall, a choice not be empty, decimals be at most 15"
                    .to_owned(),
            )),
        }
    }

    /// Whether every request needs a new one, so that none can be made beforehand.
    pub(super) fn is_fresh(&self) -> bool {
        matches!(self, Self::Uuid | Self::Sequence(_))
    }

    /// Draws a value; a sequence's `turn` is how many were drawn before.
    pub(super) fn draw(&self, rng: &mut Pcg64Mcg, turn: impl FnOnce() -> u64) -> Choice {
        match self {
            Self::Integer(range) => rng.random_range(range.clone()).into(),
            Self::Float(range, decimals) => {
                let number = rng.random_range(range.clone());
                Choice {
                    text: format!("{number:.*}", usize::from(*decimals)).into(),
                    is_bare: true,
                }
            }
            Self::Choice(choices) => choices[rng.random_range(0..choices.len())].clone(),
            Self::Uuid => Choice { text: uuid(rng).into(), is_bare: false },
            Self::Sequence(first) => {
                Choice { text: first.wrapping_add(turn()).to_string().into(), is_bare: true }
            }
        }
    }
}

/// RFC 9562, version 4: 122 bits of chance.
fn uuid(rng: &mut Pcg64Mcg) -> String {
    let chance = (u128::from(rng.next_u64()) << 64) | u128::from(rng.next_u64());
    let bits = (chance & !(0xF << 76) & !(0x3 << 62)) | (0x4 << 76) | (0x2 << 62);
    let hex = format!("{bits:032x}");
    [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand_pcg::Pcg64Mcg;

    use super::Generator;

    fn drawn(generator: &Generator, count: u64) -> Vec<String> {
        let mut rng = Pcg64Mcg::seed_from_u64(7);
        (0..count).map(|turn| generator.draw(&mut rng, || turn).text.into()).collect()
    }

    #[test]
    fn ranges_are_kept_with_both_ends() {
        let mut seen = drawn(&Generator::Integer(-1..=1), 100);
        seen.sort();
        seen.dedup();
        assert_eq!(seen, ["-1", "0", "1"]);
        let cents = drawn(&Generator::Float(0.5..=0.6, 2), 100);
        assert!(
            cents.iter().all(|text| text.len() == 4 && ("0.50".."0.61").contains(&text.as_str()))
        );
    }

    #[test]
    fn ids_are_new_each_time_and_sequences_count() {
        let mut ids = drawn(&Generator::Uuid, 200);
        assert!(
            ids.iter()
                .all(|id| id.len() == 36 && &id[14..15] == "4" && "89ab".contains(&id[19..20]))
        );
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), 200);
        assert_eq!(drawn(&Generator::Sequence(41), 3), ["41", "42", "43"]);
    }

    #[test]
    fn what_draws_nothing_is_refused() {
        let falling = std::ops::RangeInclusive::new(2, 1);
        assert!(Generator::Integer(falling).check().is_err());
        assert!(Generator::Choice(Vec::new()).check().is_err());
        assert!(Generator::Float(0.0..=f64::INFINITY, 2).check().is_err());
        assert!(Generator::Float(0.0..=1.0, 2).check().is_ok());
    }
}
