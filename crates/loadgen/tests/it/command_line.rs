//! What can be typed: options, abbreviations, values, faults in Locust's words, and the help as it stands.

use std::num::NonZeroU32;
use std::time::Duration;

use lead_loadgen::{
    Args, Arrivals, Load, Order, Spacing, Stage, Stages, UsageError, Users, parse_time_span,
};

use crate::simulated::ramp;

const HOST: [&str; 2] = ["--host", "http://127.0.0.1:8000"];

fn order(words: &[&str]) -> Result<Order, UsageError> {
    Args::order(["lead-loadgen"].iter().chain(words).map(Into::into))
}

/// An order with a host.
fn ok(words: &[&str]) -> Order {
    order(&[&HOST, words].concat()).unwrap_or_else(|fault| panic!("{words:?}: {}", fault.text()))
}

/// What is said about a line with a host.
fn check_fault(words: &[&str], expect: &str) {
    let fault = order(&[&HOST, words].concat()).map(|_| ()).unwrap_err();
    assert_eq!(
        (fault.text(), fault.exit_code()),
        (format!("lead-loadgen: error: {expect}\n").as_str(), 2),
        "{words:?}"
    );
}

#[test]
fn time_spans_follow_locusts_grammar() {
    let good = [
        ("20", 20),
        ("0", 0),
        ("20s", 20),
        ("3m", 180),
        ("2h", 7_200),
        ("1h20m", 4_800),
        ("3h30m10s", 12_610),
        ("1h10s", 3_610),
        ("90s", 90),
        ("007", 7),
    ];
    for (text, seconds) in good {
        assert_eq!(parse_time_span(text), Ok(Duration::from_secs(seconds)), "{text}");
    }
    let bad = [
        "",
        " ",
        "1.5m",
        "10 s",
        "1d",
        "1m1h",
        "10mx",
        "s",
        "h",
        "1s1m",
        "-5",
        "+5",
        "5ms",
        "1h1h",
        "\u{0661}",
        "99999999999999999999",
        "9999999999999999h",
    ];
    for text in bad {
        let fault = parse_time_span(text).unwrap_err().to_string();
        assert!(fault.contains("20, 20s, 3m, 2h, 1h20m, 3h30m10s"), "{text}: {fault}");
    }
}

#[test]
fn defaults_are_locusts() {
    let Order { plan, outputs, .. } = ok(&[]);
    assert_eq!((plan.load, plan.run_time), (ramp(1, "1"), None));
    assert_eq!((plan.stop_timeout, plan.timeout), (Duration::ZERO, Duration::from_secs(60)));
    assert_eq!((outputs.exit_code_on_error, outputs.only_summary, outputs.csv), (1, false, None));
}

#[test]
fn short_forms_abbreviations_and_repetitions_work() {
    let Order { plan, outputs, .. } = ok(&[
        "-u100",
        "-r",
        "2.5",
        "-t",
        "1m30s",
        "--stop",
        "5s",
        "--users",
        "300",
        "--run-time=1h",
        "-L",
        "warning",
        "--only",
        "--exit-code",
        "7",
    ]);
    assert_eq!(plan.load, ramp(300, "2.5"));
    assert_eq!(
        (plan.run_time, plan.stop_timeout),
        (Some(Duration::from_secs(3_600)), Duration::from_secs(5))
    );
    assert_eq!((outputs.exit_code_on_error, outputs.only_summary), (7, true));
}

#[test]
fn a_run_time_of_zero_is_no_limit() {
    assert_eq!(ok(&["-t", "0"]).plan.run_time, None);
}

#[test]
fn names_of_files_are_completed() {
    let words = [
        "-u",
        "300",
        "-r",
        "10",
        "-t",
        "1m",
        "--html",
        "r_{u}_{r}_{t}.html",
        "--json-file",
        "out.json",
    ];
    let outputs = ok(&words).outputs;
    assert_eq!(outputs.html.unwrap().to_str(), Some("r_300_10_60.html"));
    assert_eq!(
        outputs.json.unwrap().to_str(),
        Some("out.json.json"),
        "the suffix is always appended"
    );
    assert_eq!(ok(&["--html", "{t}.html"]).outputs.html.unwrap().to_str(), Some("{t}.html"));
}

#[test]
fn faults_are_told_in_locusts_words() {
    check_fault(&["-r", "0"], "argument -r/--spawn-rate: must be > 0");
    check_fault(&["-r", "-1"], "argument -r/--spawn-rate: must be > 0");
    check_fault(&["-r", "x"], "argument -r/--spawn-rate: invalid float value: 'x'");
    check_fault(&["-r", "inf"], "argument -r/--spawn-rate: must be a finite number");
    check_fault(&["-u", "2.5"], "argument -u/--users: invalid int value: '2.5'");
    check_fault(&["-u", "0"], "argument -u/--users: must be > 0");
    check_fault(
        &["-t", "10mx"],
        "argument -t/--run-time: invalid time span '10mx', valid formats: 20, 20s, 3m, 2h, 1h20m, 3h30m10s, etc.",
    );
    check_fault(&["--csv-full-history"], "'--csv-full-history' requires '--csv'.");
    check_fault(&["--users"], "argument -u/--users: expected one argument");
    check_fault(
        &["-L", "loud"],
        "argument -L/--loglevel: invalid choice: 'loud' (choose from DEBUG, INFO, WARNING, ERROR, CRITICAL)",
    );
    check_fault(&["--timeout", "0"], "argument --timeout: must be > 0");
    check_fault(
        &["--spawn-rat3", "1"],
        "unrecognized arguments: --spawn-rat3\nDid you mean '--spawn-rate'?",
    );
    check_fault(&["somebody"], "unrecognized arguments: somebody");
}

