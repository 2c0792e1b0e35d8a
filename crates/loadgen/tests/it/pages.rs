//! Pages of runs that are easily forgotten: nothing, a second, all failed, forty endpoints, an hour, a day.
//!
//! Each page is also written into the tests' own folder below `target/`, for whoever wants to look at it.

use std::fs;
use std::path::Path;
use std::time::Duration;

use lead_loadgen::{
    Account, End, FailureClass, GateRule, GateVerdict, Heat, Latency, Method, Pulse, Recording,
    ResourceSample, Second, Tally, charts, html,
};

use crate::recordings::{blank, failed, open, quarter_minute, tally};
use crate::reports::{header, valid};
use crate::simulated::{plan, task};

/// The page of an account, checked for what no page may hold, and written to where it can be looked at.
fn page(name: &str, account: &Account) -> String {
    let page = html(account);
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pages");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join(format!("{name}.html")), &page).unwrap();
    for never in
        ["NaN", "inf ", "inf%", "{{", "<script", "src=", "href=", "url(", "style=\"", "-0.0"]
    {
        assert!(!page.contains(never), "{name}: {never}");
    }
    let count = |what: &str| page.matches(what).count();
    for tag in
        ["svg", "section", "figure", "table", "tr", "th", "td", "p", "div", "code", "g", "title"]
    {
        let opened = count(&format!("<{tag}>")) + count(&format!("<{tag} "));
        assert_eq!(opened, count(&format!("</{tag}>")), "{name}: <{tag}>");
    }
    page
}

/// An account of a recording with everything that can be beside it.
fn full(recording: Recording) -> Account {
    let seconds = recording.series().points().len();
    let pulse = |second: usize| Pulse {
        at_s: second as f32 + 1.0,
        covers_s: 1.0,
        own_cores: Some(0.4 + 0.1 * (second as f32 / 7.0).sin()),
        busiest_sender: Some(0.3),
        wanting_sender: Some(0.35),
        ..Pulse::default()
    };
    let sample = |second: usize| ResourceSample {
        at_s: second as f64 + 0.2,
        cpu_percent: Some(110.0 + 20.0 * (second as f64 / 11.0).cos()),
        memory_bytes: Some(40_000_000 + 20_000 * second as u64),
    };
    Account {
        pulses: (0..seconds).map(pulse).collect(),
        resources: (0..seconds).map(sample).collect(),
        ..Account::new(recording, header(), valid())
    }
}

/// A run of so many seconds with five endpoints: two kinds of response times, a stall in each 20 minutes, some failures. Only
/// each `step`th second has requests: what a page shows of a day, and how fast a test can fold one.
fn long(seconds: u64, step: u64) -> Recording {
    let mut plan = plan(300, "2h", Duration::ZERO);
    plan.warm_up = Duration::from_secs(seconds / 30);
    plan.scenario.tasks =
        ["/api/v1/score", "/api/v1/score/detailed", "/api/v1/batch", "/health", "/metrics"]
            .map(task)
            .to_vec();
    let mut recording = Recording::new(&plan, "2026-08-22T09:40:00.25Z".parse().unwrap());
    for number in 0..seconds {
        let last = Duration::from_secs(number);
        let stall = if number % 1_200 == 700 { 40 } else { 1 };
        let tasks = (0..5_u64).map(|task| {
            let wave = 100 + 60 * ((number / 60 + task) % 5);
            let times = (0..40).map(|at| {
                let spread = wave + (at * at * (number % 7 + 1)) + at * 13 * task;
                if at % 13 == 0 { spread * 20 * stall } else { spread * stall }
            });
            let tally = tally(&times.collect::<Vec<u64>>(), last);
            if (number + task) % 97 == 0 {
                failed(tally, 2, "Timeout('no answer within 60 s')", last)
            } else {
                tally
            }
        });
        let tasks: Vec<Tally> = match number % step {
            0 => tasks.collect(),
            _ => vec![Tally::default(); 5],
        };
        let (tasks, warm_up) =
            if last < plan.warm_up { (Vec::new(), tasks) } else { (tasks, Vec::new()) };
        let users = (number + 1).min(300);
        recording.fold(&Second {
            users,
            in_flight: users / 3 + number % 11,
            tasks,
            warm_up,
            ..Second::blank(number)
        });
    }
    recording
}

