//! The verdict on a run: every rule at, below and above its edge, its sentence, and a law that holds for all of them.

use std::time::Duration;

use lead_loadgen::{
    CutShort, Facts, Failure, FailureClass, Late, OwnFailures, Pulse, Rule, Second, Sent, Tally,
    Transport, Vitals, judge,
};
use lead_stats::{LoadModel, Validity};
use proptest::prelude::*;

use crate::recordings::{blank, open, quarter_minute, tally};
use crate::simulated::{plan, right, simulate};

use Validity::{Invalid, Suspect, Valid};

/// A minute in the closed model against which nothing can be said.
fn closed() -> Facts {
    Facts {
        model: LoadModel::Closed,
        measured: Duration::from_secs(60),
        requests: 18_000,
        dropped: 0,
        waited: Duration::ZERO,
        own_failures: OwnFailures::default(),
        sent: None,
        response_p99: ms(8.0),
        response_max: ms(60.0),
        threads: 2,
        cores: 4,
        transport: Transport::Reqwest,
        own_cpu: Some(0.3),
        busiest_sender: Some(0.35),
        wanting_sender: Some(0.4),
        host_cpu: Some(0.5),
        stall: Some(ms(4.0)),
        resident_mb: Some(18.0),
        open_files: Some((320, Some(10_000))),
        tcp_sockets: Some((640, Some(28_232))),
        cut_short: None,
        is_target_here: false,
    }
}

/// The same at 300 requests per second in the open model.
fn at_a_rate() -> Facts {
    let sent = Sent {
        asked: 18_000.0,
        time: Duration::from_secs(60),
        sent: 18_000,
        unsent: 0,
        lag_p99: ms(0.2),
        late: Late::default(),
        most_in_flight: 9_000,
    };
    Facts { model: LoadModel::Open, sent: Some(sent), ..closed() }
}

fn ms(ms: f64) -> Duration {
    Duration::from_secs_f64(ms / 1e3)
}

/// What a rule says after a change of facts; no other rule may say anything.
fn check(rule: Rule, mut facts: Facts, change: impl FnOnce(&mut Facts), expect: Validity) {
    change(&mut facts);
    let judgement = judge(&facts);
    let told: Vec<_> =
        judgement.reasons.iter().map(|reason| (reason.rule, reason.validity)).collect();
    let expected = if expect == Valid { vec![] } else { vec![(rule, expect)] };
    assert_eq!((judgement.validity, told), (expect, expected), "{rule}: {facts:?}");
}

/// The same of facts about what was sent.
fn check_sent(rule: Rule, change: impl FnOnce(&mut Sent), expect: Validity) {
    check(rule, at_a_rate(), |facts| change(facts.sent.as_mut().unwrap()), expect);
}

#[test]
fn a_run_without_fault_is_valid() {
    for facts in [closed(), at_a_rate()] {
        let judgement = judge(&facts);
        assert_eq!((judgement.validity, judgement.reasons), (Valid, vec![]));
    }
}

#[test]
fn a_run_without_a_request_is_invalid_and_one_with_few_is_suspect() {
    for (requests, rule, expect) in [
        (0, Rule::NoRequests, Invalid),
        (1, Rule::FewRequests, Suspect),
        (99, Rule::FewRequests, Suspect),
        (100, Rule::FewRequests, Valid),
    ] {
        check(rule, closed(), |facts| facts.requests = requests, expect);
    }
}

#[test]
fn below_99_percent_of_the_asked_rate_a_run_is_invalid() {
    // 1 % of 18,000 is 180.
    for (sent, expect) in [(17_819, Invalid), (17_820, Valid), (18_001, Valid)] {
        check_sent(Rule::Achieved, |facts| facts.sent = sent, expect);
    }
    // The last request of each of two threads is due just when they stop.
    let short = |sent: &mut Sent| (sent.asked, sent.sent) = (50.0, 48);
    check_sent(Rule::Achieved, short, Valid);
    let short = |sent: &mut Sent| (sent.asked, sent.sent) = (50.0, 47);
    check_sent(Rule::Achieved, short, Invalid);
}

