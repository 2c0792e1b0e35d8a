//! "Did you mean": the known word that is most like a mistyped one.

/// Words less alike than this are another word, not a slip.
const ALIKE: f64 = 0.75;

/// `; did you mean 'x'?`, or nothing where no known word is near.
pub(super) fn did_you_mean<'k>(typed: &str, known: impl IntoIterator<Item = &'k str>) -> String {
    known
        .into_iter()
        .map(|word| (strsim::normalized_damerau_levenshtein(typed, word), word))
        .filter(|(likeness, _)| *likeness >= ALIKE || typed.len() > 3 && *likeness >= 0.6)
        .max_by(|(one, _), (other, _)| one.total_cmp(other))
        .map(|(_, word)| format!("; did you mean '{word}'?"))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::did_you_mean;

    #[test]
    fn a_slip_is_recognised_and_another_word_is_not() {
        let known = ["method", "path", "weight"];
        assert_eq!(did_you_mean("wieght", known), "; did you mean 'weight'?");
        assert_eq!(did_you_mean("paht", known), "; did you mean 'path'?");
        assert_eq!(did_you_mean("colour", known), "");
    }
}
