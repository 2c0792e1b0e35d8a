//! Servers that answer late, half, never, with resets or with garbage: each is a failure of a named class and the same text
//! over both transports, nobody hangs, and every request is counted once.

use std::num::NonZeroUsize;
use std::time::Duration;

use lead_loadgen::{
    Answer, Args, Expect, FailureClass, Method, Phases, Plan, Recording, Task, Transport,
};

use crate::counts::check_opened;
use crate::http::{TRANSPORTS, load_until};
use crate::program::wait_until;
use crate::server::{Manner, Server, Step};
use crate::simulated::ramp;

/// Two users that ask for an object with this time limit, and no other limit: a request that hung would hang the test.
fn plan(url: &str, transport: Transport, timeout: Duration) -> Plan {
    let words = ["lead-loadgen", "--host", url, "-s", "100h"];
    let mut plan = Args::order(words.map(Into::into)).unwrap().plan;
    plan.transport = transport;
    plan.timeout = timeout;
    plan.load = ramp(2, "1000");
    plan.threads = NonZeroUsize::MIN;
    let mut task = Task::new(Method::Get, "/health");
    task.expect = Expect::answer(Answer::Object);
    plan.scenario.tasks = vec![task];
    plan.scenario.think_time = Duration::from_millis(1)..=Duration::from_millis(1);
    plan
}

const SHORT: Duration = Duration::from_millis(100);
const LONG: Duration = Duration::from_secs(3_600);

/// Loads a server that follows steps, over both transports; as many requests must be reported as it counted.
fn each(steps: &'static [Step], timeout: Duration, mut check: impl FnMut(&Recording, &Server)) {
    for transport in TRANSPORTS {
        let server = Server::start(Manner::Steps(steps));
        let plan = plan(&server.url(), transport, timeout);
        let recording = load_until(&plan, || server.requests() >= 4);
        let total = recording.total();
        // One that was given up may reach the server after that.
        wait_until(|| total.requests() <= server.requests());
        assert_eq!(total.requests(), server.requests(), "{steps:?} {transport:?}");
        assert_eq!(recording.dropped(), 0, "{steps:?} {transport:?}");
        check(&recording, &server);
    }
}

/// Every request fails with this class and text.
fn fails(steps: &'static [Step], timeout: Duration, class: FailureClass, text: &str) {
    each(steps, timeout, |recording, _| {
        let total = recording.total();
        let texts: Vec<&str> = total.errors().iter().map(|(text, _)| text).collect();
        assert_eq!(texts, [text], "{steps:?}");
        assert_eq!(total.errors().of_class(class), total.requests(), "{steps:?}");
    });
}

/// Every request is right.
fn succeeds(steps: &'static [Step], mut check: impl FnMut(&Phases, &Server)) {
    each(steps, LONG, |recording, server| {
        let texts: Vec<&str> = recording.total().errors().iter().map(|(text, _)| text).collect();
        assert_eq!(texts, [""; 0], "{steps:?}");
        check(recording.phases(), server);
    });
}

const HEAD: Step = Step::Send("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n");
const CHUNKED: Step = Step::Send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
const CHUNKS: Step = Step::Send("3\r\n{\"a\r\n5;name=value\r\n\": 1}\r\n0\r\nTrailer: x\r\n\r\n");
const CLOSING: Step =
    Step::Send("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 8\r\n\r\n{\"a\": 1}");
const RIGHT: Step = Step::Send("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n{\"a\": 1}");

#[test]
fn late_answers_are_timeouts() {
    let late: [&[Step]; 6] = [
        &[Step::Silence],
        &[Step::Send("HTTP/1.1 200 O"), Step::Silence],
        &[HEAD, Step::Silence],
        &[HEAD, Step::Send("{\"a\""), Step::Silence],
        &[Step::Send("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"), Step::Drip(" ")],
        &[Step::Send("HTTP/1.1 200 OK\r\n"), Step::Drip("a: b\r\n")],
    ];
    for steps in late {
        let text = "ReadTimeout('no complete answer within 100ms')";
        fails(steps, SHORT, FailureClass::Timeout, text);
    }
}

