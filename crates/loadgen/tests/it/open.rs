//! The open model under a simulated clock: what is due, what it waits for, what is never sent.

use std::error::Error;
use std::io;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use lead_loadgen::{
    Arrivals, Clock, Corpus, Facts, Load, Plan, Recording, Reply, Request, Scripted,
    ScriptedAnswer, Spacing, Stage, Stages, Stop, Target, Targets, Users, Vitals, judge, run,
};
use tokio::runtime::{Builder, Runtime};
use tokio::time::{Instant, sleep_until};

use crate::simulated::{Simulated, plan, right, simulate};

const NO_PAUSE: Duration = Duration::ZERO;

/// A plan of so many requests per second, ten seconds long.
pub(crate) fn at_rate(rate: Stages) -> Plan {
    let mut plan = plan(1, "10s", NO_PAUSE);
    let max_in_flight = NonZeroU32::new(1_000).unwrap();
    plan.load = Load::Open(Arrivals { rate, spacing: Spacing::Constant, max_in_flight });
    plan.stop_timeout = Duration::from_secs(60);
    plan
}

fn in_flight_at_most(plan: &mut Plan, most: u32) {
    if let Load::Open(arrivals) = &mut plan.load {
        arrivals.max_in_flight = NonZeroU32::new(most).unwrap();
    }
}

/// `median, p90, p99, max` in milliseconds.
fn shape(latency: &lead_loadgen::Latency) -> [f64; 4] {
    [0.5, 0.9, 0.99, 1.0].map(|fraction| latency.percentile_ms(fraction))
}

#[test]
fn every_request_is_sent_when_it_is_due() {
    let recording = simulate(&at_rate(Stages::constant(100.0)), vec![vec![right(3)]]);
    assert_eq!(recording.total().requests(), 1_000);
    assert_eq!((recording.unsent(), recording.dropped()), (0, 0));
    assert_eq!(shape(recording.total().latency()), [3.0; 4]);
    assert_eq!(recording.asked(), Some(1_000.0));
    assert!(recording.series().points().iter().all(|point| point.asked_per_s == Some(100.0)));
}

#[test]
fn a_run_that_is_stopped_asks_for_nothing_after_that() {
    // Stopped after two seconds; the answers take ten more.
    let plan = at_rate(Stages::constant(100.0));
    let corpus = Arc::new(Corpus::new(&plan.scenario, plan.seed));
    let stop = Stop::new();
    let recording = run(&plan, corpus, &Simulated(vec![vec![right(10_000)]]), &stop, |so_far| {
        if so_far.elapsed() == Duration::from_secs(2) {
            stop.stop();
        }
    })
    .unwrap();
    let asked = recording.asked().unwrap();
    let due = recording.total().requests() + recording.unsent();
    // The watcher runs beside the simulated clock, which does not wait for it: the run stops soon after two seconds.
    // The first request is due before the rate has added up to anything: there may be one more than was asked for.
    let least = due as f64 - 1.0 - 1e-6;
    assert!((least..=due as f64).contains(&asked), "asked for {asked}, {due} were due");
    assert!(asked >= 200.0, "{asked}");
}

#[test]
fn one_late_answer_does_not_cut_the_rate() {
    let mut plan = at_rate(Stages::constant(100.0));
    plan.run_time = Some(Duration::from_secs(4));
    let mut answers = vec![right(2); 400];
    answers[200] = right(8_000);
    let recording = simulate(&plan, vec![answers]);
    assert_eq!(recording.total().last_request(), Some(Duration::from_secs(10)));
    assert_eq!(recording.total_rate(recording.total()), (100.0, 0.0));
    // Nor are requests asked for while it is waited for.
    let asked: Vec<Option<f32>> =
        recording.series().points().iter().map(|point| point.asked_per_s).collect();
    assert_eq!(asked[..4], [Some(100.0); 4]);
    assert!(asked.len() > 4 && asked[4..].iter().all(|&asked| asked == Some(0.0)), "{asked:?}");
}

#[test]
fn threads_share_the_rate() {
    let mut plan = at_rate(Stages::constant(100.0));
    plan.threads = std::num::NonZeroUsize::new(3).unwrap();
    let recording = simulate(&plan, vec![vec![right(3)]]);
    assert_eq!((recording.total().requests(), recording.unsent()), (1_000, 0));
}

