//! On a runner of GitHub Actions: annotations, job summary, outputs, and that no foreign text becomes any of them.

use std::fs;

use crate::{
    gate::{Answer, Gate},
    scenario::Scenario,
};

/// Judges a run on a runner.
fn told(scenario: &Scenario, more: &[&str]) -> (Gate, Answer) {
    let gate = Gate::on_a_runner();
    scenario.write(&gate.folder().join("loadtest"));
    let answer = gate.check(more);
    (gate, answer)
}

/// The workflow commands in what was printed.
fn commands(answer: &Answer) -> Vec<&str> {
    let lines = answer.stdout.lines().chain(answer.stderr.lines());
    lines.filter(|line| line.trim_start().starts_with("::")).collect()
}

fn slow() -> Scenario {
    Scenario {
        p95_ms: |_| 1_240.0,
        rps_per_user: 0.8,
        failures: 1_200,
        exceptions: 3,
        ..Scenario::default()
    }
}

#[test]
fn a_runner_gets_annotations_a_summary_and_outputs() {
    let (gate, answer) = told(&slow(), &[]);
    assert_eq!(answer.code, 1);
    insta::assert_snapshot!("annotations", commands(&answer).join("\n"));
    insta::assert_snapshot!("outputs", gate.read("outputs.txt"));
    assert!(gate.read("summary.md").starts_with("## Load test: FAIL"));
}

#[test]
fn a_good_run_has_its_figures_as_outputs_and_no_error() {
    let (gate, answer) = told(&Scenario::default(), &[]);
    assert_eq!(answer.code, 0);
    assert!(commands(&answer).iter().all(|command| command.starts_with("::warning ")));
    let outputs = gate.read("outputs.txt");
    assert_eq!(
        outputs.lines().collect::<Vec<_>>(),
        ["verdict=pass", "exit-code=0", "p50=15", "p95=65", "p99=180", "rps=3252", "error-rate=0"]
    );
}

#[test]
fn taken_strictly_a_warning_is_an_error_and_so_is_what_could_not_be_decided() {
    let (gate, answer) = told(&Scenario::default(), &["--strict", "--junit", "gate.xml"]);
    assert_eq!(answer.code, 1);
    assert!(commands(&answer)[0].starts_with("::error title=Load gate%3A p95-baseline::"));
    assert!(gate.read("gate.xml").contains("<failure type=\"warn\""));

    let short = Scenario { seconds: 60, ..Scenario::default() };
    let gate = Gate::on_a_runner();
    short.write(&gate.folder().join("before"));
    Scenario { p95_ms: |_| 66.0, ..short }.write(&gate.folder().join("loadtest"));
    let strict = gate.check(&["--baseline", "before_stats.csv", "--strict"]);
    assert_eq!(strict.code, 4, "{}", strict.stdout);
    assert!(commands(&strict)[0].starts_with("::error title=Load gate%3A p95-drift::"));
    assert!(gate.read("outputs.txt").starts_with("verdict=inconclusive\nexit-code=4\n"));
    let usual = gate.check(&["--baseline", "before_stats.csv"]);
    assert_eq!(usual.code, 0);
    assert!(commands(&usual)[0].starts_with("::notice title=Load gate%3A p95-drift::"));
}

#[test]
fn a_refusal_is_told_as_well() {
    let gate = Gate::on_a_runner();
    let answer = gate.check(&[]);
    assert_eq!(answer.code, 3);
    let commands = commands(&answer);
    assert_eq!(commands.len(), 1);
    assert!(commands[0].starts_with("::error title=Load gate%3A not judged::loadtest_stats.csv"));
    assert!(gate.read("summary.md").starts_with("## Load test: not judged"));
    assert!(gate.read("outputs.txt").starts_with("verdict=not-judged\nexit-code=3\np50=\n"));
}

