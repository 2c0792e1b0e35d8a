//! The verdict page: whole in itself, and the same for the same run.

use crate::{
    gate::Gate,
    scenario::{Scenario, even},
};

fn page(scenario: &Scenario, before: Option<&Scenario>) -> String {
    let gate = Gate::new();
    scenario.write(&gate.folder().join("loadtest"));
    let mut words = vec!["--html", "gate.html"];
    if let Some(before) = before {
        before.write(&gate.folder().join("before"));
        words.extend(["--baseline", "before_stats.csv"]);
    }
    gate.check(&words);
    gate.read("gate.html")
}

/// A page without its style and its thousands of points, which no reviewer reads.
pub(crate) fn outline(page: &str) -> String {
    let (_, rest) = page.split_once("</style>").unwrap();
    let drawn = |line: &str| {
        ["<polyline", "<rect class=\"band\"", "<line class=\"grid\""]
            .iter()
            .any(|tag| line.starts_with(tag))
    };
    let lines = rest.lines().map(|line| match line.split_once(" points=") {
        Some((line, _)) => format!("{line} …"),
        None => line.to_owned(),
    });
    let mut kept: Vec<String> = lines.collect();
    kept.dedup_by(|one, other| drawn(one) && drawn(other) && one[..11] == other[..11]);
    kept.join("\n")
}

#[test]
fn a_regression_is_drawn_beside_its_baseline() {
    let slower = Scenario { p95_ms: |second| even(second) * 1.3, ..Scenario::default() };
    let page = page(&slower, Some(&Scenario::default()));
    insta::assert_snapshot!("regression", outline(&page));
}

#[test]
fn a_failing_run_without_baseline_has_a_page() {
    let slow =
        Scenario { p95_ms: |_| 1_240.0, failures: 1_200, exceptions: 3, ..Scenario::default() };
    insta::assert_snapshot!("failing", outline(&page(&slow, None)));
}

#[test]
fn a_refusal_has_a_page_with_the_reason() {
    let gate = Gate::new();
    assert_eq!(gate.check(&["--html", "gate.html"]).code, 3);
    insta::assert_snapshot!("refused", outline(&gate.read("gate.html")));
}

#[test]
fn a_page_needs_nothing_but_itself() {
    assert_whole(&page(&Scenario::default(), Some(&Scenario::default())));
}

/// That a page asks for nothing and runs nothing.
pub(crate) fn assert_whole(page: &str) {
    let outside = [
        "<script",
        "javascript:",
        "src=",
        "href=",
        "url(",
        "@import",
        "<link",
        "<img",
        "<iframe",
        "<object",
    ];
    for word in outside {
        assert!(!page.contains(word), "{word}");
    }
    // What a style says of an element, and what runs when something happens to it, are attributes; none is needed.
    let (before, rest) = page.split_once("<body>").unwrap();
    for tag in rest.split('<').filter_map(|tag| tag.split('>').next()) {
        assert!(!tag.contains(" style=") && !tag.contains(" on"), "{tag}");
    }
    assert!(before.contains("default-src 'none'; style-src 'sha256-"));
}

#[test]
fn both_runs_begin_at_the_left_edge_and_the_longer_one_sets_the_width() {
    let longer = Scenario { seconds: 160, ..Scenario::default() };
    let page = page(&Scenario::default(), Some(&longer));
    let chart = page.split("<title>P95 (ms)</title>").nth(1).unwrap();
    let line = |class: &str| {
        let points = chart.split(&format!("class=\"line {class}\" points=\"")).nth(1).unwrap();
        let points: Vec<f64> = points
            .split('"')
            .next()
            .unwrap()
            .split(' ')
            .map(|point| point.split(',').next().unwrap().parse().unwrap())
            .collect();
        (points[0], *points.last().unwrap())
    };
    assert_eq!(line("before").1, 1_000.0);
    assert_eq!(line("p95").1, 937.5);
    assert!(line("before").0 < 10.0 && line("p95").0 < 10.0);
}

#[test]
fn a_run_without_history_has_a_page_without_charts() {
    let gate = Gate::new();
    Scenario::default().write(&gate.folder().join("loadtest"));
    std::fs::remove_file(gate.folder().join("loadtest_stats_history.csv")).unwrap();
    gate.check(&["--html", "gate.html"]);
    let page = gate.read("gate.html");
    assert!(!page.contains("<svg") && page.contains("<h2>Rules</h2>"));
}
