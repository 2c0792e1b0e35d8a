//! Counts that are exact however a run ends: what the server counted is what was reported plus what was said to be dropped.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::{Duration, Instant};

use lead_loadgen::{Args, Corpus, FailureClass, Plan, Recording, Stop, Transport, reach};

use crate::http::{TRANSPORTS, load, load_until};
use crate::server::{Manner, Server};
use crate::simulated::ramp;

const USERS: u64 = 6;

fn plan(url: &str, transport: Transport) -> Plan {
    let words = ["lead-loadgen", "--host", url, "--timeout", "1h"];
    let mut plan = Args::order(words.map(Into::into)).unwrap().plan;
    plan.transport = transport;
    plan.load = ramp(6, "1000");
    plan.threads = NonZeroUsize::new(2).unwrap();
    plan.scenario.think_time = Duration::from_millis(1)..=Duration::from_millis(2);
    plan
}

/// Loads a server that holds back its answers after a while; when every user waits, `then` happens.
fn load_until_all_wait(
    transport: Transport,
    then: impl FnOnce(Server, &Stop) -> Option<Server> + Send,
) -> (Recording, Option<Server>, u64) {
    let server = Server::start(Manner::HoldAfter(50));
    let plan = plan(&server.url(), transport);
    let corpus = Arc::new(Corpus::new(&plan.scenario, plan.seed));
    let reached = reach(&plan.target).unwrap();
    let stop = Stop::new();
    std::thread::scope(|scope| {
        let watch = scope.spawn(|| {
            let began = Instant::now();
            while server.seen().held < USERS && began.elapsed() < Duration::from_secs(60) {
                std::thread::sleep(Duration::from_millis(2));
            }
            let counted = server.requests();
            (then(server, &stop), counted)
        });
        let recording = lead_loadgen::load(&plan, corpus, reached, &stop, |_| {}).unwrap();
        let (server, counted) = watch.join().unwrap();
        (recording, server, counted)
    })
}

#[test]
fn a_run_that_is_stopped_says_how_many_it_dropped() {
    for transport in TRANSPORTS {
        let (recording, server, _) = load_until_all_wait(transport, |server, stop| {
            stop.stop();
            Some(server)
        });
        let counted = server.unwrap().requests();
        assert_eq!(recording.dropped(), USERS, "{transport:?}");
        assert_eq!(recording.total().requests() + USERS, counted, "{transport:?}");
        assert_eq!(recording.total().failures(), 0);
    }
}

#[test]
fn a_run_whose_time_is_up_says_how_many_it_dropped() {
    for transport in TRANSPORTS {
        let server = Server::start(Manner::HoldAfter(50));
        // Longer only where the machine is so slow that not every user waits yet.
        for seconds in [1, 5, 25] {
            let mut plan = plan(&server.url(), transport);
            plan.run_time = Some(Duration::from_secs(seconds));
            let before = server.seen();
            let recording = load(&plan, || ());
            let counted = server.requests() - before.requests.values().sum::<u64>();
            assert!(counted >= recording.total().requests());
            assert!(counted <= recording.total().requests() + recording.dropped());
            if server.seen().held - before.held == USERS {
                assert_eq!(recording.dropped(), USERS, "{transport:?}");
                assert_eq!(recording.total().requests() + USERS, counted, "{transport:?}");
                break;
            }
            assert!(seconds < 25, "not every user sent anything");
        }
    }
}

#[test]
fn a_server_that_dies_leaves_a_failure_for_each_request_that_it_held() {
    for transport in TRANSPORTS {
        let (recording, _, counted) = load_until_all_wait(transport, |server, stop| {
            drop(server);
            // Some more requests, which nobody is there to count.
            std::thread::sleep(Duration::from_millis(100));
            stop.stop();
            None
        });
        let total = recording.total();
        let (broken, refused) = (
            total.errors().of_class(FailureClass::Broken),
            total.errors().of_class(FailureClass::Connect),
        );
        assert_eq!(broken, USERS, "{transport:?}: {:?}", total.errors());
        assert_eq!(total.failures(), broken + refused, "{transport:?}: {:?}", total.errors());
        assert_eq!(total.requests() - refused, counted, "{transport:?}");
        assert!(refused > 0);
    }
}

#[test]
fn resets_now_and_then_cost_no_count() {
    for transport in TRANSPORTS {
        let server = Server::start(Manner::ResetEveryThird);
        let mut plan = plan(&server.url(), transport);
        plan.stop_timeout = Duration::from_secs(3_600);
        let recording = load_until(&plan, || server.requests() >= 200);
        let total = recording.total();
        assert_eq!(total.requests(), server.requests(), "{transport:?}");
        assert_eq!(total.errors().of_class(FailureClass::Broken), total.failures());
        assert!(total.failures() > 0, "{transport:?}");
        check_opened(&recording, &server, transport);
    }
}

/// Raw connections are counted as the server counts them, but for the preflight's; reqwest at times opens one that it never
/// needs, and tells only of those that gave an answer.
pub(crate) fn check_opened(recording: &Recording, server: &Server, transport: Transport) {
    let (opened, accepted) = (recording.phases().opened, server.seen().connections - 1);
    match transport {
        Transport::Reqwest => assert!(0 < opened && opened <= accepted, "{opened} of {accepted}"),
        Transport::Raw => assert_eq!(opened, accepted),
    }
}
