//! Two runs side by side: what the table and the page say of scripted ones.

use std::fs;
use std::time::Duration;

use lead_loadgen::{
    Account, End, Header, Pair, Recording, Second, Side, Tally, compare_html, compare_table,
};
use lead_stats::Validity;

use crate::program::{bare, stderr};
use crate::recordings::{blank, failed, open, tally};
use crate::reports::{account, header, invalid, valid};
use crate::simulated::{plan, task};
use crate::twin::written;

/// A minute of two endpoints; one of them answers `slower` times as slowly, and `failing` of its requests fail in each second.
fn minute(slower: f64, failing: u64) -> Recording {
    let mut recording = blank();
    for number in 0..60 {
        let last = Duration::from_millis(number * 1_000 + 990);
        let time = |at: u64| (slower * (700 + (at * 7_919 + number * 613) % 2_300) as f64) as u64;
        let slow: Vec<u64> = (0..40 + number % 3).map(time).collect();
        let quick: Vec<u64> = (0..20).map(|at| 200 + (at * 31 + number * 17) % 90).collect();
        let slow = failed(tally(&slow, last), failing, "HTTPError('503 <busy>')", last);
        let tasks = vec![slow, tally(&quick, last)];
        let users = (number + 1).min(5) * 10;
        recording.fold(&Second { users, tasks, ..Second::blank(number) });
    }
    let at = Duration::from_secs(60);
    let end = Some(End { at, stopped: at, ..End::default() });
    recording.fold(&Second { tasks: vec![Tally::default(); 2], end, ..Second::blank(60) });
    recording
}

fn pair(first: Account, second: Account) -> Pair {
    let side = |name: &str, account| Side { name: name.to_owned(), account };
    Pair { first: side("main.json", first), second: side("branch.json", second) }
}

/// A branch that is slower and fails now and then.
pub(crate) fn slower() -> Pair {
    let revision = Some("93aa01be7712".to_owned());
    let branch =
        Account { header: Header { revision, ..header() }, ..account(minute(1.25, 1), valid()) };
    pair(account(minute(1.0, 0), valid()), branch)
}

#[test]
fn the_table_says_what_differs_and_how_surely() {
    insta::assert_snapshot!("table", compare_table(&slower()));
}

#[test]
fn the_page_stands_on_its_own() {
    let page = compare_html(&slower());
    let (before, rest) = page.split_once("<style>").unwrap();
    let (_, after) = rest.split_once("</style>").unwrap();
    // The policy names the style's hash, which is no matter of this page.
    let (before, hash) = before.split_once("'sha256-").unwrap();
    let (_, before_style) = hash.split_once('\'').unwrap();
    let page_of = format!("{before}'sha256-...'{before_style}<style></style>{after}");
    insta::assert_snapshot!("page", page_of);
    for outside in
        ["src=", "href=", "url(", "@import", "<script", "http-equiv=\"refresh", "style=\""]
    {
        assert!(!page.contains(outside), "{outside}");
    }
    assert!(page.contains("default-src 'none'") && !page.contains("{{") && !page.contains("NaN"));
}

#[test]
fn a_run_differs_from_itself_by_nothing() {
    let pair = pair(account(minute(1.0, 1), valid()), account(minute(1.0, 1), valid()));
    let table = compare_table(&pair);
    assert!(table.contains("The same load, from the same surroundings."), "{table}");
    assert_eq!(table.matches("chance may do it").count(), 15, "{table}");
    assert!(compare_html(&pair).contains("<b>COMPARABLE</b>"));
}

#[test]
fn another_load_and_an_invalid_run_are_said_plainly() {
    let table = compare_table(&pair(account(minute(1.0, 0), valid()), account(open(), valid())));
    insta::assert_snapshot!("another_load", table);
    let header = Header { load: "60 users at 10 per second".to_owned(), ..header() };
    let other = Account { header, ..account(minute(1.0, 0), valid()) };
    let two = pair(account(minute(1.0, 0), valid()), other);
    assert!(compare_table(&two).contains("NOT THE SAME LOAD (what differs: load)"));
    assert!(compare_html(&two).contains("<b>TWO TESTS</b> NOT THE SAME LOAD"));
    let bad = pair(account(minute(1.0, 0), invalid()), account(minute(1.0, 0), valid()));
    let table = compare_table(&bad);
    assert!(table.contains("Run A is INVALID: its numbers tell of the generator."), "{table}");
    assert!(compare_html(&bad).contains("class=\"panel verdict bad\""));
}

