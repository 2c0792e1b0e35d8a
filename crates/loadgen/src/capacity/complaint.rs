//! What most of a run's failures say.
//!
//! [`Complaint`] names the most frequent failure of a run, so that a search can tell why a rate broke, and can tell a wrong
//! key from a service that is asked for too much. Failures are classified by the target, judged by the
//! [`Step`](super::Step).

use std::collections::BTreeMap;

use crate::failure::FailureClass;
use crate::snapshot::Errors;

/// So much of all requests is every one, but for a few that met another fault.
const NEARLY_ALL: f64 = 0.99;

/// Of fewer requests one bad second decides.
const LEAST_REQUESTS: u64 = 10;

/// Statuses with which a service, or a proxy before it, says that it has no capacity or no time. Not 429: at 99 % of all requests
/// it is hardly the rate, and services answer so to wrong keys that come too often.
const TOO_MUCH: [&str; 3] = ["502 ", "503 ", "504 "];

/// What faults of the load are like: with less of it they may go away.
const OF_LOAD: [FailureClass; 4] =
    [FailureClass::Timeout, FailureClass::Connect, FailureClass::Broken, FailureClass::Generator];

/// The most frequent failure of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complaint {
    /// What it says.
    pub text: String,
    /// How many requests failed with it.
    pub count: u64,
    /// Whether a lower rate may do away with it: timeouts, connections that are refused or break, and statuses that tell of
    /// too much load.
    pub is_of_load: bool,
}

impl Complaint {
    /// The most frequent of these failures, whichever endpoint they are of; nothing when there are none.
    pub fn of(errors: &Errors) -> Option<Self> {
        let mut counts = BTreeMap::<&str, u64>::new();
        for (text, seen) in errors.iter() {
            *counts.entry(cause(text)).or_default() += seen.count;
        }
        let (text, count) = counts.into_iter().max_by_key(|&(_, count)| count)?;
        let of_load: u64 = OF_LOAD.iter().map(|&class| errors.of_class(class)).sum();
        let says_too_much = TOO_MUCH.iter().any(|start| text.starts_with(start));
        // Certificates do not become better with fewer connections.
        let is_of_load = says_too_much || (of_load >= count && !text.starts_with("SSLError("));
        Some(Self { text: text.to_owned(), count, is_of_load })
    }

    /// Whether nearly every one of so many requests failed with it, and would at any rate.
    pub fn is_of_any_rate(&self, requests: u64) -> bool {
        let most = requests as f64 * NEARLY_ALL;
        requests >= LEAST_REQUESTS && !self.is_of_load && self.count as f64 >= most
    }
}

/// A failure's text without its endpoint: `401 Client Error: Unauthorized` of any.
fn cause(text: &str) -> &str {
    let status = text.strip_prefix("HTTPError('").and_then(|rest| rest.split_once(" for url: "));
    status.map_or(text, |(status, _)| status)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Complaint;
    use crate::failure::{Failure, FailureClass};
    use crate::snapshot::Errors;

    const KEY: &str = "HTTPError('401 Client Error: Unauthorized for url: /api/v1/score')";

    fn complaint(failures: &[(FailureClass, &str, u64)]) -> Option<Complaint> {
        let mut errors = Errors::default();
        for &(class, text, count) in failures {
            (0..count).for_each(|_| errors.add(Failure::new(class, text), Duration::ZERO));
        }
        Complaint::of(&errors)
    }

    #[test]
    fn the_most_frequent_failure_is_named() {
        assert_eq!(complaint(&[]), None);
        let timeout = (FailureClass::Timeout, "ReadTimeout('no complete answer within 1s')", 3);
        let other = "HTTPError('401 Client Error: Unauthorized for url: /api/v1/model/info')";
        let keys = [(FailureClass::Status, KEY, 2), (FailureClass::Status, other, 2)];
        let most = complaint(&[timeout, keys[0], keys[1]]).unwrap();
        let text = "401 Client Error: Unauthorized".to_owned();
        assert_eq!(most, Complaint { text, count: 4, is_of_load: false });
    }

    #[test]
    fn a_failure_of_nearly_every_request_is_of_any_rate() {
        let most = complaint(&[(FailureClass::Status, KEY, 990)]).unwrap();
        assert!(most.is_of_any_rate(1_000));
        assert!(!most.is_of_any_rate(1_001), "less than 99 %");
        let few = |count| complaint(&[(FailureClass::Status, KEY, count)]).unwrap();
        assert!(few(10).is_of_any_rate(10) && !few(9).is_of_any_rate(9));
    }

    #[test]
    fn what_too_much_load_makes_is_no_reason_to_end() {
        for (class, text, expect) in [
            (
                FailureClass::Status,
                "HTTPError('503 Server Error: Service Unavailable for url: /')",
                false,
            ),
            (
                FailureClass::Status,
                "HTTPError('429 Client Error: Too Many Requests for url: /')",
                true,
            ),
            (
                FailureClass::Status,
                "HTTPError('500 Server Error: Internal Server Error for url: /')",
                true,
            ),
            (FailureClass::Status, "HTTPError('404 Client Error: Not Found for url: /')", true),
            (FailureClass::WrongAnswer, "CatchResponseError('no JSON')", true),
            (FailureClass::Timeout, "ReadTimeout('no complete answer within 1s')", false),
            (FailureClass::Connect, "ConnectionRefusedError(111, 'Connection refused')", false),
            (FailureClass::Connect, "SSLError('invalid peer certificate')", true),
            (FailureClass::Broken, "BrokenConnection('closed')", false),
            (FailureClass::Generator, "OSError(24, 'Too many open files')", false),
        ] {
            let most = complaint(&[(class, text, 100)]).unwrap();
            assert_eq!(most.is_of_any_rate(100), expect, "{text}");
        }
    }
}
