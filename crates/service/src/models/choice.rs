//! Which of several models should be served.
//!
//! [`choose`] is a rule and nothing else: the highest version of one name. Versions are ordered as semantic versions
//! (`1.10.0` after `1.9.2`, `2.0.0` after `2.0.0-rc.1`); `2` and `2.1` count as `2.0.0` and `2.1.0`. A version that is no
//! semantic one, such as `2026-11`, comes before all that are, and among its like the order is that of the text.

use semver::Version;

use super::{
    error::{Claim, LibraryError},
    shelf::Sound,
};

/// The model to serve, or `None` where all of them are passed over.
pub(super) fn choose(
    sound: &[Sound],
    passed_over: impl Fn(&Sound) -> bool,
) -> Result<Option<&Sound>, LibraryError> {
    let mut ordered: Vec<&Sound> = sound.iter().collect();
    ordered.sort_by_cached_key(|sound| Rank::of(&sound.version));
    for pair in ordered.windows(2) {
        let claims = || Box::new([claim(pair[0]), claim(pair[1])]);
        if pair[0].name != pair[1].name {
            return Err(LibraryError::Names(claims()));
        }
        let tied = Rank::of(&pair[0].version) == Rank::of(&pair[1].version);
        // A copy of a file is the same model under another name.
        if tied && pair[0].fingerprint != pair[1].fingerprint {
            return Err(LibraryError::Twice(claims()));
        }
    }
    Ok(ordered.into_iter().rev().find(|sound| !passed_over(sound)))
}

/// The place of a version in the order of versions.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    /// No semantic version.
    Text(String),
    /// One that can be compared by its numbers.
    Semantic(Version),
}

impl Rank {
    pub(super) fn of(version: &str) -> Self {
        let complete = ["", ".0", ".0.0"]
            .iter()
            .find_map(|missing| Version::parse(&format!("{version}{missing}")).ok());
        complete.map_or_else(|| Self::Text(version.to_owned()), Self::Semantic)
    }
}

fn claim(sound: &Sound) -> Claim {
    Claim { name: sound.name.clone(), version: sound.version.clone(), file: sound.file() }
}

#[cfg(test)]
mod tests {
    use super::Rank;

    #[test]
    fn versions_are_ordered_by_their_numbers_and_not_by_their_letters() {
        let rising = [
            "",
            "2026-11",
            "2026-12",
            "latest",
            "v3",
            "0.9",
            "1",
            "1.2.0-rc.1",
            "1.2",
            "1.9.2",
            "1.10.0",
            "2.0.0",
            "10",
        ];
        for pair in rising.windows(2) {
            assert!(Rank::of(pair[0]) < Rank::of(pair[1]), "{pair:?}");
        }
        assert_eq!(Rank::of("1"), Rank::of("1.0.0"));
        assert_eq!(Rank::of("2.1"), Rank::of("2.1.0"));
    }
}
