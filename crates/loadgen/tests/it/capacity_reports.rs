//! What a search leaves, from scripted runs: the table, JSON and the page, and what can be typed.

use std::ffi::OsString;
use std::time::Duration;

use lead_loadgen::{
    Ask, Breach, CapacityArgs, CapacityOrder, Finding, Header, Load, Machine, Measured, Objectives,
    Outcome, Percentile, SearchEnd, SearchReport, Step, Trial, UsageError, Wanted, capacity_html,
    capacity_json, capacity_table,
};
use lead_stats::Validity;

fn order(words: &[&str]) -> Result<CapacityOrder, UsageError> {
    let line = ["lead-loadgen", "capacity", "--host", "http://127.0.0.1:8000"];
    let words: Vec<OsString> = line.iter().chain(words).map(Into::into).collect();
    assert!(CapacityArgs::is_meant(&words));
    CapacityArgs::order(&words)
}

fn check_fault(words: &[&str], expect: &str) {
    let fault = order(words).map(|_| ()).unwrap_err();
    assert_eq!(fault.exit_code(), 2, "{words:?}");
    assert_eq!(fault.text(), format!("lead-loadgen: error: {expect}\n"), "{words:?}");
}

fn step(asked_per_s: f64, response_ms: [f64; 4], outcome: Outcome) -> Step {
    let measured = Measured {
        achieved_per_s: asked_per_s - 0.02,
        requests: (asked_per_s * 15.0) as u64,
        response_ms,
        max_ms: response_ms[3] * 1.7,
        send_lag_p99_ms: 0.041,
        in_flight: 3,
        most_in_flight: 900,
        ..Measured::default()
    };
    Step { asked_per_s, measured, validity: Validity::Valid, outcome }
}

fn slow(observed_ms: f64) -> Outcome {
    let percentile = Percentile::P95;
    Outcome::Broke(vec![Breach::Slow { percentile, observed_ms, at_most_ms: 100.0 }])
}

/// Up from 40/s, down again, and both ends twice.
fn finding() -> Finding {
    let steps = vec![
        step(40.0, [0.2, 0.4, 0.5, 0.9], Outcome::Held),
        step(80.0, [0.3, 0.9, 2.5, 7.25], Outcome::Held),
        step(160.0, [900.0, 1_800.0, 1_900.0, 2_000.0], slow(1_900.0)),
        step(113.0, [3.0, 55.0, 98.0, 130.0], Outcome::Held),
        step(118.0, [9.0, 88.0, 110.0, 170.0], slow(110.0)),
        step(113.0, [2.5, 40.0, 71.0, 110.0], Outcome::Held),
        step(118.0, [11.0, 91.0, 120.0, 190.0], slow(120.0)),
    ];
    Finding {
        end: SearchEnd::Edge,
        held_per_s: Some(113.0),
        is_confirmed: true,
        broke_per_s: Some(118.0),
        steps,
    }
}

fn ask() -> Ask {
    Ask {
        objectives: Objectives {
            latency: vec![
                (Percentile::P95, Duration::from_millis(100)),
                (Percentile::P99, Duration::from_secs(2)),
            ],
            errors: 0.0,
        },
        start_per_s: 40.0,
        cap_per_s: 50_000.0,
        step_time: Duration::from_secs(20),
        wanted: Some(Wanted { per_s: 500.0, headroom: 0.3 }),
    }
}

