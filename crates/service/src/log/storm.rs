//! So many lines of one kind in one second, and no more.
//!
//! [`Storm`] keeps a count for each status from 400 to 599, so that a flood of refusals of one kind hides none of another.
//! It knows seconds and counts; what a line is, it does not know.

use std::{
    num::{NonZeroU32, NonZeroU64},
    sync::atomic::{AtomicU64, Ordering},
};

use prometheus::IntCounter;

/// The statuses that have a count of their own.
const FIRST: u16 = 400;
const COUNT: usize = 200;

/// Counts what fails, by status and second.
#[derive(Debug)]
pub(super) struct Storm {
    most: NonZeroU32,
    windows: Box<[Window]>,
    suppressed: IntCounter,
}

/// The count of one status.
#[derive(Debug, Default)]
struct Window {
    /// The second in the upper half, the lines written in it in the lower one.
    written: AtomicU64,
    /// Lines left out since the last one that was written.
    left_out: AtomicU64,
}

impl Storm {
    /// Lets `most` lines of each status through in a second, and counts the others in `suppressed`.
    pub(super) fn new(most: NonZeroU32, suppressed: IntCounter) -> Self {
        let windows = std::iter::repeat_with(Window::default).take(COUNT).collect();
        Self { most, windows, suppressed }
    }

    /// Whether one more line of this status may be written in this second: if so, how many were left out before it.
    pub(super) fn admit(&self, status: u16, second: u32) -> Option<Option<NonZeroU64>> {
        let index = usize::from(status.saturating_sub(FIRST)).min(COUNT - 1);
        let window = &self.windows[index];
        let counted = window.written.try_update(Ordering::Relaxed, Ordering::Relaxed, |written| {
            let before = if (written >> 32) as u32 == second { written as u32 } else { 0 };
            (before < self.most.get()).then(|| u64::from(second) << 32 | u64::from(before + 1))
        });
        if counted.is_err() {
            window.left_out.fetch_add(1, Ordering::Relaxed);
            self.suppressed.inc();
            return None;
        }
        // Nearly always nothing was left out; a look is cheaper than an exchange.
        let left_out = match window.left_out.load(Ordering::Relaxed) {
            0 => 0,
            _ => window.left_out.swap(0, Ordering::Relaxed),
        };
        Some(NonZeroU64::new(left_out))
    }
}

#[cfg(test)]
mod tests {
    use std::num::{NonZeroU32, NonZeroU64};

    use super::Storm;
    use crate::metrics::suppressed_log_lines;

    fn storm(most: u32) -> Storm {
        Storm::new(NonZeroU32::new(most).expect("at least one"), suppressed_log_lines())
    }

    #[test]
    fn the_next_second_says_what_the_one_before_left_out() {
        let storm = storm(2);
        let admitted: Vec<_> = (0..5).map(|_| storm.admit(429, 7)).collect();
        assert_eq!(admitted, [Some(None), Some(None), None, None, None]);
        assert_eq!(storm.admit(429, 8), Some(NonZeroU64::new(3)));
        assert_eq!(storm.admit(429, 8), Some(None));
        assert_eq!(storm.admit(429, 8), None);
        assert_eq!(storm.suppressed.get(), 4);
    }

    #[test]
    fn a_flood_of_one_status_hides_no_other() {
        let storm = storm(1);
        for _ in 0..100 {
            storm.admit(401, 1);
        }
        for status in [400, 404, 422, 429, 500, 503, 599] {
            assert_eq!(storm.admit(status, 1), Some(None), "{status}");
        }
    }

    #[test]
    fn many_threads_write_no_more_than_one_would() {
        let storm = storm(10);
        let written: usize = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..4)
                .map(|_| scope.spawn(|| (0..500).filter_map(|_| storm.admit(503, 3)).count()))
                .collect();
            threads.into_iter().map(|thread| thread.join().expect("no panic")).sum()
        });
        assert_eq!(written, 10);
        assert_eq!(storm.admit(503, 4), Some(NonZeroU64::new(1_990)));
    }
}