#[test]
fn a_page_of_an_hour_or_a_day_stays_below_400_kilobytes() {
    for (name, seconds, step) in [("hour", 3_600, 1), ("day", 86_400, 48)] {
        let page = page(name, &full(long(seconds, step)));
        assert!(page.len() < 400_000, "{name}: {} bytes", page.len());
        assert!(page.contains("class=\"band requests\""), "what each point lay between");
    }
}

#[test]
fn a_peak_of_one_second_is_still_seen_in_a_long_run() {
    let mut recording = blank();
    for number in 0..3_000 {
        let requests = if number == 1_700 { 700 } else { 10 };
        let time = if number == 2_000 { 90_000 } else { 900 };
        let tasks =
            vec![tally(&vec![time; requests], Duration::from_secs(number)), Tally::default()];
        recording.fold(&Second { tasks, ..Second::blank(number) });
    }
    let charts = charts(&recording, &[], &[]);
    assert!(charts.contains("Requests/s: 10.0 to 700"), "the scale reaches what one second had");
    assert!(charts.contains("99 %: 0.900 to 90.0"));
}

#[test]
fn an_empty_run_has_a_page_that_says_so() {
    let page = page("empty", &full(blank()));
    assert!(page.contains("There is no whole second to draw."));
    assert!(page.contains("No request failed."));
    let mut recording = blank();
    for number in 0..3 {
        let tasks = vec![Tally::default(), Tally::default()];
        recording.fold(&Second { users: 4, tasks, ..Second::blank(number) });
    }
    let page = self::page("silent", &full(recording));
    assert!(
        !page.contains("Percentile curve") && !page.contains("All response times"),
        "nothing to draw"
    );
}

#[test]
fn a_run_of_one_second_has_all_charts() {
    let mut recording = blank();
    let tasks = vec![tally(&[900, 1_500, 2_500], Duration::from_millis(600)), Tally::default()];
    recording.fold(&Second { users: 2, tasks, ..Second::blank(0) });
    let page = page("second", &full(recording));
    let titles = [
        "Requests per second",
        "Failures and requests in flight",
        "Response times (ms)",
        "All response times",
        "Percentile curve",
        "Generator's CPU",
        "Service's CPU",
        "Service's memory",
    ];
    titles.iter().for_each(|title| assert!(page.contains(&format!("<h3>{title}")), "{title}"));
}

#[test]
fn a_run_whose_every_request_failed_has_no_successes_to_show() {
    let mut recording = blank();
    for number in 0..20 {
        let last = Duration::from_millis(number * 1_000 + 500);
        let times = vec![3_000; 50];
        let tasks = vec![
            failed(
                tally(&times, last),
                50,
                "ConnectionRefusedError(111, 'Connection refused')",
                last,
            ),
            failed(tally(&times, last), 50, "HTTPError('503 Server Error')", last),
        ];
        recording.fold(&Second { users: 10, in_flight: 7, tasks, ..Second::blank(number) });
    }
    let page = page("all_failed", &full(recording));
    assert!(page.contains("<td>0</td><td class=\"weak\" colspan=\"11\">none</td>"));
    assert!(!page.contains("Response of successes"));
    assert!(page.contains("<p class=\"note\">By kind: 2,000 status; times in UTC"));
    assert!(
        page.contains("<td>09:40:00<small>0:00</small></td><td>09:40:19<small>0:19</small></td>")
    );
}

