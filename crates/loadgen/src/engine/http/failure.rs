//! The failures of HTTP, in Locust's forms.
//!
//! Each function makes a [`Failure`] of what went wrong: the same for the same cause, whatever carried the request. Its
//! text is a Python `repr`, because Locust users group by it: no port, no address, no number that changes. It
//! classifies, it does not count.

use std::error::Error;
use std::io;
use std::time::Duration;

use nix::errno::Errno;
use reqwest::StatusCode;

use crate::engine::check::Wrong;
use crate::failure::{Failure, FailureClass};

/// What this machine, not the service, has run out of: descriptors, ports, memory.
const OWN_FAULTS: [Errno; 5] =
    [Errno::EMFILE, Errno::ENFILE, Errno::EADDRNOTAVAIL, Errno::ENOMEM, Errno::ENOBUFS];

/// Hyper's words for an answer that did not come.
const CUT_OFF: &str = "connection closed before message completed";

/// The form of an answer that broke off, which is no fault in its form: `ProtocolError` is.
const BROKEN: &str = "BrokenConnection";

/// How far a request had come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// There was no connection yet.
    Connecting,
    /// It was on a connection.
    Talking,
}

/// An answer with an unexpected status.
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

/// A path that no request can have.
pub(super) fn of_path(reason: &(dyn Error + 'static)) -> Failure {
    Failure::new(FailureClass::Generator, format!("InvalidURL('{}')", innermost(reason)))
}

/// No answer, or half of one.
pub(super) fn of_transport(error: &(dyn Error + 'static), stage: Stage) -> Failure {
    if let Some(number) = system_error(error) {
        return of_system(number, stage);
    }
    let class = match stage {
        Stage::Connecting => FailureClass::Connect,
        Stage::Talking if is_cut_off(error) => FailureClass::Broken,
        Stage::Talking => FailureClass::Protocol,
    };
    let form = match class {
        _ if find::<rustls::Error>(error).is_some() => "SSLError",
        FailureClass::Connect => "ConnectionError",
        FailureClass::Broken => BROKEN,
        _ => "ProtocolError",
    };
    let text = match find::<hyper::Error>(error).is_some_and(hyper::Error::is_canceled) {
        // Of a request that had no time to begin; the cause is told in as many words as there are paths to it.
        true => CUT_OFF.to_owned(),
        false => innermost(error),
    };
    Failure::new(class, format!("{form}('{text}')"))
}

/// The connection was closed before anything of a request was on it.
pub(super) fn of_closed() -> Failure {
    Failure::new(FailureClass::Broken, format!("{BROKEN}('{CUT_OFF}')"))
}

/// The system's own number and words, as Python writes them.
fn of_system(number: Errno, stage: Stage) -> Failure {
    let class = match stage {
        _ if OWN_FAULTS.contains(&number) => FailureClass::Generator,
        Stage::Connecting => FailureClass::Connect,
        Stage::Talking => FailureClass::Broken,
    };
    let form = match number {
        Errno::ECONNREFUSED => "ConnectionRefusedError",
        Errno::ECONNRESET => "ConnectionResetError",
        Errno::EPIPE => "BrokenPipeError",
        Errno::ETIMEDOUT => "TimeoutError",
        _ => "OSError",
    };
    let number = number as i32;
    let words = io::Error::from_raw_os_error(number).to_string();
    let words = words.strip_suffix(&format!(" (os error {number})")).unwrap_or(&words);
    Failure::new(class, format!("{form}({number}, '{words}')"))
}

/// The system's own number among the causes.
fn system_error(error: &(dyn Error + 'static)) -> Option<Errno> {
    let numbers =
        causes(error).filter_map(|cause| cause.downcast_ref::<io::Error>()?.raw_os_error());
    numbers.last().map(Errno::from_raw)
}

/// Whether the connection ended before the answer did, and nothing worse.
fn is_cut_off(error: &(dyn Error + 'static)) -> bool {
    let is_end = |cause: &io::Error| cause.kind() == io::ErrorKind::UnexpectedEof;
    causes(error).any(|cause| {
        let hyper = cause.downcast_ref::<hyper::Error>();
        hyper.is_some_and(|cause| {
            cause.is_incomplete_message() || cause.is_canceled() || cause.is_closed()
        }) || cause.downcast_ref::<io::Error>().is_some_and(is_end)
    })
}

fn find<'e, E: Error + 'static>(error: &'e (dyn Error + 'static)) -> Option<&'e E> {
    causes(error).find_map(|cause| cause.downcast_ref())
}

/// The text of the first cause, with digits blanked so that addresses and counters do not split one failure into many.
fn innermost(error: &(dyn Error + 'static)) -> String {
    let text = causes(error).last().map(ToString::to_string).unwrap_or_default();
    text.replace('\'', "\"").replace(|c: char| c.is_ascii_digit(), "#")
}

/// An error and its causes; an `io::Error` holds its own where `source` does not tell of it.
fn causes<'e>(error: &'e (dyn Error + 'static)) -> impl Iterator<Item = &'e (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&cause| {
        let wrapped = cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        wrapped.map(|inner| inner as &(dyn Error + 'static)).or_else(|| cause.source())
    })
}

#[cfg(test)]
mod tests {
    use std::io;

    use nix::errno::Errno;

    use super::{FailureClass, Stage, of_transport};

    fn check(error: &io::Error, stage: Stage, class: FailureClass, text: &str) {
        let failure = of_transport(error, stage);
        assert_eq!((failure.class, failure.text.as_str()), (class, text));
    }

    #[test]
    fn what_the_own_machine_refuses_is_no_failure_of_the_service() {
        for (number, text) in [
            (Errno::EMFILE, "OSError(24, 'Too many open files')"),
            (Errno::ENFILE, "OSError(23, 'Too many open files in system')"),
            (Errno::EADDRNOTAVAIL, "OSError(99, 'Cannot assign requested address')"),
            (Errno::ENOMEM, "OSError(12, 'Cannot allocate memory')"),
            (Errno::ENOBUFS, "OSError(105, 'No buffer space available')"),
        ] {
            let error = io::Error::from(number);
            check(&error, Stage::Connecting, FailureClass::Generator, text);
            check(&error, Stage::Talking, FailureClass::Generator, text);
        }
    }

    #[test]
    fn what_the_system_says_is_of_the_connection_or_of_its_making() {
        let text = "ConnectionResetError(104, 'Connection reset by peer')";
        let reset = io::Error::from(Errno::ECONNRESET);
        check(&reset, Stage::Connecting, FailureClass::Connect, text);
        check(&reset, Stage::Talking, FailureClass::Broken, text);
        let unreachable = io::Error::from(Errno::EHOSTUNREACH);
        let text = "OSError(113, 'No route to host')";
        check(&unreachable, Stage::Connecting, FailureClass::Connect, text);
    }

    #[test]
    fn a_certificate_that_does_not_hold_is_found_inside_the_error_of_the_stream() {
        let inner = rustls::Error::InvalidCertificate(rustls::CertificateError::UnknownIssuer);
        let error = io::Error::new(io::ErrorKind::InvalidData, inner);
        let text = "SSLError('invalid peer certificate: UnknownIssuer')";
        check(&error, Stage::Connecting, FailureClass::Connect, text);
    }
}
