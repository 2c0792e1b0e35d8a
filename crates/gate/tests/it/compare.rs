//! Base against head: what is a regression, what is not, what is open, and in which words.

use crate::{
    gate::Gate,
    html::{assert_whole, outline},
    rounds::{Rounds, abba},
};

const SLOWER: Rounds<'_> = Rounds {
    base: &[10.0, 10.3, 9.8, 10.1, 10.2],
    head: &[13.1, 13.2, 12.9, 13.0, 13.4],
    endpoint: "/api/v1/score/batch",
    endpoint_factor: 1.0,
    failures: [0, 0],
    order: abba,
    is_rounded: false,
    has_history: true,
    spoil: |_, _, _| {},
};

/// Compares in all forms at once.
fn check(name: &str, rounds: &Rounds<'_>, more: &[&str]) {
    let gate = Gate::new();
    let forms = ["--json", "compare.json", "--markdown", "compare.md"];
    let answer = rounds.compare(&gate, &[&forms, more].concat());
    insta::assert_snapshot!(format!("{name}.table"), answer.transcript());
    insta::assert_snapshot!(format!("{name}.markdown"), gate.read("compare.md"));
    insta::assert_snapshot!(format!("{name}.json"), gate.read("compare.json"));
}

#[test]
fn a_slower_head_is_a_regression() {
    check("slower", &SLOWER, &[]);
}

#[test]
fn equal_builds_are_no_regression() {
    check("equal", &Rounds::default(), &[]);
}

#[test]
fn a_noisy_machine_leaves_it_open_and_says_how_many_rounds_would_decide() {
    let noisy = Rounds {
        base: &[10.0, 14.3, 8.8, 12.1, 10.2],
        head: &[12.1, 11.2, 13.9, 11.0, 15.3],
        ..Rounds::default()
    };
    check("noisy", &noisy, &[]);
    let strict = noisy.compare(&Gate::new(), &["--strict"]);
    assert_eq!(strict.code, 4, "{}", strict.stdout);
}

#[test]
fn a_faster_head_is_an_improvement() {
    let faster = Rounds { head: &[8.1, 8.2, 7.9, 8.0, 8.1], ..Rounds::default() };
    let answer = faster.compare(&Gate::new(), &["--strict"]);
    assert_eq!(answer.code, 0);
    assert!(answer.stdout.starts_with("IMPROVEMENT: "), "{}", answer.stdout);
}

#[test]
fn one_slow_endpoint_is_a_regression_even_if_all_requests_are_not() {
    let rounds = Rounds { endpoint_factor: 1.4, ..Rounds::default() };
    let answer = rounds.compare(&Gate::new(), &[]);
    assert_eq!(answer.code, 1, "{}", answer.stdout);
    assert!(
        answer.stdout.contains("p95 of POST /api/v1/score/batch: 40 % worse"),
        "{}",
        answer.stdout
    );
}

#[test]
fn a_rise_within_the_limit_is_told_and_allowed() {
    let rounds = Rounds { head: &[11.1, 11.3, 10.9, 11.0, 11.3], ..Rounds::default() };
    let answer = rounds.compare(&Gate::new(), &[]);
    assert_eq!(answer.code, 0, "{}", answer.stdout);
    assert!(
        answer
            .stdout
            .contains("p95: 10 % worse than the base's 10.1 ms: certain, and within the limit."),
        "{}",
        answer.stdout
    );
    let narrower = rounds.compare(&Gate::new(), &["--limit", "1.05"]);
    assert_eq!(narrower.code, 1, "{}", narrower.stdout);
}

#[test]
fn one_run_of_each_is_never_a_verdict() {
    let rounds = Rounds { base: &[10.0], head: &[20.0], ..Rounds::default() };
    let answer = rounds.compare(&Gate::new(), &["--strict"]);
    assert_eq!(answer.code, 4, "{}", answer.stdout);
    assert!(answer.stdout.contains("Run at least three of each, in turns."), "{}", answer.stdout);
}

#[test]
fn a_machine_that_grows_slower_is_no_regression_where_runs_took_turns() {
    let base = [10.0, 12.2, 15.0, 18.3, 22.4];
    let head = base.map(|ms| ms * 1.01);
    let rounds = Rounds { base: &base, head: &head, ..Rounds::default() };
    let answer = rounds.compare(&Gate::new(), &[]);
    assert_eq!(answer.code, 0, "{}", answer.stdout);
    assert!(answer.stdout.starts_with("NO REGRESSION"), "{}", answer.stdout);
    // The same values without pairs: what the machine did is all there is to see.
    let pooled = rounds.compare(&Gate::new(), &["--pairing", "pooled", "--strict"]);
    assert_eq!(pooled.code, 4, "{}", pooled.stdout);
    let one_after_the_other = Rounds { order: |turn| usize::from(turn >= 5), ..rounds };
    let answer = one_after_the_other.compare(&Gate::new(), &[]);
    assert!(answer.stdout.contains("Runs did not take turns"), "{}", answer.stdout);
}

