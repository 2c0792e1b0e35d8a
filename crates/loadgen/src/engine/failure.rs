//! The texts of failures, in Locust's forms.
//!
//! Each function makes the text that tables and CSV show: a Python `repr`, because Locust users group by it. The same
//! cause always gives the same text: no port, no address, no number that changes. It classifies, it does not count.

use std::error::Error;
use std::io;
use std::time::Duration;

use reqwest::StatusCode;

use super::check::Wrong;

/// An answer with a status other than 200.
pub(super) fn of_status(status: StatusCode, name: &str) -> String {
    let reason = status.canonical_reason().unwrap_or("Unknown");
    let side = match status.as_u16() {
        400..=499 => "Client Error",
        500..=599 => "Server Error",
        _ => "Unexpected Status",
    };
    format!("HTTPError('{} {side}: {reason} for url: {name}')", status.as_u16())
}

/// An answer whose status was right and whose content was not.
pub(super) fn of_answer(wrong: Wrong) -> String {
    format!("CatchResponseError('{}')", wrong.as_str())
}

/// No complete answer in time.
pub(super) fn of_timeout(limit: Duration) -> String {
    format!("ReadTimeout('no complete answer within {limit:?}')")
}

/// No answer, or half of one.
pub(super) fn of_transport(error: &reqwest::Error) -> String {
    match system_error(error) {
        Some(system) => of_system(system),
        None if error.is_connect() => format!("ConnectionError('{}')", innermost(error)),
        None => format!("ProtocolError('{}')", innermost(error)),
    }
}

/// The system's own number and words, as Python writes them.
fn of_system(error: &io::Error) -> String {
    let number =
        error.raw_os_error().map_or_else(|| "None".to_owned(), |number| number.to_string());
    match error.kind() {
        io::ErrorKind::ConnectionRefused => {
            format!("ConnectionRefusedError({number}, 'Connection refused')")
        }
        io::ErrorKind::ConnectionReset => {
            format!("ConnectionResetError({number}, 'Connection reset by peer')")
        }
        io::ErrorKind::BrokenPipe => format!("BrokenPipeError({number}, 'Broken pipe')"),
        io::ErrorKind::TimedOut => format!("TimeoutError({number}, 'Connection timed out')"),
        kind => format!("OSError({number}, '{kind}')"),
    }
}

/// The system's own error among the causes.
fn system_error(error: &reqwest::Error) -> Option<&io::Error> {
    causes(error)
        .filter_map(|cause| cause.downcast_ref::<io::Error>())
        .filter(|system| system.raw_os_error().is_some())
        .last()
}

/// The text of the first cause, with digits blanked so that addresses and counters do not split one failure into many.
fn innermost(error: &reqwest::Error) -> String {
    let text = causes(error).last().map(ToString::to_string).unwrap_or_default();
    text.replace('\'', "\"").replace(|c: char| c.is_ascii_digit(), "#")
}

fn causes<'e>(error: &'e (dyn Error + 'static)) -> impl Iterator<Item = &'e (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&cause| cause.source())
}