#[test]
fn above_a_thousandth_unsent_a_run_is_invalid() {
    for (unsent, expect) in [(18, Valid), (19, Invalid)] {
        check_sent(
            Rule::Unsent,
            |sent| (sent.sent, sent.unsent) = (18_000 - unsent, unsent),
            expect,
        );
    }
}

#[test]
fn send_lag_is_measured_by_five_milliseconds_or_a_tenth_of_the_tail() {
    for (p99_ms, lag_ms, expect) in [
        (8.0, 5.0, Valid),
        (8.0, 5.001, Suspect),
        (8.0, 25.0, Suspect),
        (8.0, 25.001, Invalid),
        (200.0, 20.0, Valid),
        (200.0, 20.001, Suspect),
        (200.0, 100.0, Suspect),
        (200.0, 100.001, Invalid),
    ] {
        let change = |facts: &mut Facts| {
            facts.response_p99 = ms(p99_ms);
            facts.sent.as_mut().unwrap().lag_p99 = ms(lag_ms);
        };
        check(Rule::SendLag, at_a_rate(), change, expect);
    }
}

#[test]
fn a_hiccup_makes_no_short_run_invalid() {
    // With fewer than ten requests beyond it the 99th percentile is as long as a moment in which the machine was busy.
    for (count, expect) in [(999, Suspect), (1_000, Invalid)] {
        let change = |facts: &mut Facts| {
            let sent = facts.sent.as_mut().unwrap();
            (sent.asked, sent.sent, sent.lag_p99) = (count as f64, count, ms(26.0));
        };
        check(Rule::SendLag, at_a_rate(), change, expect);
    }
    // One request of each of the two threads is more than a thousandth, too.
    for (unsent, expect) in [(2, Valid), (3, Invalid)] {
        let short = |sent: &mut Sent| {
            (sent.asked, sent.sent, sent.unsent) = (300.0, 300 - unsent, unsent);
        };
        check_sent(Rule::Unsent, short, expect);
    }
}

#[test]
fn above_a_hundredth_dropped_a_run_is_suspect() {
    for (dropped, expect) in [(10, Valid), (11, Suspect)] {
        check(
            Rule::Dropped,
            closed(),
            |facts| (facts.requests, facts.dropped) = (990, dropped),
            expect,
        );
    }
}

#[test]
fn a_request_that_waited_longer_than_any_answer_took_makes_a_run_invalid() {
    for (measured_s, longest_ms, waited_ms, expect) in [
        // A second, a hundredth of the time, twice the longest response time: whichever is longest.
        (60, 60.0, 1_000.0, Valid),
        (60, 60.0, 1_000.1, Invalid),
        (3_600, 60.0, 36_000.0, Valid),
        (3_600, 60.0, 36_000.1, Invalid),
        (60, 3_000.0, 6_000.0, Valid),
        (60, 3_000.0, 6_000.1, Invalid),
    ] {
        let change = |facts: &mut Facts| {
            (facts.measured, facts.dropped) = (Duration::from_secs(measured_s), 1);
            (facts.response_max, facts.waited) = (ms(longest_ms), ms(waited_ms));
        };
        check(Rule::Dropped, closed(), change, expect);
    }
}

#[test]
fn a_fifth_of_the_generators_cpu_stays_idle() {
    for (used, expect) in
        [(0.8, Valid), (0.801, Suspect), (0.9, Suspect), (0.901, Invalid), (1.1, Invalid)]
    {
        check(Rule::OwnCpu, closed(), |facts| facts.own_cpu = Some(used), expect);
    }
}

#[test]
fn a_sender_thread_without_time_makes_a_run_invalid() {
    for (used, expect) in [(0.9, Valid), (0.901, Invalid)] {
        check(Rule::SenderThread, closed(), |facts| facts.busiest_sender = Some(used), expect);
    }
}

#[test]
fn a_sender_thread_that_gets_no_core_makes_a_run_invalid_if_it_lasts() {
    for (measured_s, wanted, expect) in
        [(60, 0.9, Valid), (60, 0.901, Invalid), (10, 0.901, Invalid), (9, 0.901, Suspect)]
    {
        let change = |facts: &mut Facts| {
            (facts.measured, facts.wanting_sender) =
                (Duration::from_secs(measured_s), Some(wanted));
        };
        check(Rule::Starved, closed(), change, expect);
    }
    // One that is at work all the time waits for nobody: that is told once.
    let change = |facts: &mut Facts| {
        (facts.busiest_sender, facts.wanting_sender) = (Some(0.95), Some(0.99));
    };
    check(Rule::SenderThread, closed(), change, Invalid);
}

