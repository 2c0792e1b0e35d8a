//! "Did you mean": the known word that is most like a mistyped one.

/// Words less alike than this are another word, not a slip; a single wrong letter always is one.
const ALIKE: f64 = 0.6;

/// `; did you mean 'x'?`, or nothing where no known word is near.
pub(super) fn did_you_mean<'k>(typed: &str, known: impl IntoIterator<Item = &'k str>) -> String {
    known
        .into_iter()
        .map(|word| (strsim::normalized_damerau_levenshtein(typed, word), word))
        .filter(|(likeness, word)| {
            *likeness >= ALIKE || strsim::damerau_levenshtein(typed, word) == 1
        })
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
        assert_eq!(did_you_mean("idd", ["id", "name"]), "; did you mean 'id'?");
        assert_eq!(did_you_mean("colour", known), "");
    }
}
