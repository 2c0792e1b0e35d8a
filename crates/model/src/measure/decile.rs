//! The rows in ten parts by score: what calling on the best tenth first would find.

use super::Outcome;
use crate::artifact::Decile;

/// Parts.
const PARTS: usize = 10;

/// Ten parts of equal size, up to one row, the highest scores first; parts without rows are left out.
///
/// Where a border cuts through equal scores, nothing says which of those rows come first: each part gets its expected share of
/// their conversions, as if they were drawn at random. Lift and gain are exact then, the count is rounded so that the parts add
/// up to the whole.
pub fn deciles(outcomes: &[Outcome]) -> Vec<Decile> {
    let found = found(outcomes);
    let rows = outcomes.len();
    let all = found[rows];
    let base = all / rows as f64;
    let border = |part: usize| part * rows / PARTS;
    let parts = (0..PARTS).map(|part| (border(part), border(part + 1)));
    parts
        .filter(|(from, to)| from < to)
        .map(|(from, to)| {
            let size = (to - from) as f64;
            let share = |part: f64, whole: f64| if whole == 0.0 { 0.0 } else { part / whole };
            Decile {
                rows: (to - from) as u64,
                positives: (found[to].round() - found[from].round()) as u64,
                lift: share((found[to] - found[from]) / size, base),
                gain: share(found[to], all),
            }
        })
        .collect()
}

/// Expected conversions among the first `n` rows by falling score, for every `n` from 0.
fn found(outcomes: &[Outcome]) -> Vec<f64> {
    let mut sorted = outcomes.to_vec();
    sorted.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut found = vec![0.0];
    let mut before = 0.0;
    for tied in sorted.chunk_by(|a, b| a.0 == b.0) {
        let converted = tied.iter().filter(|outcome| outcome.1).count() as f64;
        let rows = tied.len();
        found.extend((1..=rows).map(|row| before + converted * row as f64 / rows as f64));
        before += converted;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::deciles;

    #[test]
    fn ties_are_spread_over_the_parts_they_touch() {
        let outcomes: Vec<_> = (0..20).map(|row| (0.5, row < 5)).collect();
        let parts = deciles(&outcomes);
        assert_eq!(parts.len(), 10);
        assert!(parts.iter().all(|part| part.rows == 2 && part.lift == 1.0));
        assert_eq!(parts.iter().map(|part| part.positives).sum::<u64>(), 5);
        assert_eq!(parts[9].gain, 1.0);
    }

    #[test]
    fn fewer_than_ten_rows_fill_as_many_parts() {
        let parts = deciles(&[(0.9, true), (0.5, false), (0.1, false)]);
        assert_eq!(parts.iter().map(|part| part.rows).collect::<Vec<_>>(), [1, 1, 1]);
        assert_eq!([parts[0].lift, parts[2].gain], [3.0, 1.0]);
    }

    #[test]
    fn nothing_is_found_where_nothing_is() {
        assert!(deciles(&[]).is_empty());
        assert_eq!(deciles(&[(0.5, false)])[0].lift, 0.0);
    }
}