#[test]
fn a_machine_without_time_makes_a_run_suspect() {
    for (used, expect) in [(0.95, Valid), (0.951, Suspect), (1.0, Suspect)] {
        check(Rule::HostCpu, closed(), |facts| facts.host_cpu = Some(used), expect);
    }
}

#[test]
fn stalls_are_measured_by_a_tenth_of_a_second_and_by_the_length_of_the_run() {
    for (measured_s, stall_ms, expect) in [
        (60, 100.0, Valid),
        (60, 100.1, Suspect),
        (60, 1_000.0, Suspect),
        (60, 1_000.1, Invalid),
        // In an hour the 99th percentile leaves out 36 seconds.
        (3_600, 36_000.0, Suspect),
        (3_600, 36_000.1, Invalid),
    ] {
        let change = |facts: &mut Facts| {
            (facts.measured, facts.stall) = (Duration::from_secs(measured_s), Some(ms(stall_ms)));
        };
        check(Rule::Stall, closed(), change, expect);
    }
}

#[test]
fn failures_of_the_generators_own_are_suspect_and_more_than_a_thousandth_invalid() {
    let files = |files| OwnFailures { files, ..OwnFailures::default() };
    for (own_failures, expect) in [
        (files(0), Valid),
        (files(1), Suspect),
        (files(18), Suspect),
        (files(19), Invalid),
        (OwnFailures { files: 6, ports: 6, other: 7 }, Invalid),
    ] {
        check(Rule::OwnFailures, closed(), |facts| facts.own_failures = own_failures, expect);
    }
}

#[test]
fn a_run_that_was_stopped_before_its_time_is_suspect() {
    let cut = CutShort { after: Duration::from_secs(12), planned: Duration::from_secs(60) };
    check(Rule::CutShort, closed(), |facts| facts.cut_short = Some(cut), Suspect);
}

#[test]
fn what_is_not_measured_is_not_judged_and_said() {
    let facts = Facts {
        own_cpu: None,
        busiest_sender: None,
        wanting_sender: None,
        host_cpu: None,
        stall: None,
        resident_mb: None,
        open_files: None,
        tcp_sockets: None,
        ..at_a_rate()
    };
    let judgement = judge(&facts);
    assert_eq!(judgement.validity, Valid);
    assert_eq!(
        judgement.notes,
        [
            "Not measured here, and so not judged: the generator's CPU, its threads, the machine's CPU, stalls."
        ]
    );
}

