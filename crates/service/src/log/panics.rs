//! Panics, as lines of the log like all others.
//!
//! [`report_panics`] replaces the text that Rust would print between the JSON lines. The message of a panic is left out
//! where it was composed: it may quote what a client sent.

use std::{any::Any, panic, thread};

/// Reports every panic of the process through `tracing`: where it happened, and what the code says about it.
pub fn report_panics() {
    panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        let reason = literal(panic.payload());
        let thread = thread::current();
        let thread = thread.name().unwrap_or_default();
        tracing::error!(place, thread, reason, "panicked");
    }));
}

/// The message of a panic, if it stands in the code as it is.
fn literal(payload: &(dyn Any + Send)) -> Option<&'static str> {
    payload.downcast_ref().copied()
}

#[cfg(test)]
mod tests {
    use std::{hint::black_box, panic::catch_unwind};

    use super::literal;

    #[test]
    fn a_composed_message_is_not_repeated() {
        let payload = catch_unwind(|| panic!("as it stands in the code")).unwrap_err();
        assert_eq!(literal(&*payload), Some("as it stands in the code"));
        let sent = black_box("what a client sent");
        let payload = catch_unwind(|| panic!("no such lead: {sent}")).unwrap_err();
        assert_eq!(literal(&*payload), None);
    }
}