#[test]
fn without_histories_pairs_have_to_be_asked_for() {
    let rounds = Rounds { has_history: false, ..Rounds::default() };
    let answer = rounds.compare(&Gate::new(), &[]);
    assert!(answer.stdout.contains("say --pairing paired"), "{}", answer.stdout);
    let answer = rounds.compare(&Gate::new(), &["--pairing", "paired"]);
    assert!(answer.stdout.contains("Runs took turns"), "{}", answer.stdout);
}

#[test]
fn what_locust_rounds_is_not_told_apart_by_its_rounding() {
    let means = |from: f64| [0.0, 0.01, 0.02, 0.03, 0.04].map(|more| from + more);
    let rounds =
        Rounds { base: &means(3.0), head: &means(3.6), is_rounded: true, ..Rounds::default() };
    let answer = rounds.compare(&Gate::new(), &[]);
    assert_eq!(answer.code, 0, "3 ms and 4 ms may both be 3.5 ms:\n{}", answer.stdout);
    let mean = rounds.compare(&Gate::new(), &["--decide", "avg", "--limit", "1.15"]);
    assert_eq!(mean.code, 1, "means are exact:\n{}", mean.stdout);
}

#[test]
fn errors_of_the_head_are_a_regression_however_fast_they_are() {
    let rounds =
        Rounds { head: &[8.1, 8.2, 7.9, 8.0, 8.1], failures: [0, 300], ..Rounds::default() };
    let answer = rounds.compare(&Gate::new(), &[]);
    assert_eq!(answer.code, 1, "{}", answer.stdout);
    assert!(
        answer.stdout.contains("errors: 5 % of the head's requests failed in 5 of 5 runs"),
        "{}",
        answer.stdout
    );
    let alike = Rounds { failures: [300, 300], ..Rounds::default() };
    assert_eq!(alike.compare(&Gate::new(), &[]).code, 0);
}

/// Lets so many requests of each endpoint fail in a run.
fn fail(run: &mut lead_stats::Run, failures: [u64; 2]) {
    run.summary.aggregated.failures = failures.iter().sum();
    for (row, failed) in run.summary.endpoints.iter_mut().zip(failures) {
        row.failures = failed;
        if failed > 0 {
            run.failures.push(lead_stats::Failure {
                method: row.method.clone(),
                name: row.name.clone(),
                error: "503".into(),
                occurrences: failed,
                first_seen: None,
                last_seen: None,
            });
        }
    }
}

#[test]
fn one_run_of_the_head_that_failed_completely_is_a_regression() {
    let dead = |run: &mut lead_stats::Run, side, at| {
        if (side, at) == (1, 3) {
            fail(run, [3000, 3000]);
        }
    };
    let answer = Rounds { spoil: dead, ..Rounds::default() }.compare(&Gate::new(), &[]);
    assert_eq!(answer.code, 1, "{}{}", answer.stdout, answer.stderr);
    assert!(answer.stdout.contains("failed in 1 of 5 runs"), "{}", answer.stdout);
}

#[test]
fn a_head_that_fails_under_one_percent_is_a_regression_of_three_rounds() {
    let few = |run: &mut lead_stats::Run, side, at| fail(run, [side as u64 * (50 + at as u64), 0]);
    let (base, head) = (&[10.0, 10.3, 9.8], &[10.1, 10.2, 9.9]);
    let answer = Rounds { base, head, spoil: few, ..Rounds::default() }.compare(&Gate::new(), &[]);
    assert_eq!(answer.code, 1, "{}{}", answer.stdout, answer.stderr);
}

#[test]
fn an_endpoint_that_fails_is_a_regression_though_the_base_fails_elsewhere_as_often() {
    let elsewhere = |run: &mut lead_stats::Run, side: usize, _| {
        fail(run, [60 - 30 * side as u64, 30 * side as u64]);
    };
    let (base, head) = (&[10.0, 10.3, 9.8], &[10.1, 10.2, 9.9]);
    let rounds = Rounds { base, head, spoil: elsewhere, ..Rounds::default() };
    let answer = rounds.compare(&Gate::new(), &[]);
    assert_eq!(answer.code, 1, "{}{}", answer.stdout, answer.stderr);
    assert!(
        answer.stdout.contains("errors of POST /api/v1/score/batch: 1 % of the head's requests"),
        "{}",
        answer.stdout
    );
}

#[test]
fn exceptions_in_runs_of_the_head_alone_are_a_regression() {
    let crash = |run: &mut lead_stats::Run, side, _| {
        if side == 1 {
            let message = "KeyError: 'score'".to_owned();
            run.exceptions.push(lead_stats::Exception {
                count: 5000,
                message,
                traceback: "x".to_owned(),
                nodes: "local".to_owned(),
            });
        }
    };
    let answer = Rounds { spoil: crash, ..Rounds::default() }.compare(&Gate::new(), &[]);
    assert_eq!(answer.code, 1, "{}", answer.stdout);
    assert!(
        answer.stdout.contains("exceptions: 25,000 in 5 of 5 runs of the head, 0 in those"),
        "{}",
        answer.stdout
    );
}