#[test]
fn forty_endpoints_with_names_of_markup_stay_text_and_small() {
    let mut plan = plan(50, "60s", Duration::ZERO);
    let names = (0..40).map(|at| {
        format!("/v{at}/<b onclick=\"x\">&'{}'</b>/{}", "long-".repeat(at % 9), "{{style}}")
    });
    plan.scenario.tasks = names.map(|name| task(&name)).collect();
    plan.scenario.tasks[7].method = Method::Delete;
    let mut recording = Recording::new(&plan, "2026-08-22T09:40:00.25Z".parse().unwrap());
    for number in 0..60 {
        let last = Duration::from_millis(number * 1_000 + 500);
        let tally_of = |at: u64| {
            let tally = tally(&(1..=20).map(|time| time * 70 * (at + 1)).collect::<Vec<_>>(), last);
            let text = format!("<img src=x> number {number} {}", "very long ".repeat(90));
            if at.is_multiple_of(3) { failed(tally, 1, &text, last) } else { tally }
        };
        let tasks = (0..40).map(tally_of).collect();
        recording.fold(&Second {
            users: 50,
            in_flight: number % 9,
            tasks,
            ..Second::blank(number)
        });
    }
    let mut account = full(recording);
    account.header.command = "lead-loadgen -H '<i>'".to_owned();
    let page = {
        // This name's own braces are text, not a mark that was left.
        let page = html(&account);
        let clean = page.replace("{{style}}", "");
        assert!(!clean.contains("{{") && page.contains("{{style}}"));
        page
    };
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pages");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("forty.html"), &page).unwrap();
    for markup in ["<b onclick", "<img", "<i>'"] {
        assert!(!page.contains(markup), "{markup}");
    }
    assert!(page.contains("/v7/&lt;b onclick=&quot;x&quot;&gt;&amp;&#39;"));
    assert!(
        page.contains("740 rows more with fewer failures each"),
        "fourteen times sixty, a hundred shown"
    );
    assert!(page.contains("very long very&hellip;</code>") || page.contains("&hellip;</code>"));
    assert!(page.len() < 400_000, "{} bytes", page.len());
}

/// A run with wrong answers, failures of the open model and a gate's verdict.
#[test]
fn the_gates_rules_stand_below_the_verdict_and_wrong_answers_have_a_table() {
    let mut recording = open_with_faults();
    let end = Duration::from_millis(12_500);
    let tasks = vec![Tally::default(), Tally::default()];
    recording.fold(&Second {
        tasks,
        end: Some(End { at: end, stopped: end, ..End::default() }),
        ..Second::blank(12)
    });
    let rule = |label: &str, verdict: &str, observed| GateRule {
        label: label.to_owned(),
        expr: format!("{label} <= 300ms"),
        verdict: verdict.to_owned(),
        observed,
        op: "<=".to_owned(),
        limit: Some(300.0),
        unit: "ms".to_owned(),
        why: "412 ms is above the limit: look at the endpoint that grew.".to_owned(),
    };
    let rules = vec![
        rule("p50", "pass", Some(21.0)),
        rule("p95", "fail", Some(412.0)),
        rule("p99", "warn", None),
    ];
    let gate = Some(GateVerdict { verdict: "fail".to_owned(), error: None, rules });
    let mut account = Account { gate, ..full(recording) };
    account.header.wrong_score = Some("lead 7: 0.5 instead of 0.25".to_owned());
    let page = page("gate", &account);
    let at = |text: &str| page.find(text).unwrap_or_else(|| panic!("{text} is missing"));
    let order = [
        "Verdict on the run",
        "Verdict of the gate",
        "<p class=\"ran\">",
        "Requests per second</h3>",
        "Failures and requests in flight",
        "<h3>Response times (ms",
        "All response times",
        "Percentile curve",
        "Generator's CPU",
        "Service's CPU",
        "<h2>Statistics",
    ];
    assert!(order.map(at).is_sorted(), "{:?}", order.map(at));
    let (_, wrong) = page.split_once("<h2>Wrong answers</h2>\n").unwrap();
    let (wrong, _) = wrong.split_once("</section>").unwrap();
    insta::assert_snapshot!("wrong_answers", wrong);
    let (_, failures) = page.split_once("<h2>Failures</h2>\n").unwrap();
    let (failures, _) = failures.split_once("</section>").unwrap();
    insta::assert_snapshot!("failures", failures);
    let (_, ran) = page.split_once("<p class=\"ran\">").unwrap();
    insta::assert_snapshot!("ran", ran.split_once("</p>").unwrap().0);
}