#[test]
fn stages_change_the_rate_and_end_the_run() {
    let stage = |s, target| Stage { time: Duration::from_secs(s), target };
    let mut plan = at_rate(Stages::new(0.0, vec![stage(2, 100.0), stage(3, 100.0), stage(1, 0.0)]));
    plan.run_time = None;
    let recording = simulate(&plan, vec![vec![right(1)]]);
    let requests: Vec<u64> =
        recording.series().points().iter().map(|point| point.requests).collect();
    assert_eq!(recording.total().requests(), 450);
    assert_eq!(requests.iter().sum::<u64>(), 450);
    assert_eq!(requests[2..5], [100, 100, 100]);
}

#[test]
fn a_full_flight_delays_requests_and_the_delay_is_in_their_response_time() {
    // One at a time, 20 ms each, asked for 100 per second: half of them cannot be sent.
    let mut plan = at_rate(Stages::constant(100.0));
    in_flight_at_most(&mut plan, 1);
    let recording = simulate(&plan, vec![vec![right(20)]]);
    let total = recording.total();
    assert_eq!(total.requests() + recording.unsent(), 1_000, "nothing vanishes");
    assert!((499..=501).contains(&recording.unsent()), "{} unsent", recording.unsent());
    assert_eq!(shape(total.service()), [20.0; 4]);
    // The last request that was sent was due after half of the time.
    let lag = recording.send_lag().unwrap();
    assert!((lag.max_ms() / 4_990.0 - 1.0).abs() < 0.01, "{} ms", lag.max_ms());
    assert!((total.latency().max_ms() - lag.max_ms() - 20.0).abs() < 0.01);
}

/// Two threads: the first is answered after a second, the other after two milliseconds.
struct Uneven;

impl Targets for Uneven {
    type Target = Scripted;

    fn open(&self, worker: usize) -> Result<Scripted, Box<dyn Error + Send + Sync>> {
        Ok(Scripted::new(vec![vec![right(if worker == 0 { 1_000 } else { 2 })]]))
    }

    fn clock(&self) -> Clock {
        Clock::Simulated
    }

    fn runtime(&self) -> io::Result<Runtime> {
        Builder::new_current_thread().enable_all().start_paused(true).build()
    }
}

#[test]
fn a_thread_that_waits_for_places_is_held_up_though_others_have_some() {
    let mut plan = at_rate(Stages::constant(100.0));
    plan.threads = std::num::NonZeroUsize::new(2).unwrap();
    in_flight_at_most(&mut plan, 20);
    let corpus = Arc::new(Corpus::new(&plan.scenario, plan.seed));
    let recording = run(&plan, corpus, &Uneven, &Stop::new(), |_| {}).unwrap();
    // The first thread can send ten of its fifty a second.
    let late = recording.late();
    assert!(late.requests > recording.unsent() && recording.unsent() > 300, "{late:?}");
    assert_eq!(late.held_up, late.requests);
    let most = recording.series().points().iter().map(|point| point.in_flight).max();
    assert!(most < Some(15), "of 20: {most:?}");
    let facts = Facts::of(&recording, &plan, &Vitals::of(2, Vec::new()));
    let run = judge(&facts);
    assert_eq!(run.generator, None);
    let worst = &run.reasons[0];
    assert!(worst.sentence.contains("the service held them up"), "{worst:?}");
}

#[test]
fn a_thread_that_is_away_is_late_and_not_held_up() {
    struct Blocking;
    impl Targets for Blocking {
        type Target = Self;
        fn open(&self, _worker: usize) -> Result<Self, Box<dyn Error + Send + Sync>> {
            Ok(Self)
        }
    }
    impl Target for Blocking {
        async fn send(&self, _request: Request) -> Reply {
            let latency = Duration::from_millis(30);
            std::thread::sleep(latency);
            Reply { latency, first_byte: None, bytes: 0, outcome: Ok(()) }
        }
    }
    let mut plan = at_rate(Stages::constant(200.0));
    plan.run_time = Some(Duration::from_millis(300));
    let corpus = Arc::new(Corpus::new(&plan.scenario, plan.seed));
    let late = run(&plan, corpus, &Blocking, &Stop::new(), |_| {}).unwrap().late();
    assert!(late.requests > 0);
    assert_eq!(late.held_up, 0);
}