/// An endpoint that was renamed is found when the run has been read; a typing error before.
#[test]
fn rules_that_are_wrong_leave_no_older_verdict_and_are_told() {
    for rule in ["p95.expr=p95 of 'GET /renamed' <= 1s", "p95.expr=p97 <= 1s", "p95.max=10"] {
        let gate = Gate::on_a_runner();
        Scenario::default().write(&gate.folder().join("loadtest"));
        let reports =
            ["--json", "g.json", "--junit", "g.xml", "--markdown", "g.md", "--html", "g.html"];
        assert_eq!(gate.check(&reports).code, 0);
        for file in ["summary.md", "outputs.txt"] {
            fs::remove_file(gate.folder().join(file)).unwrap();
        }
        let answer = gate.check(&[&reports[..], &["--set", rule]].concat());
        assert_eq!(answer.code, 2, "{rule}");
        assert_eq!(answer.stdout, "", "{rule}");
        assert!(answer.stderr.starts_with("lead-gate: --set"), "{}", answer.stderr);
        let told = commands(&answer);
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].starts_with("::error title=Load gate%3A not judged::--set"), "{told:?}");
        assert!(gate.read("outputs.txt").starts_with("verdict=not-judged\nexit-code=2\np50=\n"));
        assert!(gate.read("summary.md").starts_with("## Load test: not judged"));
        let json: serde_json::Value = serde_json::from_str(&gate.read("g.json")).unwrap();
        assert_eq!((&json["verdict"], &json["exit_code"]), (&"not-judged".into(), &2.into()));
        assert!(gate.read("g.xml").contains("name=\"has-rules\""), "{}", gate.read("g.xml"));
        for report in ["g.md", "g.html"] {
            assert!(gate.read(report).to_lowercase().contains("not judged"), "{report}");
        }
    }
}

#[test]
fn what_others_told_the_runner_stays() {
    let gate = Gate::on_a_runner();
    Scenario::default().write(&gate.folder().join("loadtest"));
    fs::write(gate.folder().join("summary.md"), "# Job\n").unwrap();
    fs::write(gate.folder().join("outputs.txt"), "mine=1\n").unwrap();
    gate.check(&[]);
    assert!(gate.read("summary.md").starts_with("# Job\n## Load test: PASS"));
    assert!(gate.read("outputs.txt").starts_with("mine=1\nverdict=pass\n"));
}

#[test]
fn a_summary_that_was_asked_for_is_written_once() {
    let (gate, _) = told(&Scenario::default(), &["--markdown", "summary.md"]);
    assert_eq!(gate.read("summary.md").matches("## Load test").count(), 1);
}

#[test]
fn a_runner_that_is_not_to_be_told_is_not() {
    let (gate, answer) = told(&slow(), &["--no-github"]);
    assert_eq!(answer.code, 1);
    assert!(commands(&answer).is_empty());
    assert!(!gate.folder().join("summary.md").exists());
    assert!(!gate.folder().join("outputs.txt").exists());
    // What is asked for by name still goes there, behind what others wrote.
    fs::write(gate.folder().join("summary.md"), "# Job\n").unwrap();
    gate.check(&["--no-github", "--markdown", "summary.md"]);
    assert!(gate.read("summary.md").starts_with("# Job\n## Load test: FAIL"));
}

#[test]
fn a_runner_that_cannot_be_told_is_no_pass() {
    let gate = Gate::on_a_runner();
    Scenario::default().write(&gate.folder().join("loadtest"));
    fs::create_dir(gate.folder().join("outputs.txt")).unwrap();
    let answer = gate.check(&[]);
    assert_eq!(answer.code, 2);
    assert!(answer.stderr.contains("--no-github"), "{}", answer.stderr);
}

#[test]
fn a_report_never_takes_the_place_of_the_runners_files() {
    for words in
        [["--json", "summary.md"], ["--html", "outputs.txt"], ["--markdown", "outputs.txt"]]
    {
        let (_, answer) = told(&Scenario::default(), &words);
        assert_eq!(answer.code, 2, "{words:?}");
    }
}

/// Texts that a server may send to be taken for somebody else.
const HOSTILE: [&str; 6] = [
    "::add-mask::secret",
    "x\n::error::pwned",
    " ::error title=y::z ##[debug]",
    "x\r\n::set-output name=verdict::pass",
    "</td><script>alert(1)</script>|`a`<b>[c](http://d)@everyone",
    "a]]>&\u{0}\u{1b}[2J\u{202e}\u{fffe}<!--",
];

