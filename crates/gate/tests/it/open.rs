//! Runs of the open model, which has no users: the steady part is where the rate was held.

use std::{fs, path::Path, time::UNIX_EPOCH};

use lead_gate::{Evidence, Expected, Inputs, Policy, Status, Verdict, judge};
use lead_stats::{AskedRate, LoadModel, Paths, Run, RunVerdict, Validity};

use crate::{
    gate::Gate,
    rules::outcome,
    scenario::{START_S, Scenario, set_age},
};

/// A run at 330/s after half a minute of ramp, without users.
fn open_run(scenario: &Scenario) -> Run {
    let mut run = Scenario { rps_per_user: 1.1, ..*scenario }.run();
    run.history.ticks.iter_mut().for_each(|tick| tick.users = 0);
    run
}

fn verdict(run: Run) -> Verdict {
    let evidence = Evidence::new(&Paths::of(Path::new("loadtest")), run).unwrap();
    judge(&evidence, &Policy::built_in())
}

#[test]
fn a_rate_that_was_held_is_steady_and_the_ramp_before_it_is_not() {
    let verdict = verdict(open_run(&Scenario::default()));
    let steady = verdict.run.steady.unwrap();
    assert!(steady.is_open() && steady.is_held());
    assert!((22..30).contains(&steady.ramp_s), "{}", steady.ramp_s);
    assert_eq!(steady.to_s - START_S, 150);
    let rps = outcome(&verdict, "rps");
    insta::assert_snapshot!(rps.why, @"Open model, no users: the rate was held for 124 s. Whole run: 298.1/s.");
    assert_eq!(outcome(&verdict, "p95-drift").status, Status::Pass);
}

#[test]
fn an_open_run_that_grows_slower_fails() {
    let rising = |second: u64| 50.0 + second as f64 / 5.0;
    let verdict = verdict(open_run(&Scenario { p95_ms: rising, ..Scenario::default() }));
    assert_eq!(outcome(&verdict, "p95-drift").status, Status::Fail);
}

/// The answers stop, and with them all bad news but one.
#[test]
fn a_server_that_stops_answering_an_open_run_fails_although_its_answers_were_fast() {
    let mut run = open_run(&Scenario { seconds: 200, ..Scenario::default() });
    let at = |run: &Run, second| {
        run.history
            .aggregated()
            .find(|tick| tick.timestamp_s == START_S + second)
            .unwrap()
            .total_requests
    };
    let last = at(&run, 120);
    run.history.ticks.iter_mut().for_each(|tick| {
        tick.total_requests = tick.total_requests.min(last);
    });
    run.summary.aggregated.requests = last;
    let verdict = verdict(run);
    assert_eq!(verdict.run.steady.unwrap().to_s - START_S, 200);
    let drift = outcome(&verdict, "p95-drift");
    assert_eq!(drift.status, Status::Fail);
    insta::assert_snapshot!(drift.why, @"Nothing was answered in 7 windows of 10 s with the open model at work: the server (or the generator) stood still. Look at its log at that time.");
}

#[test]
fn a_rate_below_the_limit_says_what_to_raise() {
    let verdict = verdict(open_run(&Scenario { users: 200, ..Scenario::default() }));
    let rps = outcome(&verdict, "rps");
    assert_eq!(rps.status, Status::Fail);
    insta::assert_snapshot!(rps.why, @"Open model, no users: the rate was held for 133 s. Whole run: 206.1/s. Without users the rate is what was asked for: raise --rate, or find why the server answered fewer.");
}