#[test]
fn a_host_is_needed_and_must_be_a_base_url() {
    // Without these the page asks for it.
    for words in [&["--headless"][..], &["--autostart"]] {
        let fault = order(words).map(|_| ()).unwrap_err();
        assert!(
            fault.text().starts_with("lead-loadgen: error: You must specify the base host."),
            "{}",
            fault.text()
        );
    }
    assert!(!order(&[]).unwrap().web.has_target);
    for (host, reason) in [
        ("localhost:8000", "with http:// or https://"),
        ("ftp://x", "with http:// or https://"),
        ("http://", "must be a URL like"),
        ("http://me:secret@x", "must not carry a user name"),
        ("http://x/?a=1", "must not carry a query"),
    ] {
        let fault = order(&["-H", host]).map(|_| ()).unwrap_err();
        assert!(fault.text().contains(reason), "{host}: {}", fault.text());
        assert!(!fault.text().contains("secret"));
    }
}

#[test]
fn the_key_is_in_no_text() {
    for words in [["--api-key", "s3cret"], ["--api", "s3cret"]] {
        let order = ok(&words);
        assert_eq!(
            order.command,
            format!("lead-loadgen --host http://127.0.0.1:8000 {} ***", words[0])
        );
        assert!(!format!("{order:?}").contains("s3cret"));
    }
    assert!(!ok(&["--api-key=s3cret"]).command.contains("s3cret"));
    let fault = order(&[&HOST[..], &["--api-key", "s3cret\n"], &["--users"]].concat())
        .map(|_| ())
        .unwrap_err();
    assert!(!fault.text().contains("s3cret"), "{}", fault.text());
}

#[test]
fn the_command_is_shown_as_a_shell_would_take_it() {
    assert_eq!(
        ok(&["--csv", "my results/it's"]).command,
        r"lead-loadgen --host http://127.0.0.1:8000 --csv 'my results/it'\''s'"
    );
}

#[test]
fn the_help_fits_on_a_screen() {
    let help = order(&["--help"]).map(|_| ()).unwrap_err();
    assert_eq!(help.exit_code(), 0);
    insta::assert_snapshot!("help", help.text());
}

#[test]
fn the_version_is_told() {
    for word in ["--version", "-V"] {
        let version = order(&[word]).map(|_| ()).unwrap_err();
        assert_eq!(version.text(), format!("lead-loadgen {}\n", env!("CARGO_PKG_VERSION")));
        assert_eq!(version.exit_code(), 0);
    }
}

#[test]
fn a_rate_and_stages_make_the_open_model() {
    let load = |words: &[&str]| order(&[&HOST[..], words].concat()).unwrap().plan.load;
    let stage = |s, target| Stage { time: Duration::from_secs(s), target };
    let open = |rate, spacing| {
        let max_in_flight = NonZeroU32::new(9_000).unwrap();
        Load::Open(Arrivals { rate, spacing, max_in_flight })
    };
    assert_eq!(load(&["--rate", "300"]), open(Stages::constant(300.0), Spacing::Constant));
    assert_eq!(
        load(&["--rate", "0", "--stages", "30s:100,2m:300.5", "--arrivals", "poisson"]),
        open(Stages::new(0.0, vec![stage(30, 100.0), stage(120, 300.5)]), Spacing::Poisson)
    );
    assert_eq!(
        load(&["--stages", "10:5,1m:5"]),
        Load::Closed(Users::Stages(Stages::new(0.0, vec![stage(10, 5.0), stage(60, 5.0)])))
    );
}

#[test]
fn what_is_due_is_waited_for_unless_told_otherwise() {
    let patience = |words: &[&str]| order(&[&HOST[..], words].concat()).unwrap().plan.stop_timeout;
    assert_eq!(patience(&[]), Duration::ZERO, "as in Locust");
    assert_eq!(patience(&["--rate", "5", "--timeout", "7s"]), Duration::from_secs(7));
    assert_eq!(patience(&["--rate", "5", "-s", "0"]), Duration::ZERO);
}

#[test]
fn loads_that_contradict_themselves_are_refused() {
    check_fault(&["--rate", "-1"], "argument --rate: must be finite and >= 0");
    check_fault(&["--rate", "inf"], "argument --rate: must be finite and >= 0");
    check_fault(
        &["--stages", "30s"],
        "argument --stages: '30s' has no colon; write a stage as 30s:100",
    );
    check_fault(
        &["--stages", "30s:2.5"],
        "argument --stages: there is no part of a user (2.5); give whole numbers, or requests per second with --rate",
    );
    for words in [&["--rate", "0"][..], &["--stages", "30s:0"], &["--rate", "9", "--stages", "0:9"]]
    {
        let fault = order(&[&HOST[..], words].concat()).map(|_| ()).unwrap_err();
        assert!(fault.text().contains("there would never be any"), "{words:?}: {}", fault.text());
    }
    check_fault(
        &["--warmup", "10s", "-t", "10s"],
        "argument --warmup: the run would be over before it; give a longer --run-time or --stages, or a shorter --warmup",
    );
    for words in [&["--rate", "9", "-u", "9"][..], &["--stages", "9:9", "-r", "9"]] {
        let fault = order(&[&HOST[..], words].concat()).map(|_| ()).unwrap_err();
        assert!(fault.text().contains("cannot be used with"), "{words:?}: {}", fault.text());
    }
    for words in [&["--arrivals", "poisson"][..], &["--max-in-flight", "9"]] {
        let fault = order(&[&HOST[..], words].concat()).map(|_| ()).unwrap_err();
        assert!(fault.text().contains("are required: --rate"), "{words:?}: {}", fault.text());
    }
}
