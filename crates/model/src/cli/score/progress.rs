//! [`Progress`]: how far a long run is, for whoever watches it on a terminal.

use std::{
    io::{self, IsTerminal},
    time::Instant,
};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A bar with rows per second and the time that is left; nothing where standard error is no terminal.
#[derive(Debug)]
pub(super) struct Progress {
    bar: ProgressBar,
    start: Instant,
    rows: u64,
}

impl Progress {
    /// `total` counts what [`Progress::step`] counts: bytes of a text, rows of a Parquet file; `None` if nobody knows.
    pub(super) fn new(total: Option<u64>, quiet: bool) -> Self {
        let shown = !quiet && io::stderr().is_terminal();
        let target =
            if shown { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(total, target);
        let template = match total {
            Some(_) => "{bar:30} {percent:>3} %  {msg}  {eta} left",
            None => "{spinner}  {msg}",
        };
        bar.set_style(ProgressStyle::with_template(template).expect("the templates are sound"));
        Self { bar, start: Instant::now(), rows: 0 }
    }

    /// Notes that the input was scored up to `position`, `rows` rows more than before.
    pub(super) fn step(&mut self, position: u64, rows: u64) {
        self.rows += rows;
        if !self.bar.is_hidden() {
            let speed = self.rows as f64 / self.start.elapsed().as_secs_f64().max(1e-3);
            self.bar.set_message(format!("{} rows, {speed:.0} rows/s", self.rows));
            self.bar.set_position(position);
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
