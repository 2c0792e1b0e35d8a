//! The four CSV files of a run, live.
//!
//! [`CsvFiles`] makes all four at the start, appends to the history each second and renews the others; the last tick,
//! after the last answer, leaves the four in agreement. Nothing of the history stays in memory. Columns and cells are
//! [`lead_stats`]'s; numbers are the recording's.

use std::path::{Path, PathBuf};

use lead_stats::{
    History, HistoryWriter, Percentiles, Run, StatsError, Summary, bucket_ms, write_snapshots,
};

use crate::record::Recording;

/// The files behind a prefix while a run lasts.
#[derive(Debug)]
pub struct CsvFiles {
    prefix: PathBuf,
    full_history: bool,
    history: HistoryWriter,
    /// Requests that the last row of history knows of.
    seen: Option<u64>,
    /// Whether percentiles and medians are Locust's whole numbers.
    in_integers: bool,
}

impl CsvFiles {
    /// Makes the four files with their headers, replacing older ones; missing folders are created.
    ///
    /// # Errors
    ///
    /// When a file cannot be written.
    pub fn create(prefix: &Path, full_history: bool) -> Result<Self, StatsError> {
        write_snapshots(prefix, &empty_run())?;
        let history = HistoryWriter::create(prefix)?;
        Ok(Self {
            prefix: prefix.to_owned(),
            full_history,
            history,
            seen: None,
            in_integers: false,
        })
    }

    /// From now on with percentiles and medians as Locust rounds them: its buckets of two digits, the median within least and
    /// greatest.
    #[must_use]
    pub fn in_integers(self) -> Self {
        Self { in_integers: true, ..self }
    }

    /// Appends what the recording says about now and renews the other files; the warm-up is in none of them.
    ///
    /// # Errors
    ///
    /// When a file cannot be written.
    pub fn tick(&mut self, recording: &Recording) -> Result<(), StatsError> {
        if recording.is_warming_up() {
            return Ok(());
        }
        let requests = Some(recording.total().requests());
        // The piece of a second at the end is worth a row only if something happened in it.
        if !recording.has_ended() || self.seen != requests {
            let mut ticks = recording.ticks(self.full_history);
            for tick in ticks.iter_mut().filter(|_| self.in_integers) {
                tick.percentiles = buckets(&tick.percentiles);
                let median = bucket_ms(tick.total_median_ms) as f64;
                tick.total_median_ms = median.clamp(tick.total_min_ms, tick.total_max_ms);
            }
            self.history.append(&ticks)?;
            self.seen = requests;
        }
        self.renew(recording)
    }

    /// Renews all files but the history; a tick that could not is made good by that.
    ///
    /// # Errors
    ///
    /// When a file cannot be written.
    pub fn renew(&self, recording: &Recording) -> Result<(), StatsError> {
        let mut run = recording.to_run(History::default());
        let Summary { endpoints, aggregated } = &mut run.summary;
        for row in endpoints.iter_mut().chain([aggregated]).filter(|_| self.in_integers) {
            row.percentiles = buckets(&row.percentiles);
            row.median_ms = (bucket_ms(row.median_ms) as f64).clamp(row.min_ms, row.max_ms);
        }
        write_snapshots(&self.prefix, &run)
    }
}

/// Percentiles in Locust's buckets: rounding keeps the order, so the bucket of a percentile is the percentile of the buckets.
fn buckets(percentiles: &Percentiles) -> Percentiles {
    percentiles.iter().map(|(fraction, ms)| (fraction, bucket_ms(ms) as f64)).collect()
}

/// A run before its first request.
fn empty_run() -> Run {
    let mut run = Run::default();
    "Aggregated".clone_into(&mut run.summary.aggregated.name);
    run
}

#[cfg(test)]
mod tests {
    use lead_stats::Percentiles;

    use super::buckets;

    #[test]
    fn integers_are_locusts_buckets() {
        let ms = [0.4, 2.5, 99.5, 105.0, 115.0, 145.0, 999.0, 1050.0, 1150.0, 10_500.0, 61_499.0];
        let rounded: Vec<f64> =
            buckets(&Percentiles::locust(ms)).iter().map(|(_, ms)| ms).collect();
        assert_eq!(
            rounded,
            [0.0, 2.0, 100.0, 100.0, 120.0, 140.0, 1000.0, 1000.0, 1200.0, 10_000.0, 61_000.0]
        );
        assert!(buckets(&Percentiles::none()).is_empty(), "no request has no percentile");
    }
}