/// An open run at 300/s whose server answers so many a second, the first after `late_ms`; what is not answered piles up, and
/// with it grows the time of each answer (Little's law). The generator waits until all are answered.
fn offered(answered_per_s: f64, seconds: u64, late_ms: f64) -> Run {
    let (offered, wait_s) = (300.0, late_ms / 1000.0);
    let mut run = Scenario { seconds, users: 300, rps_per_user: 1.0, ..Scenario::default() }.run();
    let answered = |second: u64| ((second as f64 - wait_s).max(0.0) * answered_per_s) as u64;
    for tick in &mut run.history.ticks {
        tick.users = 0;
        tick.total_requests = answered(tick.timestamp_s - START_S);
    }
    let backlog_s = (offered / answered_per_s - 1.0) * seconds as f64;
    let requests = (offered * seconds as f64) as u64;
    let rate = requests as f64 / (seconds as f64 + backlog_s + wait_s);
    tell(&mut run, requests, rate, (wait_s + backlog_s / 2.0) * 1000.0);
    run
}

/// Makes a summary of one endpoint that says this, and a history that agrees.
fn tell(run: &mut Run, requests: u64, requests_per_s: f64, average_ms: f64) {
    let all = &mut run.summary.aggregated;
    (all.requests, all.requests_per_s, all.average_ms) = (requests, requests_per_s, average_ms);
    let mut one = all.clone();
    one.method = "POST".to_owned();
    one.name = "/api/v1/score".to_owned();
    run.summary.endpoints = vec![one];
    run.history.ticks.iter_mut().for_each(|tick| tick.total_average_ms = average_ms);
}

/// The run read from files, beside what its generator says that it was asked for.
fn said(run: &Run, asked_per_s: Option<f64>) -> Evidence {
    let folder = tempfile::tempdir().unwrap();
    let prefix = folder.path().join("loadtest");
    lead_stats::write(&prefix, run).unwrap();
    let requests = run.summary.aggregated.requests;
    let rate = asked_per_s.map(|asked_per_s| AskedRate {
        asked_per_s,
        sent_per_s: asked_per_s,
        sent: requests,
        unsent: 0,
        send_lag_p99_ms: 0.1,
    });
    let verdict = RunVerdict {
        validity: Validity::Valid,
        reasons: Vec::new(),
        model: Some(LoadModel::Open),
        measured_s: 60.0,
        requests,
        rate,
        ..RunVerdict::unfinished()
    };
    if rate.is_some() {
        verdict.write(&Paths::of(&prefix).verdict).unwrap();
    }
    let (baseline, max_age, expected) = (None, None, Expected::default());
    Evidence::gather(&Inputs { prefix, baseline, max_age, expected, now: UNIX_EPOCH }).unwrap()
}

/// What becomes of a rule about the rate, and why.
fn judged_rate(evidence: &Evidence, rule: &str) -> (Status, String) {
    let policy = Policy::load(None, &[rule.parse().unwrap()]).unwrap();
    let verdict = judge(evidence, &policy);
    let rps = outcome(&verdict, "rps");
    (rps.status, rps.why.clone())
}

#[test]
fn a_rate_that_was_asked_for_is_not_missed_by_what_was_under_way() {
    for (seconds, late_ms) in [(60, 3.0), (60, 40.0), (20, 40.0), (120, 300.0)] {
        let run = offered(300.0, seconds, late_ms);
        let evidence = said(&run, Some(300.0));
        assert!(run.summary.aggregated.requests_per_s < 300.0);
        assert!(evidence.steady().unwrap().is_open());
        for rule in ["rps.min=300", "rps.expr=rps >= 300"] {
            let (status, why) = judged_rate(&evidence, rule);
            assert_eq!(status, Status::Pass, "{seconds} s, {late_ms} ms, {rule}: {why}");
        }
    }
    let (_, why) = judged_rate(&said(&offered(300.0, 60, 40.0), Some(300.0)), "rps.min=300");
    insta::assert_snapshot!(why, @"Open model, no users: the rate was held for 60 s. Whole run: 299.8/s. Whole-second timestamps: give or take 4.997/s. That is 12 answers too few, and no more than were under way (12.0 at a time): the rate that was asked for was kept.");
}

