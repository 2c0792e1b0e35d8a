//! "Did you mean": the known word that is most like a mistyped one.

/// Words less alike than this are another word, not a slip; a single wrong letter always is one.
const ALIKE: f64 = 0.6;

/// The known word that `typed` was probably meant to be.
pub(crate) fn nearest<'k>(
    typed: &str,
    known: impl IntoIterator<Item = &'k str>,
) -> Option<&'k str> {
    // Letter case is the commonest slip and costs nothing.
    let typed = typed.to_lowercase();
    known
        .into_iter()
        .map(|word| (likeness(&typed, &word.to_lowercase()), word))
        .filter(|(likeness, _)| *likeness >= ALIKE)
        .max_by(|(one, _), (other, _)| one.total_cmp(other))
        .map(|(_, word)| word)
}

/// ` (did you mean "p95"?)`, or nothing where no known word is near.
pub(crate) fn did_you_mean<'k>(typed: &str, known: impl IntoIterator<Item = &'k str>) -> String {
    nearest(typed, known).map(|word| format!(" (did you mean {word:?}?)")).unwrap_or_default()
}

fn likeness(typed: &str, word: &str) -> f64 {
    if strsim::damerau_levenshtein(typed, word) == 1 {
        return strsim::normalized_damerau_levenshtein(typed, word).max(ALIKE);
    }
    strsim::normalized_damerau_levenshtein(typed, word)
}

#[cfg(test)]
mod tests {
    use super::did_you_mean;

    #[test]
    fn a_slip_is_recognised_and_another_word_is_not() {
        let known = ["severity", "min_abs", "id"];
        assert_eq!(did_you_mean("sevreity", known), r#" (did you mean "severity"?)"#);
        assert_eq!(did_you_mean("MIN-ABS", known), r#" (did you mean "min_abs"?)"#);
        assert_eq!(did_you_mean("ids", known), r#" (did you mean "id"?)"#);
        assert_eq!(did_you_mean("colour", known), "");
    }
}
