//! A run without a web page: what is said and shown, and when.
//!
//! [`headless`] is the sequence that Locust users know: preflight, ramp, live tables, stop, files, final tables. All that
//! surrounds the run is the [errand](crate::errand)'s, sending the [engine](crate::run)'s; this file only brings them together
//! in time.

use crate::cli::Order;
use crate::engine::{Stop, load_by_second};
use crate::errand::{Errand, HeadlessError, open_log};
use crate::machine::Machine;
use crate::safety::consent;
use crate::screen::Screen;

/// Obeys an order until its time is up or `stop` is given; every report is written in both cases.
///
/// Returns the [exit code](crate::exit): 130 when `stop` was given before the time was up or while answers were
/// waited for, 3 for an invalid run, the order's
/// own when a request failed, otherwise 0.
///
/// # Errors
///
/// [`HeadlessError`] when the target cannot be reached, the generator breaks, or a file cannot be written.
pub fn headless(order: &Order, stop: &Stop) -> Result<u8, HeadlessError> {
    let Order { plan, outputs, is_confirmed, notes, .. } = order;
    let machine = Machine::read();
    let log = open_log(outputs, &machine)?;
    let mut errand = Errand::prepare(order, &machine, &log, false, |reached| {
        consent(&plan.target, reached.address(), &plan.load.to_string(), *is_confirmed, stop)
    })?;
    log.info("main", &format!("Starting lead-loadgen {}", env!("CARGO_PKG_VERSION")));
    notes.iter().for_each(|note| log.warning("main", note));
    errand.announce();
    let mut screen = Screen::open(plan, outputs, &log);
    let (corpus, reached) = (errand.corpus(), errand.reached());
    let run = load_by_second(plan, corpus, reached, stop, |recording, second| {
        errand.look(recording, second, stop);
        screen.show(recording);
        screen.explain_wait(recording, stop);
    });
    screen.close();
    let ended = errand.conclude(run?, stop);
    if ended.written.is_ok() {
        log.info("main", &format!("Shutting down (exit code {})", ended.code));
    }
    ended.tell(outputs, &log);
    let code = ended.code;
    ended.written.map(|()| code).map_err(HeadlessError::File)
}
