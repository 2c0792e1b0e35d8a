//! The failures of HTTP, in Locust's forms.
//!
//! Each function makes a [`Failure`] of what went wrong. Its text is a Python `repr`, because Locust users group by it:
//! no port, no address, no number that changes. It classifies, it does not count.

use std::error::Error;
use std::io;
use std::time::Duration;

use reqwest::StatusCode;

use super::check::Wrong;
use crate::failure::{Failure, FailureClass};

/// An answer with a status other than 200.
pub(super) fn of_status(status: StatusCode, name: &str) -> Failure {
    let reason = status.canonical_reason().unwrap_or("Unknown");
    let side = match status.as_u16() {
        400..=499 => "Client Error",
        500..=599 => "Server Error",
        _ => "Unexpected Status",
    };
    let text = format!("HTTPError('{} {side}: {reason} for url: {name}')", status.as_u16());
    Failure::new(FailureClass::Status, text)
}

/// An answer whose status was right and whose content was not.
pub(super) fn of_answer(wrong: Wrong<'_>) -> Failure {
    let text = format!("CatchResponseError('{}')", wrong.as_str());
    Failure::new(FailureClass::WrongAnswer, text)
}

/// No complete answer in time.
pub(super) fn of_timeout(limit: Duration) -> Failure {
    let text = format!("ReadTimeout('no complete answer within {limit:?}')");
    Failure::new(FailureClass::Timeout, text)
}

/// No answer, or half of one.
pub(super) fn of_transport(error: &reqwest::Error) -> Failure {
    match system_error(error) {
        Some(system) => of_system(system, error.is_connect()),
        None if error.is_connect() => {
            Failure::new(FailureClass::Connect, format!("ConnectionError('{}')", innermost(error)))
        }
        None => {
            Failure::new(FailureClass::Protocol, format!("ProtocolError('{}')", innermost(error)))
        }
    }
}

/// The system's own number and words, as Python writes them.
fn of_system(error: &io::Error, connecting: bool) -> Failure {
    let number =
        error.raw_os_error().map_or_else(|| "None".to_owned(), |number| number.to_string());
    let class = if connecting { FailureClass::Connect } else { FailureClass::Broken };
    let text = match error.kind() {
        io::ErrorKind::ConnectionRefused => {
            format!("ConnectionRefusedError({number}, 'Connection refused')")
        }
        io::ErrorKind::ConnectionReset => {
            format!("ConnectionResetError({number}, 'Connection reset by peer')")
        }
        io::ErrorKind::BrokenPipe => format!("BrokenPipeError({number}, 'Broken pipe')"),
        io::ErrorKind::TimedOut => format!("TimeoutError({number}, 'Connection timed out')"),
        kind => format!("OSError({number}, '{kind}')"),
    };
    Failure::new(class, text)
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