#[test]
fn a_server_that_answers_less_than_was_asked_for_is_not_excused_by_its_backlog() {
    for (answered, seconds) in
        [(299.0, 60), (297.0, 60), (297.0, 300), (290.0, 60), (290.0, 20), (285.0, 60)]
    {
        let evidence = said(&offered(answered, seconds, 40.0), Some(300.0));
        let (status, why) = judged_rate(&evidence, "rps.min=300");
        assert_eq!(status, Status::Fail, "{answered}/s for {seconds} s: {why}");
    }
}

/// A rule at 300/s of a run that was asked for 500/s, or for nobody knows what, has no room.
#[test]
fn a_limit_that_is_not_the_asked_rate_has_no_room() {
    let run = offered(300.0, 60, 40.0);
    for (asked, status) in [
        (Some(300.0), Status::Pass),
        (Some(500.0), Status::Fail),
        (Some(310.0), Status::Fail),
        (None, Status::Fail),
    ] {
        for rule in ["rps.min=300", "rps.expr=rps >= 300"] {
            let (found, why) = judged_rate(&said(&run, asked), rule);
            assert_eq!(found, status, "{asked:?}, {rule}: {why}");
        }
    }
}

/// Requests that never get an answer are in no mean: two of 300 in each second, and a mean of 1.1 s.
#[test]
fn requests_that_are_lost_all_the_time_are_not_under_way() {
    let mut run = offered(300.0, 150, 40.0);
    for tick in &mut run.history.ticks {
        tick.total_requests = (tick.timestamp_s - START_S) * 298;
    }
    tell(&mut run, 150 * 298, 298.0, 1100.0);
    let evidence = said(&run, Some(300.0));
    for rule in ["rps.min=300", "rps.expr=rps >= 300"] {
        assert_eq!(judged_rate(&evidence, rule).0, Status::Fail, "{rule}");
    }
}

/// Users that wait for their answers ask for no rate: what they miss, they miss.
#[test]
fn users_that_miss_a_limit_by_an_answer_miss_it() {
    let mut run = Scenario { rps_per_user: 1.0, ..Scenario::default() }.run();
    run.history.ticks.last_mut().unwrap().total_requests -= 1;
    let rps = verdict(run);
    assert_eq!(outcome(&rps, "rps").status, Status::Fail);
}

#[test]
fn a_history_without_users_and_without_a_rate_has_no_steady_part() {
    let mut run = open_run(&Scenario { seconds: 4, ..Scenario::default() });
    run.summary.aggregated.percentiles = Scenario::default().run().summary.aggregated.percentiles;
    insta::assert_snapshot!(verdict(run).run.steady.unwrap_err().reason(), @"the history shows neither users at work nor a rate that was held");
}

/// What lead-loadgen wrote, of both models, and of an open one whose plan rises and falls.
#[test]
fn runs_of_our_own_generator_are_judged_in_their_own_words() {
    let mut said = String::new();
    for name in ["closed", "open", "stages"] {
        let gate = Gate::new();
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join(format!("tests/folders/loadgen-{name}-full"));
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            fs::copy(&path, gate.folder().join(path.file_name().unwrap())).unwrap();
        }
        let prefix = gate.folder().join("loadtest");
        let run = lead_stats::read(&prefix).unwrap();
        set_age(&prefix, run.history.ticks.last().unwrap().timestamp_s);
        let answer = gate.check(&[]);
        assert_eq!(answer.code, 0, "{}", answer.stdout);
        let steady = answer.stdout.lines().find(|line| line.starts_with("Steady")).unwrap();
        said += &format!("{name}: {steady}\n");
    }
    insta::assert_snapshot!(said, @r"
    closed: Steady: 40 users for 14 s after 2 s of ramp, 9,941 requests, 710.1/s.
    open: Steady: no users (open model), the rate was held for 13 s after 0 s of ramp, 5,323 requests, 409.5/s.
    stages: Steady: no users (open model), the rate was held for 11 s after 4 s of ramp, 4,315 requests, 392.3/s.
    ");
}