#[test]
fn requests_that_began_in_the_warm_up_are_in_no_number_but_in_the_series() {
    let mut plan = at_rate(Stages::constant(100.0));
    plan.warm_up = Duration::from_secs(4);
    // A slow start: whatever is due in the first second takes five seconds.
    let mut answers: Vec<ScriptedAnswer> = vec![right(5_000); 100];
    answers.extend(vec![right(2); 900]);
    let recording = simulate(&plan, vec![answers]);
    assert_eq!((recording.warm_up_requests(), recording.total().requests()), (400, 600));
    assert_eq!(recording.asked(), Some(600.0));
    assert_eq!(
        recording.total().latency().max_ms(),
        2.0,
        "though slow ones ended after the warm-up"
    );
    assert_eq!(recording.send_lag().map(|lag| lag.count()), Some(600));
    let points = recording.series().points();
    let warm: Vec<bool> = points.iter().map(|point| point.is_warm_up).collect();
    assert_eq!(warm[..5], [true, true, true, true, false]);
    assert_eq!(points.iter().map(|point| point.requests).sum::<u64>(), 1_000);
    assert_eq!(recording.total_rate(recording.total()).0.round(), 100.0);
}

/// Four seconds at ten per second, the first two of them warm-up, and no answer comes.
fn unanswered(most_in_flight: u32) -> Recording {
    let mut plan = at_rate(Stages::constant(10.0));
    in_flight_at_most(&mut plan, most_in_flight);
    plan.run_time = Some(Duration::from_secs(4));
    plan.warm_up = Duration::from_secs(2);
    plan.stop_timeout = NO_PAUSE;
    simulate(&plan, vec![vec![right(600_000)]])
}

#[test]
fn what_fell_due_in_the_warm_up_is_neither_dropped_nor_unsent() {
    let recording = unanswered(1_000);
    assert_eq!((recording.dropped(), recording.unsent()), (20, 0), "of 40 in flight");
    // The one that may be in flight is the first of the warm-up.
    let recording = unanswered(1);
    assert_eq!((recording.dropped(), recording.unsent()), (0, 20), "of 39 never sent");
    // Half of what may be in flight is of the warm-up.
    let recording = unanswered(30);
    assert_eq!((recording.dropped(), recording.unsent()), (10, 10));
}

#[test]
fn how_long_what_is_given_up_had_waited_is_known_and_of_the_measured_ones_only() {
    // Due each tenth of a second; the first measured one after two seconds of four.
    assert_eq!(unanswered(1_000).waited(), Duration::from_secs(2));
    assert_eq!(unanswered(1).waited(), NO_PAUSE, "only the warm-up's was in flight");
    // Two of three users are answered each tenth of a second; the third is not, from its first request on.
    let mut plan = plan(3, "5s", NO_PAUSE);
    plan.stop_timeout = Duration::from_millis(500);
    let users = vec![right(100), right(100), right(600_000)];
    let answers = [users, vec![right(100); 200]].concat();
    let recording = simulate(&plan, vec![answers]);
    assert_eq!((recording.dropped(), recording.elapsed()), (1, Duration::from_millis(5_500)));
    let waited = recording.waited();
    assert!(
        waited > Duration::from_secs(3) && waited <= Duration::from_millis(5_500),
        "{waited:?}"
    );
    let facts = Facts::of(&recording, &plan, &Vitals::of(2, Vec::new()));
    assert_eq!((facts.waited, facts.response_max), (waited, Duration::from_millis(100)));
    let worst = judge(&facts).reasons.remove(0);
    assert_eq!(worst.rule, lead_loadgen::Rule::Dropped, "{worst:?}");
}

#[test]
fn users_that_still_wait_since_the_warm_up_drop_nothing() {
    let mut plan = plan(3, "2s", NO_PAUSE);
    plan.warm_up = Duration::from_secs(1);
    // The second user's first request is the warm-up's and is answered, its second one is measured and never is.
    let slow = right(600_000);
    let recording = simulate(&plan, vec![vec![slow.clone(), right(1_500), slow.clone(), slow]]);
    assert_eq!((recording.warm_up_requests(), recording.dropped()), (1, 1));
}

#[test]
fn stages_of_users_bring_them_and_send_them_home() {
    let stage = |s, target| Stage { time: Duration::from_secs(s), target };
    let mut plan = plan(1, "0", Duration::from_millis(10));
    let stages = vec![stage(2, 4.0), stage(2, 4.0), stage(2, 0.0), stage(1, 0.0)];
    plan.load = Load::Closed(Users::Stages(Stages::new(0.0, stages)));
    let recording = simulate(&plan, vec![vec![right(10)]]);
    let users: Vec<u64> = recording.series().points().iter().map(|point| point.users).collect();
    // A report at the very second in which a user arrives does not know it yet.
    assert_eq!(users, [1, 3, 4, 4, 2, 0, 0]);
    assert_eq!(recording.peak_users(), 4);
}