#[test]
fn answers_that_break_off_are_broken_connections() {
    let cut = "BrokenConnection('connection closed before message completed')";
    fails(&[Step::End], LONG, FailureClass::Broken, cut);
    fails(
        &[Step::Send("HTTP/1.1 200 OK\r\nContent-Le"), Step::End],
        LONG,
        FailureClass::Broken,
        cut,
    );
    let short = "BrokenConnection('end of file before message length reached')";
    fails(&[HEAD, Step::End], LONG, FailureClass::Broken, short);
    fails(&[HEAD, Step::Send("{\"a\""), Step::End], LONG, FailureClass::Broken, short);
    let chunk = "BrokenConnection('unexpected EOF during chunk size line')";
    fails(&[CHUNKED, Step::Send("4\r\n{\"a\"\r\n"), Step::End], LONG, FailureClass::Broken, chunk);
}

#[test]
fn resets_are_broken_connections() {
    let reset = "ConnectionResetError(104, 'Connection reset by peer')";
    fails(&[Step::Reset], LONG, FailureClass::Broken, reset);
    fails(&[Step::Send("HTTP/1.1 200 O"), Step::Reset], LONG, FailureClass::Broken, reset);
    fails(&[HEAD, Step::Send("{\"a\""), Step::Reset], LONG, FailureClass::Broken, reset);
}

#[test]
fn a_reset_before_the_request_is_read_is_no_failure_of_another_kind() {
    for transport in TRANSPORTS {
        let server = Server::start(Manner::ResetAtOnce);
        let plan = plan(&server.url(), transport, LONG);
        let recording = load_until(&plan, || server.seen().connections >= 10);
        let total = recording.total();
        let broken = total.errors().of_class(FailureClass::Broken);
        // Where the reset is faster than the greeting, there was no connection.
        let connect = total.errors().of_class(FailureClass::Connect);
        assert!(total.requests() > 0);
        assert_eq!(broken + connect, total.requests(), "{transport:?} {:?}", total.errors());
        assert_eq!(server.requests(), 0);
    }
}

#[test]
fn garbage_is_a_fault_of_the_protocol() {
    let garbage: [(&[Step], &str); 10] = [
        (&[Step::Send("SSH-2.0-OpenSSH_9.2p1\r\n\r\n")], "invalid HTTP version parsed"),
        (&[Step::Send("\0\u{1}\u{2}\u{3}\r\n\r\n")], "invalid HTTP version parsed"),
        (&[Step::Send("HTTP/1.1 abc OK\r\n\r\n")], "invalid HTTP status-code parsed"),
        (&[Step::Send("HTTP/1.1 42 OK\r\n\r\n")], "invalid HTTP status-code parsed"),
        (&[Step::Send("HTTP/1.1 200 OK\r\nno colon\r\n\r\n")], "invalid HTTP header parsed"),
        (
            &[Step::Send("HTTP/1.1 200 OK\r\nContent-Length: -8\r\n\r\n{\"a\": 1}")],
            "invalid content-length parsed",
        ),
        (
            &[Step::Send(
                "HTTP/1.1 200 OK\r\nContent-Length: 8\r\nContent-Length: 9\r\n\r\n{\"a\": 1}",
            )],
            "invalid content-length parsed",
        ),
        (
            &[CHUNKED, Step::Send("zz\r\n{\"a\": 1}\r\n0\r\n\r\n")],
            "Invalid chunk size line: missing size digit",
        ),
        (&[CHUNKED, Step::Send("fffffffffffffffff\r\n")], "invalid chunk size: overflow"),
        (
            &[Step::Send("HTTP/1.1 200 OK\r\n"), Step::Repeat("a: b\r\n", 300), Step::Send("\r\n")],
            "message head is too large",
        ),
    ];
    for (steps, text) in garbage {
        let text = format!("ProtocolError('{text}')");
        fails(steps, LONG, FailureClass::Protocol, &text);
    }
}