#[test]
fn an_endpoint_of_one_run_and_too_few_requests_are_no_differences() {
    let run = |paths: &[&str], count: u64| {
        let mut plan = plan(1, "60s", Duration::ZERO);
        plan.scenario.tasks = paths.iter().map(|path| task(path)).collect();
        let mut recording = Recording::new(&plan, "2026-08-22T09:40:00Z".parse().unwrap());
        let times: Vec<u64> = (1..=count).map(|at| at * 100).collect();
        let tasks = paths.iter().map(|_| tally(&times, Duration::from_millis(900))).collect();
        recording.fold(&Second { tasks, ..Second::blank(0) });
        account(recording, valid())
    };
    let table = compare_table(&pair(run(&["/both", "/old"], 30), run(&["/both", "/new"], 60)));
    insta::assert_snapshot!("few", table);
    let nothing = pair(account(blank(), valid()), account(blank(), valid()));
    assert!(!compare_table(&nothing).contains("NaN"));
    let page = compare_html(&nothing);
    assert!(page.contains("Both runs were shorter than a second.") && !page.contains("NaN"));
}

#[test]
fn whatever_a_file_says_stays_text() {
    let evil = "<script>alert(1)</script>{{style}}\u{1b}[31m\n'\"&".to_owned();
    let header = Header {
        command: evil.clone(),
        target: evil.clone(),
        load: evil.clone(),
        scenario: evil.clone(),
        machine: evil.clone(),
        version: evil.clone(),
        revision: Some(evil.clone()),
        model: Some(evil.clone()),
        health: Some(evil.clone()),
        wrong_score: Some(evil.clone()),
    };
    let mut plan = plan(1, "60s", Duration::ZERO);
    plan.scenario.tasks = vec![task(&evil)];
    let mut recording = Recording::new(&plan, "2026-08-22T09:40:00Z".parse().unwrap());
    let tasks = vec![tally(&[1_000; 40], Duration::from_millis(900))];
    recording.fold(&Second { tasks, ..Second::blank(0) });
    let other = Account { header, ..account(recording, valid()) };
    let two = Pair {
        first: Side { name: evil.clone(), account: other },
        second: Side { name: evil, account: account(minute(1.0, 0), valid()) },
    };
    let page = compare_html(&two);
    assert!(!page.contains("<script") && page.contains("&lt;script&gt;"));
    let table = compare_table(&two);
    assert!(!table.contains('\u{1b}'), "{table}");
    assert!(table.lines().all(|line| !line.starts_with("'\"&")), "{table}");
}

#[test]
fn an_hour_against_an_hour_stays_small() {
    let mut recording = blank();
    for number in 0..3_600 {
        let last = Duration::from_secs(number);
        let tasks = vec![tally(&[900, 1_900 + number], last), Tally::default()];
        recording.fold(&Second { number, users: 300, tasks, ..Second::blank(0) });
    }
    let run = account(recording, valid());
    let page = compare_html(&pair(run.clone(), run));
    assert!(page.len() < 400_000, "{} bytes", page.len());
}

#[test]
fn the_program_prints_the_table_and_writes_the_page() {
    let folder = tempfile::tempdir().unwrap();
    let Pair { first, second } = slower();
    written(folder.path(), "main.json", &first.account);
    written(folder.path(), "branch.json", &second.account);
    let compare = |words: &[&str]| {
        bare().current_dir(folder.path()).arg("compare").args(words).output().unwrap()
    };
    let output = compare(&["main.json", "branch.json", "--html", "deep/diff.html"]);
    assert_eq!((output.status.code(), stderr(&output).as_str()), (Some(0), ""));
    assert_eq!(String::from_utf8(output.stdout).unwrap(), compare_table(&slower()));
    let page = fs::read_to_string(folder.path().join("deep/diff.html")).unwrap();
    assert_eq!(page, compare_html(&slower()));
    let bad = account(minute(1.0, 0), invalid());
    assert_eq!(bad.judgement.validity, Validity::Invalid);
    written(folder.path(), "bad.json", &bad);
    assert_eq!(compare(&["main.json", "bad.json"]).status.code(), Some(3));
    let gone = compare(&["main.json", "gone.json"]);
    assert_eq!(gone.status.code(), Some(1));
    assert!(stderr(&gone).contains("cannot read gone.json"), "{}", stderr(&gone));
    let one = compare(&["main.json"]);
    assert_eq!(one.status.code(), Some(2), "{}", stderr(&one));
    assert!(stderr(&one).contains("required"), "{}", stderr(&one));
}