#[test]
fn no_foreign_text_commands_a_runner_in_any_form() {
    for text in HOSTILE {
        // A line end would end the row of the name's own file format: only the error holds all of them.
        let scenario = Scenario { endpoint: text, error: text, failures: 7, ..Scenario::default() };
        for form in
            [&[][..], &["--json", "-"], &["--markdown", "-"], &["--html", "-"], &["--junit", "-"]]
        {
            let (gate, answer) = told(&scenario, form);
            assert_eq!(answer.code, 1, "{text:?}: {}", answer.stderr);
            for command in commands(&answer) {
                let ours = ["::error title=Load gate%3A ", "::warning title=Load gate%3A "];
                assert!(
                    ours.iter().any(|ours| command.starts_with(ours)),
                    "{text:?} gave {command}"
                );
                let (_, message) = command[2..].split_once("::").unwrap();
                assert!(!message.contains(['\r', '\n']));
            }
            for line in answer.stdout.lines().chain(answer.stderr.lines()) {
                assert!(!line.contains("##["), "{text:?} in {form:?} gave {line}");
            }
            let outputs = gate.read("outputs.txt");
            assert_eq!(outputs.lines().count(), 7, "{text:?} gave {outputs}");
            assert!(outputs.starts_with("verdict=fail\n"));
        }
    }
}

/// What is left of Markdown without its escapes: the signs that mean something.
fn unescaped(markdown: &str) -> String {
    let mut characters = markdown.chars();
    let mut plain = String::new();
    while let Some(character) = characters.next() {
        if character == '\\' {
            characters.next();
        } else {
            plain.push(character);
        }
    }
    plain
}

#[test]
fn no_foreign_text_is_markup_in_a_file() {
    for text in HOSTILE {
        let scenario = Scenario { endpoint: text, error: text, failures: 7, ..Scenario::default() };
        let words = ["--html", "gate.html", "--junit", "gate.xml", "--markdown", "gate.md"];
        let (gate, _) = told(&scenario, &words);
        for page in [gate.read("gate.html"), gate.read("gate.xml")] {
            assert!(
                !page.contains("<script") && !page.contains("<!--") && !page.contains("<b>["),
                "{text:?}"
            );
            let forbidden =
                |c: char| (c.is_control() && c != '\n') || "\u{202e}\u{fffe}".contains(c);
            assert!(!page.contains(forbidden), "{text:?}");
        }
        let markdown = gate.read("gate.md");
        for row in markdown.lines().filter(|line| line.starts_with("| ")) {
            let plain = unescaped(row);
            assert!(!plain.contains(['`', '<', '[', '@', '~', '\\']), "{text:?} gave {row}");
            assert!([6, 8].contains(&plain.matches('|').count()), "{text:?} gave {row}");
        }
    }
}

#[test]
fn a_thousand_endpoints_fit_into_a_summary() {
    use lead_stats::Endpoint;

    let mut run = Scenario::default().run();
    let slowest = run.summary.endpoints[1].clone();
    run.summary.endpoints = (0..1_000)
        .map(|number| Endpoint {
            name: format!("/{number}/{}", "long".repeat(1_000)),
            requests: slowest.requests / 100,
            ..slowest.clone()
        })
        .collect();
    run.history.ticks.clear();
    let evidence =
        lead_gate::Evidence::new(&lead_stats::Paths::of("loadtest".as_ref()), run).unwrap();
    let judgement = Ok(lead_gate::judge(&evidence, &lead_gate::Policy::built_in()));
    let folder = tempfile::tempdir().unwrap();
    let summary = folder.path().join("summary.md");
    let github = lead_gate::GitHub {
        is_told: true,
        step_summary: Some(summary.clone()),
        step_outputs: None,
    };
    let outputs = lead_gate::Outputs { github, ..lead_gate::Outputs::default() };
    for _ in 0..3 {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        outputs.deliver(&judgement, lead_gate::Screen::PLAIN, &mut out, &mut err).unwrap();
    }
    let text = fs::read_to_string(summary).unwrap();
    assert!(text.len() < 1_000_000, "{}", text.len());
    let unfolded = text.split("<details>").next().unwrap();
    assert_eq!(unfolded.matches("| POST /").count(), 20);
    assert!(text.contains("980 more endpoints") && text.contains("did not fit"));
    assert_eq!(text.matches("<details>").count(), text.matches("</details>").count());
}