#[test]
fn headers_without_end_are_refused_and_fill_no_memory() {
    let endless = &[Step::Send("HTTP/1.1 200 OK\r\na: "), Step::Repeat("b", 10_000_000)];
    let text = "ProtocolError('message head is too large')";
    fails(endless, LONG, FailureClass::Protocol, text);
}

#[test]
fn a_body_longer_than_it_says_is_cut_and_spoils_no_other_answer() {
    let text = "CatchResponseError('answer is not a JSON object with members')";
    let steps = &[Step::Send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n{\"a\": 1}")];
    fails(steps, LONG, FailureClass::WrongAnswer, text);
    // Nobody asked for the second answer, and nobody takes it for the next one.
    succeeds(
        &[Step::Send(
            "HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n{\"a\": 1}HTTP/1.1 500 No\r\n\r\n",
        )],
        |_, _| (),
    );
}

#[test]
fn statuses_without_a_body_are_failures_of_their_status() {
    let text = "HTTPError('204 Unexpected Status: No Content for url: /health')";
    let steps = &[Step::Send("HTTP/1.1 204 No Content\r\n\r\n")];
    fails(steps, LONG, FailureClass::Status, text);
    let text = "HTTPError('304 Unexpected Status: Not Modified for url: /health')";
    let steps = &[Step::Send("HTTP/1.1 304 Not Modified\r\nContent-Length: 8\r\n\r\n")];
    fails(steps, LONG, FailureClass::Status, text);
    let text = "HTTPError('101 Unexpected Status: Switching Protocols for url: /health')";
    let steps = &[
        Step::Send("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"),
        Step::End,
    ];
    fails(steps, LONG, FailureClass::Status, text);
}

#[test]
fn what_http_allows_is_right() {
    succeeds(&[CHUNKED, CHUNKS], |_, _| ());
    succeeds(
        &[
            Step::Send("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"),
            RIGHT,
        ],
        |_, _| (),
    );
    succeeds(&[Step::Send("HTTP/1.1 200\r\ncontent-length:8\r\n\r\n{\"a\": 1}")], |_, _| ());
    succeeds(&[Step::Send("HTTP/1.0 200 OK\r\n\r\n{\"a\": 1}"), Step::End], |_, _| ());
}

#[test]
fn a_connection_that_the_target_wants_closed_is_not_used_again() {
    succeeds(&[CLOSING, Step::End], |phases, server| {
        assert_eq!(phases.opened, server.requests());
        assert!(phases.reopened.is_none_or(|count| count == 0), "announced, not found");
    });
}

#[test]
fn a_connection_closed_while_idle_is_opened_anew_and_costs_no_request() {
    for transport in TRANSPORTS {
        let server = Server::start(Manner::CloseIdle);
        let mut plan = plan(&server.url(), transport, LONG);
        // Long enough for the end of a connection to arrive before it is wanted again.
        plan.scenario.think_time = Duration::from_millis(50)..=Duration::from_millis(50);
        let recording = load_until(&plan, || server.requests() >= 14);
        let (total, phases) = (recording.total(), recording.phases());
        // Written on a connection that was just being closed: a failure, and nothing that the server saw.
        let broken = total.errors().of_class(FailureClass::Broken);
        wait_until(|| total.requests() - broken <= server.requests());
        assert_eq!(total.requests() - broken, server.requests(), "{transport:?}");
        assert_eq!(total.failures(), broken);
        check_opened(&recording, &server, transport);
        match transport {
            // It does not tell.
            Transport::Reqwest => assert_eq!(phases.reopened, None),
            // All but those that were broken, and the last one of each user.
            Transport::Raw => {
                let reopened = phases.reopened.unwrap();
                assert!(reopened + broken + 2 >= phases.opened, "{phases:?}");
                assert!(reopened > 0 && reopened < phases.opened, "{phases:?}");
            }
        }
    }
}
