//! The exit codes of `lead-loadgen`, which are part of its interface.
//!
//! Where several apply, the one that says most about the run's worth wins: interrupted, then usage, then invalid, then
//! failed requests. A script that only asks for 0 needs no table.

use lead_stats::Validity;

/// No request failed, and the run can be believed.
pub const CLEAN: u8 = 0;

/// There is no result: the target cannot be reached, a file cannot be written. Also what `--exit-code-on-error` is unless it
/// is given: a request failed.
pub const NO_RESULT: u8 = 1;

/// The command line was wrong, or a target that is not ours was not confirmed.
pub const USAGE: u8 = 2;

/// The run is invalid: its numbers tell of the generator, or of another load than the one asked for.
pub const INVALID: u8 = 3;

/// Stopped by Ctrl-C, SIGTERM or SIGHUP before its time, or while answers to a complete load were still waited for, with
/// every report written. After one more signal at once, with whatever was written.
pub const INTERRUPTED: u8 = 130;

/// What was ordered is impossible in Locust's eyes (its `exit(-1)`): a master that is a worker too, a worker that finds no
/// master.
pub const IMPOSSIBLE: u8 = 255;

/// The code of a run that has its reports.
///
/// A run without an end of its own is not interrupted by the signal that ends it: that is how it was meant to end, and its
/// code is that of its requests, as in Locust.
pub(crate) fn of_run(is_interrupted: bool, validity: Validity, failures: u64, on_error: u8) -> u8 {
    match (is_interrupted, validity, failures) {
        (true, _, _) => INTERRUPTED,
        (false, Validity::Invalid, _) => INVALID,
        (false, _, 0) => CLEAN,
        (false, _, _) => on_error,
    }
}

#[cfg(test)]
mod tests {
    use lead_stats::Validity::{Invalid, Suspect, Valid};

    use super::of_run;

    #[test]
    fn an_interrupt_outweighs_an_invalid_run_and_that_outweighs_failures() {
        assert_eq!(of_run(true, Invalid, 7, 1), 130);
        assert_eq!(of_run(true, Valid, 0, 1), 130);
        assert_eq!(of_run(false, Invalid, 7, 1), 3);
        assert_eq!(of_run(false, Invalid, 0, 0), 3);
        assert_eq!(of_run(false, Suspect, 7, 5), 5);
        assert_eq!(of_run(false, Suspect, 7, 0), 0);
        assert_eq!(of_run(false, Suspect, 0, 1), 0);
        assert_eq!(of_run(false, Valid, 0, 1), 0);
    }
}
