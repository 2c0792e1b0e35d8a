//! How many requests took how long, over time: what a heat map is drawn from.
//!
//! [`Heat`] counts each second's response times in rows of equal width on a logarithmic scale. When its columns are full,
//! two neighbours become one, so a run of any length fits into 240 columns and some 120 KB. How it looks is the reports'.

use crate::counts::LONGEST_US;
use crate::histogram::Latency;

/// More columns are narrower than three pixels of a page.
const MOST_COLUMNS: usize = 240;

/// A row reaches to 1.155 times of where it begins.
const ROWS_PER_DECADE: f64 = 16.0;

/// Counts by time and response time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heat {
    step_s: u64,
    /// From the start; a column without requests is empty, any other has all rows up to its last one.
    columns: Vec<Vec<u32>>,
}

impl Default for Heat {
    fn default() -> Self {
        Self { step_s: 1, columns: Vec::new() }
    }
}

impl Heat {
    /// One that was taken apart: the seconds that a column covers, at least one, and its counts by row.
    pub(crate) fn of(step_s: u64, columns: Vec<Vec<u32>>) -> Self {
        Self { step_s: step_s.max(1), columns }
    }

    /// The seconds that a column covers, and how many columns there are, after so many seconds.
    pub(crate) fn form(seconds: usize) -> (u64, usize) {
        let mut step = 1;
        while seconds.div_ceil(step) > MOST_COLUMNS {
            step *= 2;
        }
        (step as u64, seconds.div_ceil(step))
    }

    /// Rows that there are at most.
    pub(crate) fn most_rows() -> usize {
        row_of(LONGEST_US) + 1
    }

    /// The seconds that each column covers, a power of two; the last one may be less full.
    pub fn step_s(&self) -> u64 {
        self.step_s
    }

    /// Counts by row (see [`ms_from`](Self::ms_from)), a column after the other from the start on. A column ends with its last
    /// row that has any.
    pub fn columns(&self) -> &[Vec<u32>] {
        &self.columns
    }

    /// The milliseconds from which on a row counts: up to where the next one begins.
    pub fn ms_from(row: usize) -> f64 {
        10_f64.powf(row as f64 / ROWS_PER_DECADE) / 1e3
    }

    /// Adds the response times of a second.
    pub(super) fn add(&mut self, second: u64, latency: &Latency) {
        let column = |step_s: u64| usize::try_from(second / step_s).unwrap_or(usize::MAX);
        while column(self.step_s) >= MOST_COLUMNS {
            self.halve();
        }
        let at = column(self.step_s);
        if self.columns.len() <= at {
            self.columns.resize(at + 1, Vec::new());
        }
        let column = &mut self.columns[at];
        for (us, seen) in latency.recorded() {
            let row = row_of(us);
            if column.len() <= row {
                column.resize(row + 1, 0);
            }
            column[row] = column[row].saturating_add(u32::try_from(seen).unwrap_or(u32::MAX));
        }
    }

    /// Makes one column of each two.
    fn halve(&mut self) {
        let both = |pair: &[Vec<u32>]| {
            let rows = pair.iter().map(Vec::len).max().unwrap_or(0);
            let sum = |row: usize| {
                let counts = pair.iter().filter_map(|column| column.get(row));
                counts.fold(0_u32, |sum, &count| sum.saturating_add(count))
            };
            (0..rows).map(sum).collect()
        };
        self.columns = self.columns.chunks(2).map(both).collect();
        self.step_s *= 2;
    }
}

/// The row of a time of at least a microsecond.
fn row_of(us: u64) -> usize {
    // A hair is added: 10 us is the beginning of a row and must not fall before it.
    ((us.clamp(1, LONGEST_US) as f64).log10() * ROWS_PER_DECADE + 1e-9) as usize
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Heat, MOST_COLUMNS, row_of};
    use crate::histogram::Latency;

    fn latency(times_us: &[u64]) -> Latency {
        let mut latency = Latency::new();
        times_us.iter().for_each(|&us| latency.record(Duration::from_micros(us)));
        latency
    }

    #[test]
    fn each_time_lies_between_the_ends_of_its_row() {
        for us in [1, 2, 9, 10, 11, 99, 100, 101, 999, 1_000, 123_456, 59_999_999, 60_000_000] {
            let (row, ms) = (row_of(us), us as f64 / 1e3);
            assert!(Heat::ms_from(row) <= ms * 1.000_001 && ms < Heat::ms_from(row + 1), "{us}");
        }
        assert_eq!((row_of(0), row_of(u64::MAX)), (0, 124));
    }

    #[test]
    fn columns_are_added_up_in_pairs_when_they_are_full_and_none_is_lost() {
        let mut heat = Heat::default();
        for second in 0..1_000 {
            // The third second is silent, as a pause of the load is.
            let times: &[u64] = if second == 2 { &[] } else { &[100, 1_000, 1_000] };
            heat.add(second, &latency(times));
        }
        assert_eq!((heat.step_s(), heat.columns().len()), (8, 125));
        assert_eq!(Heat::form(1_000), (8, 125));
        assert_eq!(heat.columns()[0][row_of(1_000)], 14, "seven of eight seconds");
        assert_eq!(heat.columns()[1][row_of(100)], 8);
        let all: u32 = heat.columns().iter().flatten().sum();
        assert_eq!(all, 999 * 3);
    }

    #[test]
    fn its_form_follows_from_how_many_seconds_there_were() {
        let mut heat = Heat::default();
        for second in 0..2_000 {
            assert_eq!(
                Heat::form(second as usize),
                (heat.step_s(), heat.columns().len()),
                "{second}"
            );
            heat.add(second, &latency(&[60_000_000]));
        }
        assert_eq!(heat.columns()[0].len(), Heat::most_rows());
    }

    #[test]
    fn a_day_fits_and_what_was_not_folded_is_blank() {
        let mut heat = Heat::default();
        heat.add(0, &latency(&[60_000_000]));
        heat.add(86_399, &latency(&[1]));
        assert!(heat.columns().len() <= MOST_COLUMNS && heat.step_s() == 512);
        assert!(heat.columns()[1..heat.columns().len() - 1].iter().all(Vec::is_empty));
        let counters: usize = heat.columns().iter().map(Vec::len).sum();
        assert_eq!(counters, 125 + 1);
    }
}