#[test]
fn a_user_that_never_noticed_a_dip_is_not_started_twice() {
    let stage = |s, target| Stage { time: Duration::from_secs(s), target };
    // Ten users that think for four seconds, a dip of one second, ten users again.
    let stages = [(0, 10.0), (1, 10.0), (0, 0.0), (1, 0.0), (0, 10.0), (6, 10.0)];
    let stages = Stages::new(0.0, stages.map(|(s, target)| stage(s, target)).to_vec());
    let mut plan = plan(1, "0", Duration::from_secs(4));
    plan.run_time = None;
    plan.load = Load::Closed(Users::Stages(stages));
    let recording = simulate(&plan, vec![vec![right(10)]]);
    // Each asks at 0 and at 4.01 s.
    assert_eq!((recording.peak_users(), recording.total().requests()), (10, 20));
    // Those that are awake in the dip go home, and come back when the stages rise again.
    let mut awake = plan.clone();
    awake.scenario.think_time = Duration::from_millis(90)..=Duration::from_millis(90);
    let recording = simulate(&awake, vec![vec![right(10)]]);
    let users: Vec<u64> = recording.series().points().iter().map(|point| point.users).collect();
    assert_eq!(users, [10, 0, 10, 10, 10, 10, 10, 10]);
}

/// Stands still for one second in ten, then answers everything at once; 2 ms otherwise.
struct Frozen(Instant);

const ANSWER: Duration = Duration::from_millis(2);

impl Target for Frozen {
    async fn send(&self, _request: Request) -> Reply {
        let began = Instant::now();
        let into = Duration::from_nanos((began - self.0).as_nanos() as u64 % 10_000_000_000);
        let second = |s| Duration::from_secs(s);
        let stall =
            if (second(5)..second(6)).contains(&into) { second(6) - into } else { NO_PAUSE };
        sleep_until(began + stall + ANSWER).await;
        let latency = began.elapsed();
        Reply { latency, first_byte: Some(latency), bytes: 10, outcome: Ok(()) }
    }
}

struct Freezer;

impl Targets for Freezer {
    type Target = Frozen;

    fn open(&self, _worker: usize) -> Result<Frozen, Box<dyn Error + Send + Sync>> {
        Ok(Frozen(Instant::now()))
    }

    fn clock(&self) -> Clock {
        Clock::Simulated
    }

    fn runtime(&self) -> io::Result<Runtime> {
        Builder::new_current_thread().enable_all().start_paused(true).build()
    }
}

pub(crate) fn against_the_frozen(mut plan: Plan) -> Recording {
    plan.run_time = Some(Duration::from_secs(60));
    let corpus = Arc::new(Corpus::new(&plan.scenario, plan.seed));
    run(&plan, corpus, &Freezer, &Stop::new(), |_| {}).unwrap()
}

#[test]
fn a_frozen_server_shows_in_the_open_model_as_the_arithmetic_says() {
    // Of 1,000 requests in ten seconds 100 are due in the frozen one, at 0, 10, ... 990 ms: they wait for 1,000, 990, ...
    // 10 ms and then 2 ms. In order: 900 times 2 ms, then 12, 22, ... 1,002 ms.
    let truth = [2.0, 12.0, 912.0, 1_002.0];
    let recording = against_the_frozen(at_rate(Stages::constant(100.0)));
    assert_eq!(recording.total().requests(), 6_000);
    for (measured, truth) in shape(recording.total().latency()).into_iter().zip(truth) {
        assert!((measured / truth - 1.0).abs() < 0.02, "{measured} ms instead of {truth} ms");
    }
}

#[test]
fn a_frozen_server_hides_in_the_closed_model() {
    // Ten users with 98 ms of thinking ask for the same 100 per second; in a frozen second each waits with one request.
    let recording = against_the_frozen(plan(10, "60s", Duration::from_millis(98)));
    let [median, p90, p99, max] = shape(recording.total().latency());
    assert_eq!((median, p90), (2.0, 2.0), "the stall is not even in the slowest tenth");
    assert!(p99 < 1_003.0 && max > 900.0);
    let slow = recording.total().requests() as f64 * 0.011;
    assert!(slow < 61.0, "60 of {} requests met the stall", recording.total().requests());
}
