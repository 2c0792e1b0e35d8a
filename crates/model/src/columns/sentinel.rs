//! Numbers that may stand for "not known": suspected, never assumed.

use super::{number::Numbers, write::grouped};

/// Negative numbers that programs write where others leave a gap.
const BELOW: [f64; 6] = [-1.0, -9.0, -99.0, -999.0, -9999.0, -99_999.0];
/// Fewest rows of such a number.
const FEWEST: usize = 5;
/// One row in so many must hold it.
const ONE_IN: usize = 1000;

/// What to look at in a column, one sentence each.
pub(super) fn suspicions(numbers: &Numbers<'_>) -> Vec<String> {
    let values = &numbers.values;
    let rows: usize = values.iter().map(|(_, count)| count).sum();
    let (Some(&(low, _)), Some(&(high, _))) = (values.first(), values.last()) else {
        return Vec::new();
    };
    let count_of = |wanted: f64| -> usize {
        values.iter().filter(|(value, _)| *value == wanted).map(|(_, count)| count).sum()
    };
    let is_frequent = |count: usize| count >= FEWEST && count * ONE_IN >= rows;
    let next = |wanted: fn(f64, f64) -> bool, edge: f64| {
        let others = values.iter().map(|(value, _)| *value).filter(|&value| wanted(value, edge));
        others.fold(None, |best: Option<f64>, value| {
            Some(best.map_or(value, |b| if wanted(value, b) { b } else { value }))
        })
    };
    let mut found = Vec::new();
    let above = next(|value, edge| value > edge, low);
    if let Some(above) = above.filter(|&above| BELOW.contains(&low) && above >= 0.0) {
        let count = count_of(low);
        if is_frequent(count) {
            found.push(format!(
                "{low} stands in {} rows, every other number is at least {above}: if it means \"not known\", say \
                 missing = [\"{low}\"]",
                grouped(count)
            ));
        }
    }
    let below = next(|value, edge| value < edge, high);
    if let Some(below) = below.filter(|&below| is_nines(high) && below >= 0.0 && high > 2.0 * below)
    {
        let count = count_of(high);
        if is_frequent(count) {
            found.push(format!(
                "{high} stands in {} rows, every other number is at most {below}: if it means \"not known\", say \
                 missing = [\"{high}\"]",
                grouped(count)
            ));
        }
    }
    found
}

/// 99, 999, 9999, and so on.
fn is_nines(value: f64) -> bool {
    let mut nines = 99.0;
    while nines < value {
        nines = nines * 10.0 + 9.0;
    }
    value == nines && value < 1e12
}