/// A report in front of fixed facts about the machine.
fn with_report<T>(finding: &Finding, ask: &Ask, form: impl FnOnce(&SearchReport<'_>) -> T) -> T {
    let machine = Machine {
        host: "bench".to_owned(),
        cpu: "Some <fast> CPU".to_owned(),
        cores: 2,
        kernel: "Linux 6.1".to_owned(),
    };
    let plan = order(&["--p95", "100ms"]).unwrap().plan;
    let header = Header {
        version: "lead-loadgen x.y.z".to_owned(),
        ..Header::new(&plan, "lead-loadgen capacity '<u>'", &machine)
    };
    let start = "2026-11-25T09:40:00.25Z".parse().unwrap();
    form(&SearchReport { finding, ask, header: &header, start })
}

#[test]
fn the_table_is_the_curve_and_the_answer() {
    insta::assert_snapshot!("table", with_report(&finding(), &ask(), capacity_table));
}

#[test]
fn the_json_holds_the_answer_and_every_run() {
    let text = with_report(&finding(), &ask(), capacity_json);
    let document: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(document["capacity_per_s"], 113.0);
    assert_eq!(document["steps"].as_array().unwrap().len(), 7);
    insta::assert_snapshot!("json", text);
}

#[test]
fn the_page_needs_nothing_and_escapes_what_came_from_outside() {
    let page = with_report(&finding(), &ask(), capacity_html);
    assert!(
        page.contains("Content-Security-Policy") && page.contains("prefers-color-scheme: dark")
    );
    for outside in ["<script", "src=", "href=", "url(", "@import", "<u>", "<fast>", "{{"] {
        assert!(!page.contains(outside), "{outside}");
    }
    let body = page.split_once("</style>").unwrap().1;
    insta::assert_snapshot!("page", body);
}

#[test]
fn what_of_the_generator_gave_way_is_named_wherever_the_answer_is() {
    let words = "its own processor time was 94 % of its budget";
    let mut finding = Finding { end: SearchEnd::Limited, ..finding() };
    for step in finding.steps.iter_mut().filter(|step| step.outcome != Outcome::Held) {
        (step.validity, step.outcome) = (Validity::Invalid, Outcome::Limited(words.to_owned()));
    }
    let sentence = format!("the generator: {words}, at 118 requests/s");
    let table = with_report(&finding, &ask(), capacity_table);
    assert!(table.contains(&format!("What gave way first: {sentence}\n")), "{table}");
    assert_eq!(table.matches(&format!("| generator: {words}\n")).count(), 3, "{table}");
    let page = with_report(&finding, &ask(), capacity_html);
    assert!(page.contains(&format!("<dt>Gave way first</dt><dd>{sentence}</dd>")), "{page}");
    let text = with_report(&finding, &ask(), capacity_json);
    let document: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(document["gave_way"], format!("the generator: {words}"));
    let broke = &document["steps"][2];
    assert_eq!(
        (&broke["outcome"], &broke["run_validity"]),
        (&"generator".into(), &"INVALID".into())
    );
    assert_eq!(broke["reasons"][0], words);
}

#[test]
fn every_end_has_its_sentence() {
    let ends = [
        (SearchEnd::Edge, true),
        (SearchEnd::Cap, true),
        (SearchEnd::Limited, true),
        (SearchEnd::Limited, false),
        (SearchEnd::Floor, false),
        (SearchEnd::Failing, false),
        (SearchEnd::Unsettled, true),
        (SearchEnd::Unsettled, false),
        (SearchEnd::Gone, true),
        (SearchEnd::Gone, false),
        (SearchEnd::Interrupted, true),
        (SearchEnd::Interrupted, false),
        (SearchEnd::Broken, true),
        (SearchEnd::Broken, false),
    ];
    let ask = Ask { wanted: None, ..ask() };
    let mut text = String::new();
    for (end, held) in ends {
        let finding = Finding {
            end,
            held_per_s: held.then_some(113.0),
            broke_per_s: (end != SearchEnd::Cap).then_some(118.0),
            is_confirmed: end == SearchEnd::Edge,
            ..finding()
        };
        let table = with_report(&finding, &ask, capacity_table);
        let answer = table.split_once("\n\n").unwrap().1;
        let held = if held { "a rate held" } else { "none held" };
        text.push_str(&format!("{end:?}, {held}\n{answer}\n"));
    }
    insta::assert_snapshot!("ends", text);
}

#[test]
fn a_percentile_of_few_requests_is_doubted() {
    let mut finding = finding();
    finding.steps[3].measured.requests = 150;
    let table = with_report(&finding, &ask(), capacity_table);
    assert!(table.contains("Too few requests lie beyond p99 at 113/s (2)"), "{table}");
    assert!(
        !with_report(
            &self::finding(),
            &Ask {
                objectives: Objectives {
                    latency: vec![(Percentile::P95, Duration::from_millis(100))],
                    errors: 0.0
                },
                ..ask()
            },
            capacity_table
        )
        .contains("Only")
    );
}

#[test]
fn a_page_of_a_search_without_answers_says_so() {
    let mut nothing = step(40.0, [0.0; 4], Outcome::Broke(vec![Breach::Silent]));
    nothing.measured.requests = 0;
    let finding = Finding {
        end: SearchEnd::Floor,
        held_per_s: None,
        is_confirmed: false,
        broke_per_s: Some(40.0),
        steps: vec![nothing],
    };
    let page = with_report(&finding, &ask(), capacity_html);
    assert!(
        page.contains("Nothing was answered at any rate.")
            && page.contains("not even 40.0 requests/s")
    );
}

#[test]
fn replicas_leave_the_headroom_free() {
    let wanted = |per_s, headroom| Wanted { per_s, headroom };
    assert_eq!(wanted(2_100.0, 0.3).replicas(1_000.0), 3);
    assert_eq!(wanted(2_101.0, 0.3).replicas(1_000.0), 4);
    assert_eq!(wanted(1.0, 0.0).replicas(1_000.0), 1);
}

#[test]
fn a_search_is_ordered_by_its_objectives() {
    let words = [
        "--p95",
        "1000ms",
        "--p99",
        "2.5s",
        "--errors",
        "0.1%",
        "--wanted-rate",
        "5000",
        "--headroom",
        "25%",
    ];
    let CapacityOrder { plan, ask, out, command, .. } = order(&words).unwrap();
    assert_eq!(ask.objectives.to_string(), "p95 <= 1000 ms, p99 <= 2500 ms, errors <= 0.1 %");
    assert_eq!(
        (ask.start_per_s, ask.cap_per_s, ask.step_time),
        (300.0, 50_000.0, Duration::from_secs(20))
    );
    assert_eq!(ask.wanted, Some(Wanted { per_s: 5_000.0, headroom: 0.25 }));
    assert_eq!((plan.timeout, out), (Duration::from_secs(10), None));
    assert!(command.starts_with("lead-loadgen capacity --host http://127.0.0.1:8000 --p95 1000ms"));
    assert_eq!(order(&["--p95", "5s"]).unwrap().plan.timeout, Duration::from_secs(20));
    assert_eq!(
        order(&["--p95", "1s", "--timeout", "3"]).unwrap().plan.timeout,
        Duration::from_secs(3)
    );
}

#[test]
fn the_plan_of_a_run_is_the_open_model_with_a_time_to_settle() {
    let order = order(&["--p95", "1s", "--step-time", "12s"]).unwrap();
    let plan = Trial::new(&order.plan, &order.ask).plan(1_000.0);
    assert_eq!(
        (plan.warm_up, plan.run_time),
        (Duration::from_secs(3), Some(Duration::from_secs(12)))
    );
    assert!(plan.stop_timeout > plan.timeout, "what was sent is counted");
    let Load::Open(arrivals) = &plan.load else { panic!("{:?}", plan.load) };
    assert_eq!((arrivals.rate.peak(), arrivals.max_in_flight.get()), (1_000.0, 4_000));
    for (step, settle) in [(2, 1), (4, 1), (20, 5), (40, 10), (600, 10)] {
        assert_eq!(
            Trial::settle(Duration::from_secs(step)),
            Duration::from_secs(settle),
            "{step} s"
        );
    }
}

#[test]
fn what_cannot_be_searched_is_told() {
    check_fault(
        &["--p95", "1000"],
        "argument --p95: '1000' is no time with its unit; write it like 1000ms, 1.5s or 250us",
    );
    check_fault(
        &["--p95", "1s", "--errors", "0"],
        "argument --errors: '0' is no share in percent; write it like 0% or 0.5%",
    );
    check_fault(
        &["--p95", "1s", "--headroom", "100%", "--wanted-rate", "5"],
        "argument --headroom: must be below 100%",
    );
    check_fault(&["--p95", "1s", "--step-time", "1"], "argument --step-time: must be 2s or longer");
    check_fault(&["--p95", "1s", "--start", "0"], "argument --start: must be finite and > 0");
    check_fault(
        &["--p95", "1s", "--start", "9", "--max-rate", "8"],
        "argument --start: must not be above --max-rate",
    );
    check_fault(
        &["--p95", "3s", "--timeout", "3s"],
        "argument --timeout: must be longer than every objective, or slow answers would count as failed ones",
    );
    check_fault(
        &["--errors", "0%"],
        "a capacity needs a limit on the response times: give --p95 1000ms, or --p50, --p90, --p99",
    );
    for words in
        [["-u", "3"], ["-t", "3s"], ["--rate", "3"], ["--warmup", "3s"], ["--stages", "3s:3"]]
    {
        let fault = order(&[&["--p95", "1s"], &words[..]].concat()).map(|_| ()).unwrap_err();
        assert!(
            fault.text().contains("a capacity search chooses the load itself"),
            "{}",
            fault.text()
        );
    }
}

#[test]
fn the_help_of_a_search_fits_on_a_screen() {
    let help = order(&["--help"]).map(|_| ()).unwrap_err();
    assert_eq!(help.exit_code(), 0);
    insta::assert_snapshot!("help", help.text());
}