#[test]
fn where_the_target_is_and_what_the_generator_used_is_said_and_not_judged() {
    let judgement = judge(&Facts { is_target_here: true, ..closed() });
    assert_eq!(judgement.validity, Valid);
    insta::assert_snapshot!(judgement.notes.join("\n"), @"
    The target is on this machine: it shares its 4 cores with the generator, and no network lies between them.
    The generator used at most 30 % of the CPU of its 2 threads, 35 % of its busiest one, 40 % with waiting for a core, 18 MB of memory, 320 of 10000 open files, longest stall 4.00 ms; all programs of the machine: 50 % of its CPU, 640 TCP sockets, with 28232 ports for new ones.
    ");
}

/// Everything that can be said against a run, at its worst.
fn worst() -> Facts {
    let sent =
        Sent { sent: 17_000, unsent: 1_000, lag_p99: ms(400.0), ..at_a_rate().sent.unwrap() };
    Facts {
        requests: 16_700,
        dropped: 300,
        own_failures: OwnFailures { files: 500, ports: 20, other: 3 },
        sent: Some(sent),
        own_cpu: Some(0.97),
        busiest_sender: Some(0.99),
        host_cpu: Some(0.999),
        stall: Some(ms(1_240.0)),
        cut_short: Some(CutShort { after: ms(12_500.0), planned: Duration::from_secs(60) }),
        ..at_a_rate()
    }
}

#[test]
fn every_reason_names_the_number_the_limit_and_the_next_step() {
    let judgement = judge(&worst());
    let told: Vec<String> = judgement
        .reasons
        .iter()
        .map(|reason| format!("{} {}: {}", reason.validity, reason.rule, reason.sentence))
        .collect();
    insta::assert_snapshot!(told.join("\n"), @"
    INVALID achieved: 283.33 requests/s were sent of the 300 asked for, 94.4 % (at least 99 %): the generator itself was too slow; add --threads (2 of 4 cores have one), use --transport raw, lower --rate or run from another machine.
    INVALID unsent: 5.6 % of the requests that were due were never sent (at most 0.1 %), and they would have been the slowest: the generator itself was too slow; add --threads (2 of 4 cores have one), use --transport raw, lower --rate or run from another machine.
    INVALID send-lag: One request in a hundred was sent more than 400 ms late (at most 25.0 ms), which is part of its response time: the generator itself was too slow; add --threads (2 of 4 cores have one), use --transport raw, lower --rate or run from another machine.
    INVALID own-cpu: The generator used up to 97 % of the CPU of its 2 threads over ten seconds (at most 90 %): add --threads (2 of 4 cores have one), use --transport raw, lower --rate or run from another machine.
    INVALID sender-thread: A sender thread was at work for 99 % of ten seconds (at most 90 %), so its answers waited for it: add --threads (2 of 4 cores have one), use --transport raw, lower --rate or run from another machine.
    INVALID stall: A sender thread could neither send nor look at an answer for 1240 ms (at most 1000 ms): end what else uses the CPU of this machine, or add --threads (2 of 4 cores have one), use --transport raw, lower --rate or run from another machine.
    INVALID own-failures: 523 requests failed on the generator's own machine, 3.1 % of all (at most 0.1 %): for 500 there was no file descriptor, so raise ulimit -n (now 10000); for 20 there was no port, so keep connections open or widen net.ipv4.ip_local_port_range; for 3 the reason is among the failures.
    SUSPECT host-cpu: All programs of this machine used up to 99.9 % of its CPU over ten seconds (at most 95 %): end other programs, or run from another machine.
    SUSPECT dropped: 1.8 % of the requests were still in flight at the end and are in no number (at most 1 %): raise --stop-timeout, or run longer.
    SUSPECT cut-short: The run was stopped after 12.5 s of 60 s, so the load was not the planned one: let it run to its end.
    ");
    let lost = Facts { dropped: 10, waited: ms(16_004.0), ..closed() };
    insta::assert_snapshot!(judge(&lost).reasons.remove(0).sentence, @"10 requests were still in flight at the end and in no number, and the first of them had waited for 16 s (at most 1 s), longer than for any answer that came: look at the service, and raise --stop-timeout or lower --timeout, so that they count as failures.");
    let few = judge(&Facts { requests: 47, ..closed() }).reasons.remove(0).sentence;
    insta::assert_snapshot!(few, @"47 requests were measured (at least 100), of which the 99th percentile is simply the slowest: run longer.");
    let none = judge(&Facts { requests: 0, ..closed() }).reasons.remove(0).sentence;
    insta::assert_snapshot!(none, @"No request was measured: no answer came before the run ended; look at the service, or run longer (and longer than --warmup).");
}

#[test]
fn the_next_step_depends_on_who_was_too_slow() {
    let late = |change: fn(&mut Facts)| {
        let mut facts = at_a_rate();
        facts.sent.as_mut().unwrap().lag_p99 = ms(12.0);
        change(&mut facts);
        judge(&facts)
            .reasons
            .into_iter()
            .find(|reason| reason.rule == Rule::SendLag)
            .unwrap()
            .sentence
    };
    // Where no request waited for a place in flight, nothing but the generator can be late.
    let free = late(|_| {});
    assert!(
        free.contains("no core when it needed one; end what else uses the CPU of this machine"),
        "{free}"
    );
    let full = |facts: &mut Facts| facts.sent.as_mut().unwrap().late = held_up(500);
    let idle = late(full);
    assert!(idle.ends_with("raise --max-in-flight."), "{idle}");
    assert!(
        idle.contains("9000 requests in flight are the limit and the service held them up"),
        "{idle}"
    );
    // Places are taken, too, by answers that a thread without time has not looked at.
    let spent = late(|facts| {
        facts.sent.as_mut().unwrap().late = held_up(1_000);
        facts.busiest_sender = Some(0.95);
    });
    assert!(spent.contains("the generator itself was too slow"), "{spent}");
    let busy = late(|facts| facts.own_cpu = Some(0.85));
    assert!(busy.contains("the generator itself was too slow; add --threads (2 of 4 cores have one), use --transport raw, lower --rate or run from another machine."), "{busy}");
    let all_cores = late(|facts| {
        (facts.own_cpu, facts.threads, facts.transport) = (Some(0.81), 4, Transport::Raw);
    });
    assert!(
        all_cores.contains("too slow; lower --rate or run from another machine."),
        "{all_cores}"
    );
    let starved = late(|facts| facts.wanting_sender = Some(0.95));
    assert!(starved.contains("no core when it needed one"), "{starved}");
}

/// A thousand late requests, so many of which waited for a place in flight.
fn held_up(held_up: u64) -> Late {
    Late { requests: 1_000, held_up }
}

/// What of the generator limited a run.
fn limited_by(change: impl FnOnce(&mut Facts)) -> Option<String> {
    let mut facts = at_a_rate();
    change(&mut facts);
    judge(&facts).generator
}

#[test]
fn a_spent_means_of_the_generator_is_named_and_a_doubt_is_not() {
    for (used, expect) in
        [(0.9, None), (0.94, Some("its own processor time was 94 % of its budget"))]
    {
        assert_eq!(limited_by(|facts| facts.own_cpu = Some(used)).as_deref(), expect);
    }
    assert_eq!(limited_by(|facts| facts.host_cpu = Some(0.99)), None, "it need not have hurt");
    assert_eq!(limited_by(|facts| facts.stall = Some(ms(900.0))), None);
    let all = limited_by(|facts| {
        (facts.own_cpu, facts.busiest_sender, facts.stall) =
            (Some(0.94), Some(0.97), Some(ms(1_240.0)));
        facts.own_failures.files = 1;
        facts.sent.as_mut().unwrap().lag_p99 = ms(400.0);
    });
    assert_eq!(
        all.unwrap(),
        "its own processor time was 94 % of its budget, its busiest sender thread was at work for 97 % of the time, a sender \
         thread could neither send nor look at an answer for 1240 ms, 1 request failed on its own machine (descriptors, \
         ports or memory)"
    );
    let starved = limited_by(|facts| facts.wanting_sender = Some(1.02));
    assert_eq!(
        starved.unwrap(),
        "a sender thread was at work or waited for a core for 100 % of the time"
    );
}

#[test]
fn lateness_is_the_generators_unless_the_service_held_requests_up() {
    let late = |late| {
        limited_by(|facts| {
            let sent = facts.sent.as_mut().unwrap();
            (sent.sent, sent.unsent, sent.lag_p99) = (17_000, 1_000, ms(12.0));
            sent.late = late;
        })
    };
    assert_eq!(late(held_up(500)), None);
    assert_eq!(late(held_up(499)), late(Late::default()));
    assert_eq!(
        late(held_up(499)).unwrap(),
        "283.33 requests/s were sent of the 300 asked for, 1000 requests due were never sent, one request in a \
         hundred was sent more than 12.0 ms late"
    );
}

#[test]
fn the_facts_of_a_closed_run_are_those_of_its_recording() {
    let mut plan = plan(50, "60s", Duration::ZERO);
    plan.threads = 4.try_into().unwrap();
    let pulse = |at_s: f32| Pulse {
        at_s,
        covers_s: 1.0,
        own_cores: Some(0.5),
        busiest_sender: Some(0.25),
        host: Some(0.75),
        resident_mb: Some(16.0),
        open_files: Some(53),
        ..Pulse::default()
    };
    let vitals = Vitals::of(2, (1..=15).map(|at| pulse(at as f32)).collect());
    let facts = Facts::of(&quarter_minute(), &plan, &vitals);
    assert_eq!((facts.model, facts.sent), (LoadModel::Closed, None));
    assert_eq!((facts.requests, facts.dropped), (1_801, 3));
    assert_eq!(facts.measured, Duration::from_millis(15_050));
    assert_eq!((facts.threads, facts.cores), (4, 2));
    // Four threads on two cores have two cores.
    assert_eq!((facts.own_cpu, facts.busiest_sender), (Some(0.25), Some(0.25)));
    assert_eq!((facts.host_cpu, facts.stall), (Some(0.75), Some(Duration::ZERO)));
    assert_eq!((facts.resident_mb, facts.open_files), (Some(16.0), Some((53, None))));
}

#[test]
fn the_facts_of_an_open_run_leave_the_warm_up_out() {
    let mut plan = plan(1, "12s", Duration::ZERO);
    plan.load = lead_loadgen::Load::Open(lead_loadgen::Arrivals {
        rate: lead_loadgen::Stages::constant(100.0),
        spacing: lead_loadgen::Spacing::Constant,
        max_in_flight: 1_000.try_into().unwrap(),
    });
    let facts = Facts::of(&open(), &plan, &Vitals::of(2, Vec::new()));
    let sent = facts.sent.unwrap();
    assert_eq!((sent.asked, sent.sent, sent.unsent), (900.0, 895, 5));
    assert_eq!((sent.asked_per_s(), sent.most_in_flight), (100.0, 1_000));
    // One second of nine was 40 ms late.
    assert!(sent.lag_p99.abs_diff(ms(40.0)) < ms(0.1), "{sent:?}");
    assert_eq!((facts.requests, facts.measured), (895, Duration::from_millis(9_004)));
    assert_eq!((facts.own_cpu, facts.stall), (None, None), "nobody looked");
    let rules: Vec<Rule> = judge(&facts).reasons.iter().map(|reason| reason.rule).collect();
    assert_eq!(rules, [Rule::Unsent, Rule::SendLag]);
}

#[test]
fn arrivals_by_chance_are_held_against_what_chance_asked_for() {
    let mut fewest = f64::MAX;
    for seed in 0..20 {
        let mut plan = crate::open::at_rate(lead_loadgen::Stages::constant(20.0));
        plan.warm_up = Duration::from_secs(3);
        plan.seed = seed;
        if let lead_loadgen::Load::Open(arrivals) = &mut plan.load {
            arrivals.spacing = lead_loadgen::Spacing::Poisson;
        }
        let recording = simulate(&plan, vec![vec![right(2)]]);
        let facts = Facts::of(&recording, &plan, &Vitals::of(2, Vec::new()));
        let sent = facts.sent.unwrap();
        assert_eq!(sent.asked, sent.sent as f64, "all of what was due was sent");
        fewest = fewest.min(sent.asked / recording.asked().unwrap());
        let rules: Vec<Rule> = judge(&facts).reasons.iter().map(|reason| reason.rule).collect();
        assert!(!rules.contains(&Rule::Achieved), "{facts:?}");
    }
    assert!(fewest < 0.95, "chance asked for {fewest} of the rate at least");
    // What was dropped in flight was sent, what was never sent was asked for.
    let sent = Sent { asked: 1_000.0, sent: 989, unsent: 11, ..at_a_rate().sent.unwrap() };
    let rules = judge(&Facts { sent: Some(sent), ..at_a_rate() }).reasons;
    assert_eq!(rules.first().map(|reason| reason.rule), Some(Rule::Achieved));
}

#[test]
fn failures_of_the_generators_own_are_told_apart_by_what_was_missing() {
    let mut recording = blank();
    let mut seen = tally(&[100; 10], Duration::ZERO);
    let texts = [
        (FailureClass::Generator, "OSError(24, 'Too many open files')"),
        (FailureClass::Generator, "OSError(24, 'Too many open files')"),
        (FailureClass::Generator, "OSError(99, 'Cannot assign requested address')"),
        (FailureClass::Generator, "OSError(12, 'Cannot allocate memory')"),
        (FailureClass::Connect, "ConnectionRefusedError(111, 'Connection refused')"),
    ];
    for (class, text) in texts {
        seen.failures += 1;
        seen.errors.add(Failure::new(class, text), Duration::ZERO);
    }
    recording.fold(&Second { tasks: vec![seen, Tally::default()], ..Second::blank(0) });
    let facts = Facts::of(&recording, &plan(1, "1s", Duration::ZERO), &Vitals::of(2, Vec::new()));
    assert_eq!(facts.own_failures, OwnFailures { files: 2, ports: 1, other: 1 });
}

/// Facts of every kind, from harmless to hopeless.
fn any_facts() -> impl Strategy<Value = Facts> {
    let share = || prop::option::of(0.0..1.2_f64);
    let sent = (0_u64..400, 0_u64..40, 0.0..60.0_f64).prop_map(|(sent, unsent, lag)| Sent {
        asked: 300.0,
        sent,
        unsent,
        lag_p99: ms(lag),
        ..at_a_rate().sent.unwrap()
    });
    let counts = (0_u64..300, 0_u64..10, 0_u64..3);
    (
        prop::option::of(sent),
        counts,
        [share(), share(), share(), share()],
        (prop::option::of(0.0..2_000.0_f64), 0.0..2_000.0_f64),
        any::<bool>(),
    )
        .prop_map(
            |(
                sent,
                (requests, dropped, files),
                [own_cpu, busiest_sender, wanting_sender, host_cpu],
                (stall, waited),
                is_cut,
            )| {
                let cut = CutShort { after: ms(1.0), planned: ms(2.0) };
                Facts {
                    requests,
                    dropped,
                    waited: ms(waited),
                    own_failures: OwnFailures { files, ..OwnFailures::default() },
                    sent,
                    own_cpu,
                    busiest_sender,
                    wanting_sender,
                    host_cpu,
                    stall: stall.map(ms),
                    cut_short: is_cut.then_some(cut),
                    ..closed()
                }
            },
        )
}

/// One thing more that speaks against a run.
fn worsen(facts: &mut Facts, what: usize, by: f64) {
    let more = |share: &mut Option<f64>| *share = Some(share.unwrap_or_default() + by);
    match what {
        0 => more(&mut facts.own_cpu),
        1 => more(&mut facts.busiest_sender),
        2 => more(&mut facts.host_cpu),
        3 => facts.stall = Some(facts.stall.unwrap_or_default() + ms(by * 1e3)),
        4 => facts.own_failures.ports += (by * 10.0) as u64,
        5 => facts.dropped += (by * 10.0) as u64,
        6 => facts.requests = facts.requests.saturating_sub((by * 100.0) as u64),
        11 => more(&mut facts.wanting_sender),
        12 => facts.waited += ms(by * 1e3),
        7 => facts.cut_short = Some(CutShort { after: ms(1.0), planned: ms(2.0) }),
        what => {
            let Some(sent) = &mut facts.sent else { return };
            match what {
                8 => sent.sent = sent.sent.saturating_sub((by * 100.0) as u64),
                9 => sent.unsent += (by * 100.0) as u64,
                _ => sent.lag_p99 += ms(by * 20.0),
            }
        }
    }
}

proptest! {
    #[test]
    fn more_evidence_against_a_run_never_improves_its_verdict(
        facts in any_facts(),
        what in 0_usize..13,
        by in 0.0..1.0_f64,
    ) {
        let before = judge(&facts);
        let mut after = facts.clone();
        worsen(&mut after, what, by);
        let after = judge(&after);
        prop_assert!(after.validity >= before.validity, "{:?}\n{:?}\n{:?}", facts, before, after);
    }

    #[test]
    fn a_verdict_is_as_bad_as_its_worst_reason_and_no_rule_speaks_twice(facts in any_facts()) {
        let judgement = judge(&facts);
        let worst = judgement.reasons.iter().map(|reason| reason.validity).max();
        prop_assert_eq!(worst.unwrap_or(Valid), judgement.validity);
        prop_assert!(judgement.reasons.is_sorted_by(|a, b| a.validity >= b.validity));
        let mut rules: Vec<Rule> = judgement.reasons.iter().map(|reason| reason.rule).collect();
        rules.sort();
        rules.dedup();
        prop_assert_eq!(rules.len(), judgement.reasons.len());
        for reason in &judgement.reasons {
            prop_assert!(reason.validity > Valid && reason.sentence.ends_with('.'), "{:?}", reason);
            prop_assert!(!reason.sentence.contains("NaN") && !reason.sentence.contains("inf"), "{:?}", reason);
        }
    }
}