#[test]
fn a_rise_below_the_floor_is_no_regression() {
    assert_eq!(SLOWER.compare(&Gate::new(), &["--min-abs", "2ms"]).code, 1);
    let answer = SLOWER.compare(&Gate::new(), &["--min-abs", "10ms"]);
    assert_eq!(answer.code, 0, "{}", answer.stdout);
}

#[test]
fn names_of_a_server_command_nobody() {
    let gate = Gate::new();
    let hostile = Rounds { endpoint: "x\n::error::y|<b>##[debug]", ..SLOWER };
    for form in [&[][..], &["--json", "-"], &["--markdown", "/dev/stdout"]] {
        let answer = hostile.compare(&gate, form);
        for line in answer.stdout.lines().chain(answer.stderr.lines()) {
            assert!(
                !line.trim_start().starts_with("::") && !line.contains("##["),
                "{form:?} printed {line:?}"
            );
            assert!(
                form.first() != Some(&"--markdown")
                    || !line.starts_with('|')
                    || !line.contains("<b>"),
                "{line}"
            );
        }
    }
}

#[test]
fn json_on_stdout_leaves_the_table_to_stderr() {
    let answer = SLOWER.compare(&Gate::new(), &["--json", "-"]);
    let document: serde_json::Value = serde_json::from_str(&answer.stdout).unwrap();
    assert_eq!((answer.code, &document["verdict"]), (1, &"regression".into()));
    assert_eq!(document["figures"][1]["head_runs"][4], 13.4);
    assert!(answer.stderr.starts_with("REGRESSION: "));
}

#[test]
fn a_build_server_gets_a_test_case_for_each_figure_that_decides() {
    let gate = Gate::new();
    SLOWER.compare(&gate, &["--report", "junit=compare.xml"]);
    insta::assert_snapshot!("slower.junit", gate.read("compare.xml"));
    let noisy = Rounds { head: &[12.1, 11.2, 13.9, 11.0, 15.3], ..Rounds::default() };
    noisy.compare(&gate, &["--junit", "compare.xml"]);
    assert!(gate.read("compare.xml").contains("<skipped message="), "{}", gate.read("compare.xml"));
}

#[test]
fn a_runner_gets_annotations_a_summary_and_the_worst_ratio() {
    let gate = Gate::on_a_runner();
    let answer = SLOWER.compare(&gate, &[]);
    let commands: Vec<&str> = answer.stdout.lines().filter(|line| line.starts_with("::")).collect();
    insta::assert_snapshot!("slower.annotations", commands.join("\n"));
    let outputs = gate.read("outputs.txt");
    assert!(outputs.starts_with("verdict=regression\nexit-code=1\nworst-ratio=1.3"), "{outputs}");
    assert!(gate.read("summary.md").starts_with("## Base against head: REGRESSION"));
    // Asked for by name it is not written twice.
    SLOWER.compare(&gate, &["--markdown", "summary.md"]);
    assert_eq!(gate.read("summary.md").matches("## Base against head").count(), 2);
    let untold = SLOWER.compare(&gate, &["--no-github"]);
    assert!(!untold.stdout.contains("\n::"), "{}", untold.stdout);
    assert_eq!(gate.read("outputs.txt"), outputs.repeat(2));
}

#[test]
fn what_is_open_is_an_error_on_a_runner_only_if_it_is_taken_strictly() {
    let gate = Gate::on_a_runner();
    let noisy = Rounds { head: &[12.1, 11.2, 13.9, 11.0, 15.3], ..Rounds::default() };
    let usual = noisy.compare(&gate, &[]);
    assert!(
        usual.stdout.contains("\n::notice title=Base against head%3A p95::"),
        "{}",
        usual.stdout
    );
    let strict = noisy.compare(&gate, &["--strict"]);
    assert!(strict.stdout.contains("\n::error title=Base against head%3A p95::"));
    assert!(gate.read("outputs.txt").contains("verdict=inconclusive\nexit-code=4\n"));
}

#[test]
fn a_page_draws_both_sides_and_needs_nothing_but_itself() {
    let gate = Gate::new();
    SLOWER.compare(&gate, &["--report", "html=compare.html"]);
    let page = gate.read("compare.html");
    insta::assert_snapshot!("slower.html", outline(&page));
    assert_eq!(page.matches("<circle class=\"dot base\"").count(), 15);
    assert_eq!(page.matches("<circle class=\"dot head\"").count(), 15);
    assert_whole(&page);
    let pooled = Rounds { order: |turn| usize::from(turn >= 5), ..SLOWER };
    pooled.compare(&gate, &["--html", "pooled.html"]);
    assert!(gate.read("pooled.html").contains("they did not take turns"));
}

#[test]
fn a_name_of_a_server_is_no_markup_of_a_page() {
    let gate = Gate::new();
    let hostile = Rounds { endpoint: "</td><script>alert(1)</script>", ..SLOWER };
    hostile.compare(&gate, &["--html", "compare.html", "--junit", "compare.xml"]);
    assert_whole(&gate.read("compare.html"));
    assert!(!gate.read("compare.xml").contains("<script"));
}
