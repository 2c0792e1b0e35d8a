//! [`Census`]: the different texts of a column and how often each occurs.

use std::collections::HashMap;

use super::token;

/// What a column says, counted.
#[derive(Debug)]
pub(super) struct Census<'a> {
    /// Every answer and its rows: the most frequent first, then by text.
    pub(super) answers: Vec<(&'a str, usize)>,
    /// Rows with an answer.
    pub(super) answered: usize,
    /// Rows without one.
    pub(super) missing: usize,
    /// The texts that stand there instead, beside the empty one, the most frequent first.
    pub(super) tokens: Vec<(&'a str, usize)>,
}

impl<'a> Census<'a> {
    /// Counts cells; `extra` are texts that are no answer, beside the usual ones.
    pub(super) fn of(cells: impl Iterator<Item = &'a str>, extra: &[String]) -> Self {
        let mut counts: HashMap<&str, usize> = HashMap::new();
        // Neighbours are often the same: sorted exports, flags, empty columns.
        let mut last = ("", 0);
        for cell in cells {
            if cell == last.0 {
                last.1 += 1;
                continue;
            }
            *counts.entry(last.0).or_default() += last.1;
            last = (cell, 1);
        }
        *counts.entry(last.0).or_default() += last.1;
        counts.retain(|_, count| *count > 0);
        let is_code = speaks_in_codes(&counts);
        let (mut answers, mut tokens, mut missing) = (Vec::new(), Vec::new(), 0);
        for (text, count) in counts {
            let is_answer = (is_code && text == "NA") || !token::is_missing(text, extra);
            if is_answer {
                answers.push((text, count));
                continue;
            }
            missing += count;
            if !text.is_empty() {
                tokens.push((text, count));
            }
        }
        order(&mut answers);
        order(&mut tokens);
        let answered = answers.iter().map(|(_, count)| count).sum();
        Self { answers, answered, missing, tokens }
    }

    /// Rows, with and without an answer.
    pub(super) fn rows(&self) -> usize {
        self.answered + self.missing
    }

    /// Whether nearly every answer is given once only, in more than a handful of rows.
    pub(super) fn is_nearly_unique(&self) -> bool {
        self.answered >= 20 && self.answers.len() * 50 >= self.answered * 49
    }

    /// Whether at least 95 % of the answers differ, in a hundred rows or more.
    pub(super) fn is_mostly_unique(&self) -> bool {
        self.answered >= 100 && self.answers.len() * 100 >= self.answered * 95
    }

    /// Whether no answer is given twice, in more than a handful of rows.
    pub(super) fn is_unique(&self) -> bool {
        self.answered >= 20 && self.answers.len() == self.answered
    }
}

fn order(counts: &mut [(&str, usize)]) {
    counts.sort_unstable_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
}

/// Whether "NA" is a code among such: Namibia, or North America, rather than no answer.
fn speaks_in_codes(counts: &HashMap<&str, usize>) -> bool {
    if !counts.contains_key("NA") {
        return false;
    }
    let is_code =
        |text: &str| text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_uppercase());
    let others = counts.keys().filter(|text| !text.is_empty() && **text != "NA");
    let (codes, all) =
        others.fold((0, 0), |(codes, all), text| (codes + usize::from(is_code(text)), all + 1));
    all >= 3 && codes * 10 >= all * 9
}