/// Twelve seconds of the closed model, in some of which answers were wrong or did not come.
fn open_with_faults() -> Recording {
    let mut recording = blank();
    for number in 0..12 {
        let last = Duration::from_millis(number * 1_000 + 400);
        let mut slow = tally(&(1..=60).map(|at| at * 400).collect::<Vec<_>>(), last);
        if number == 4 {
            slow = failed(slow, 3, "Timeout('no answer within 60 s')", last);
        }
        if number > 6 {
            let failure = lead_loadgen::Failure::new(
                FailureClass::WrongAnswer,
                "raw_score is not the model's",
            );
            slow.failures += 2;
            slow.errors.add(failure.clone(), last);
            slow.errors.add(failure, last);
            (0..2).for_each(|_| slow.failed.record(Duration::from_micros(800)));
        }
        let quick = tally(&vec![300; 100], last);
        recording.fold(&Second {
            users: 5,
            in_flight: 3,
            tasks: vec![slow, quick],
            ..Second::blank(number)
        });
    }
    recording
}

#[test]
fn successes_are_all_but_the_failed_ones() {
    let mut tally = tally(&[100, 200, 300, 9_000, 9_000], Duration::ZERO);
    tally.failures = 2;
    (0..2).for_each(|_| tally.failed.record(Duration::from_micros(9_000)));
    let mut recording = blank();
    recording.fold(&Second { tasks: vec![tally, Tally::default()], ..Second::blank(0) });
    let (all, successes) = (recording.total().latency(), recording.total().successes());
    assert_eq!((all.count(), successes.count()), (5, 3));
    assert_eq!((successes.sum_ms(), successes.percentile_ms(1.0)), (0.6, 0.3));
    assert_eq!((successes.min_ms(), all.max_ms()), (0.1, 9.0));
    let none = all.without(all);
    assert_eq!((none.count(), none.max_ms(), none.average_ms()), (0, 0.0, 0.0));
    let untouched = all.without(&Latency::new());
    assert_eq!(untouched.percentiles(), all.percentiles());
}

#[test]
fn the_live_page_draws_the_same_charts() {
    for recording in [quarter_minute(), open()] {
        let account = full(recording);
        let page = html(&account);
        let charts = charts(&account.recording, &account.pulses, &account.resources);
        let figures: Vec<&str> =
            charts.split_inclusive("</figure>").filter(|part| part.contains("<figure")).collect();
        assert!(figures.len() >= 8);
        for figure in figures {
            let figure = &figure[figure.find("<figure").unwrap()..];
            assert!(page.contains(figure), "{figure}");
        }
    }
}

#[test]
fn a_text_of_two_kinds_of_failure_has_no_kind() {
    let mut recording = blank();
    let mut tally = tally(&[500, 600, 700], Duration::ZERO);
    tally.failures = 3;
    for (class, text) in [
        (FailureClass::Timeout, "gone"),
        (FailureClass::Broken, "gone"),
        (FailureClass::Connect, "refused"),
    ] {
        tally.errors.add(lead_loadgen::Failure::new(class, text), Duration::ZERO);
    }
    recording.fold(&Second { tasks: vec![tally, Tally::default()], ..Second::blank(0) });
    let page = html(&full(recording));
    assert!(
        page.contains("<td class=\"kind\">several kinds</td><td class=\"text\"><code>gone</code>")
    );
    assert!(
        page.contains("<td class=\"kind\">connect</td><td class=\"text\"><code>refused</code>")
    );
    assert!(page.contains("By kind: 1 timeout, 1 connect, 1 broken connection"));
}

#[test]
fn the_heat_map_holds_every_request_of_the_whole_seconds_and_the_warm_up() {
    let recording = open();
    let heat = recording.heat();
    let all: u64 = heat.columns().iter().flatten().map(|&count| u64::from(count)).sum();
    assert_eq!(all, recording.total().requests() + recording.warm_up_requests());
    assert_eq!((heat.step_s(), heat.columns().len()), (1, 12));
    // The seventh second's requests were all forty milliseconds late.
    let least = heat.columns()[6].iter().position(|&count| count > 0).unwrap();
    assert!((35.0..=40.1).contains(&Heat::ms_from(least)), "{}", Heat::ms_from(least));
}
